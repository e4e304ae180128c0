package io.fipctl.doctor;

import java.util.Locale;

/** What a check comes to over everything it looked at. */
public enum Status {
  /** All that it is about was seen and is right. */
  OK,
  WARNING,
  ERROR,
  /** It was not looked at, or what it found only follows from something else. */
  SKIPPED,
  /** Something was to be seen and was not. */
  UNKNOWN;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
