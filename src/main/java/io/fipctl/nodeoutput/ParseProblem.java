package io.fipctl.nodeoutput;

/**
 * A place in a node's output that was not understood.
 *
 * @param line counted from 1
 * @param text the line, or the part of it, shortened
 */
public record ParseProblem(int line, String text, String problem) {
  static final int LONGEST = 120;

  public ParseProblem {
    text = text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
  }

  /** In words; what would steer a terminal or hide itself in the text is written out. */
  @Override
  public String toString() {
    StringBuilder words = new StringBuilder("line " + line + ": " + problem + ": ");
    text.codePoints()
        .forEach(
            c -> {
              if (isVisible(c)) {
                words.appendCodePoint(c);
              } else {
                words.append("\\u{%x}".formatted(c));
              }
            });
    return words.toString();
  }

  private static boolean isVisible(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }
}
