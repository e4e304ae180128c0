package io.fipctl.render;

import io.fipctl.doctor.Status;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The marks in front of checks: signs where the terminal has them, else words. */
public enum StatusSymbols {
  SIGNS,
  WORDS;

  /** Signs for a terminal that speaks UTF-8, by the variables that every C program goes by. */
  public static StatusSymbols of(Map<String, String> environment) {
    String locale =
        Optional.ofNullable(environment.get("LC_ALL"))
            .filter(value -> !value.isEmpty())
            .or(
                () ->
                    Optional.ofNullable(environment.get("LC_CTYPE"))
                        .filter(value -> !value.isEmpty()))
            .or(() -> Optional.ofNullable(environment.get("LANG")))
            .orElse("")
            .toLowerCase(Locale.ROOT);
    boolean utf8 = locale.contains("utf-8") || locale.contains("utf8");
    return utf8 && !"dumb".equals(environment.get("TERM")) ? SIGNS : WORDS;
  }

  String of(Status status) {
    return switch (status) {
      case OK -> this == SIGNS ? "√" : "OK  ";
      case WARNING -> this == SIGNS ? "‼" : "WARN";
      case ERROR -> this == SIGNS ? "×" : "FAIL";
      case SKIPPED -> this == SIGNS ? "-" : "SKIP";
      case UNKNOWN -> this == SIGNS ? "?" : "????";
    };
  }

  String indent() {
    return " ".repeat(of(Status.OK).length() + 1);
  }
}
