package io.fipctl;

import io.fipctl.lease.Interruption;
import io.fipctl.model.ExitCode;
import java.time.Duration;
import java.util.OptionalInt;

/** SIGINT and SIGTERM: a run that has something to clean up does so before the process ends. */
final class Signals {
  /** For the step back and for a node to follow it; after that whatever is left is told. */
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private Signals() {}

  /** From now on a signal ends the run, and the process exits as the run does. */
  static void end(Interruption interruption) {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> whenShutDown(interruption)));
  }

  private static void whenShutDown(Interruption interruption) {
    try {
      OptionalInt exitCode = interruption.end(signal(), PATIENCE);
      if (exitCode.isPresent()) {
        Runtime.getRuntime().halt(exitCode.getAsInt());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The JVM handles a signal on a thread of its name; nothing else tells which one it was. */
  private static ExitCode signal() {
    boolean terminated =
        Thread.getAllStackTraces().keySet().stream()
            .anyMatch(thread -> thread.getName().startsWith("SIGTERM"));
    return terminated ? ExitCode.TERMINATED : ExitCode.INTERRUPTED;
  }
}
