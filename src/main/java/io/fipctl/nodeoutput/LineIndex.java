package io.fipctl.nodeoutput;

import io.fipctl.model.JsonText;
import java.util.Arrays;
import java.util.stream.IntStream;

/** Finds the lines of characters of a text, quickly also for many of them. */
public final class LineIndex {
  private final String text;
  private final int[] lineFeeds;

  public LineIndex(String text) {
    this.text = text;
    this.lineFeeds =
        IntStream.range(0, text.length()).filter(i -> text.charAt(i) == '\n').toArray();
  }

  /** A fault at a character of the text. */
  public ParseProblem fault(int offset, String problem) {
    int before = Arrays.binarySearch(lineFeeds, offset);
    int line = before >= 0 ? before : -before - 1;
    int end = line < lineFeeds.length ? lineFeeds[line] : text.length();
    // One more than a fault keeps, so that it shows that there was more.
    return new ParseProblem(
        line + 1,
        text.substring(offset, Math.min(end, offset + ParseProblem.LONGEST + 1)),
        problem);
  }

  /** The fault of a text that is no JSON. */
  public ParseProblem fault(JsonText.SyntaxException wrong) {
    return fault(wrong.offset(), "no JSON: " + wrong.getMessage());
  }
}
