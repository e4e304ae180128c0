package io.fipctl.nodeoutput;

import io.fipctl.model.Cidr;
import io.fipctl.model.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** A node's rules and routes together: what {@code ip route get} would answer. */
public record Routing(RoutingRules rules, Routes routes) {
  /** The interface of what the node itself sends. */
  private static final String OWN = "lo";

  /**
   * A packet whose way is asked for.
   *
   * @param from its source; empty for a packet of the node whose source is still to be chosen
   * @param in the interface it comes in by; empty for a packet of the node
   * @param mark the firewall mark, 0 for none
   */
  public record Packet(IpAddress to, Optional<IpAddress> from, Optional<String> in, long mark) {
    /** A packet that the node itself sends. */
    public static Packet to(IpAddress to) {
      return new Packet(to, Optional.empty(), Optional.empty(), 0);
    }
  }

  /**
   * What was found.
   *
   * @param rule the one that decided; empty when no rule led to a route
   * @param route the one that it led to; empty when the rule itself discards
   * @param unsure rules before that one that are for some packets to the address only
   */
  public record Decision(
      Optional<RoutingRule> rule, Optional<Route> route, List<RoutingRule> unsure) {
    public Decision {
      unsure = List.copyOf(unsure);
    }

    /** Whether the packet goes on: not without a route, and not by one that discards. */
    public boolean goesOn() {
      return route.isPresent() && !route.get().discards();
    }
  }

  /** Asks the rules in their order, each its table; the first table that has a route decides. */
  public Decision decide(Packet packet) {
    List<RoutingRule> unsure = new ArrayList<>();
    Set<Long> priorities =
        rules.rules().stream().map(RoutingRule::priority).collect(Collectors.toSet());
    long from = Long.MIN_VALUE;
    for (RoutingRule rule : rules.rules()) {
      if (rule.priority() < from || !matches(rule, packet)) {
        continue;
      }
      if (!rule.others().isEmpty()) {
        unsure.add(rule);
        continue;
      }
      switch (rule.action()) {
        case RoutingRule.Action.Nop nop -> {
          // The search goes on.
        }
        // The kernel takes jumps forward only; one to a rule that is not there goes on.
        case RoutingRule.Action.Goto jump -> {
          if (jump.priority() > rule.priority() && priorities.contains(jump.priority())) {
            from = jump.priority();
          }
        }
        case RoutingRule.Action.Discard discard -> {
          return new Decision(Optional.of(rule), Optional.empty(), unsure);
        }
        case RoutingRule.Action.Lookup lookup -> {
          Optional<Route> route =
              routes
                  .to(packet.to(), lookup.table())
                  .filter(found -> !found.isThrow())
                  .filter(found -> found.destination().prefix() > rule.suppressed().orElse(-1));
          if (route.isPresent()) {
            return new Decision(Optional.of(rule), route, unsure);
          }
        }
      }
    }
    return new Decision(Optional.empty(), Optional.empty(), unsure);
  }

  private static boolean matches(RoutingRule rule, Packet packet) {
    boolean matches =
        contains(rule.from(), packet.from())
            && contains(rule.to(), Optional.of(packet.to()))
            && rule.mark().stream()
                .allMatch(mark -> (packet.mark() & mark.mask()) == (mark.value() & mark.mask()))
            && rule.in().stream().allMatch(packet.in().orElse(OWN)::equals)
            // Only a socket that is bound to an interface has one before its route is known.
            && rule.out().isEmpty();
    return matches != rule.negated();
  }

  private static boolean contains(Optional<Cidr> range, Optional<IpAddress> address) {
    return range.isEmpty() || address.filter(range.get()::contains).isPresent();
  }
}
