package io.fipctl.operation;

import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import java.time.Duration;
import java.time.Instant;

/** Time, for those who wait: what is measured with it is not moved by a set clock. */
public interface Pause {
  /** The time of day, for what is written down. */
  Instant now();

  /** A time that only goes forward, for limits. */
  Duration uptime();

  /**
   * Lets time pass.
   *
   * @throws FipctlException exit 130 when the wait was interrupted
   */
  void sleep(Duration duration);

  /** Does something again and again beside everything else, until it is closed. */
  AutoCloseable every(Duration interval, Runnable work);

  /** The machine's own. */
  Pause SYSTEM =
      new Pause() {
        @Override
        public Instant now() {
          return Instant.now();
        }

        @Override
        public Duration uptime() {
          return Duration.ofNanos(System.nanoTime());
        }

        @Override
        public void sleep(Duration duration) {
          try {
            Thread.sleep(duration);
          } catch (InterruptedException e) {
            throw new FipctlException(
                    ExitCode.INTERRUPTED, "Interrupted", "the wait was interrupted")
                .causedBy(e);
          }
        }

        @Override
        public AutoCloseable every(Duration interval, Runnable work) {
          Thread thread =
              Thread.ofVirtual()
                  .start(
                      () -> {
                        try {
                          while (true) {
                            Thread.sleep(interval);
                            work.run();
                          }
                        } catch (InterruptedException e) {
                          Thread.currentThread().interrupt();
                        }
                      });
          return thread::interrupt;
        }
      };
}
