package io.fipctl.operation;

import java.time.Duration;
import java.util.Locale;

/** Durations as people read them. */
public final class Spans {
  private Spans() {}

  /** Seconds with a tenth below ten, else whole seconds and minutes: {@code 0.3s}, {@code 2m5s}. */
  public static String print(Duration span) {
    if (span.toSeconds() < 10) {
      String tenths = String.format(Locale.ROOT, "%.1f", span.toMillis() / 1000.0);
      return (tenths.endsWith(".0") && !span.minusSeconds(span.toSeconds()).isPositive()
              ? tenths.substring(0, tenths.length() - 2)
              : tenths)
          + "s";
    }
    long minutes = span.toMinutes();
    long seconds = span.toSecondsPart();
    if (minutes == 0) {
      return seconds + "s";
    }
    return seconds == 0 ? minutes + "m" : minutes + "m" + seconds + "s";
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
