package io.fipctl.nat;

import io.fipctl.model.ApiObject;
import io.fipctl.model.Cidr;
import io.fipctl.model.IpAddress;
import io.fipctl.model.JsonText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the list of expressions of one nft rule; what is unknown stays as text. */
final class NftRule {
  private Optional<Rule.AddressMatch> source = Optional.empty();
  private Optional<Rule.AddressMatch> destination = Optional.empty();
  private Optional<Rule.Action> action = Optional.empty();
  private Optional<Counters> counters = Optional.empty();
  private final List<String> words = new ArrayList<>();

  private NftRule() {}

  static Rule of(String json, String chain, JsonText.Value rule) {
    NftRule reader = new NftRule();
    if (rule instanceof JsonText.Obj object
        && object.member("expr").map(JsonText.Member::value).orElse(null)
            instanceof JsonText.Arr list) {
      for (JsonText.Value expression : list.elements()) {
        reader.words.add(json.substring(expression.start(), expression.end()));
        reader.expression(object(expression));
      }
    }
    return new Rule(
        chain,
        reader.source,
        reader.destination,
        reader.action,
        reader.counters,
        object(rule).text("comment").stream().toList(),
        reader.words);
  }

  /** The value as an object; the empty one when it is something else. */
  @SuppressWarnings("unchecked") // The plain form of a JSON object has text keys.
  static ApiObject object(JsonText.Value value) {
    return JsonText.plain(value) instanceof Map<?, ?> map
        ? new ApiObject((Map<String, Object>) map)
        : ApiObject.EMPTY;
  }

  private void expression(ApiObject expression) {
    for (String kind : expression.tree().keySet()) {
      ApiObject value = expression.object(kind);
      switch (kind) {
        case "match" -> match(value);
        case "counter" -> counter(value);
        case "jump" -> value.text("target").map(Rule.Action.Jump::new).ifPresent(this::does);
        case "goto" -> value.text("target").map(Rule.Action.Goto::new).ifPresent(this::does);
        case "dnat" -> does(new Rule.Action.Dnat(value.text("addr")));
        case "snat" -> does(new Rule.Action.Snat(value.text("addr"), isFullyRandom(value)));
        case "xt" -> xt(value);
        case "accept", "drop", "return", "masquerade", "redirect", "reject", "queue" ->
            does(new Rule.Action.Other(kind));
        default -> {
          // Kept as text only.
        }
      }
    }
  }

  private void does(Rule.Action what) {
    action = Optional.of(what);
  }

  private void match(ApiObject match) {
    String field = match.text("left", "payload", "field").orElse("");
    String protocol = match.text("left", "payload", "protocol").orElse("");
    String operator = match.text("op").orElse("");
    boolean negated = operator.equals("!=");
    if (!(protocol.equals("ip") || protocol.equals("ip6")) || !(negated || operator.equals("=="))) {
      return;
    }
    Optional<Rule.AddressMatch> addresses =
        range(match).map(cidr -> new Rule.AddressMatch(cidr, negated));
    switch (field) {
      case "saddr" -> source = addresses;
      case "daddr" -> destination = addresses;
      default -> {
        // Another field of the header.
      }
    }
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
      counters =
          Optional.of(
              new Counters(
                  counter.number("packets").getAsLong(), counter.number("bytes").orElse(0)));
    }
  }

  /** A part that iptables-nft wrote: nft prints its name only. */
  private void xt(ApiObject part) {
    String name = part.text("name").orElse("");
    if (part.text("type").equals(Optional.of("target"))) {
      does(
          switch (name) {
            case "DNAT" -> new Rule.Action.Dnat(Optional.empty());
            case "SNAT" -> new Rule.Action.Snat(Optional.empty(), false);
            default -> new Rule.Action.Other(name);
          });
    }
  }

  private static boolean isFullyRandom(ApiObject nat) {
    return nat.text("flags").equals(Optional.of("fully-random"))
        || nat.texts("flags").contains("fully-random");
  }
}
