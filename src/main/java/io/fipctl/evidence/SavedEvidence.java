package io.fipctl.evidence;

import io.fipctl.kube.ApiJson;
import io.fipctl.kube.FieldMask;
import io.fipctl.model.ApiObject;
import io.fipctl.model.FipctlException;
import io.fipctl.model.ShellCommand;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * A collection in a folder: {@code api/KIND.json} as {@code kubectl get KIND -A -o json} prints it,
 * {@code NODE/FILE} as the node's tools print it, and {@code collection.json} with what no file can
 * say: when and of which cluster it was taken, and why something is not there. A folder without
 * that, as somebody may have made by hand, is read as well.
 */
public final class SavedEvidence {
  private static final String ABOUT = "collection.json";
  private static final String API = "api";

  private SavedEvidence() {}

  /**
   * Opens a collection; nodes are read when they are judged.
   *
   * @throws FipctlException exit 2 when there is none, and when something in it is no plain file or
   *     folder, leads out of it or is too large
   */
  public static Evidence open(Path folder) {
    CollectionFiles.check(folder);
    ApiObject about = about(folder);
    Map<String, Fetched<List<ApiObject>>> kinds = new TreeMap<>();
    for (Path file : children(folder.resolve(API))) {
      String name = file.getFileName().toString();
      if (name.endsWith(".json")) {
        kinds.put(name.substring(0, name.length() - ".json".length()), objects(file));
      }
    }
    about.object("unread").tree().forEach((kind, why) -> kinds.put(kind, unread(about, kind)));
    Set<String> nodes = nodes(folder, about);
    if (kinds.isEmpty() && nodes.isEmpty()) {
      throw FipctlException.usage(
          folder + " holds no collection: neither api/KIND.json nor NODE/FILE",
          ShellCommand.of(
              "fipctl doctor --save %s  # makes one", ShellCommand.word(folder.toString())));
    }
    return new Evidence(
        new Evidence.Origin(
            about.text("cluster").orElse(folder.toString()),
            about.text("server").orElse("a collection in a folder"),
            about.text("taken").flatMap(SavedEvidence::instant)),
        kinds,
        groups(about, kinds),
        new Folder(folder, about, nodes));
  }

  private static Optional<Instant> instant(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static ApiObject about(Path folder) {
    Path file = folder.resolve(ABOUT);
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return ApiObject.EMPTY;
    }
    try (InputStream in = CollectionFiles.open(file)) {
      return ApiJson.read(in, FieldMask.ALL);
    } catch (IOException e) {
      throw FipctlException.usage("cannot read " + file + ": " + e.getMessage()).causedBy(e);
    }
  }

  private static Fetched<List<ApiObject>> objects(Path file) {
    try (InputStream in = new BufferedInputStream(CollectionFiles.open(file))) {
      return new Fetched.Read<>(
          ApiJson.readItems(in, FieldMask.ALL).stream().map(Redaction::object).toList());
    } catch (IOException e) {
      return new Fetched.Missing<>("it cannot be read: " + e.getMessage());
    }
  }

  private static <T> Fetched<T> unread(ApiObject about, String what) {
    String why = about.text("unread", what, "why").orElse("?");
    return switch (about.text("unread", what, "how").orElse("")) {
      case "forbidden" -> new Fetched.Forbidden<>(why);
      case "declined" -> new Fetched.Declined<>(why);
      default -> new Fetched.Missing<>(why);
    };
  }

  private static Set<String> groups(ApiObject about, Map<String, Fetched<List<ApiObject>>> kinds) {
    Set<String> groups = new TreeSet<>(about.texts("groups"));
    if (groups.isEmpty()) {
      // A folder made by hand: what was listed is served.
      for (Fetched<List<ApiObject>> seen : kinds.values()) {
        if (seen instanceof Fetched.Read<List<ApiObject>> read) {
          read.value()
              .forEach(
                  object ->
                      object
                          .text("apiVersion")
                          .map(version -> version.indexOf('/') < 0 ? "" : version.split("/", 2)[0])
                          .ifPresent(groups::add));
        }
      }
    }
    return groups;
  }

  private static Set<String> nodes(Path folder, ApiObject about) {
    Set<String> nodes = new TreeSet<>();
    for (Path child : children(folder)) {
      String name = child.getFileName().toString();
      if (Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)
          && !name.equals(API)
          && !name.startsWith(".")) {
        nodes.add(name);
      }
    }
    nodes.addAll(about.object("nodes").tree().keySet());
    nodes.forEach(node -> CollectionFiles.checkNode(folder, node));
    return nodes;
  }

  private static List<Path> children(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw FipctlException.usage("cannot read " + folder + ": " + e.getMessage()).causedBy(e);
    }
  }

  /** The nodes of a folder. */
  private record Folder(Path folder, ApiObject about, Set<String> names) implements NodeSource {
    @Override
    public Fetched<NodeEvidence> read(String node) {
      if (about.object("nodes", node).has("why")) {
        return unread(new ApiObject(Map.of("unread", about.object("nodes").tree())), node);
      }
      Path own = folder.resolve(node);
      if (!names.contains(node) || !Files.isDirectory(own, LinkOption.NOFOLLOW_LINKS)) {
        return new Fetched.Missing<>("not in this collection");
      }
      Map<String, NodeEvidence.Text> files = new LinkedHashMap<>();
      for (Path file : children(own)) {
        String name = file.getFileName().toString();
        int status = (int) about.object("nodes", node, "status").number(name).orElse(0);
        try (InputStream in = CollectionFiles.open(file)) {
          files.put(
              name,
              new NodeEvidence.Text(
                  Redaction.text(new String(in.readAllBytes(), StandardCharsets.UTF_8)), status));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
      return new Fetched.Read<>(new NodeEvidence(node, files));
    }
  }

  /**
   * Writes a collection while it is judged: the API's part at once, each node when it is read, and
   * at the end what there is to say about it.
   *
   * <p>Nobody else may read it, from the first byte on, and no link is followed: it goes where the
   * user said or nowhere.
   *
   * @throws FipctlException exit 2 when the folder holds something already or cannot be written
   */
  public static Writer writer(Path folder) {
    CollectionFiles.checkOwn(folder);
    if (!children(folder).isEmpty()) {
      throw FipctlException.usage(
          folder + " is not empty", "name a folder that is not there yet, or an empty one");
    }
    return new Writer(folder);
  }

  /** A collection that is being written. */
  public static final class Writer {
    private final Path folder;
    private final Map<String, Object> nodes = new ConcurrentHashMap<>();

    private Writer(Path folder) {
      this.folder = folder;
    }

    /** The same evidence, which writes itself down as it is read. */
    public Evidence keep(Evidence evidence) {
      Path api = folder.resolve(API);
      try {
        CollectionFiles.createFolder(api);
        for (Map.Entry<String, Fetched<List<ApiObject>>> kind : evidence.kinds().entrySet()) {
          if (kind.getValue() instanceof Fetched.Read<List<ApiObject>> read) {
            Map<String, Object> list = new LinkedHashMap<>();
            list.put("apiVersion", "v1");
            list.put("kind", "List");
            list.put("items", read.value());
            CollectionFiles.write(api.resolve(kind.getKey() + ".json"), ApiJson.write(list) + "\n");
          }
        }
      } catch (IOException e) {
        throw unwritable(e);
      }
      return evidence.with(evidence.nodes().heardBy(this::keep));
    }

    private void keep(String node, Fetched<NodeEvidence> seen) {
      if (seen instanceof Fetched.Read<NodeEvidence> read) {
        write(read.value());
      } else {
        nodes.put(node, reason(seen));
      }
    }

    private void write(NodeEvidence node) {
      Map<String, Object> status = new TreeMap<>();
      try {
        CollectionFiles.checkNode(folder, node.node());
        Path own = folder.resolve(node.node());
        CollectionFiles.createFolder(own);
        for (Map.Entry<String, NodeEvidence.Text> file : node.files().entrySet()) {
          CollectionFiles.write(own.resolve(file.getKey()), file.getValue().text());
          if (file.getValue().status() != 0) {
            status.put(file.getKey(), file.getValue().status());
          }
        }
      } catch (IOException e) {
        throw unwritable(e);
      }
      nodes.put(node.node(), Map.of("status", status));
    }

    /** Says what no file can say; without it the collection is not whole. */
    public void finish(Evidence evidence) {
      Map<String, Object> about = new LinkedHashMap<>();
      about.put("cluster", evidence.origin().cluster());
      about.put("server", evidence.origin().server());
      evidence.origin().taken().ifPresent(taken -> about.put("taken", taken.toString()));
      about.put("groups", new ArrayList<>(new TreeSet<>(evidence.groups())));
      Map<String, Object> unread = new TreeMap<>();
      evidence
          .kinds()
          .forEach(
              (kind, seen) -> {
                if (!(seen instanceof Fetched.Read<List<ApiObject>>)) {
                  unread.put(kind, reason(seen));
                }
              });
      about.put("unread", unread);
      about.put("nodes", new TreeMap<>(nodes));
      try {
        CollectionFiles.write(folder.resolve(ABOUT), ApiJson.write(about) + "\n");
      } catch (IOException e) {
        throw unwritable(e);
      }
    }

    private static Map<String, Object> reason(Fetched<?> seen) {
      return switch (seen) {
        case Fetched.Read<?> read -> Map.of();
        case Fetched.Forbidden<?> it -> Map.of("how", "forbidden", "why", it.rule());
        case Fetched.Missing<?> it -> Map.of("how", "missing", "why", it.why());
        case Fetched.Declined<?> it -> Map.of("how", "declined", "why", it.why());
      };
    }

    private FipctlException unwritable(IOException e) {
      return FipctlException.usage("cannot write to " + folder + ": " + e.getMessage()).causedBy(e);
    }
  }
}
