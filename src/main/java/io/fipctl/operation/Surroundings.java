package io.fipctl.operation;

import java.time.Instant;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/**
 * What a change takes from outside besides the cluster, so that tests decide it.
 *
 * @param chance numbers from 0 to 1, for waits that must not be in step with those of others
 */
public record Surroundings(
    Pause pause, DoubleSupplier chance, StopPoints stopPoints, Interruption interruption) {

  /** The time, in which every wait is ended by the wish to end. */
  @Override
  public Pause pause() {
    return interruption.ending(pause);
  }

  /** The same with the time of day of a cluster. */
  public Surroundings by(Supplier<Optional<Instant>> clock) {
    return new Surroundings(pause.by(clock), chance, stopPoints, interruption);
  }

  /** Time alone: no chance, no stops, nobody who interrupts. */
  public static Surroundings of(Pause pause) {
    return new Surroundings(pause, () -> 0.5, StopPoints.NONE, new Interruption());
  }
}
