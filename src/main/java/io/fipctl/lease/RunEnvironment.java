package io.fipctl.lease;

import io.fipctl.model.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/**
 * What a change takes from outside besides the cluster, so that tests decide it.
 *
 * @param chance numbers from 0 to 1, for waits that must not be in step with those of others
 */
public record RunEnvironment(
    Clock pause, DoubleSupplier chance, FailPoints stopPoints, Interruption interruption) {

  /** The time, in which every wait is ended by the wish to end. */
  @Override
  public Clock pause() {
    return interruption.ending(pause);
  }

  /** The same with the time of day of a cluster. */
  public RunEnvironment by(Supplier<Optional<Instant>> clock) {
    return new RunEnvironment(pause.by(clock), chance, stopPoints, interruption);
  }

  /** Time alone: no chance, no stops, nobody who interrupts. */
  public static RunEnvironment of(Clock pause) {
    return new RunEnvironment(pause, () -> 0.5, FailPoints.NONE, new Interruption());
  }
}
