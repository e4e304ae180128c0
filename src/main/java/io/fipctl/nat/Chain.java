package io.fipctl.nat;

import java.util.List;
import java.util.Optional;

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

  /** A place in the kernel's path of a packet, such as nat prerouting at -100. */
  public record Hook(String type, String name, long priority) {}
}
