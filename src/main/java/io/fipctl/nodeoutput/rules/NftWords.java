package io.fipctl.nodeoutput.rules;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits the text form of nft into words. A {@code #} begins a remark, save for the warnings that
 * nft writes to its other output: where both come together, such a line can stand in the middle of
 * a word, and without it the text is whole again.
 */
final class NftWords {
  private static final String WARNING = "# Warning: table ";
  private static final String WARNING_END = " is managed by iptables-nft, do not touch!";
  private static final String SYMBOLS = "{};";

  private final String text;
  private int at;

  /** How a word stands in the text. */
  enum Kind {
    PLAIN,
    /** In double quotes, which are left out. */
    QUOTED,
    /** A quote that the line does not close. */
    UNCLOSED,
    /** One of the marks that open and close blocks and end statements. */
    SYMBOL,
    LINE_END
  }

  /** A word and where it begins. */
  record Word(Kind kind, String text, int start) {
    boolean is(String plain) {
      return (kind == Kind.PLAIN || kind == Kind.SYMBOL) && text.equals(plain);
    }

    boolean isLineEnd() {
      return kind == Kind.LINE_END;
    }

    String printed() {
      return kind == Kind.QUOTED ? '"' + text + '"' : text;
    }
  }

  private NftWords(String text) {
    this.text = text;
  }

  static List<Word> split(String text) {
    NftWords reader = new NftWords(text);
    List<Word> words = new ArrayList<>();
    while (reader.skipBlanks()) {
      words.add(reader.word());
    }
    return words;
  }

  /** Whether something follows the blanks and remarks. */
  private boolean skipBlanks() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == ' ' || c == '\t' || c == '\r') {
        at++;
      } else if (c == '#') {
        if (!skipWarning()) {
          int end = text.indexOf('\n', at);
          at = end < 0 ? text.length() : end;
        }
      } else {
        return true;
      }
    }
    return false;
  }

  private Word word() {
    int start = at;
    char first = text.charAt(at);
    if (first == '\n') {
      at++;
      return new Word(Kind.LINE_END, "", start);
    }
    if (SYMBOLS.indexOf(first) >= 0) {
      at++;
      return new Word(Kind.SYMBOL, String.valueOf(first), start);
    }
    return first == '"' ? quoted(start) : plain(start);
  }

  private Word quoted(int start) {
    StringBuilder word = new StringBuilder();
    at++;
    while (at < text.length() && text.charAt(at) != '\n') {
      char c = text.charAt(at);
      if (c == '"') {
        at++;
        return new Word(Kind.QUOTED, word.toString(), start);
      }
      if (c != '#' || !skipWarning()) {
        word.append(c);
        at++;
      }
    }
    return new Word(Kind.UNCLOSED, word.toString(), start);
  }

  private Word plain(int start) {
    StringBuilder word = new StringBuilder();
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '"' || SYMBOLS.indexOf(c) >= 0) {
        break;
      }
      if (c != '#' || !skipWarning()) {
        word.append(c);
        at++;
      }
    }
    return new Word(Kind.PLAIN, word.toString(), start);
  }

  /** Skips one of nft's warnings with the end of its line; false when there is none here. */
  private boolean skipWarning() {
    if (!text.startsWith(WARNING, at)) {
      return false;
    }
    int end = text.indexOf('\n', at);
    if (end < 0 || !text.startsWith(WARNING_END, end - WARNING_END.length())) {
      return false;
    }
    at = end + 1;
    return true;
  }
}
