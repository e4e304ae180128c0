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

class IptablesSaveTest {
  @Test
  void reads_all_tables_chains_and_rules_of_a_recorded_node() {
    IptablesSave save =
        IptablesSave.parse(Recordings.text("iptables-nft-healthy/n1/iptables-nft-save.txt"));

    assertThat(save.faults()).isEmpty();
    assertThat(save.tables())
        .extracting(RuleTable::name)
        .containsExactlyInAnyOrder("mangle", "raw", "filter", "nat");
    RuleTable nat = save.table("nat").orElseThrow();
    assertThat(nat.chains().keySet())
        .containsExactly(
            "PREROUTING",
            "INPUT",
            "OUTPUT",
            "POSTROUTING",
            "cali-OUTPUT",
            "cali-POSTROUTING",
            "cali-PREROUTING",
            "cali-fip-dnat",
            "cali-fip-snat",
            "cali-nat-outgoing");
    assertThat(nat.chain("PREROUTING").orElseThrow().policy()).contains("ACCEPT");
    assertThat(nat.chain("PREROUTING").orElseThrow().counters()).contains(new Counters(0, 0));
    assertThat(nat.chain("cali-OUTPUT").orElseThrow().policy()).isEmpty();
    assertThat(nat.chain("PREROUTING").orElseThrow().rules())
        .extracting(Rule::action)
        .containsExactly(
            Optional.of(new Action.Jump("cali-PREROUTING")),
            Optional.of(new Action.Dnat(Optional.of("172.31.99.1:6443"))));
    Rule dnat = nat.chain("cali-fip-dnat").orElseThrow().rules().getFirst();
    assertThat(dnat.destination()).contains(new AddressMatch(Cidr.parse("203.0.113.10/32"), false));
    assertThat(dnat.source()).isEmpty();
    assertThat(dnat.comments()).containsExactly("cali:uRvT1WQH_tS0K7o0");
    assertThat(dnat.action()).contains(new Action.Dnat(Optional.of("10.244.40.130")));
    assertThat(dnat.counters()).isEmpty();
    assertThat(nat.chain("cali-fip-snat").orElseThrow().rules().getFirst().action())
        .contains(new Action.Snat(Optional.of("203.0.113.10"), true));
    assertThat(nat.chain("cali-nat-outgoing").orElseThrow().rules().getFirst().action())
        .contains(new Action.Other("MASQUERADE"));
  }

  @Test
  void every_recorded_file_is_read_without_a_fault() {
    for (String situation : Recordings.SITUATIONS) {
      for (String node : Recordings.NODES) {
        for (String tool : List.of("iptables-nft-save.txt", "iptables-legacy-save.txt")) {
          String path = situation + "/" + node + "/" + tool;
          IptablesSave save = IptablesSave.parse(Recordings.text(path));
          assertThat(save.faults()).as(path).isEmpty();
          assertThat(save.incompatible()).as(path).isEmpty();
          assertThat(save.tables()).as(path).isNotEmpty();
        }
      }
    }
  }

  @Test
  void keeps_several_comments_of_one_rule() {
    RuleTable mangle =
        IptablesSave.parse(Recordings.text("iptables-nft-healthy/n1/iptables-nft-save.txt"))
            .table("mangle")
            .orElseThrow();

    assertThat(mangle.chain("cali-POSTROUTING").orElseThrow().rules().getFirst().comments())
        .containsExactly("cali:rjggb5FqJG-Y25Bt", "set dscp for traffic leaving cluster.");
  }

  @Test
  void reads_counters_negations_escapes_and_gotos() {
    IptablesSave save = IptablesSave.parse(Recordings.text("tools/iptables-nft-save-counters.txt"));
    Rule rule =
        save.table("nat").orElseThrow().chain("KUBE-MARK-MASQ").orElseThrow().rules().getFirst();

    assertThat(save.faults()).isEmpty();
    assertThat(rule.counters()).contains(new Counters(0, 0));
    assertThat(rule.source()).contains(new AddressMatch(Cidr.parse("10.0.0.0/8"), true));
    assertThat(rule.destination()).contains(new AddressMatch(Cidr.parse("203.0.113.12/32"), true));
    assertThat(rule.destination().orElseThrow().host()).isEmpty();
    assertThat(rule.comments()).containsExactly("say \"hi\" to \\ it's", "plain");
    assertThat(rule.action()).contains(new Action.Goto("cali-OUTPUT"));
    assertThat(rule.text()).contains(" ! --dport 80 ");
    assertThat(rule.conditions()).containsExactly("protocol", "tcp");
  }

  @Test
  void reads_ip6tables() {
    RuleTable nat =
        IptablesSave.parse(Recordings.text("tools/ip6tables-nft-save.txt"))
            .table("nat")
            .orElseThrow();
    Rule rule = nat.chain("cali-fip-dnat").orElseThrow().rules().getFirst();

    assertThat(rule.destination().flatMap(AddressMatch::host).map(Object::toString))
        .contains("2001:db8:fee::10");
    assertThat(((Action.Dnat) rule.action().orElseThrow()).address().map(Object::toString))
        .contains("fd00:40::130");
  }

  @Test
  void says_where_a_jump_stands_what_a_chain_does_at_its_end_and_what_was_dropped() {
    IptablesSave save = IptablesSave.parse(Recordings.text("tools/iptables-nft-save-all.txt"));
    Chain forward = save.table("filter").orElseThrow().chain("FORWARD").orElseThrow();
    RuleTable nat = save.table("nat").orElseThrow();
    Chain prerouting = nat.chain("PREROUTING").orElseThrow();

    assertThat(save.faults()).isEmpty();
    assertThat(forward.drops()).isTrue();
    assertThat(prerouting.drops()).isFalse();
    assertThat(nat.chain("cali-fip-dnat").orElseThrow().drops()).isFalse();
    assertThat(prerouting.numberOfJumpTo("KUBE-SERVICES")).hasValue(1);
    assertThat(prerouting.numberOfJumpTo("cali-PREROUTING")).hasValue(2);
    assertThat(prerouting.numberOfJumpTo("cali-OUTPUT")).isEmpty();
    assertThat(prerouting.rule(2).orElseThrow().isForEveryPacket()).isTrue();
    assertThat(prerouting.rule(0)).isEmpty();
    assertThat(prerouting.rule(3)).isEmpty();
    assertThat(nat.leads("PREROUTING", "cali-fip-dnat", c -> c.startsWith("cali-"))).isTrue();
    assertThat(
            save.table("filter").orElseThrow().chain("cali-tw-cali1").orElseThrow().rules().stream()
                .filter(Rule::drops)
                .map(Rule::counters))
        .containsExactly(Optional.of(new Counters(12, 1440)));
    Rule rpfilter =
        save.table("raw").orElseThrow().chain("PREROUTING").orElseThrow().rule(1).orElseThrow();
    assertThat(rpfilter.checksReversePath()).isTrue();
    assertThat(rpfilter.drops()).isTrue();
    assertThat(rpfilter.counters()).contains(new Counters(7, 588));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "INPUT | 1 | !lo |  | protocol multiport limit | LOG",
        "INPUT | 2 |  |  | source | REJECT",
        "INPUT | 3 |  |  | fragment | DROP",
        "FORWARD | 1 |  |  |  |",
        "OUTPUT | 1 |  | !cali+ | protocol icmp | ACCEPT",
        "cali-FORWARD | 1 |  | cali1 |  |",
        "cali-tw-cali1 | 1 |  |  | conntrack | ACCEPT",
      })
  void says_for_which_packets_a_rule_is(
      String chain, int number, String in, String out, String conditions, String action) {
    Rule rule =
        IptablesSave.parse(Recordings.text("tools/iptables-nft-save-all.txt"))
            .table("filter")
            .flatMap(table -> table.chain(chain))
            .flatMap(found -> found.rule(number))
            .orElseThrow();

    assertThat(rule.in().map(IptablesSaveTest::printed)).isEqualTo(Optional.ofNullable(in));
    assertThat(rule.out().map(IptablesSaveTest::printed)).isEqualTo(Optional.ofNullable(out));
    assertThat(String.join(" ", rule.conditions())).isEqualTo(conditions == null ? "" : conditions);
    assertThat(rule.does("reject")).isEqualTo("REJECT".equals(action));
    assertThat(rule.isForEveryPacket()).isEqualTo(in == null && out == null && conditions == null);
  }

  private static String printed(Rule.InterfaceMatch match) {
    return (match.negated() ? "!" : "") + match.name() + (match.prefix() ? "+" : "");
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.1, 10.0.0.1",
    "10.0.0.1:80, 10.0.0.1",
    "fd00::1, fd00::1",
    "[fd00::1]:80, fd00::1",
    "10.0.0.1-10.0.0.5, ",
    "10.0.0.0/24, ",
    "[fd00::1, ",
    ":80, ",
    "'', "
  })
  void the_target_of_a_dnat_is_an_address_with_or_without_port(String target, String address) {
    assertThat(new Action.Dnat(Optional.of(target)).address().map(Object::toString))
        .isEqualTo(Optional.ofNullable(address));
  }

  @ParameterizedTest
  @CsvSource({
    "iptables-nft-save-incompatible.txt, true",
    "iptables-nft-save-partly-incompatible.txt, false"
  })
  void finds_the_tables_that_the_tool_gives_up(String file, boolean whole) {
    IptablesSave save = IptablesSave.parse(Recordings.text("tools/" + file));

    assertThat(save.incompatible()).containsExactly(new IptablesSave.Incompatible(1, "nat", whole));
    assertThat(save.table("nat").isPresent()).isEqualTo(!whole);
    assertThat(save.faults()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n\n", "# Generated by iptables-save v1.8.9\n", "*nat\nCOMMIT\n"})
  void what_says_nothing_is_no_fault(String text) {
    assertThat(IptablesSave.parse(text).faults()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1 | garbage | not a line of iptables-save",
        "1 | COMMIT | not a line of iptables-save",
        "1 | :PREROUTING ACCEPT [0:0] | a chain outside of a table",
        "1 | -A PREROUTING -j ACCEPT | a rule of a chain that is not there",
        "2 | *nat~-A NONE -j ACCEPT~COMMIT | a rule of a chain that is not there",
        "2 | *nat~:ONE~COMMIT | not a chain",
        "2 | *nat~:ONE - [x:0]~COMMIT | not a chain",
        "3 | *nat~:ONE -~-A~COMMIT | not a rule",
        "3 | *nat~:ONE -~-D ONE -j X~COMMIT | not a rule",
        "3 | *nat~:ONE -~[1:2 -A ONE~COMMIT | not a rule",
        "3 | *nat~:ONE -~-A ONE --comment \"open~COMMIT | a quote is not closed",
        "2 | *nat~*raw~COMMIT | a table begins before the COMMIT of the one before",
        "2 | *nat~:ONE - | the output ends before the COMMIT of the table",
      })
  void what_is_not_understood_is_a_fault_with_its_line(int line, String text, String problem) {
    List<ParseProblem> faults = IptablesSave.parse(text.replace('~', '\n')).faults();

    assertThat(faults).hasSize(1);
    assertThat(faults.getFirst().line()).isEqualTo(line);
    assertThat(faults.getFirst().problem()).isEqualTo(problem);
    assertThat(faults.getFirst().toString()).startsWith("line " + line + ": " + problem + ": ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"-A ONE", "-A ONE -d", "-A ONE -j", "-A ONE --comment", "-A ONE -s x -d y/z -g"})
  void a_rule_that_lacks_values_is_a_rule_that_does_nothing(String line) {
    IptablesSave save = IptablesSave.parse("*nat\n:ONE -\n" + line + "\nCOMMIT\n");

    Rule rule = save.table("nat").orElseThrow().chain("ONE").orElseThrow().rules().getFirst();
    assertThat(rule.action()).isEmpty();
    assertThat(rule.source()).isEmpty();
    assertThat(rule.destination()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nftables-healthy/n1/iptables-nft-save.txt",
        "tools/iptables-nft-save-counters.txt",
        "tools/iptables-nft-save-partly-incompatible.txt"
      })
  void cut_at_any_place_a_recorded_file_gives_what_stands_before_and_says_that_it_is_cut(
      String path) {
    String text = Recordings.text(path);
    for (int length = 0; length < text.length(); length++) {
      String cut = text.substring(0, length);
      IptablesSave save = IptablesSave.parse(cut);
      boolean open = cut.lastIndexOf("\n*") > cut.lastIndexOf("\nCOMMIT");
      assertThat(save.faults().isEmpty()).as("cut at " + length).isEqualTo(!open);
    }
  }
}
