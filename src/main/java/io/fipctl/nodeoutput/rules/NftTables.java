package io.fipctl.nodeoutput.rules;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects tables, chains and rules in the order in which nft prints them. */
final class NftTables {
  private final Map<String, String> names = new LinkedHashMap<>();
  private final Map<String, Map<String, Chain>> chains = new LinkedHashMap<>();
  private final Map<String, Map<String, List<Rule>>> rules = new LinkedHashMap<>();

  /** What names a table: {@code ip calico}. */
  static String key(String family, String name) {
    return family + " " + name;
  }

  void table(String key, String name) {
    names.put(key, name);
    chains.computeIfAbsent(key, none -> new LinkedHashMap<>());
  }

  /** Adds a chain; false when its table is not there. */
  boolean chain(String table, Chain chain) {
    Map<String, Chain> siblings = chains.get(table);
    if (siblings == null) {
      return false;
    }
    siblings.put(chain.name(), chain);
    return true;
  }

  boolean hasChain(String table, String chain) {
    return chains.getOrDefault(table, Map.of()).containsKey(chain);
  }

  void rule(String table, Rule rule) {
    rules
        .computeIfAbsent(table, none -> new LinkedHashMap<>())
        .computeIfAbsent(rule.chain(), none -> new ArrayList<>())
        .add(rule);
  }

  Map<String, RuleTable> tables() {
    Map<String, RuleTable> tables = new LinkedHashMap<>();
    chains.forEach(
        (key, ofTable) -> {
          Map<String, List<Rule>> here = rules.getOrDefault(key, Map.of());
          tables.put(
              key,
              RuleTable.of(
                  names.get(key),
                  ofTable.values().stream()
                      .map(chain -> chain.with(here.getOrDefault(chain.name(), List.of())))
                      .toList()));
        });
    return tables;
  }
}
