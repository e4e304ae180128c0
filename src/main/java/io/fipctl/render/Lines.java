package io.fipctl.render;

import io.fipctl.model.PrintedText;

/**
 * A text for people, line by line. What others wrote may be in any of them; each stays one line and
 * does nothing to a terminal.
 */
final class Lines {
  private final StringBuilder text = new StringBuilder();

  Lines add(String line) {
    text.append(PrintedText.line(line)).append('\n');
    return this;
  }

  /** A title and its value, the values below each other. */
  Lines add(String title, int width, String value) {
    return add(("%-" + width + "s %s").formatted(title + ":", value));
  }

  Lines empty() {
    text.append('\n');
    return this;
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
