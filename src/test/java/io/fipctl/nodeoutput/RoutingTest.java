package io.fipctl.nodeoutput;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.model.IpAddress;
import io.fipctl.model.IpAddress.Family;
import io.fipctl.nodeoutput.RoutingRule.Action;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RoutingTest {
  private static final Routes TOOLS =
      Routes.parse(Recordings.text("tools/ip-route-all.json"), Family.IPV4);

  /** Each answer is what {@code ip route get} said where the routes were recorded. */
  @ParameterizedTest
  @CsvSource({
    "10.20.0.1, 10.20.0.0/16, main, true",
    "10.21.0.1, 10.21.0.0/16, main, false",
    "10.22.0.1, 10.22.0.0/16, main, true",
    "10.24.0.2, none, none, false",
    "10.25.3.4, 10.25.0.0/16, main, true",
    "10.26.1.1, 10.26.0.0/16, main, true",
    "10.28.1.1, 0.0.0.0/0, main, false",
    "10.29.0.1, 10.29.0.0/16, main, true",
    "10.30.0.1, 10.30.0.0/16, main, true",
    "10.0.0.1, 10.0.0.1/32, local, true",
    "203.0.113.77, 203.0.113.77/32, local, true"
  })
  void answers_what_the_kernel_answers(String to, String range, String table, boolean goesOn) {
    Routing.Decision decision = decide(RoutingRules.DEFAULT, Routing.Packet.to(ip(to)));

    assertThat(decision.route().map(route -> route.destination().toString()).orElse("none"))
        .isEqualTo(range);
    assertThat(decision.route().map(Route::table).orElse("none")).isEqualTo(table);
    assertThat(decision.goesOn()).isEqualTo(goesOn);
  }

  @Test
  void reads_every_kind_of_rule() {
    RoutingRules rules = RoutingRules.parse(Recordings.text("tools/ip-rule.json"));

    assertThat(rules.faults()).isEmpty();
    assertThat(rules.rules())
        .extracting(rule -> rule.priority() + " " + rule.action())
        .containsExactly(
            "0 Lookup[table=local]",
            "100 Lookup[table=100]",
            "101 Lookup[table=200]",
            "102 Discard[type=blackhole]",
            "103 Discard[type=prohibit]",
            "104 Discard[type=unreachable]",
            "105 Goto[priority=32766]",
            "106 Goto[priority=9999]",
            "107 Nop[]",
            "108 Lookup[table=main]",
            "109 Lookup[table=300]",
            "110 Lookup[table=100]",
            "111 Lookup[table=400]",
            "112 Lookup[table=9]",
            "113 Lookup[table=default]",
            "32766 Lookup[table=main]",
            "32767 Lookup[table=default]");
    assertThat(rule(rules, 100).from()).map(Object::toString).contains("10.9.0.0/16");
    assertThat(rule(rules, 100).to()).map(Object::toString).contains("10.8.0.0/16");
    assertThat(rule(rules, 101).mark()).contains(new RoutingRule.Mark(1, 255));
    assertThat(rule(rules, 101).in()).contains("d0");
    assertThat(rule(rules, 101).out()).contains("d1");
    assertThat(rule(rules, 102).negated()).isTrue();
    assertThat(rule(rules, 108).suppressed()).hasValue(0);
    assertThat(rule(rules, 109).others())
        .containsExactly("tos", "ipproto", "sport_start", "sport_end", "dport");
    assertThat(rule(rules, 110).others()).containsExactly("uid_start", "uid_end");
    assertThat(rule(rules, 111).from()).map(Object::toString).contains("1.2.3.4/32");
  }

  @Test
  void every_recorded_file_of_rules_is_read_without_a_fault() {
    for (String situation : Recordings.SITUATIONS) {
      for (String node : Recordings.NODES) {
        assertThat(RoutingRules.parse(Recordings.text(situation + "/" + node + "/ip-rule.json")))
            .isEqualTo(RoutingRules.DEFAULT);
      }
    }
    RoutingRules six = RoutingRules.parse(Recordings.text("tools/ip6-rule.json"));
    assertThat(six.faults()).isEmpty();
    assertThat(rule(six, 50).action()).isEqualTo(new Action.Lookup("66"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | 10.20.0.1 | main",
        "{\"priority\": 1, \"src\": \"all\", \"action\": \"blackhole\"} | 10.20.0.1 | discarded by 1",
        "{\"priority\": 1, \"src\": \"10.9.0.0\", \"srclen\": 16, \"action\": \"prohibit\"}"
            + " | 10.20.0.1 | discarded by 1",
        "{\"priority\": 1, \"src\": \"10.8.0.0\", \"srclen\": 16, \"action\": \"prohibit\"}"
            + " | 10.20.0.1 | main",
        "{\"priority\": 1, \"not\": null, \"src\": \"10.8.0.0\", \"srclen\": 16, \"action\": \"prohibit\"}"
            + " | 10.20.0.1 | discarded by 1",
        "{\"priority\": 1, \"dst\": \"10.20.0.0\", \"dstlen\": 16, \"action\": \"prohibit\"}"
            + " | 10.20.0.1 | discarded by 1",
        "{\"priority\": 1, \"dst\": \"10.21.0.0\", \"dstlen\": 16, \"action\": \"prohibit\"}"
            + " | 10.20.0.1 | main",
        "{\"priority\": 1, \"fwmark\": \"0x10\", \"fwmask\": \"0xf0\", \"action\": \"prohibit\"}"
            + " | 10.20.0.1 | discarded by 1",
        "{\"priority\": 1, \"fwmark\": \"0x10\", \"action\": \"prohibit\"} | 10.20.0.1 | main",
        "{\"priority\": 1, \"iif\": \"d0\", \"action\": \"prohibit\"} | 10.20.0.1 | discarded by 1",
        "{\"priority\": 1, \"iif\": \"d1\", \"action\": \"prohibit\"} | 10.20.0.1 | main",
        "{\"priority\": 1, \"oif\": \"d0\", \"action\": \"prohibit\"} | 10.20.0.1 | main",
        "{\"priority\": 1, \"table\": \"200\"} | 203.0.113.10 | 200",
        "{\"priority\": 1, \"table\": \"200\"} | 10.20.0.1 | main",
        "{\"priority\": 1, \"table\": \"254\", \"suppress_prefixlen\": 16} | 10.20.0.1 | main",
        "{\"priority\": 1, \"goto\": 2}, {\"priority\": 2, \"table\": \"200\"} | 203.0.113.10 | 200",
        "{\"priority\": 1, \"goto\": 32767}, {\"priority\": 2, \"table\": \"200\"} | 203.0.113.10 | none",
        "{\"priority\": 1, \"goto\": 7}, {\"priority\": 2, \"table\": \"200\"} | 203.0.113.10 | 200",
        "{\"priority\": 1, \"goto\": 0}, {\"priority\": 2, \"table\": \"200\"} | 203.0.113.10 | 200",
        "{\"priority\": 1, \"nop\": null} | 10.20.0.1 | main",
        "{\"priority\": 1, \"ipproto\": \"tcp\", \"action\": \"prohibit\"} | 10.20.0.1 | main but 1",
      })
  void rules_are_asked_in_their_order(String rules, String to, String decision) {
    RoutingRules all =
        RoutingRules.parse(
            "[%s, {\"priority\": 32766, \"table\": \"main\"}, {\"priority\": 32767, \"table\": \"default\"}]"
                .formatted(rules.equals("{}") ? "{\"priority\": 0, \"table\": \"local\"}" : rules));
    Routing.Packet packet =
        new Routing.Packet(ip(to), Optional.of(ip("10.9.0.1")), Optional.of("d0"), 0x11);
    Routing.Decision found = decide(all, packet);

    assertThat(all.faults()).isEmpty();
    assertThat(
            found
                    .route()
                    .map(Route::table)
                    .or(() -> found.rule().map(rule -> "discarded by " + rule.priority()))
                    .orElse("none")
                + (found.unsure().isEmpty() ? "" : " but " + found.unsure().getFirst().priority()))
        .isEqualTo(decision);
  }

  @Test
  void a_packet_of_the_node_itself_has_no_source_yet_and_comes_from_lo() {
    RoutingRules rules =
        RoutingRules.parse(
            """
            [{"priority": 1, "src": "10.0.0.0", "srclen": 8, "action": "prohibit"},
             {"priority": 2, "iif": "lo", "table": "200"}]
            """);

    assertThat(decide(rules, Routing.Packet.to(ip("203.0.113.10"))).route())
        .map(Route::table)
        .contains("200");
  }

  @Test
  void a_route_whose_hops_are_all_dead_is_none() {
    Routes routes =
        Routes.parse(
            """
            [{"dst": "10.0.0.0/8", "dev": "a", "flags": ["dead", "linkdown"]},
             {"dst": "10.0.0.0/8", "dev": "b", "metric": 5, "flags": []}]
            """,
            Family.IPV4);

    assertThat(routes.to(ip("10.1.1.1")).orElseThrow().leadsThrough("b")).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x | no JSON: unexpected 'x'",
        "{} | no list of rules",
        "[1] | a rule that leads nowhere",
        "[{}] | a rule that leads nowhere",
        "[{\"priority\": 1}] | a rule that leads nowhere",
        "[{\"table\": \"main\"}] | a rule that leads nowhere",
        "[{\"priority\": 1, \"table\": \"main\", \"src\": \"x\"}] | a rule that leads nowhere",
        "[{\"priority\": 1, \"table\": \"main\", \"dst\": \"10.0.0.0\", \"dstlen\": 99}]"
            + " | a rule that leads nowhere",
      })
  void what_is_not_understood_is_a_fault(String json, String problem) {
    RoutingRules rules = RoutingRules.parse(json);

    assertThat(rules.rules()).isEmpty();
    assertThat(rules.faults()).singleElement().extracting(ParseProblem::problem).isEqualTo(problem);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]"})
  void no_rules_are_no_fault(String json) {
    assertThat(RoutingRules.parse(json)).isEqualTo(new RoutingRules(List.of(), List.of()));
  }

  private static Routing.Decision decide(RoutingRules rules, Routing.Packet packet) {
    return new Routing(rules, TOOLS).decide(packet);
  }

  private static RoutingRule rule(RoutingRules rules, long priority) {
    return rules.rules().stream()
        .filter(rule -> rule.priority() == priority)
        .findFirst()
        .orElseThrow();
  }

  private static IpAddress ip(String text) {
    return IpAddress.parse(text);
  }
}
