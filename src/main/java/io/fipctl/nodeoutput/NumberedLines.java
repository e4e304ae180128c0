package io.fipctl.nodeoutput;

import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * The lines of a text with their numbers. Only a line feed ends a line, so that a number says the
 * same to every reader; a carriage return before it is left out.
 */
public final class NumberedLines implements Iterable<NumberedLines.Line> {
  private final String text;

  public NumberedLines(String text) {
    this.text = text;
  }

  /**
   * One line.
   *
   * @param number counted from 1
   * @param whole whether a line feed ends it
   */
  public record Line(int number, String text, boolean whole) {
    ParseProblem fault(String problem) {
      return new ParseProblem(number, text, problem);
    }
  }

  @Override
  public Iterator<Line> iterator() {
    return new Iterator<>() {
      private int at;
      private int number;

      @Override
      public boolean hasNext() {
        return at < text.length();
      }

      @Override
      public Line next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        int feed = text.indexOf('\n', at);
        int end = feed < 0 ? text.length() : feed;
        int content = end > at && text.charAt(end - 1) == '\r' ? end - 1 : end;
        Line line = new Line(++number, text.substring(at, content), feed >= 0);
        at = end + 1;
        return line;
      }
    };
  }
}
