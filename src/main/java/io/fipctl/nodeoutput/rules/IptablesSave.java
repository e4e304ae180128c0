package io.fipctl.nodeoutput.rules;

import io.fipctl.nodeoutput.NumberedLines;
import io.fipctl.nodeoutput.ParseProblem;
import io.fipctl.nodeoutput.Parsed;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What iptables-save or ip6tables-save printed, of the nft or the legacy backend, with counters or
 * without.
 *
 * @param incompatible tables of which not everything is printed
 */
public record IptablesSave(
    List<RuleTable> tables, List<Incompatible> incompatible, List<ParseProblem> faults)
    implements Parsed {
  public IptablesSave {
    tables = List.copyOf(tables);
    incompatible = List.copyOf(incompatible);
    faults = List.copyOf(faults);
  }

  /**
   * A table that holds what only nft understands. The tool still ends with success (iptables,
   * nft.c, nft_is_table_compatible).
   *
   * @param whole whether the whole table is left out; else only its foreign base chains are
   */
  public record Incompatible(int line, String table, boolean whole) {}

  public static IptablesSave parse(String text) {
    return new Reader().read(text);
  }

  /** The table of that name; of several the first. */
  public Optional<RuleTable> table(String name) {
    return tables.stream().filter(table -> table.name().equals(name)).findFirst();
  }

  private static final class Reader {
    private static final Pattern INCOMPATIBLE =
        Pattern.compile(
            "# Table [`'](?<table>[^'`]{1,64})' "
                + "(?<how>is incompatible|contains incompatible base-chains), use 'nft' tool.*");
    private static final Pattern CHAIN =
        Pattern.compile(":(?<name>\\S+) (?<policy>\\S+)(?: \\[(?<packets>\\d+):(?<bytes>\\d+)])?");
    private static final Pattern COUNTED =
        Pattern.compile("\\[(?<packets>\\d+):(?<bytes>\\d+)] (?=-A )");

    private final List<RuleTable> tables = new ArrayList<>();
    private final List<Incompatible> incompatible = new ArrayList<>();
    private final List<ParseProblem> faults = new ArrayList<>();

    private Optional<String> open = Optional.empty();
    private Map<String, Chain> chains = new LinkedHashMap<>();
    private Map<String, List<Rule>> rules = new LinkedHashMap<>();
    private int number;
    private String line = "";

    IptablesSave read(String text) {
      for (NumberedLines.Line next : new NumberedLines(text)) {
        number = next.number();
        line = next.text().strip();
        line();
      }
      if (open.isPresent()) {
        close();
        fault("the output ends before the COMMIT of the table");
      }
      return new IptablesSave(tables, incompatible, faults);
    }

    private void line() {
      if (line.isEmpty()) {
        return;
      }
      switch (line.charAt(0)) {
        case '#' -> remark();
        case '*' -> table();
        case ':' -> chain();
        case '-', '[' -> rule();
        default -> {
          if (line.equals("COMMIT") && open.isPresent()) {
            close();
          } else {
            fault("not a line of iptables-save");
          }
        }
      }
    }

    private void remark() {
      Matcher matcher = INCOMPATIBLE.matcher(line);
      if (matcher.matches()) {
        boolean whole = matcher.group("how").equals("is incompatible");
        incompatible.add(new Incompatible(number, matcher.group("table"), whole));
      }
    }

    private void table() {
      if (open.isPresent()) {
        fault("a table begins before the COMMIT of the one before");
        close();
      }
      open = Optional.of(line.substring(1));
    }

    private void chain() {
      Matcher matcher = CHAIN.matcher(line);
      if (open.isEmpty() || !matcher.matches()) {
        fault(open.isEmpty() ? "a chain outside of a table" : "not a chain");
        return;
      }
      String name = matcher.group("name");
      Optional<String> policy =
          Optional.of(matcher.group("policy")).filter(text -> !text.equals("-"));
      chains.put(name, new Chain(name, policy, counters(matcher), Optional.empty(), List.of()));
    }

    private void rule() {
      Matcher counted = COUNTED.matcher(line);
      boolean hasCounters = counted.lookingAt();
      String rest = hasCounters ? line.substring(counted.end()) : line;
      Optional<List<String>> words = IptablesWords.split(rest);
      if (words.isEmpty()) {
        fault("a quote is not closed");
      } else if (words.get().size() < 2 || !words.get().getFirst().equals("-A")) {
        fault("not a rule");
      } else if (!chains.containsKey(words.get().get(1))) {
        fault("a rule of a chain that is not there");
      } else {
        Optional<Counters> counters = hasCounters ? counters(counted) : Optional.empty();
        Rule rule = IptablesRule.of(rest, words.get(), counters, chains::containsKey);
        rules.computeIfAbsent(rule.chain(), chain -> new ArrayList<>()).add(rule);
      }
    }

    private void close() {
      List<Chain> whole = new ArrayList<>();
      for (Chain chain : chains.values()) {
        whole.add(chain.with(rules.getOrDefault(chain.name(), List.of())));
      }
      tables.add(RuleTable.of(open.orElseThrow(), whole));
      open = Optional.empty();
      chains = new LinkedHashMap<>();
      rules = new LinkedHashMap<>();
    }

    private static Optional<Counters> counters(Matcher matcher) {
      if (matcher.group("packets") == null) {
        return Optional.empty();
      }
      try {
        return Optional.of(
            new Counters(
                Long.parseUnsignedLong(matcher.group("packets")),
                Long.parseUnsignedLong(matcher.group("bytes"))));
      } catch (NumberFormatException e) {
        return Optional.empty();
      }
    }

    private void fault(String problem) {
      faults.add(new ParseProblem(number, line, problem));
    }
  }
}
