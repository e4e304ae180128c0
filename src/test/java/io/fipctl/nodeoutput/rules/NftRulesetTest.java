package io.fipctl.nodeoutput.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.model.Cidr;
import io.fipctl.nodeoutput.ParseProblem;
import io.fipctl.nodeoutput.Recordings;
import io.fipctl.nodeoutput.rules.Rule.Action;
import io.fipctl.nodeoutput.rules.Rule.AddressMatch;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NftRulesetTest {
  @Test
  void reads_tables_chains_and_rules_of_a_recorded_node() {
    NftRuleset ruleset =
        NftRuleset.parse(Recordings.text("nftables-healthy/n1/nft-list-ruleset.json"));

    assertThat(ruleset.faults()).isEmpty();
    assertThat(ruleset.tables().keySet())
        .containsExactly("ip nat", "ip filter", "ip mangle", "ip raw", "ip calico");
    RuleTable calico = ruleset.table("ip", "calico").orElseThrow();
    Chain prerouting = calico.chain("nat-PREROUTING").orElseThrow();
    assertThat(prerouting.hook()).contains(new Chain.Hook("nat", "prerouting", -100));
    assertThat(prerouting.policy()).contains("accept");
    assertThat(prerouting.rules().getFirst().action())
        .contains(new Action.Jump("nat-cali-PREROUTING"));
    assertThat(calico.chain("nat-cali-fip-dnat").orElseThrow().hook()).isEmpty();
    Rule dnat = calico.chain("nat-cali-fip-dnat").orElseThrow().rules().getFirst();
    assertThat(dnat.destination()).contains(new AddressMatch(Cidr.parse("203.0.113.10"), false));
    assertThat(dnat.action()).contains(new Action.Dnat(Optional.of("10.244.40.130")));
    assertThat(dnat.counters()).contains(new Counters(2, 120));
    assertThat(dnat.comments()).containsExactly("cali:J5nxCkkvuhGXMYsj;");
    Rule snat = calico.chain("nat-cali-fip-snat").orElseThrow().rules().getFirst();
    assertThat(snat.source()).contains(new AddressMatch(Cidr.parse("10.244.40.130"), false));
    assertThat(snat.action()).contains(new Action.Snat(Optional.of("203.0.113.10"), true));
  }

  @Test
  void every_recorded_ruleset_is_read_without_a_fault_but_those_that_are_no_json() {
    for (String situation : Recordings.SITUATIONS) {
      for (String node : Recordings.NODES) {
        String path = situation + "/" + node + "/nft-list-ruleset.json";
        List<ParseProblem> faults = NftRuleset.parse(Recordings.text(path)).faults();
        if (path.startsWith("iptables-nft-healthy/n3")
            || path.startsWith("stale-conntrack-after-move/n2")) {
          assertThat(faults).singleElement().extracting(ParseProblem::line).isEqualTo(1);
          assertThat(faults.getFirst().problem()).startsWith("no JSON: ");
        } else {
          assertThat(faults).as(path).isEmpty();
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"jump\": {\"target\": \"c\"}} | Jump[chain=c]",
        "{\"goto\": {\"target\": \"c\"}} | Goto[chain=c]",
        "{\"jump\": {}} | none",
        "{\"accept\": null} | Other[name=accept]",
        "{\"masquerade\": {\"flags\": \"random\"}} | Other[name=masquerade]",
        "{\"dnat\": {\"addr\": \"10.0.0.1\", \"port\": 80}} | Dnat[to=Optional[10.0.0.1:80]]",
        "{\"dnat\": {\"addr\": {\"map\": {}}}} | Dnat[to=Optional.empty]",
        "{\"snat\": {\"addr\": \"10.0.0.1\", \"flags\": [\"random\", \"fully-random\"]}} |"
            + " Snat[to=Optional[10.0.0.1], fullyRandom=true]",
        "{\"snat\": {\"addr\": \"10.0.0.1\"}} | Snat[to=Optional[10.0.0.1], fullyRandom=false]",
        "{\"xt\": {\"type\": \"target\", \"name\": \"DNAT\"}} | Dnat[to=Optional.empty]",
        "{\"xt\": {\"type\": \"target\", \"name\": \"MARK\"}} | Other[name=MARK]",
        "{\"xt\": {\"type\": \"match\", \"name\": \"comment\"}} | none",
        "{\"vmap\": {\"key\": {}, \"data\": \"@x\"}} | Other[name=vmap]",
        "{\"brand new\": [1, {\"deep\": true}]} | none",
        "\"text\" | none",
        "7 | none",
        "null | none",
      })
  void reads_what_a_rule_does_and_keeps_the_rest_as_text(String expression, String action) {
    Rule rule = rule(expression);

    assertThat(rule.action().map(Object::toString).orElse("none")).isEqualTo(action);
    assertThat(rule.text()).isEqualTo("[" + expression + "]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "== | ip | daddr | \"10.0.0.1\" | 10.0.0.1/32",
        "!= | ip | daddr | \"10.0.0.1\" | !10.0.0.1/32",
        "== | ip6 | daddr | \"fd00::1\" | fd00::1/128",
        "== | ip | daddr | {\"prefix\": {\"addr\": \"10.0.0.0\", \"len\": 8}} | 10.0.0.0/8",
        "== | ip | daddr | {\"prefix\": {\"addr\": \"10.0.0.0\", \"len\": 99}} | none",
        "== | ip | daddr | {\"set\": [\"10.0.0.1\"]} | none",
        "== | ip | daddr | \"@pools\" | none",
        "< | ip | daddr | \"10.0.0.1\" | none",
        "== | tcp | daddr | \"10.0.0.1\" | none",
        "== | ip | saddr | \"10.0.0.1\" | none",
        "== | ip | protocol | \"udp\" | none",
      })
  void reads_the_destination_that_a_rule_is_for(
      String operator, String protocol, String field, String right, String destination) {
    Rule rule =
        rule(
            "{\"match\": {\"op\": \"%s\", \"left\": {\"payload\": {\"protocol\": \"%s\", \"field\": \"%s\"}}, \"right\": %s}}"
                .formatted(operator, protocol, field, right));

    assertThat(rule.destination().map(m -> (m.negated() ? "!" : "") + m.range()).orElse("none"))
        .isEqualTo(destination);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "x | no JSON: unexpected 'x'",
        "[] | no list 'nftables'",
        "{} | no list 'nftables'",
        "{\"nftables\": {}} | no list 'nftables'",
        "{\"nftables\": [1]} | not an object of a ruleset",
        "{\"nftables\": [{}]} | not an object of a ruleset",
        "{\"nftables\": [{\"chain\": {\"family\": \"ip\", \"table\": \"t\", \"name\": \"c\"}}]} |"
            + " a chain outside of a table",
        "{\"nftables\": [{\"rule\": 1}]} | a rule of a chain that is not there",
      })
  void what_is_not_understood_is_a_fault(String json, String problem) {
    NftRuleset ruleset = NftRuleset.parse("\n" + json);

    assertThat(ruleset.faults())
        .singleElement()
        .extracting(ParseProblem::problem)
        .isEqualTo(problem);
    assertThat(ruleset.faults()).singleElement().extracting(ParseProblem::line).isEqualTo(2);
  }

  @Test
  void an_empty_ruleset_is_no_fault() {
    NftRuleset empty = NftRuleset.parse("{\"nftables\": []}");

    assertThat(empty.faults()).isEmpty();
    assertThat(empty.tables()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " \n"})
  void nothing_at_all_is_no_ruleset(String json) {
    assertThat(NftRuleset.parse(json).faults())
        .singleElement()
        .hasToString("line 1: nothing was printed: ");
  }

  @Test
  void huge_nesting_is_a_fault_and_no_overflow() {
    assertThat(NftRuleset.parse("[".repeat(1_000_000)).faults())
        .singleElement()
        .extracting(ParseProblem::problem)
        .isEqualTo("no JSON: nested too deeply");
  }

  @Test
  void cut_at_any_place_it_is_a_fault() {
    String json = Recordings.text("tools/nft-list-ruleset-ip6-calico.json").strip();
    for (int length = 1; length < json.length(); length++) {
      assertThat(NftRuleset.parse(json.substring(0, length)).faults()).hasSize(1);
    }
  }

  private static Rule rule(String expression) {
    String json =
        """
        {"nftables": [{"table": {"family": "ip", "name": "t"}},
        {"chain": {"family": "ip", "table": "t", "name": "c"}},
        {"rule": {"family": "ip", "table": "t", "chain": "c", "expr": [%s]}}]}
        """
            .formatted(expression);
    NftRuleset ruleset = NftRuleset.parse(json);
    assertThat(ruleset.faults()).isEmpty();
    return ruleset.table("ip", "t").orElseThrow().chain("c").orElseThrow().rules().getFirst();
  }
}
