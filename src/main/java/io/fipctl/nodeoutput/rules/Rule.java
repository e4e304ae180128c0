package io.fipctl.nodeoutput.rules;

import io.fipctl.model.Cidr;
import io.fipctl.model.IpAddress;
import java.util.List;
import java.util.Optional;

/**
 * A rule of a chain, the same for every backend.
 *
 * @param source which source addresses it is for; empty also when it names them in another way,
 *     such as a set
 * @param in the interface that packets come in by
 * @param out the interface that packets leave by
 * @param conditions what else a packet must be like, by the name of what is looked at: the match of
 *     iptables ({@code mark}, {@code conntrack}, {@code protocol}) or the expression of nft ({@code
 *     mark}, {@code ct state}, {@code tcp dport}); comments are none
 * @param action what it does; empty for a rule that only counts or was not understood
 * @param text the whole rule as printed: a line, or the JSON list of expressions
 */
public record Rule(
    String chain,
    Optional<AddressMatch> source,
    Optional<AddressMatch> destination,
    Optional<InterfaceMatch> in,
    Optional<InterfaceMatch> out,
    List<String> conditions,
    Optional<Action> action,
    Optional<Counters> counters,
    List<String> comments,
    String text) {
  public Rule {
    conditions = List.copyOf(conditions);
    comments = List.copyOf(comments);
  }

  /** The addresses that a rule is for, or with a {@code !} those it is not for. */
  public record AddressMatch(Cidr range, boolean negated) {
    /** The address, when the rule is for exactly one. */
    public Optional<IpAddress> host() {
      return range.isHost() && !negated ? Optional.of(range.network()) : Optional.empty();
    }

    /** Whether the rule is for this address. */
    public boolean covers(IpAddress address) {
      return range.contains(address) != negated;
    }
  }

  /**
   * The interface that a rule is for, or with a {@code !} the one it is not for.
   *
   * @param name the whole name, or its beginning
   * @param prefix whether any name that begins so is meant: {@code cali+}, {@code "cali*"}
   */
  public record InterfaceMatch(String name, boolean prefix, boolean negated) {
    /** Reads a name that may end in the tool's wildcard. */
    static InterfaceMatch of(String text, String wildcard, boolean negated) {
      boolean prefix = text.endsWith(wildcard);
      return new InterfaceMatch(
          prefix ? text.substring(0, text.length() - wildcard.length()) : text, prefix, negated);
    }

    /** Whether the rule is for this interface. */
    public boolean covers(String device) {
      return (prefix ? device.startsWith(name) : device.equals(name)) != negated;
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

  /** Whether it does this, whether the backend writes it large or small: {@code drop}. */
  public boolean does(String name) {
    return action.orElse(null) instanceof Action.Other other && other.name().equalsIgnoreCase(name);
  }

  public boolean drops() {
    return does("drop");
  }

  /** Whether it is for every packet that comes to it. */
  public boolean isForEveryPacket() {
    return source.isEmpty()
        && destination.isEmpty()
        && in.isEmpty()
        && out.isEmpty()
        && conditions.isEmpty();
  }

  /** Whether it asks if the answer would leave by the interface that the packet came in by. */
  public boolean checksReversePath() {
    return conditions.contains("rpfilter") || conditions.contains("fib");
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
