package io.fipctl.lease;

import io.fipctl.model.Clock;
import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The wish to end early (SIGINT, SIGTERM) of a run that has something to clean up. It is looked at
 * between two steps and ends a wait that is going on; requests under way are never broken off. It
 * is said once: what is done to clean up is not interrupted again.
 */
public final class Interruption {
  private final CountDownLatch ended = new CountDownLatch(1);
  private int exitCode;
  private boolean working;
  private ExitCode wanted;
  private Thread waiting;

  /** From here on the run has something to clean up. */
  public synchronized void begin() {
    working = true;
  }

  /**
   * Asks the run to end, and waits until it has cleaned up.
   *
   * @param code what an interrupted run is to exit with
   * @return what the process is to exit with; empty when there was nothing to clean up
   */
  public OptionalInt end(ExitCode code, Duration patience) throws InterruptedException {
    synchronized (this) {
      if (!working || ended.getCount() == 0) {
        return OptionalInt.empty();
      }
      ask(code);
    }
    boolean clean = ended.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    return OptionalInt.of(clean ? exitCode : ExitCode.HALF_DONE.number());
  }

  /** Asks the run to end, and does not wait for that. */
  public synchronized void ask(ExitCode code) {
    wanted = code;
    if (waiting != null) {
      waiting.interrupt();
    }
  }

  /** The run has ended with this exit code. */
  public void ended(int code) {
    exitCode = code;
    ended.countDown();
  }

  /**
   * Looks whether the run is to end.
   *
   * @throws FipctlException exit 130 or 143, the first time it is looked at
   */
  synchronized void check() {
    if (wanted != null) {
      ExitCode code = wanted;
      wanted = null;
      throw new FipctlException(code, "Interrupted", "interrupted");
    }
  }

  /** Waits for something, and gives up when the run is to end. */
  public <T> T during(Supplier<T> wait) {
    synchronized (this) {
      check();
      waiting = Thread.currentThread();
    }
    try {
      T answer = wait.get();
      stopWaiting();
      check();
      return answer;
    } catch (FipctlException e) {
      stopWaiting();
      check();
      throw e;
    } finally {
      stopWaiting();
    }
  }

  /** Time in which every wait is ended by the wish to end. */
  public Clock ending(Clock pause) {
    return new Clock() {
      @Override
      public Instant now() {
        return pause.now();
      }

      @Override
      public Instant wall() {
        return pause.wall();
      }

      @Override
      public Duration uptime() {
        return pause.uptime();
      }

      @Override
      public void sleep(Duration duration) {
        during(
            () -> {
              pause.sleep(duration);
              return true;
            });
      }

      @Override
      public AutoCloseable every(Duration interval, Runnable work) {
        return pause.every(interval, work);
      }
    };
  }

  private synchronized void stopWaiting() {
    if (waiting != null) {
      waiting = null;
      if (wanted != null) {
        // The interrupt was for this wait alone.
        Thread.interrupted();
      }
    }
  }
}
