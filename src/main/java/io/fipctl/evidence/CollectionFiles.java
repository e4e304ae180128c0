package io.fipctl.evidence;

import io.fipctl.model.FipctlException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.FileVisitor;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The files of a collection. Somebody else may have made it: it is read only within its folder, and
 * only what is a plain file of a size that fits. What is written only its owner may read.
 */
final class CollectionFiles {
  private static final long LARGEST_FILE = 256L << 20;
  private static final long LARGEST = 2L << 30;
  private static final Pattern NODE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,252}");
  private static final FileAttribute<?> FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final FileAttribute<?> FOLDER =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private CollectionFiles() {}

  /**
   * Looks at every file before one is opened: a FIFO would never end, and a link or a device be
   * something else than what was collected.
   *
   * @throws FipctlException exit 2 when one is none of a collection, or too large
   */
  static void check(Path folder) {
    if (!Files.isDirectory(folder)) {
      return;
    }
    long[] total = {0};
    FileVisitor<Path> visitor =
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (!attributes.isRegularFile()) {
              throw FipctlException.usage(
                  "%s is a %s, and a collection has only files and folders"
                      .formatted(file, attributes.isSymbolicLink() ? "link" : "FIFO or device"),
                  "make the collection anew with --save, or take that out of it");
            }
            total[0] += attributes.size();
            if (attributes.size() > LARGEST_FILE || total[0] > LARGEST) {
              throw FipctlException.usage(
                  "%s is too large: a collection has files of up to %d MiB and %d GiB of them"
                      .formatted(file, LARGEST_FILE >> 20, LARGEST >> 30),
                  "take out of it what 'fipctl doctor --save' has not written");
            }
            return FileVisitResult.CONTINUE;
          }
        };
    try {
      // A folder may be typed as a link; behind it none is followed.
      Files.walkFileTree(folder.toRealPath(), Set.of(), 3, visitor);
    } catch (IOException e) {
      throw FipctlException.usage("cannot read " + folder + ": " + e.getMessage()).causedBy(e);
    }
  }

  /** Opens one of them, and no link that it has become meanwhile. */
  static InputStream open(Path file) throws IOException {
    return Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * A node's name is that of a folder in the collection.
   *
   * @throws FipctlException exit 2 when it leads elsewhere
   */
  static void checkNode(Path folder, String node) {
    if (!NODE.matcher(node).matches()) {
      throw FipctlException.usage(
          "'%s' in collection %s is no name of a node".formatted(node, folder),
          "names of nodes are DNS names (RFC 1123)");
    }
  }

  /**
   * Where something is to be written there is nothing yet, or an empty folder of one's own.
   *
   * @throws FipctlException exit 2 when it is a link or somebody else's
   */
  static void checkOwn(Path folder) {
    if (Files.isSymbolicLink(folder)) {
      throw FipctlException.usage(
          folder + " is a link", "name the folder itself, or one that is not there yet");
    }
    try {
      if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)
          && !Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS)
              .equals(Files.getOwner(Path.of("/proc/self")))) {
        throw FipctlException.usage(
            folder + " is somebody else's", "name a folder that is not there yet");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes a folder into which only its owner can look. */
  static void createFolder(Path folder) throws IOException {
    Files.createDirectories(folder, FOLDER);
  }

  /** Writes a file that is not there yet. */
  static void write(Path file, String text) throws IOException {
    try (var channel =
        Files.newByteChannel(
            file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), FILE)) {
      var bytes = java.nio.charset.StandardCharsets.UTF_8.encode(text);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }
  }
}
