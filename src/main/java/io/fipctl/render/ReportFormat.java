package io.fipctl.render;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The ways to print what the doctor found. */
public enum ReportFormat {
  TABLE,
  /** The problems alone, a line each. */
  SHORT,
  JSON,
  YAML,
  /** JUnit's XML, for CI. */
  JUNIT,
  MARKDOWN;

  /**
   * Reads what the user wrote behind {@code -o}.
   *
   * @throws IllegalArgumentException naming what there is
   */
  public static ReportFormat parse(String text) {
    return Arrays.stream(values())
        .filter(format -> format.toString().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "'%s' is no output format of doctor: use one of %s"
                        .formatted(
                            text,
                            Arrays.stream(values())
                                .map(ReportFormat::toString)
                                .collect(Collectors.joining(", ")))));
  }

  /** As the user writes it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
