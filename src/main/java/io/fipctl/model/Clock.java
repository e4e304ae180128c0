package io.fipctl.model;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/** Time, for those who wait: what is measured with it is not moved by a set clock. */
public interface Clock {
  /**
   * The time of day, for what is written down and for how long ago something was that is written
   * down: the cluster's where it has a clock, so that both are of one.
   */
  Instant now();

  /** The time of day on this machine, which goes on while the machine sleeps. */
  default Instant wall() {
    return now();
  }

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

  /** The same with the time of day of somebody else, as long as they say one. */
  default Clock by(Supplier<Optional<Instant>> clock) {
    Clock own = this;
    return new Clock() {
      @Override
      public Instant now() {
        return clock.get().orElseGet(own::now);
      }

      @Override
      public Instant wall() {
        return own.wall();
      }

      @Override
      public Duration uptime() {
        return own.uptime();
      }

      @Override
      public void sleep(Duration duration) {
        own.sleep(duration);
      }

      @Override
      public AutoCloseable every(Duration interval, Runnable work) {
        return own.every(interval, work);
      }
    };
  }

  /** The machine's own. */
  Clock SYSTEM =
      new Clock() {
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
