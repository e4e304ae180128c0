package io.fipctl.nodeoutput.rules;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * A chain with its rules in order.
 *
 * @param policy what happens at its end; only chains that the kernel calls have one
 * @param counters of the policy, where they are printed
 * @param hook where the kernel calls it, where that is printed (nft)
 */
public record Chain(
    String name,
    Optional<String> policy,
    Optional<Counters> counters,
    Optional<Hook> hook,
    List<Rule> rules) {
  public Chain {
    rules = List.copyOf(rules);
  }

  /** This chain with other rules. */
  Chain with(List<Rule> others) {
    return new Chain(name, policy, counters, hook, others);
  }

  /** Whether packets that come to its end are dropped. */
  public boolean drops() {
    return policy.filter("drop"::equalsIgnoreCase).isPresent();
  }

  /** The rule of that number, counted from 1 as the tools do. */
  public Optional<Rule> rule(int number) {
    return number >= 1 && number <= rules.size()
        ? Optional.of(rules.get(number - 1))
        : Optional.empty();
  }

  /** The number of the first such rule, counted from 1. */
  public OptionalInt numberOf(Predicate<Rule> wanted) {
    return IntStream.rangeClosed(1, rules.size())
        .filter(number -> wanted.test(rules.get(number - 1)))
        .findFirst();
  }

  /** The number of the first rule that leads to that chain, counted from 1. */
  public OptionalInt numberOfJumpTo(String other) {
    return numberOf(rule -> rule.leadsTo().equals(Optional.of(other)));
  }

  /** A place in the kernel's path of a packet, such as nat prerouting at -100. */
  public record Hook(String type, String name, long priority) {}
}
