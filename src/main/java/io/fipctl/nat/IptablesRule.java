package io.fipctl.nat;

import io.fipctl.model.Cidr;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Reads the words of one {@code -A} line of iptables-save. */
final class IptablesRule {
  private final List<String> words;
  private final Optional<Counters> counters;
  private final Predicate<String> isChain;

  private Optional<Rule.AddressMatch> source = Optional.empty();
  private Optional<Rule.AddressMatch> destination = Optional.empty();
  private final List<String> comments = new ArrayList<>();
  private Optional<String> target = Optional.empty();
  private boolean isGoto;
  private Optional<String> to = Optional.empty();
  private boolean fullyRandom;

  private IptablesRule(List<String> words, Optional<Counters> counters, Predicate<String> isChain) {
    this.words = words;
    this.counters = counters;
    this.isChain = isChain;
  }

  /**
   * @param words {@code -A}, the chain, and the rest
   * @param isChain whether a target is a chain of the table; anything else does something by itself
   */
  static Rule of(List<String> words, Optional<Counters> counters, Predicate<String> isChain) {
    return new IptablesRule(words, counters, isChain).read();
  }

  private Rule read() {
    for (int i = 2; i < words.size(); i++) {
      boolean hasValue = i + 1 < words.size();
      boolean negated = words.get(i - 1).equals("!");
      switch (words.get(i)) {
        case "-s" -> source = hasValue ? match(words.get(++i), negated) : source;
        case "-d" -> destination = hasValue ? match(words.get(++i), negated) : destination;
        case "--comment" -> {
          if (hasValue) {
            comments.add(words.get(++i));
          }
        }
        case "-j", "-g" -> {
          isGoto = words.get(i).equals("-g");
          target = hasValue ? Optional.of(words.get(++i)) : target;
        }
        case "--to-destination", "--to-source" -> to = hasValue ? Optional.of(words.get(++i)) : to;
        case "--random-fully" -> fullyRandom = true;
        default -> {
          // The words of the other matches stay in the rule's words.
        }
      }
    }
    return new Rule(
        words.get(1), source, destination, target.map(this::action), counters, comments, words);
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

  private static Optional<Rule.AddressMatch> match(String range, boolean negated) {
    return Cidr.tryParse(range).map(cidr -> new Rule.AddressMatch(cidr, negated));
  }
}
