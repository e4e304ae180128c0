package io.fipctl.change;

/**
 * What a pod is given an address in spite of.
 *
 * @param strict nothing that would only be warned of, and nothing that could not be checked
 * @param cniGateOff the pod could not start again
 * @param outsidePools nobody announces the address
 */
public record Leniency(boolean strict, boolean cniGateOff, boolean outsidePools) {
  /** What refuses all that may be refused, and warns of the rest. */
  public static final Leniency NONE = new Leniency(false, false, false);

  /** For ending what was begun, when these were judged: it must be possible to end it. */
  static Leniency ofRecovery(boolean strict) {
    return new Leniency(strict, true, true);
  }
}
