package io.fipctl.nodeoutput.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a reader has found of one rule so far, the same for every form of output. */
final class RuleParts {
  Optional<Rule.AddressMatch> source = Optional.empty();
  Optional<Rule.AddressMatch> destination = Optional.empty();
  Optional<Rule.InterfaceMatch> in = Optional.empty();
  Optional<Rule.InterfaceMatch> out = Optional.empty();
  Optional<Rule.Action> action = Optional.empty();
  Optional<Counters> counters = Optional.empty();
  final List<String> conditions = new ArrayList<>();
  final List<String> comments = new ArrayList<>();

  void does(Rule.Action what) {
    action = Optional.of(what);
  }

  /**
   * A match of nft.
   *
   * @param selector what it looks at, such as {@code ip daddr} or {@code mark}
   * @param addresses what it wants, where that is one range
   * @param device what it wants, where that is one interface
   */
  void match(
      String selector,
      Optional<Rule.AddressMatch> addresses,
      Optional<Rule.InterfaceMatch> device) {
    boolean source = selector.equals("ip saddr") || selector.equals("ip6 saddr");
    boolean destination = selector.equals("ip daddr") || selector.equals("ip6 daddr");
    boolean in = selector.equals("iifname") || selector.equals("iif");
    boolean out = selector.equals("oifname") || selector.equals("oif");
    // A second match of the same kind narrows the first: it stays a condition.
    if (source && this.source.isEmpty() && addresses.isPresent()) {
      this.source = addresses;
    } else if (destination && this.destination.isEmpty() && addresses.isPresent()) {
      this.destination = addresses;
    } else if (in && this.in.isEmpty() && device.isPresent()) {
      this.in = device;
    } else if (out && this.out.isEmpty() && device.isPresent()) {
      this.out = device;
    } else {
      conditions.add(selector);
    }
  }

  /** A part that iptables-nft wrote and of which nft knows the name only. */
  void xt(String type, String name) {
    if (type.equals("target")) {
      does(
          switch (name) {
            case "DNAT" -> new Rule.Action.Dnat(Optional.empty());
            case "SNAT" -> new Rule.Action.Snat(Optional.empty(), false);
            default -> new Rule.Action.Other(name);
          });
    } else if (!name.equals("comment")) {
      conditions.add(name);
    }
  }

  Rule rule(String chain, String text) {
    return new Rule(
        chain, source, destination, in, out, conditions, action, counters, comments, text);
  }
}
