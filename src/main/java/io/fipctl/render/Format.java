package io.fipctl.render;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The ways to print an answer ({@code -o}). */
public enum Format {
  TABLE,
  WIDE,
  NAME,
  JSON,
  YAML;

  /** Whether stdout carries exactly one document, also for errors. */
  public boolean isDocument() {
    return this == JSON || this == YAML;
  }

  /**
   * Reads what the user wrote behind {@code -o}.
   *
   * @throws IllegalArgumentException naming what there is
   */
  public static Format parse(String text) {
    return Arrays.stream(values())
        .filter(format -> format.toString().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "'" + text + "' is no output format: use one of " + all()));
  }

  private static String all() {
    return Arrays.stream(values()).map(Format::toString).collect(Collectors.joining(", "));
  }

  /** As the user writes it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
