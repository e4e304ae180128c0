package io.fipctl.nodeoutput.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Splits a line of iptables-save at its blanks. Texts with blanks stand in double quotes, in which
 * a backslash protects quotes and backslashes (libxtables, xtables_save_string).
 */
final class IptablesWords {
  private IptablesWords() {}

  /** The words; empty when a quote is not closed. */
  static Optional<List<String>> split(String line) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean quoted = false;
    boolean begun = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (quoted && c == '\\' && i + 1 < line.length()) {
        i++;
        word.append(line.charAt(i));
      } else if (c == '"') {
        quoted = !quoted;
        begun = true;
      } else if (!quoted && (c == ' ' || c == '\t')) {
        if (begun) {
          words.add(word.toString());
          word.setLength(0);
          begun = false;
        }
      } else {
        word.append(c);
        begun = true;
      }
    }
    if (quoted) {
      return Optional.empty();
    }
    if (begun) {
      words.add(word.toString());
    }
    return Optional.of(words);
  }
}
