package io.fipctl.lab.text;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Felix's own table of nftables as {@code nft} prints it, as JSON and as text; its chains begin
 * with their layer.
 */
final class NftTable {
  private final String family;
  private final List<Object> items = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();
  private int handle = 10;

  NftTable(String family) {
    this.family = family;
    items.add(Map.of("table", Map.of("family", family, "name", "calico", "handle", handle++)));
    text.append("table %s calico {\n".formatted(family));
  }

  /** The table and all in it, as {@code nft -j} has it. */
  List<Object> items() {
    return items;
  }

  /** The same for people. */
  String text() {
    return text + "}\n";
  }

  /** A rule as Felix hashes it and as nft prints it. */
  private record Rule(String hashed, List<Object> expression) {}

  /** A base chain and its jump into Felix's chain of the same name. */
  void hook(String name, String hook, int priority) {
    Map<String, Object> chain = chain("nat-" + name);
    chain.put("type", "nat");
    chain.put("hook", hook);
    chain.put("prio", priority);
    chain.put("policy", "accept");
    String type = "type nat hook %s priority %s; policy accept;".formatted(hook, named(priority));
    add(chain, type, name.equals("INPUT") ? List.of() : List.of(jumpTo("nat-cali-" + name)));
  }

  /** As nft names a priority where it has a name. */
  private static String named(int priority) {
    return priority == 110 ? "srcnat + 10" : priority == -100 ? "dstnat" : "" + priority;
  }

  void jump(String name, String... targets) {
    List<Rule> jumps = new ArrayList<>();
    for (String target : targets) {
      jumps.add(jumpTo("nat-" + target));
    }
    add("nat-cali-" + name, jumps);
  }

  void dnat(Map<String, String> rules) {
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
    add("nat-cali-fip-dnat", all);
  }

  void snat(Map<String, String> rules) {
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
    add("nat-cali-fip-snat", all);
  }

  void outgoing(String sets) {
    String from = "@" + sets + "masq-ipam-pools";
    String to = "@" + sets + "network-ip-pools";
    add(
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

  private void add(String name, List<Rule> rules) {
    add(chain(name), "", rules);
  }

  private void add(Map<String, Object> chain, String type, List<Rule> rules) {
    items.add(Map.of("chain", chain));
    String name = chain.get("name").toString();
    text.append("\tchain %s {\n".formatted(name));
    if (!type.isEmpty()) {
      text.append("\t\t%s\n".formatted(type));
    }
    rules(name, rules);
    text.append("\t}\n\n");
  }

  private Map<String, Object> chain(String name) {
    Map<String, Object> chain = new LinkedHashMap<>();
    chain.put("family", family);
    chain.put("table", "calico");
    chain.put("name", name);
    chain.put("handle", handle++);
    return chain;
  }

  private void rules(String chain, List<Rule> rules) {
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
      // What Felix hashes is the rule as nft takes it; it prints the counter's values as well.
      String printed = rules.get(i).hashed().replaceFirst("counter", "counter packets 0 bytes 0");
      text.append("\t\t%s comment \"cali:%s;\"\n".formatted(printed, hashes.get(i)));
    }
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
