package io.fipctl.nodeoutput.rules;

import io.fipctl.nodeoutput.LineIndex;
import io.fipctl.nodeoutput.ParseProblem;
import io.fipctl.nodeoutput.rules.NftWords.Kind;
import io.fipctl.nodeoutput.rules.NftWords.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the text form of a ruleset (nft(8)): tables, their chains, and one rule a line. */
final class NftText {
  /** The names of priorities; in tables of the family bridge they mean other numbers. */
  private static final Map<String, Long> PRIORITIES =
      Map.of(
          "raw",
          -300L,
          "mangle",
          -150L,
          "dstnat",
          -100L,
          "filter",
          0L,
          "security",
          50L,
          "srcnat",
          100L);

  private static final Map<String, Long> BRIDGE_PRIORITIES =
      Map.of("dstnat", -300L, "filter", -200L, "out", 100L, "srcnat", 300L);

  private final LineIndex places;
  private final List<Word> words;
  private final int length;
  private final NftTables tables = new NftTables();
  private final List<ParseProblem> faults = new ArrayList<>();
  private int next;

  NftText(String text) {
    this.places = new LineIndex(text);
    this.words = NftWords.split(text);
    this.length = text.length();
  }

  NftRuleset read() {
    while (next < words.size()) {
      if (words.get(next).isLineEnd()) {
        next++;
      } else if (words.get(next).is("table") && opensWith(3)) {
        String family = words.get(next + 1).text();
        String name = words.get(next + 2).text();
        next += 4;
        table(family, name);
      } else {
        fault("not a table of a ruleset");
        skipLine();
      }
    }
    return new NftRuleset(tables.tables(), faults);
  }

  /** Whether, that many words on, a block is opened. */
  private boolean opensWith(int distance) {
    return next + distance < words.size() && words.get(next + distance).is("{");
  }

  private void table(String family, String name) {
    String key = NftTables.key(family, name);
    tables.table(key, name);
    while (next < words.size()) {
      Word word = words.get(next);
      if (word.is("}")) {
        next++;
        return;
      }
      if (word.is("chain") && opensWith(2)) {
        String chain = words.get(next + 1).text();
        next += 3;
        chain(key, family, chain);
      } else {
        // Sets, maps, flags and comments say nothing about floating IPs.
        skipLine();
      }
    }
    faults.add(places.fault(length, "the output ends within a table"));
  }

  private void chain(String table, String family, String name) {
    Chain chain = new Chain(name, Optional.empty(), Optional.empty(), Optional.empty(), List.of());
    tables.chain(table, chain);
    while (next < words.size()) {
      Word word = words.get(next);
      if (word.is("}")) {
        next++;
        return;
      }
      List<Word> line = line();
      if (word.is("type")) {
        chain = hooked(chain, family, line);
        tables.chain(table, chain);
      } else if (line.stream().anyMatch(part -> part.kind() == Kind.UNCLOSED)) {
        faults.add(places.fault(word.start(), "a quote is not closed"));
      } else if (!line.isEmpty() && !word.is("comment")) {
        tables.rule(table, NftTextRule.of(name, line));
      }
    }
    faults.add(places.fault(length, "the output ends within a chain"));
  }

  /**
   * The words up to the end of the line or of the chain; a block in braces may be of many lines.
   */
  private List<Word> line() {
    List<Word> line = new ArrayList<>();
    int depth = 0;
    while (next < words.size()) {
      Word word = words.get(next);
      if (depth == 0 && word.is("}")) {
        return line;
      }
      next++;
      if (word.is("{")) {
        depth++;
      } else if (word.is("}")) {
        depth--;
      }
      if (!word.isLineEnd()) {
        line.add(word);
      } else if (depth == 0) {
        return line;
      }
    }
    return line;
  }

  private void skipLine() {
    int before = next;
    line();
    if (next == before) {
      // A brace that closes nothing.
      next++;
    }
  }

  /** {@code type nat hook prerouting priority dstnat + 10; policy accept;}. */
  private static Chain hooked(Chain chain, String family, List<Word> line) {
    String type = after(line, "type").map(Word::text).orElse("");
    Optional<String> policy = after(line, "policy").map(Word::text);
    Optional<Chain.Hook> hook =
        after(line, "hook")
            .map(place -> new Chain.Hook(type, place.text(), priority(family, line)));
    return new Chain(chain.name(), policy, chain.counters(), hook, List.of());
  }

  private static Optional<Word> after(List<Word> line, String keyword) {
    for (int i = 0; i + 1 < line.size(); i++) {
      if (line.get(i).is(keyword)) {
        return Optional.of(line.get(i + 1));
      }
    }
    return Optional.empty();
  }

  /** A number, a name, or a name with a number added or taken off. */
  private static long priority(String family, List<Word> line) {
    Map<String, Long> names = family.equals("bridge") ? BRIDGE_PRIORITIES : PRIORITIES;
    long priority = 0;
    long sign = 1;
    boolean counts = false;
    for (Word word : line) {
      if (word.is("priority")) {
        counts = true;
      } else if (counts && word.is(";")) {
        break;
      } else if (counts && word.is("-")) {
        sign = -1;
      } else if (counts && !word.is("+")) {
        priority += sign * names.getOrDefault(word.text(), number(word.text()));
      }
    }
    return priority;
  }

  private static long number(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private void fault(String problem) {
    faults.add(places.fault(words.get(next).start(), problem));
  }
}
