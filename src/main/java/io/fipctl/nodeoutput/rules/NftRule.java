package io.fipctl.nodeoutput.rules;

import io.fipctl.model.ApiObject;
import io.fipctl.model.Cidr;
import io.fipctl.model.IpAddress;
import io.fipctl.model.JsonText;
import io.fipctl.nodeoutput.JsonList;
import java.util.Optional;

/** Reads the list of expressions of one nft rule; what is unknown stays as text. */
public final class NftRule {
  private final RuleParts parts = new RuleParts();

  private NftRule() {}

  static Rule of(String json, String chain, JsonText.Value rule) {
    NftRule reader = new NftRule();
    String text = "[]";
    if (rule instanceof JsonText.Obj object
        && object.member("expr").map(JsonText.Member::value).orElse(null)
            instanceof JsonText.Arr list) {
      list.elements().forEach(expression -> reader.expression(JsonList.object(expression)));
      text = json.substring(list.start(), list.end());
    }
    JsonList.object(rule).text("comment").ifPresent(reader.parts.comments::add);
    return reader.parts.rule(chain, text);
  }

  private void expression(ApiObject expression) {
    for (String kind : expression.tree().keySet()) {
      ApiObject value = expression.object(kind);
      switch (kind) {
        case "match" -> match(value);
        case "limit", "quota", "ct count" -> parts.conditions.add(kind);
        case "vmap" -> {
          parts.conditions.add(selector(value.object("key")));
          parts.does(new Rule.Action.Other(kind));
        }
        case "counter" -> counter(value);
        case "jump" -> value.text("target").map(Rule.Action.Jump::new).ifPresent(parts::does);
        case "goto" -> value.text("target").map(Rule.Action.Goto::new).ifPresent(parts::does);
        case "dnat" -> parts.does(new Rule.Action.Dnat(target(value)));
        case "snat" -> parts.does(new Rule.Action.Snat(target(value), isFullyRandom(value)));
        case "xt" -> parts.xt(value.text("type").orElse(""), value.text("name").orElse(""));
        case "accept", "drop", "return", "masquerade", "redirect", "reject", "queue" ->
            parts.does(new Rule.Action.Other(kind));
        default -> {
          // Kept as text only.
        }
      }
    }
  }

  private void match(ApiObject match) {
    String selector = selector(match.object("left"));
    String operator = match.text("op").orElse("");
    boolean negated = operator.equals("!=");
    boolean plain = negated || operator.equals("==") || operator.equals("in");
    Optional<Rule.AddressMatch> addresses =
        plain ? range(match).map(cidr -> new Rule.AddressMatch(cidr, negated)) : Optional.empty();
    Optional<Rule.InterfaceMatch> device =
        plain
            ? match.text("right").map(name -> Rule.InterfaceMatch.of(name, "*", negated))
            : Optional.empty();
    parts.match(selector, addresses, device);
  }

  /** What a match looks at, in the words of the text form. */
  private static String selector(ApiObject left) {
    String kind = left.tree().keySet().stream().findFirst().orElse("");
    ApiObject value = left.object(kind);
    return switch (kind) {
      case "payload" ->
          value.text("protocol").isPresent()
              ? value.text("protocol").get() + " " + value.text("field").orElse("")
              : "payload";
      case "meta" -> value.text("key").orElse(kind);
      case "ct" -> "ct " + value.text("key").orElse("");
      case "concat" ->
          String.join(" . ", left.objects(kind).stream().map(NftRule::selector).toList());
      // A mask: what is masked stands first.
      case "&", "|", "^", "<<", ">>" ->
          left.objects(kind).stream().findFirst().map(NftRule::selector).orElse(kind);
      default -> kind;
    };
  }

  private static Optional<Cidr> range(ApiObject match) {
    Optional<IpAddress> network =
        match.text("right", "prefix", "addr").flatMap(IpAddress::tryParse);
    if (network.isEmpty()) {
      return match.text("right").flatMap(Cidr::tryParse);
    }
    long length = match.number("right", "prefix", "len").orElse(-1);
    return Cidr.tryParse(network.get() + "/" + length);
  }

  private void counter(ApiObject counter) {
    if (counter.number("packets").isPresent()) {
      parts.counters =
          Optional.of(
              new Counters(
                  counter.number("packets").getAsLong(), counter.number("bytes").orElse(0)));
    }
  }

  /** Where a NAT rule leads to, written as iptables does; empty when a map says it. */
  private static Optional<String> target(ApiObject nat) {
    Optional<String> port = nat.text("port");
    Optional<String> range =
        nat.has("addr", "range")
            ? Optional.of(String.join("-", nat.texts("addr", "range")))
            : Optional.empty();
    return nat.text("addr")
        .or(() -> range)
        .map(
            address -> {
              String host =
                  port.isPresent() && address.contains(":") ? "[" + address + "]" : address;
              return port.map(number -> host + ":" + number).orElse(host);
            });
  }

  private static boolean isFullyRandom(ApiObject nat) {
    return nat.text("flags").equals(Optional.of("fully-random"))
        || nat.texts("flags").contains("fully-random");
  }
}
