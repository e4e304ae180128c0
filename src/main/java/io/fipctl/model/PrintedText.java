package io.fipctl.model;

/**
 * Text that others wrote, on its way to a person: on a terminal, in a log or in a report. Whatever
 * does something else than show a character is shown as its escape ({@code \n}, {@code \u001b}):
 * control characters, which move the cursor or begin a line; controls of the writing direction,
 * which make a line read otherwise than it is; other characters that nobody can see; and half a
 * surrogate pair.
 */
public final class PrintedText {
  private PrintedText() {}

  /** The text on one line. */
  public static String line(String text) {
    return escaped(text, false);
  }

  /** The text with its own line ends and tabs. */
  public static String lines(String text) {
    return escaped(text, true);
  }

  /** Whether it is shown as it is. */
  public static boolean isPlain(String text) {
    return text.codePoints().allMatch(PrintedText::isShown);
  }

  private static String escaped(String text, boolean lines) {
    // Most text needs nothing.
    if (isPlain(text)) {
      return text;
    }
    StringBuilder shown = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(
            point -> {
              if (isShown(point) || (lines && (point == '\n' || point == '\t'))) {
                shown.appendCodePoint(point);
              } else {
                escape(shown, point);
              }
            });
    return shown.toString();
  }

  private static void escape(StringBuilder shown, int point) {
    switch (point) {
      case '\n' -> shown.append("\\n");
      case '\r' -> shown.append("\\r");
      case '\t' -> shown.append("\\t");
      default -> {
        for (char unit : Character.toChars(point)) {
          shown.append("\\u%04x".formatted((int) unit));
        }
      }
    }
  }

  private static boolean isShown(int point) {
    if (point >= ' ' && point < 0x7f) {
      return true;
    }
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.PRIVATE_USE,
          Character.UNASSIGNED ->
          false;
      // Blank, and no space: Hangul fillers, the empty Braille pattern, variation selectors.
      default -> !isBlank(point);
    };
  }

  private static boolean isBlank(int point) {
    return point == 0x034f
        || point == 0x115f
        || point == 0x1160
        || point == 0x17b4
        || point == 0x17b5
        || point == 0x2800
        || point == 0x3164
        || point == 0xffa0
        || (point >= 0x180b && point <= 0x180f)
        || (point >= 0xfe00 && point <= 0xfe0f)
        || (point >= 0xe0100 && point <= 0xe01ef)
        || (Character.getType(point) == Character.SPACE_SEPARATOR && point != 0x20);
  }
}
