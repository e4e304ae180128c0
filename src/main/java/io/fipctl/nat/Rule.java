package io.fipctl.nat;

import io.fipctl.model.Cidr;
import io.fipctl.model.IpAddress;
import java.util.List;
import java.util.Optional;

/**
 * A rule of a chain, the same for every backend.
 *
 * @param source which source addresses it is for; empty also when it names them in another way,
 *     such as a set
 * @param action what it does; empty for a rule that only counts or was not understood
 * @param words the whole rule as printed: the words of iptables, or one JSON expression each of nft
 */
public record Rule(
    String chain,
    Optional<AddressMatch> source,
    Optional<AddressMatch> destination,
    Optional<Action> action,
    Optional<Counters> counters,
    List<String> comments,
    List<String> words) {
  public Rule {
    comments = List.copyOf(comments);
    words = List.copyOf(words);
  }

  /** The addresses that a rule is for, or with a {@code !} those it is not for. */
  public record AddressMatch(Cidr range, boolean negated) {
    /** The address, when the rule is for exactly one. */
    public Optional<IpAddress> host() {
      return range.isHost() && !negated ? Optional.of(range.network()) : Optional.empty();
    }
  }

  /** What a rule does with a packet. */
  public sealed interface Action {
    /** Continues in another chain of the table and comes back. */
    record Jump(String chain) implements Action {}

    /** Continues in another chain of the table and does not come back. */
    record Goto(String chain) implements Action {}

    /** Rewrites the destination; {@code to} is empty where nft cannot print an xt target. */
    record Dnat(Optional<String> to) implements Action {
      public Optional<IpAddress> address() {
        return to.flatMap(Rule::address);
      }
    }

    /** Rewrites the source; {@code to} is empty where nft cannot print an xt target. */
    record Snat(Optional<String> to, boolean fullyRandom) implements Action {
      public Optional<IpAddress> address() {
        return to.flatMap(Rule::address);
      }
    }

    /** Anything else, by its name: {@code MASQUERADE}, {@code accept}. */
    record Other(String name) implements Action {}
  }

  /** The chain it leads to, by jump or goto. */
  public Optional<String> leadsTo() {
    if (action.isEmpty()) {
      return Optional.empty();
    }
    return switch (action.get()) {
      case Action.Jump jump -> Optional.of(jump.chain());
      case Action.Goto jump -> Optional.of(jump.chain());
      case Action.Dnat dnat -> Optional.empty();
      case Action.Snat snat -> Optional.empty();
      case Action.Other other -> Optional.empty();
    };
  }

  /** The single address of {@code 10.0.0.1}, {@code 10.0.0.1:80} or {@code [fd00::1]:80}. */
  private static Optional<IpAddress> address(String target) {
    String host = target;
    if (target.startsWith("[")) {
      host = target.substring(1, Math.max(1, target.indexOf(']')));
    } else if (target.indexOf(':') == target.lastIndexOf(':') && target.indexOf(':') > 0) {
      host = target.substring(0, target.indexOf(':'));
    }
    return IpAddress.tryParse(host);
  }
}
