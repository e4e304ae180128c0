package io.fipctl.lab;

import io.fipctl.lab.simulation.Controllers;
import io.fipctl.lab.simulation.LabState;
import io.fipctl.model.FipctlException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Function;

/**
 * A practice cluster in a file that several processes share: each change is made under a lock and
 * replaces the whole file at once, so that a reader never sees half of one.
 */
final class LabFile implements LabStore {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

  private final Path file;
  private final InstantSource clock;
  private final Duration patience;

  /**
   * @param patience how long to wait for another process that is changing the lab
   */
  LabFile(Path file, InstantSource clock, Duration patience) {
    this.file = file;
    this.clock = clock;
    this.patience = patience;
  }

  /** Writes the first state; whether there was none before. */
  boolean create(LabState start) {
    return locked(
        () -> {
          if (Files.exists(file)) {
            return false;
          }
          LabState state = start.copy().at(clock);
          Controllers.settle(state);
          write(state.write());
          return true;
        });
  }

  /** Makes the lab this one, whether there was one or not. */
  void replace(LabState start) {
    locked(
        () -> {
          LabState state = start.copy().at(clock);
          Controllers.settle(state);
          write(state.write());
          return true;
        });
  }

  /** Takes the lab away; whether there was one. */
  boolean delete() {
    if (!Files.exists(file)) {
      return false;
    }
    return locked(() -> Files.deleteIfExists(file));
  }

  @Override
  public <T> T read(Function<LabState, T> look) {
    return look.apply(load());
  }

  @Override
  public <T> T change(Function<LabState, T> change) {
    return locked(
        () -> {
          LabState state = load();
          String before = state.write();
          T answer = change.apply(state);
          Controllers.settle(state);
          String after = state.write();
          if (!after.equals(before)) {
            write(after);
          }
          return answer;
        });
  }

  @Override
  public void awaitOther(long version) throws InterruptedException {
    Thread.sleep(LOOK_AGAIN);
  }

  private LabState load() {
    String json;
    try {
      json = Files.readString(file);
    } catch (NoSuchFileException e) {
      throw FipctlException.notFound(
          "LabNotStarted", "there is no lab: " + file + " is not there", "fipctl lab start");
    } catch (IOException e) {
      throw unusable(e);
    }
    try {
      LabState state = LabState.read(json);
      if (state.isOfANewerForm()) {
        throw newer();
      }
      return state.at(clock);
    } catch (IllegalArgumentException e) {
      if (LabState.isNewer(json)) {
        throw newer().causedBy(e);
      }
      throw FipctlException.usage(
              "the lab's file " + file + " cannot be read", "fipctl lab stop && fipctl lab start")
          .causedBy(e);
    }
  }

  private FipctlException newer() {
    return FipctlException.unsupported(
        "NewerFormat",
        "the lab's file %s was written by a newer fipctl".formatted(file),
        "use the newer fipctl",
        "set XDG_STATE_HOME to another directory for a lab of this one");
  }

  private FipctlException unusable(IOException e) {
    return FipctlException.usage(
            "the lab cannot be kept in " + file + ": " + e,
            "set XDG_STATE_HOME to a directory that can be written")
        .causedBy(e);
  }

  private void write(String state) throws IOException {
    Path next = file.resolveSibling(file.getFileName() + ".next");
    Files.writeString(next, state);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Something that reads and writes files. */
  private interface Work<T> {
    T run() throws IOException;
  }

  private <T> T locked(Work<T> work) {
    Path lock = file.resolveSibling(file.getFileName() + ".lock");
    try {
      Files.createDirectories(lock.toAbsolutePath().getParent());
      try (FileChannel channel =
          FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        // Closing the channel lets go of it.
        acquire(channel);
        return work.run();
      }
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  private void acquire(FileChannel channel) throws IOException {
    long end = System.nanoTime() + patience.toNanos();
    while (true) {
      try {
        if (channel.tryLock() != null) {
          return;
        }
      } catch (OverlappingFileLockException e) {
        // Another thread of this process has it, which is like another process.
      }
      if (System.nanoTime() >= end) {
        throw FipctlException.conflict(
            "LabBusy",
            "another fipctl has been changing the lab for " + patience.toSeconds() + " s");
      }
      try {
        Thread.sleep(LOOK_AGAIN);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw FipctlException.conflict("LabBusy", "interrupted while waiting for the lab");
      }
    }
  }
}
