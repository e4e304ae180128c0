package io.fipctl.nodeoutput.rules;

import io.fipctl.model.Cidr;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Reads the words of one {@code -A} line of iptables-save. */
final class IptablesRule {
  private final List<String> words;
  private final Predicate<String> isChain;
  private final RuleParts parts = new RuleParts();
  private Optional<String> target = Optional.empty();
  private boolean isGoto;
  private Optional<String> to = Optional.empty();
  private boolean fullyRandom;

  private IptablesRule(List<String> words, Predicate<String> isChain) {
    this.words = words;
    this.isChain = isChain;
  }

  /**
   * @param words {@code -A}, the chain, and the rest
   * @param isChain whether a target is a chain of the table; anything else does something by itself
   */
  static Rule of(
      String line, List<String> words, Optional<Counters> counters, Predicate<String> isChain) {
    IptablesRule reader = new IptablesRule(words, isChain);
    reader.parts.counters = counters;
    reader.read();
    return reader.parts.rule(words.get(1), line);
  }

  private void read() {
    for (int i = 2; i < words.size(); i++) {
      boolean negated = words.get(i - 1).equals("!");
      // A match without its value is passed over: nothing can be said about it.
      Optional<String> value =
          i + 1 < words.size() ? Optional.of(words.get(i + 1)) : Optional.empty();
      if (option(words.get(i), value, negated)) {
        i++;
      }
    }
    parts.action = target.map(this::action);
  }

  /** Reads one option; says whether it took the value. */
  private boolean option(String option, Optional<String> value, boolean negated) {
    switch (option) {
      case "-s" -> parts.source = value.flatMap(range -> addresses("source", range, negated));
      case "-d" ->
          parts.destination = value.flatMap(range -> addresses("destination", range, negated));
      case "-i" -> parts.in = value.map(name -> Rule.InterfaceMatch.of(name, "+", negated));
      case "-o" -> parts.out = value.map(name -> Rule.InterfaceMatch.of(name, "+", negated));
      case "-p" -> parts.conditions.add("protocol");
      case "-m" -> value.filter(name -> !name.equals("comment")).ifPresent(parts.conditions::add);
      case "--comment" -> value.ifPresent(parts.comments::add);
      case "-j", "-g" -> {
        isGoto = option.equals("-g");
        target = value;
      }
      case "--to-destination", "--to-source" -> to = value;
      case "--random-fully" -> {
        fullyRandom = true;
        return false;
      }
      case "-f" -> {
        parts.conditions.add("fragment");
        return false;
      }
      default -> {
        // The options of the matches stay in the rule's text.
        return false;
      }
    }
    return true;
  }

  private Rule.Action action(String name) {
    if (isGoto) {
      return new Rule.Action.Goto(name);
    }
    if (isChain.test(name)) {
      return new Rule.Action.Jump(name);
    }
    return switch (name) {
      case "DNAT" -> new Rule.Action.Dnat(to);
      case "SNAT" -> new Rule.Action.Snat(to, fullyRandom);
      default -> new Rule.Action.Other(name);
    };
  }

  private Optional<Rule.AddressMatch> addresses(String which, String range, boolean negated) {
    Optional<Rule.AddressMatch> addresses =
        Cidr.tryParse(range).map(cidr -> new Rule.AddressMatch(cidr, negated));
    if (addresses.isEmpty()) {
      // Such as a mask with holes.
      parts.conditions.add(which);
    }
    return addresses;
  }
}
