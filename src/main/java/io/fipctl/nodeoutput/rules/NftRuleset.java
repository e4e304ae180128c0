package io.fipctl.nodeoutput.rules;

import io.fipctl.model.ApiObject;
import io.fipctl.model.JsonText;
import io.fipctl.nodeoutput.JsonList;
import io.fipctl.nodeoutput.LineIndex;
import io.fipctl.nodeoutput.ParseProblem;
import io.fipctl.nodeoutput.Parsed;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code nft -j list ruleset} (libnftables-json(5)) or {@code nft list ruleset} (nft(8))
 * printed: the same out of both. One difference is nft's: of tables that iptables-nft keeps, JSON
 * has only the names of what iptables put into a rule, where the text may have it in full.
 *
 * @param tables by family and name, as nft writes them: {@code ip calico}
 */
public record NftRuleset(Map<String, RuleTable> tables, List<ParseProblem> faults)
    implements Parsed {
  public NftRuleset {
    tables = Collections.unmodifiableMap(new LinkedHashMap<>(tables));
    faults = List.copyOf(faults);
  }

  /** Reads the JSON form. */
  public static NftRuleset parse(String json) {
    if (json.isBlank()) {
      // Even of nothing it prints a list.
      return new NftRuleset(Map.of(), List.of(new ParseProblem(1, "", "nothing was printed")));
    }
    try {
      return new Reader(json).read(JsonText.parse(json));
    } catch (JsonText.SyntaxException e) {
      return new NftRuleset(Map.of(), List.of(new LineIndex(json).fault(e)));
    }
  }

  /** Reads the text form, of the whole ruleset, a table or a chain. */
  public static NftRuleset parseText(String text) {
    return new NftText(text).read();
  }

  /** A table by family ({@code ip}, {@code ip6}, {@code inet}) and name. */
  public Optional<RuleTable> table(String family, String name) {
    return Optional.ofNullable(tables.get(NftTables.key(family, name)));
  }

  private static final class Reader {
    private final String json;
    private final LineIndex places;
    private final NftTables tables = new NftTables();
    private final List<ParseProblem> faults = new ArrayList<>();

    Reader(String json) {
      this.json = json;
      this.places = new LineIndex(json);
    }

    NftRuleset read(JsonText.Value document) {
      if (document instanceof JsonText.Obj object
          && object.member("nftables").map(JsonText.Member::value).orElse(null)
              instanceof JsonText.Arr list) {
        list.elements().forEach(this::element);
      } else {
        fault(document, "no list 'nftables'");
      }
      return new NftRuleset(tables.tables(), faults);
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
      ApiObject table = JsonList.object(value);
      tables.table(key(table, "name"), table.text("name").orElse(""));
    }

    private void chain(JsonText.Value value) {
      ApiObject chain = JsonList.object(value);
      Optional<String> name = chain.text("name");
      Optional<Chain.Hook> hook =
          chain
              .text("hook")
              .map(
                  place ->
                      new Chain.Hook(
                          chain.text("type").orElse(""), place, chain.number("prio").orElse(0)));
      if (name.isEmpty()
          || !tables.chain(
              key(chain, "table"),
              new Chain(name.get(), chain.text("policy"), Optional.empty(), hook, List.of()))) {
        fault(value, "a chain outside of a table");
      }
    }

    private void rule(JsonText.Value value) {
      ApiObject rule = JsonList.object(value);
      String table = key(rule, "table");
      String chain = rule.text("chain").orElse("");
      if (tables.hasChain(table, chain)) {
        tables.rule(table, NftRule.of(json, chain, value));
      } else {
        fault(value, "a rule of a chain that is not there");
      }
    }

    private static String key(ApiObject object, String field) {
      return NftTables.key(object.text("family").orElse(""), object.text(field).orElse(""));
    }

    private void fault(JsonText.Value value, String problem) {
      faults.add(places.fault(value.start(), problem));
    }
  }
}
