package io.fipctl.lab;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Felix's own table of nftables as {@code nft -j} prints it; its chains begin with their layer. */
final class NftTable {
  private final String family;
  private int handle = 10;

  NftTable(String family) {
    this.family = family;
  }

  /** A rule as Felix hashes it and as nft prints it. */
  private record Rule(String hashed, List<Object> expression) {}

  Object table() {
    return Map.of("table", Map.of("family", family, "name", "calico", "handle", handle++));
  }

  /** A base chain and its jump into Felix's chain of the same name. */
  void hook(List<Object> items, String name, String hook, int priority) {
    Map<String, Object> chain = chain("nat-" + name);
    chain.put("type", "nat");
    chain.put("hook", hook);
    chain.put("prio", priority);
    chain.put("policy", "accept");
    items.add(Map.of("chain", chain));
    if (!name.equals("INPUT")) {
      items.addAll(rules("nat-" + name, List.of(jumpTo("nat-cali-" + name))));
    }
  }

  void jump(List<Object> items, String name, String... targets) {
    List<Rule> jumps = new ArrayList<>();
    for (String target : targets) {
      jumps.add(jumpTo("nat-" + target));
    }
    add(items, "nat-cali-" + name, jumps);
  }

  void dnat(List<Object> items, Map<String, String> rules) {
    List<Rule> all = new ArrayList<>();
    rules.forEach(
        (address, pod) ->
            all.add(
                new Rule(
                    "%s daddr %s counter dnat to %s".formatted(family, address, pod),
                    List.of(
                        match("==", "daddr", address),
                        counter(),
                        Map.of("dnat", Map.of("addr", pod))))));
    add(items, "nat-cali-fip-dnat", all);
  }

  void snat(List<Object> items, Map<String, String> rules) {
    List<Rule> all = new ArrayList<>();
    rules.forEach(
        (pod, address) ->
            all.add(
                new Rule(
                    "%1$s daddr %2$s %1$s saddr %2$s counter snat to %3$s fully-random"
                        .formatted(family, pod, address),
                    List.of(
                        match("==", "daddr", pod),
                        match("==", "saddr", pod),
                        counter(),
                        Map.of("snat", Map.of("addr", address, "flags", "fully-random"))))));
    add(items, "nat-cali-fip-snat", all);
  }

  void outgoing(List<Object> items, String sets) {
    String from = "@" + sets + "masq-ipam-pools";
    String to = "@" + sets + "network-ip-pools";
    add(
        items,
        "nat-cali-nat-outgoing",
        List.of(
            new Rule(
                "%1$s saddr %2$s %1$s daddr != %3$s counter masquerade fully-random"
                    .formatted(family, from, to),
                List.of(
                    match("==", "saddr", from),
                    match("!=", "daddr", to),
                    counter(),
                    Map.of("masquerade", Map.of("flags", "fully-random"))))));
  }

  private void add(List<Object> items, String name, List<Rule> rules) {
    items.add(Map.of("chain", chain(name)));
    items.addAll(rules(name, rules));
  }

  private Map<String, Object> chain(String name) {
    Map<String, Object> chain = new LinkedHashMap<>();
    chain.put("family", family);
    chain.put("table", "calico");
    chain.put("name", name);
    chain.put("handle", handle++);
    return chain;
  }

  private List<Object> rules(String chain, List<Rule> rules) {
    List<Object> items = new ArrayList<>();
    List<String> hashes =
        NatText.hashes(NatText.hookName(chain), rules.stream().map(Rule::hashed).toList());
    for (int i = 0; i < rules.size(); i++) {
      Map<String, Object> item = new LinkedHashMap<>();
      item.put("family", family);
      item.put("table", "calico");
      item.put("chain", chain);
      item.put("handle", handle++);
      item.put("comment", "cali:" + hashes.get(i) + ";");
      item.put("expr", rules.get(i).expression());
      items.add(Map.of("rule", item));
    }
    return items;
  }

  private static Rule jumpTo(String chain) {
    return new Rule(
        "counter jump " + chain, List.of(counter(), Map.of("jump", Map.of("target", chain))));
  }

  private static Object counter() {
    return Map.of("counter", Map.of("packets", 0, "bytes", 0));
  }

  private Object match(String operator, String field, String value) {
    Map<String, Object> match = new LinkedHashMap<>();
    match.put("op", operator);
    match.put("left", Map.of("payload", Map.of("protocol", family, "field", field)));
    match.put("right", value);
    return Map.of("match", match);
  }
}
