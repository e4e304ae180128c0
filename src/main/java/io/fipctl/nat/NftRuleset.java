package io.fipctl.nat;

import io.fipctl.model.ApiObject;
import io.fipctl.model.JsonText;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code nft -j list ruleset} printed (libnftables-json(5)).
 *
 * @param tables by family and name, as nft writes them: {@code ip calico}
 */
public record NftRuleset(Map<String, Table> tables, List<Fault> faults) {
  public NftRuleset {
    tables = Collections.unmodifiableMap(new LinkedHashMap<>(tables));
    faults = List.copyOf(faults);
  }

  public static NftRuleset parse(String json) {
    if (json.isBlank()) {
      return new NftRuleset(Map.of(), List.of());
    }
    try {
      return new Reader(json).read(JsonText.parse(json));
    } catch (JsonText.SyntaxException e) {
      return new NftRuleset(Map.of(), List.of(new Places(json).fault(e)));
    }
  }

  /** A table by family ({@code ip}, {@code ip6}, {@code inet}) and name. */
  public Optional<Table> table(String family, String name) {
    return Optional.ofNullable(tables.get(family + " " + name));
  }

  private static final class Reader {
    private final String json;
    private final Places places;
    private final Map<String, String> names = new LinkedHashMap<>();
    private final Map<String, Map<String, Chain>> chains = new LinkedHashMap<>();
    private final Map<String, Map<String, List<Rule>>> rules = new LinkedHashMap<>();
    private final List<Fault> faults = new ArrayList<>();

    Reader(String json) {
      this.json = json;
      this.places = new Places(json);
    }

    NftRuleset read(JsonText.Value document) {
      if (document instanceof JsonText.Obj object
          && object.member("nftables").map(JsonText.Member::value).orElse(null)
              instanceof JsonText.Arr list) {
        list.elements().forEach(this::element);
      } else {
        fault(document, "no list 'nftables'");
      }
      return new NftRuleset(tables(), faults);
    }

    private void element(JsonText.Value element) {
      if (!(element instanceof JsonText.Obj object) || object.members().size() != 1) {
        fault(element, "not an object of a ruleset");
        return;
      }
      JsonText.Member member = object.members().getFirst();
      switch (member.key()) {
        case "table" -> table(member.value());
        case "chain" -> chain(member.value());
        case "rule" -> rule(member.value());
        default -> {
          // Sets, maps, flow tables and the version say nothing about floating IPs.
        }
      }
    }

    private void table(JsonText.Value value) {
      ApiObject table = NftRule.object(value);
      String key = key(table, "name");
      names.put(key, table.text("name").orElse(""));
      chains.computeIfAbsent(key, none -> new LinkedHashMap<>());
    }

    private void chain(JsonText.Value value) {
      ApiObject chain = NftRule.object(value);
      Map<String, Chain> siblings = chains.get(key(chain, "table"));
      Optional<String> name = chain.text("name");
      if (siblings == null || name.isEmpty()) {
        fault(value, "a chain outside of a table");
        return;
      }
      Optional<Chain.Hook> hook =
          chain
              .text("hook")
              .map(
                  place ->
                      new Chain.Hook(
                          chain.text("type").orElse(""), place, chain.number("prio").orElse(0)));
      siblings.put(
          name.get(),
          new Chain(name.get(), chain.text("policy"), Optional.empty(), hook, List.of()));
    }

    private void rule(JsonText.Value value) {
      ApiObject rule = NftRule.object(value);
      String table = key(rule, "table");
      String chain = rule.text("chain").orElse("");
      if (!chains.getOrDefault(table, Map.of()).containsKey(chain)) {
        fault(value, "a rule of a chain that is not there");
        return;
      }
      rules
          .computeIfAbsent(table, none -> new LinkedHashMap<>())
          .computeIfAbsent(chain, none -> new ArrayList<>())
          .add(NftRule.of(json, chain, value));
    }

    private Map<String, Table> tables() {
      Map<String, Table> tables = new LinkedHashMap<>();
      chains.forEach(
          (key, ofTable) -> {
            Map<String, List<Rule>> rulesHere = rules.getOrDefault(key, Map.of());
            List<Chain> whole = new ArrayList<>();
            for (Chain chain : ofTable.values()) {
              List<Rule> own = rulesHere.getOrDefault(chain.name(), List.of());
              whole.add(
                  new Chain(chain.name(), chain.policy(), chain.counters(), chain.hook(), own));
            }
            tables.put(key, Table.of(names.get(key), whole));
          });
      return tables;
    }

    private static String key(ApiObject object, String field) {
      return object.text("family").orElse("") + " " + object.text(field).orElse("");
    }

    private void fault(JsonText.Value value, String problem) {
      faults.add(places.fault(value.start(), problem));
    }
  }
}
