package io.fipctl.nat;

/**
 * A place in a node's output that was not understood.
 *
 * @param line counted from 1
 * @param text the line, or the part of it, shortened
 */
public record Fault(int line, String text, String problem) {
  static final int LONGEST = 120;

  public Fault {
    text = text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
  }

  @Override
  public String toString() {
    return "line " + line + ": " + problem + ": " + text;
  }
}
