package io.fipctl.nodeoutput;

import io.fipctl.model.ApiObject;
import io.fipctl.model.Cidr;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** What {@code ip -j rule} printed, in the order in which the kernel asks. */
public record RoutingRules(List<RoutingRule> rules, List<ParseProblem> faults) implements Parsed {
  /** What a node has on which nobody made rules. */
  public static final RoutingRules DEFAULT =
      new RoutingRules(
          List.of(lookup(0, "local"), lookup(32766, Route.MAIN), lookup(32767, "default")),
          List.of());

  /** The keys that this reader understands, or that change nothing. */
  private static final Set<String> KNOWN =
      Set.of(
          "priority",
          "not",
          "src",
          "srclen",
          "dst",
          "dstlen",
          "fwmark",
          "fwmask",
          "iif",
          "iif_detached",
          "oif",
          "oif_detached",
          "table",
          "goto",
          "unresolved",
          "nop",
          "action",
          "suppress_prefixlen",
          "protocol",
          "flags");

  public RoutingRules {
    rules = rules.stream().sorted(Comparator.comparingLong(RoutingRule::priority)).toList();
    faults = List.copyOf(faults);
  }

  public static RoutingRules parse(String json) {
    JsonList<RoutingRule> list =
        JsonList.read(json, "rules", "a rule that leads nowhere", RoutingRules::rule);
    return new RoutingRules(list.elements(), list.faults());
  }

  private static Optional<RoutingRule> rule(ApiObject rule) {
    Optional<RoutingRule.Action> action = action(rule);
    if (action.isEmpty() || rule.number("priority").isEmpty()) {
      return Optional.empty();
    }
    Optional<Cidr> from = range(rule, "src");
    Optional<Cidr> to = range(rule, "dst");
    if (from.isPresent() != isRange(rule, "src") || to.isPresent() != isRange(rule, "dst")) {
      return Optional.empty();
    }
    return Optional.of(
        new RoutingRule(
            rule.number("priority").getAsLong(),
            rule.tree().containsKey("not"),
            from,
            to,
            rule.text("fwmark").flatMap(value -> mark(value, rule.text("fwmask"))),
            rule.text("iif"),
            rule.text("oif"),
            rule.tree().keySet().stream().filter(key -> !KNOWN.contains(key)).toList(),
            action.get(),
            rule.number("suppress_prefixlen")));
  }

  private static Optional<RoutingRule.Action> action(ApiObject rule) {
    if (rule.text("action").isPresent()) {
      return rule.text("action").map(RoutingRule.Action.Discard::new);
    }
    if (rule.number("goto").isPresent()) {
      return Optional.of(new RoutingRule.Action.Goto(rule.number("goto").getAsLong()));
    }
    if (rule.tree().containsKey("nop") || rule.tree().containsKey("goto")) {
      return Optional.of(new RoutingRule.Action.Nop());
    }
    return rule.text("table").map(Route::tableName).map(RoutingRule.Action.Lookup::new);
  }

  private static boolean isRange(ApiObject rule, String key) {
    return rule.has(key) && !rule.text(key).equals(Optional.of("all"));
  }

  private static Optional<Cidr> range(ApiObject rule, String key) {
    String length = rule.text(key + "len").map(bits -> "/" + bits).orElse("");
    return rule.text(key)
        .filter(text -> !text.equals("all"))
        .flatMap(a -> Cidr.tryParse(a + length));
  }

  private static Optional<RoutingRule.Mark> mark(String value, Optional<String> mask) {
    try {
      return Optional.of(
          new RoutingRule.Mark(Long.decode(value), Long.decode(mask.orElse("0xffffffff"))));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static RoutingRule lookup(long priority, String table) {
    return new RoutingRule(
        priority,
        false,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        new RoutingRule.Action.Lookup(table),
        OptionalLong.empty());
  }
}
