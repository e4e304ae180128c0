package io.fipctl.kube;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Which process something belongs to, so that another one on the same machine can tell whether that
 * process has ended.
 *
 * @param machine the boot and the name space in which the process number counts
 * @param started when, in milliseconds: process numbers come again
 */
public record RunId(String machine, long pid, long started) {
  /** The kernel knows starts to some milliseconds, and the time of day may be set. */
  private static final Duration BLUR = Duration.ofSeconds(5);

  /** This process. */
  public static RunId current() {
    ProcessHandle self = ProcessHandle.current();
    return new RunId(thisMachine(), self.pid(), start(self));
  }

  /** What {@link #toString} wrote; empty when it is something else. */
  public static Optional<RunId> parse(String text) {
    String[] words = text.split(" ", -1);
    try {
      return words.length == 3
          ? Optional.of(new RunId(words[0], Long.parseLong(words[1]), Long.parseLong(words[2])))
          : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** Whether the process is known to have ended: one of another machine never is. */
  public boolean hasEnded() {
    return machine.equals(thisMachine())
        && ProcessHandle.of(pid)
            .filter(process -> Math.abs(start(process) - started) <= BLUR.toMillis())
            .isEmpty();
  }

  private static long start(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
  }

  private static String thisMachine() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip()
          + "/"
          + Files.readSymbolicLink(Path.of("/proc/self/ns/pid"));
    } catch (IOException e) {
      // Without a way to know it is a machine of its own, of which nobody else judges.
      return "unknown-" + ProcessHandle.current().pid() + "-" + start(ProcessHandle.current());
    }
  }

  @Override
  public String toString() {
    return machine + " " + pid + " " + started;
  }
}
