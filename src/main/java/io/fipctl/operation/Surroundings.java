package io.fipctl.operation;

import java.util.function.DoubleSupplier;

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

  /** Time alone: no chance, no stops, nobody who interrupts. */
  public static Surroundings of(Pause pause) {
    return new Surroundings(pause, () -> 0.5, StopPoints.NONE, new Interruption());
  }
}
