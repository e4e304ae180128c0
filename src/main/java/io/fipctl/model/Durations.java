package io.fipctl.model;

import java.time.Duration;

/** Durations as people read them. */
public final class Durations {
  private Durations() {}

  /** Seconds with a tenth below ten, else whole seconds and minutes: {@code 0.3s}, {@code 2m5s}. */
  public static String print(Duration span) {
    long tenths = Math.round(span.toMillis() / 100.0);
    if (tenths < 100) {
      return tenths % 10 == 0 ? tenths / 10 + "s" : tenths / 10 + "." + tenths % 10 + "s";
    }
    long seconds = Math.round(span.toMillis() / 1000.0);
    if (seconds < 60) {
      return seconds + "s";
    }
    return seconds / 60 + "m" + (seconds % 60 == 0 ? "" : seconds % 60 + "s");
  }

  /** An age as kubectl prints it: {@code 45s}, {@code 12m}, {@code 5h}, {@code 3d}. */
  public static String age(Duration span) {
    if (span.toMinutes() < 2) {
      return Math.max(0, span.toSeconds()) + "s";
    }
    if (span.toHours() < 3) {
      return span.toMinutes() + "m";
    }
    return span.toDays() < 2 ? span.toHours() + "h" : span.toDays() + "d";
  }
}
