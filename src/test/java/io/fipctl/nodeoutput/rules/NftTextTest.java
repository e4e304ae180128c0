package io.fipctl.nodeoutput.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.model.Cidr;
import io.fipctl.nodeoutput.ParseProblem;
import io.fipctl.nodeoutput.Recordings;
import io.fipctl.nodeoutput.rules.Rule.Action;
import io.fipctl.nodeoutput.rules.Rule.AddressMatch;
import io.fipctl.nodeoutput.rules.Rule.InterfaceMatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NftTextTest {
  @Test
  void text_and_json_of_a_ruleset_are_the_same() {
    NftRuleset text = NftRuleset.parseText(Recordings.text("tools/nft-list-ruleset.txt"));
    NftRuleset json = NftRuleset.parse(Recordings.text("tools/nft-list-ruleset.json"));

    assertThat(text.faults()).isEmpty();
    assertThat(text.tables().keySet())
        .containsExactly("ip calico", "ip6 calico", "inet f", "bridge b", "netdev n", "arp a");
    assertThat(withoutText(text)).isEqualTo(withoutText(json));
  }

  @Test
  void text_and_json_of_calicos_table_are_the_same_on_every_recorded_node() {
    for (String node : Recordings.NODES) {
      RuleTable text = text("nftables-healthy", node).table("ip", "calico").orElseThrow();
      RuleTable json =
          NftRuleset.parse(Recordings.text("nftables-healthy/" + node + "/nft-list-ruleset.json"))
              .table("ip", "calico")
              .orElseThrow();

      // Packets went on between the two commands.
      assertThat(withoutCounters(text)).isEqualTo(withoutCounters(json));
    }
  }

  @Test
  void every_recorded_ruleset_is_read_without_a_fault_though_warnings_stand_in_its_lines() {
    for (String situation : Recordings.SITUATIONS) {
      if (situation.startsWith("v3.33")) {
        continue;
      }
      for (String node : Recordings.NODES) {
        NftRuleset ruleset = text(situation, node);
        assertThat(ruleset.faults()).as(situation + " " + node).isEmpty();
        assertThat(ruleset.tables()).containsKeys("ip nat", "ip filter");
      }
    }
  }

  @Test
  void what_stands_around_a_warning_is_read_as_if_it_were_not_there() {
    RuleTable nat = text("iptables-nft-healthy", "n1").table("ip", "nat").orElseThrow();

    assertThat(nat.chain("cali-fip-dnat").orElseThrow().rules())
        .singleElement()
        .satisfies(
            rule -> {
              assertThat(rule.action()).contains(new Action.Dnat(Optional.of("10.244.40.130")));
              assertThat(rule.counters()).contains(new Counters(3, 180));
            });
    assertThat(nat.chain("OUTPUT").orElseThrow().rules()).hasSize(2);
  }

  @Test
  void of_the_tables_of_iptables_the_text_also_has_the_targets() {
    NftRuleset text =
        NftRuleset.parseText(Recordings.text("tools/nft-list-ruleset-of-iptables.txt"));
    NftRuleset json = NftRuleset.parse(Recordings.text("tools/nft-list-ruleset-of-iptables.json"));

    assertThat(text.faults()).isEmpty();
    assertThat(dnat(text)).isEqualTo(new Action.Dnat(Optional.of("10.244.40.130")));
    assertThat(dnat(json)).isEqualTo(new Action.Dnat(Optional.empty()));
    assertThat(text.tables().keySet()).isEqualTo(json.tables().keySet());
    text.tables()
        .forEach(
            (key, table) ->
                assertThat(table.chains().keySet())
                    .isEqualTo(json.tables().get(key).chains().keySet()));
  }

  @Test
  void handles_and_the_listing_of_one_chain_change_nothing() {
    NftRuleset plain = NftRuleset.parseText(Recordings.text("tools/nft-list-ruleset.txt"));
    NftRuleset handles =
        NftRuleset.parseText(Recordings.text("tools/nft-list-ruleset-handles.txt"));
    NftRuleset one = NftRuleset.parseText(Recordings.text("tools/nft-list-chain.txt"));

    assertThat(handles).isEqualTo(plain);
    assertThat(one.table("ip", "calico").orElseThrow().chains())
        .containsExactly(
            Map.entry(
                "post", plain.table("ip", "calico").orElseThrow().chain("post").orElseThrow()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ip priority raw | -300",
        "ip priority mangle | -150",
        "ip priority dstnat | -100",
        "ip priority filter | 0",
        "ip priority security | 50",
        "ip priority srcnat | 100",
        "ip priority srcnat + 10 | 110",
        "ip priority srcnat - 10 | 90",
        "ip priority -150 | -150",
        "ip priority 5 | 5",
        "ip priority | 0",
        "ip priority never | 0",
        "bridge priority dstnat | -300",
        "bridge priority filter + 1 | -199",
        "bridge priority out | 100",
        "bridge priority srcnat | 300",
      })
  void the_priority_of_a_hook_is_a_number(String family, long priority) {
    String[] words = family.split(" ", 2);
    Chain chain =
        NftRuleset.parseText(
                "table %s t {\n chain c {\n type nat hook input %s; policy drop;\n }\n}\n"
                    .formatted(words[0], words[1]))
            .table(words[0], "t")
            .orElseThrow()
            .chain("c")
            .orElseThrow();

    assertThat(chain.hook()).contains(new Chain.Hook("nat", "input", priority));
    assertThat(chain.drops()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "jump c | Jump[chain=c] |",
        "jump | none |",
        "ct state invalid counter drop | Other[name=drop] | ct state",
        "dnat to 10.0.0.1:80 | Dnat[to=Optional[10.0.0.1:80]] |",
        "dnat to ip daddr map @m | Dnat[to=Optional.empty] |",
        "dnat ip to 10.0.0.1 persistent | Dnat[to=Optional[10.0.0.1]] |",
        "dnat | Dnat[to=Optional.empty] |",
        "snat to 10.0.0.1 fully-random | Snat[to=Optional[10.0.0.1], fullyRandom=true] |",
        "snat to 10.0.0.1 random,persistent | Snat[to=Optional[10.0.0.1], fullyRandom=false] |",
        "meta mark set meta mark | none |",
        "meta mark & 0x1 == 0x1 accept | Other[name=accept] | mark",
        "log prefix \"drop me\" accept | Other[name=accept] |",
        "counter comment \"drop\" | none |",
        "tcp dport vmap { 80 : drop } | Other[name=vmap] | tcp dport",
        "xt match \"comment\" counter packets 1 bytes 2 xt target \"DNAT\" | Dnat[to=Optional.empty] |",
        "xt match set xt target MARK | Other[name=MARK] | set",
        "iifname vmap @m | Other[name=vmap] | iifname",
        "brand new things drop | Other[name=drop] | brand things",
        "ip saddr . ip daddr @pairs accept | Other[name=accept] | ip saddr . ip daddr",
        "counter packets x bytes y drop | Other[name=drop] |",
        "counter name \"drop\" accept | Other[name=accept] |",
        "{ | none |",
        "\"drop\" | none |",
        "meta | none | meta",
        "fib | none | fib",
      })
  void reads_what_a_rule_does_and_under_which_conditions(
      String words, String action, String conditions) {
    Rule rule = rule(words);

    assertThat(rule.action().map(Object::toString).orElse("none")).isEqualTo(action);
    assertThat(String.join(" ", rule.conditions())).isEqualTo(conditions == null ? "" : conditions);
  }

  @ParameterizedTest
  @CsvSource({
    "ip saddr 10.0.0.1, 10.0.0.1/32, false",
    "ip saddr == 10.0.0.0/8, 10.0.0.0/8, false",
    "ip saddr != 10.0.0.0/8, 10.0.0.0/8, true",
    "ip6 saddr fd00::/8, fd00::/8, false"
  })
  void reads_the_source(String words, String range, boolean negated) {
    assertThat(rule(words).source()).contains(new AddressMatch(Cidr.parse(range), negated));
    assertThat(rule(words).conditions()).isEmpty();
    assertThat(rule(words).isForEveryPacket()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ip saddr @set",
        "ip saddr { 10.0.0.1, 10.0.0.2 }",
        "ip saddr 10.0.0.1-10.0.0.9",
        "ip saddr & 255.0.255.0 == 10.0.0.0"
      })
  void other_sources_are_a_condition(String words) {
    assertThat(rule(words).source()).isEmpty();
    assertThat(rule(words).conditions()).containsExactly("ip saddr");
  }

  @Test
  void a_second_match_of_the_same_field_is_a_condition() {
    Rule rule = rule("ip saddr != 10.0.0.0/8 ip saddr != 10.9.0.0/16 return");

    assertThat(rule.source()).contains(new AddressMatch(Cidr.parse("10.0.0.0/8"), true));
    assertThat(rule.conditions()).containsExactly("ip saddr");
  }

  @Test
  void reads_interfaces() {
    Rule rule = rule("iifname \"cali*\" oifname != \"eth0\" accept");

    assertThat(rule.in()).contains(new InterfaceMatch("cali", true, false));
    assertThat(rule.out()).contains(new InterfaceMatch("eth0", false, true));
    assertThat(rule.in().orElseThrow().covers("cali123")).isTrue();
    assertThat(rule.out().orElseThrow().covers("eth0")).isFalse();
    assertThat(rule.out().orElseThrow().covers("eth1")).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "1 | garbage | not a table of a ruleset",
        "1 | } | not a table of a ruleset",
        "1 | table ip | not a table of a ruleset",
        "2 | table ip t {~ | the output ends within a table",
        "3 | table ip t {~ chain c {~ | the output ends within a chain",
        "3 | table ip t {~ chain c {~ log prefix \"open~ }~} | a quote is not closed",
        "1 | {\"nftables\": []} | not a table of a ruleset",
        "1 | error: unable to upgrade connection | not a table of a ruleset",
      })
  void what_is_not_understood_is_a_fault_with_its_line(int line, String text, String problem) {
    List<ParseProblem> faults = NftRuleset.parseText(text.replace('~', '\n')).faults();

    assertThat(faults).isNotEmpty();
    assertThat(faults.getFirst().line()).isEqualTo(line);
    assertThat(faults.getFirst().problem()).isEqualTo(problem);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n\n", "# a remark\n", "table ip t {\n}\n"})
  void what_says_nothing_is_no_fault(String text) {
    assertThat(NftRuleset.parseText(text).faults()).isEmpty();
  }

  @Test
  void cut_at_any_place_within_a_table_it_is_a_fault() {
    String text = Recordings.text("tools/nft-list-chain.txt").strip();
    for (int length = 1; length < text.length(); length++) {
      assertThat(NftRuleset.parseText(text.substring(0, length)).faults()).isNotEmpty();
    }
  }

  private static Rule rule(String words) {
    NftRuleset ruleset = NftRuleset.parseText("table ip t {\n chain c {\n" + words + "\n }\n}\n");
    return ruleset.table("ip", "t").orElseThrow().chain("c").orElseThrow().rules().getFirst();
  }

  private static NftRuleset text(String situation, String node) {
    return NftRuleset.parseText(Recordings.text(situation + "/" + node + "/nft-list-ruleset.txt"));
  }

  private static Action dnat(NftRuleset ruleset) {
    return ruleset
        .table("ip", "nat")
        .flatMap(table -> table.chain("cali-fip-dnat"))
        .flatMap(chain -> chain.rule(1))
        .flatMap(Rule::action)
        .orElseThrow();
  }

  /** Everything that is read, without the text, which is another in each form. */
  private static List<RuleTable> withoutText(NftRuleset ruleset) {
    List<RuleTable> tables = new ArrayList<>();
    ruleset
        .tables()
        .values()
        .forEach(
            table ->
                tables.add(
                    RuleTable.of(
                        table.name(),
                        table.chains().values().stream()
                            .map(c -> c.with(c.rules().stream().map(NftTextTest::bare).toList()))
                            .toList())));
    return tables;
  }

  private static RuleTable withoutCounters(RuleTable table) {
    return RuleTable.of(
        table.name(),
        table.chains().values().stream()
            .map(
                chain ->
                    chain.with(
                        chain.rules().stream()
                            .map(NftTextTest::bare)
                            .map(rule -> counted(rule, Optional.empty()))
                            .toList()))
            .toList());
  }

  private static Rule bare(Rule rule) {
    return new Rule(
        rule.chain(),
        rule.source(),
        rule.destination(),
        rule.in(),
        rule.out(),
        rule.conditions(),
        rule.action(),
        rule.counters(),
        rule.comments(),
        "");
  }

  private static Rule counted(Rule rule, Optional<Counters> counters) {
    return new Rule(
        rule.chain(),
        rule.source(),
        rule.destination(),
        rule.in(),
        rule.out(),
        rule.conditions(),
        rule.action(),
        counters,
        rule.comments(),
        rule.text());
  }
}
