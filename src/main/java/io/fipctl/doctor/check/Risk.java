package io.fipctl.doctor.check;

import java.util.Locale;

/** What may go wrong when somebody does what a fix says. */
public enum Risk {
  /** It only shows something, or changes only what does not work anyway. */
  SAFE,
  /** It interrupts what works: connections end, Felix restarts, pods are replaced. */
  DISRUPTIVE,
  /**
   * It opens, announces or takes away what others may rely on, and typing something else does not
   * bring that back. It is never what the doctor names as the next thing to type.
   */
  RISKY;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
