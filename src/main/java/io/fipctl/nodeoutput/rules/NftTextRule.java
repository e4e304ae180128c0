package io.fipctl.nodeoutput.rules;

import io.fipctl.model.Cidr;
import io.fipctl.nodeoutput.rules.NftWords.Kind;
import io.fipctl.nodeoutput.rules.NftWords.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads the words of one rule in nft's text form. Nothing separates its statements, so each is read
 * as far as it goes; what is unknown stays as text.
 */
final class NftTextRule {
  /** Words that begin a statement, where an expression before them ends. */
  private static final Set<String> STATEMENTS =
      Set.of(
          "counter",
          "jump",
          "goto",
          "accept",
          "drop",
          "return",
          "continue",
          "queue",
          "dnat",
          "snat",
          "masquerade",
          "redirect",
          "reject",
          "log",
          "limit",
          "quota",
          "xt",
          "notrack",
          "comment");

  private static final Set<String> OPERATORS =
      Set.of("==", "!=", "<", ">", "<=", ">=", "&", "|", "^", "<<", ">>", "/", "and", "or", "xor");

  /** What is followed by the name of a field. */
  private static final Set<String> HEADERS =
      Set.of(
          "ip", "ip6", "ct", "tcp", "udp", "udplite", "sctp", "dccp", "th", "icmp", "icmpv6",
          "igmp", "ether", "vlan", "arp", "ah", "esp", "comp", "rt", "rt0", "rt2", "srh", "frag",
          "hbh", "dst", "mh", "exthdr", "socket", "ipsec", "tunnel", "gre", "geneve", "vxlan");

  /** What makes a number of its own, up to a {@code mod}. */
  private static final Set<String> GENERATORS = Set.of("numgen", "jhash", "symhash");

  private static final Set<String> NAT_FLAGS = Set.of("random", "fully-random", "persistent");

  private final List<Word> words;
  private final RuleParts parts = new RuleParts();
  private int next;

  private NftTextRule(List<Word> words) {
    this.words = words;
  }

  static Rule of(String chain, List<Word> words) {
    NftTextRule reader = new NftTextRule(words);
    while (reader.next < words.size()) {
      reader.statement();
    }
    return reader.parts.rule(
        chain, words.stream().map(Word::printed).collect(Collectors.joining(" ")));
  }

  private void statement() {
    Word first = words.get(next++);
    if (first.kind() != Kind.PLAIN) {
      return;
    }
    switch (first.text()) {
      case "counter" -> counter();
      case "jump" -> value().map(Word::text).map(Rule.Action.Jump::new).ifPresent(parts::does);
      case "goto" -> value().map(Word::text).map(Rule.Action.Goto::new).ifPresent(parts::does);
      case "dnat" -> {
        parts.does(new Rule.Action.Dnat(target()));
        skipFlags();
      }
      case "snat" -> parts.does(new Rule.Action.Snat(target(), skipFlags()));
      case "masquerade", "redirect" -> {
        parts.does(new Rule.Action.Other(first.text()));
        target();
        skipFlags();
      }
      case "accept", "drop", "return" -> parts.does(new Rule.Action.Other(first.text()));
      case "reject", "queue" -> {
        parts.does(new Rule.Action.Other(first.text()));
        skipExpression();
      }
      case "limit", "quota" -> {
        parts.conditions.add(first.text());
        skipExpression();
      }
      case "comment" -> value().map(Word::text).ifPresent(parts.comments::add);
      case "xt" -> {
        String type = value().map(Word::text).orElse("");
        parts.xt(type, value().map(Word::text).orElse(""));
      }
      case "continue", "notrack" -> {
        // Says nothing about where packets go.
      }
      case "log", "add", "update", "delete", "flow", "dup", "fwd", "tproxy", "synproxy" ->
          skipExpression();
      default -> match(first);
    }
  }

  private void counter() {
    if (isNext("packets") && next + 3 < words.size()) {
      try {
        parts.counters =
            Optional.of(
                new Counters(
                    Long.parseUnsignedLong(words.get(next + 1).text()),
                    Long.parseUnsignedLong(words.get(next + 3).text())));
        next += 4;
      } catch (NumberFormatException e) {
        skipExpression();
      }
    } else if (isNext("name")) {
      next += 2;
    }
  }

  /** Reads {@code [ip] to 10.0.0.1:80 flags}; empty when a map says where. */
  private Optional<String> target() {
    while (next < words.size() && !isNext("to") && !isStatement() && !isFlag()) {
      next++;
    }
    if (!isNext("to")) {
      return Optional.empty();
    }
    next++;
    int start = next;
    while (next < words.size() && !isStatement() && !isFlag()) {
      next++;
    }
    return next - start == 1 ? Optional.of(words.get(start).text()) : Optional.empty();
  }

  /** Skips {@code fully-random,persistent}; says whether the first is there. */
  private boolean skipFlags() {
    boolean fullyRandom = false;
    while (next < words.size() && isFlag()) {
      fullyRandom |= List.of(words.get(next).text().split(",")).contains("fully-random");
      next++;
    }
    return fullyRandom;
  }

  private boolean isFlag() {
    return words.get(next).kind() == Kind.PLAIN
        && NAT_FLAGS.contains(words.get(next).text().split(",", 2)[0]);
  }

  private void match(Word first) {
    String selector = selector(first);
    if (isNext("set")) {
      // Writes a field, such as the mark.
      skipExpression();
      return;
    }
    if (isNext(".")) {
      selector = concatenated(selector);
    }
    if (selector.equals("ct count")) {
      parts.conditions.add(selector);
      skipExpression();
      return;
    }
    if (isNext("vmap")) {
      next++;
      skipValue();
      parts.conditions.add(selector);
      parts.does(new Rule.Action.Other("vmap"));
      return;
    }
    boolean negated = isNext("!=");
    if (negated || isNext("==")) {
      next++;
    }
    int start = next;
    skipValue();
    Optional<String> only =
        next - start == 1 ? Optional.of(words.get(start).text()) : Optional.empty();
    parts.match(
        selector,
        only.flatMap(Cidr::tryParse).map(cidr -> new Rule.AddressMatch(cidr, negated)),
        only.map(name -> Rule.InterfaceMatch.of(name, "*", negated)));
  }

  /** {@code ip saddr . tcp dport}: several fields looked at together. */
  private String concatenated(String first) {
    List<String> selectors = new ArrayList<>(List.of(first));
    while (isNext(".")) {
      next++;
      value().map(this::selector).ifPresent(selectors::add);
    }
    return String.join(" . ", selectors);
  }

  /** What a match looks at; in front of a key of its own, {@code meta} says nothing. */
  private String selector(Word first) {
    String name = first.text();
    if (name.equals("meta")) {
      return value().map(Word::text).orElse(name);
    }
    if (name.equals("fib")) {
      // "fib saddr . mark . iif oif": the keys, then what is wanted of the route.
      value();
      while (isNext(".")) {
        next++;
        value();
      }
      value();
      return name;
    }
    if (GENERATORS.contains(name)) {
      skipGenerator();
      return name;
    }
    if (!HEADERS.contains(name)) {
      return name;
    }
    if (name.equals("ct") && (isNext("original") || isNext("reply"))) {
      next++;
    }
    String field = value().map(Word::text).orElse("");
    if (name.equals("ct") && (field.equals("ip") || field.equals("ip6"))) {
      field = field + value().map(address -> " " + address.text()).orElse("");
    } else if (field.equals("option")) {
      // "tcp option maxseg size": the option, and the field of it unless it is only looked for.
      value();
      if (!isNext("exists") && !isNext("missing")) {
        value();
      }
    }
    return name + " " + field;
  }

  /** {@code numgen inc mod 2 offset 1}, {@code jhash ip saddr mod 4}. */
  private void skipGenerator() {
    while (next < words.size() && !isStatement() && !isNext("mod")) {
      next++;
    }
    if (isNext("mod")) {
      next = Math.min(next + 2, words.size());
    }
    if (isNext("offset")) {
      next = Math.min(next + 2, words.size());
    }
  }

  /** Skips a value, with the operators in it; what begins a statement is none. */
  private void skipValue() {
    boolean operand = true;
    while (next < words.size() && !isStatement()) {
      Word word = words.get(next);
      boolean operator = word.kind() == Kind.PLAIN && OPERATORS.contains(word.text());
      if (operator || word.is(".")) {
        operand = true;
      } else if (!operand) {
        return;
      } else {
        operand = false;
      }
      if (word.is("{")) {
        skipBlock();
      } else {
        next++;
      }
    }
  }

  private void skipBlock() {
    int depth = 0;
    do {
      Word word = words.get(next++);
      if (word.is("{")) {
        depth++;
      } else if (word.is("}")) {
        depth--;
      }
    } while (depth > 0 && next < words.size());
  }

  private void skipExpression() {
    while (next < words.size() && !isStatement()) {
      next++;
    }
  }

  private Optional<Word> value() {
    return next < words.size() ? Optional.of(words.get(next++)) : Optional.empty();
  }

  private boolean isNext(String plain) {
    return next < words.size() && words.get(next).is(plain);
  }

  private boolean isStatement() {
    return words.get(next).kind() == Kind.PLAIN && STATEMENTS.contains(words.get(next).text());
  }
}
