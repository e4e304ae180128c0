package io.fipctl.doctor.nat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fipctl.doctor.EvidenceBuilder;
import io.fipctl.evidence.Fetched;
import io.fipctl.evidence.NodeEvidence;
import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import io.fipctl.model.IpAddress;
import io.fipctl.model.PodRef;
import io.fipctl.model.Progress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What nodes do with floating IPs is told as it is, and judged as the doctor's checks do. */
class NatSurveyTest {
  private static final String SAVE = "iptables-nft-save.txt";
  private static final String ROUTES = "ip-route.json";
  private static final NatSurvey.Scope EVERYTHING = new NatSurvey.Scope(Set.of(), Set.of());

  /**
   * One thing changed in a healthy cluster.
   *
   * @param entries all that are not ok: node, address, verdict
   * @param reason the beginning of the first one's
   */
  record Row(
      String what, UnaryOperator<EvidenceBuilder> change, List<String> entries, String reason) {
    @Override
    public String toString() {
      return what;
    }
  }

  private static Row bad(
      String what, UnaryOperator<EvidenceBuilder> change, String entries, String reason) {
    return new Row(what, change, List.of(entries.split(", ")), reason);
  }

  private static Row fine(String what, UnaryOperator<EvidenceBuilder> change) {
    return new Row(what, change, List.of(), "");
  }

  static List<Row> rows() {
    return List.of(
        fine("nothing", s -> s),
        bad(
            "the rule is gone",
            s -> s.dropLines("n1", SAVE, l -> l.contains("cali-fip-dnat -d")),
            "n1 203.0.113.10 missing",
            "no DNAT rule for 203.0.113.10 in the rules of iptables-nft"),
        bad(
            "all of Calico's rules are gone",
            s ->
                s.edit("n1", SAVE, t -> "*nat\n:PREROUTING ACCEPT [0:0]\nCOMMIT\n")
                    .edit("n1", "nft-list-ruleset.json", t -> "{\"nftables\": []}"),
            "n1 203.0.113.10 missing",
            "no DNAT rule for 203.0.113.10 in any backend"),
        bad(
            "the rule leads to a pod that is gone",
            s -> s.edit("n1", SAVE, t -> t.replace("ation 10.244.40.128", "ation 10.244.40.99")),
            "n1 203.0.113.10 wrong-pod",
            "203.0.113.10 leads to 10.244.40.99"),
        bad(
            "a second rule for it leads elsewhere",
            s -> rule(s, "n1", "-d 203.0.113.10/32 -j DNAT --to-destination 10.244.40.99"),
            "n1 203.0.113.10 wrong-pod",
            "203.0.113.10 leads to 10.244.40.128 and 10.244.40.99"),
        fine(
            "the same rule twice",
            s -> s.edit("n1", SAVE, t -> t.replaceFirst("(?m)^(-A cali-fip-dnat .*)$", "$1\n$1"))),
        bad(
            "the kernel's jump is gone",
            s ->
                s.dropLines(
                    "n1", SAVE, l -> l.contains("-A cali-PREROUTING") && l.contains("fip-dnat")),
            "n1 203.0.113.10 not-asked",
            "PREROUTING does not lead to cali-fip-dnat"),
        bad(
            "eBPF is on, and rules are left",
            s -> s.set("felixconfigurations", "default", true, "spec", "bpfEnabled"),
            "n1 203.0.113.10 not-asked, n2 203.0.113.31 not-asked, n2 203.0.113.32 not-asked",
            "the eBPF dataplane"),
        bad(
            "what eBPF leaves",
            s -> s.dropLines("n1", SAVE, l -> l.contains("cali-fip-dnat")),
            "n1 203.0.113.10 missing",
            "chain cali-fip-snat is there and cali-fip-dnat is not"),
        bad(
            "no way for a pod to itself",
            s -> s.dropLines("n2", SAVE, l -> l.contains("fip-snat -s")),
            "n2 203.0.113.31 no-hairpin, n2 203.0.113.32 no-hairpin",
            "no SNAT rule"),
        bad(
            "the route of one node to it is gone",
            s -> s.edit("n3", ROUTES, t -> without(t, "203.0.113.10")),
            "n3 203.0.113.10 no-route",
            "node n3 takes default via 172.31.99.1 dev eth0"),
        bad(
            "the host's route is gone, and what others had learned of it",
            s -> {
              for (String node : List.of("n1", "n2", "n3")) {
                s.edit(node, ROUTES, t -> without(t, "203.0.113.10"));
              }
              return s;
            },
            "n1 203.0.113.10 no-route",
            "it takes default"),
        bad(
            "a node's route leads to another node",
            s ->
                s.edit(
                    "n3",
                    ROUTES,
                    t ->
                        t.replace(
                            "\"dst\":\"203.0.113.10\",\"gateway\":\"172.31.99.11\"",
                            "\"dst\":\"203.0.113.10\",\"gateway\":\"172.31.99.12\"")),
            "n3 203.0.113.10 wrong-route",
            "node n3 takes 203.0.113.10/32 via 172.31.99.12"),
        bad(
            "two pods of two nodes hold it",
            s -> s.annotate("web-2", "[\"203.0.113.31\"]"),
            "n1 203.0.113.31 duplicate, n2 203.0.113.31 duplicate",
            "2 pods hold it: shop/web-1 on n2, shop/web-2 on n1"),
        fine(
            "the other holder has ended",
            s ->
                s.annotate("web-2", "[\"203.0.113.31\"]")
                    .set("pods", "web-2", "Succeeded", "status", "phase")),
        bad(
            "a rule for an address of a pod elsewhere",
            s -> rule(s, "n3", "-d 203.0.113.10/32 -j DNAT --to-destination 10.244.98.5"),
            "n3 203.0.113.10 stale",
            "node n3 leads it to 10.244.98.5, and pod shop/web-0 on n1 holds it"),
        bad(
            "a rule for an address that nobody has",
            s -> rule(s, "n3", "-d 203.0.113.99/32 -j DNAT --to-destination 10.244.98.5"),
            "n3 203.0.113.99 unwanted",
            "node n3 leads it to 10.244.98.5, and no pod holds it"),
        bad(
            "a route for an address that nobody has",
            s -> route(s, "n3", "{\"dst\":\"203.0.113.99\",\"dev\":\"cali0123456789a\"}"),
            "n3 203.0.113.99 unwanted",
            "node n3 has a route to a pod's interface, and no pod holds it"),
        fine(
            "a route to a pod's own address",
            s -> route(s, "n3", "{\"dst\":\"10.244.98.9\",\"dev\":\"cali0123456789a\"}")),
        bad(
            "somebody's rule in Calico's chain",
            s -> rule(s, "n2", "-d 203.0.113.77/32 -p tcp -j REDIRECT --to-ports 80"),
            "n2 203.0.113.77 foreign",
            "not a rule of Calico, in its chain cali-fip-dnat: -A cali-fip-dnat -d 203.0.113.77"),
        bad(
            "somebody's rule for every packet",
            s -> rule(s, "n2", "-j ACCEPT"),
            "n2 <any> foreign",
            "not a rule of Calico, in its chain cali-fip-dnat: -A cali-fip-dnat -j ACCEPT"),
        bad(
            "the legacy backend still has a rule",
            s ->
                s.edit(
                    "n1",
                    "iptables-legacy-save.txt",
                    t -> EvidenceBuilder.legacy("203.0.113.44", "10.244.40.7")),
            "n1 203.0.113.44 leftover",
            "left over in iptables-legacy; the rules in effect are in iptables-nft"),
        bad(
            "another backend is configured",
            s -> s.set("felixconfigurations", "default", "Enabled", "spec", "nftablesMode"),
            "n1 203.0.113.10 wrong-backend, n2 203.0.113.31 wrong-backend,"
                + " n2 203.0.113.32 wrong-backend",
            "the rules are in iptables-nft; configured is nftablesMode: Enabled"),
        bad(
            "a connection without the rule",
            s -> s.edit("n1", "conntrack.txt", t -> t + flow("UNREPLIED", "203.0.113.10")),
            "n1 203.0.113.10 stale-flows",
            "1 tracked connection goes on node n1 to nothing (no DNAT)"),
        fine(
            "the same on a node that passes it on",
            s -> s.edit("n3", "conntrack.txt", t -> t + flow("UNREPLIED", "203.0.113.10"))),
        bad(
            "a pod that is being deleted",
            s ->
                s.dropLines("n1", SAVE, l -> l.contains("cali-fip-dnat -d"))
                    .set("pods", "web-0", "2026-11-23T13:59:59Z", "metadata", "deletionTimestamp"),
            "n1 203.0.113.10 unsettled",
            "pod shop/web-0 is being deleted"),
        bad(
            "a node that did not answer",
            s -> s.node("n2", new Fetched.Missing<>("node n2 did not answer within 10 s")),
            "n2 203.0.113.31 unknown, n2 203.0.113.32 unknown",
            "node n2: node n2 did not answer within 10 s"),
        bad(
            "such a node that hosts none",
            s -> s.node("n3", new Fetched.Missing<>("gone")),
            "n3 <any> unknown",
            "node n3: gone"),
        bad(
            "its rules were not read",
            s ->
                s.files(
                    "n1",
                    files -> {
                      files.keySet().removeIf(file -> file.matches(".*(save|ruleset).*"));
                      return files;
                    }),
            "n1 203.0.113.10 unknown, n1 203.0.113.31 unknown, n1 203.0.113.32 unknown",
            "n1/nft-list-ruleset: it was not read"),
        bad(
            "its routes were not read",
            s ->
                s.files(
                    "n1",
                    files -> {
                      files.put(ROUTES, new NodeEvidence.Text("", 124));
                      return files;
                    }),
            "n1 203.0.113.10 unknown, n1 203.0.113.31 unknown, n1 203.0.113.32 unknown",
            "n1/ip-route: the command took too long"),
        bad(
            "IPv6 beside IPv4, in no pool",
            s -> six(s, "fd00:10::2"),
            "n1 2001:db8:113::7 broken",
            "FIP-2"),
        bad(
            "IPv6 that leads to another pod",
            s -> six(s, "fd00:10::9"),
            "n1 2001:db8:113::7 wrong-pod",
            "2001:db8:113::7 leads to fd00:10::9"));
  }

  private static EvidenceBuilder rule(EvidenceBuilder s, String node, String rule) {
    return s.edit(
        node,
        SAVE,
        t -> t.replaceFirst("(?m)^-A cali-nat-outgoing", "-A cali-fip-dnat " + rule + "\n$0"));
  }

  private static EvidenceBuilder route(EvidenceBuilder s, String node, String route) {
    return s.edit(node, ROUTES, t -> t.replaceFirst("\\[", "[" + route + ","));
  }

  private static String without(String routes, String address) {
    return routes.replaceAll("\\{\"dst\":\"" + address + "\"[^}]*\\},?", "").replace(",]", "]");
  }

  private static String flow(String flag, String replySource) {
    return "ipv4     2 udp      17 25 src=172.31.99.2 dst=203.0.113.10 sport=4 dport=9 packets=1"
        + " bytes=2 ["
        + flag
        + "] src="
        + replySource
        + " dst=172.31.99.2 sport=9 dport=4 packets=0 bytes=0 mark=0 use=1\n";
  }

  private static String sixRules(String target) {
    String rules =
        """
        -A cali-fip-dnat -d 2001:db8:113::7/128 -j DNAT --to-destination %1$s
        -A cali-fip-snat -s %1$s/128 -d %1$s/128 -j SNAT --to-source 2001:db8:113::7
        """
            .formatted(target);
    return """
        *nat
        :PREROUTING ACCEPT [0:0]
        :OUTPUT ACCEPT [0:0]
        :POSTROUTING ACCEPT [0:0]
        :cali-PREROUTING - [0:0]
        :cali-OUTPUT - [0:0]
        :cali-POSTROUTING - [0:0]
        :cali-fip-dnat - [0:0]
        :cali-fip-snat - [0:0]
        -A PREROUTING -j cali-PREROUTING
        -A OUTPUT -j cali-OUTPUT
        -A POSTROUTING -j cali-POSTROUTING
        -A cali-PREROUTING -j cali-fip-dnat
        -A cali-OUTPUT -j cali-fip-dnat
        -A cali-POSTROUTING -j cali-fip-snat
        %sCOMMIT
        """
        .formatted(target.isEmpty() ? "" : rules);
  }

  /** web-2 has an IPv6 address and a floating one, and every node rules for IPv6. */
  private static EvidenceBuilder six(EvidenceBuilder s, String target) {
    String device = new PodRef("shop", "web-2").hostInterface();
    for (String node : List.of("n1", "n2", "n3")) {
      s.edit(node, "ip6tables-legacy-save.txt", t -> "")
          .edit(node, "ip6tables-nft-save.txt", t -> sixRules(node.equals("n1") ? target : ""));
    }
    return route(
            s, "n1", "{\"dst\":\"2001:db8:113::7\",\"dev\":\"" + device + "\",\"metric\":1024}")
        .set(
            "pods",
            "web-2",
            List.of(Map.of("ip", "10.244.40.129"), Map.of("ip", "fd00:10::2")),
            "status",
            "podIPs")
        .annotate("web-2", "[\"2001:db8:113::7\"]");
  }

  @ParameterizedTest
  @MethodSource("rows")
  void tells_this_and_nothing_else(Row row) {
    NatSurvey survey = survey(row.change().apply(EvidenceBuilder.healthy()), EVERYTHING);
    List<NatEntry> wrong =
        survey.entries().stream().filter(entry -> entry.verdict() != NatEntry.Verdict.OK).toList();

    assertThat(wrong.stream().map(NatSurveyTest::verdict)).isEqualTo(row.entries());
    assertThat(wrong).allMatch(entry -> !entry.reason().isEmpty());
    assertThat(survey.entries())
        .filteredOn(entry -> entry.verdict() == NatEntry.Verdict.OK)
        .allMatch(entry -> entry.reason().isEmpty());
    wrong.stream()
        .findFirst()
        .ifPresent(first -> assertThat(first.reason()).startsWith(row.reason()));
  }

  /** Node by node, what the recordings of real ones say: target, hairpin, jumps, route, flows. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "v3.33-healthy | n1 203.0.113.10 iptables-nft 10.244.40.128 true 3 POD 1 ok,"
            + " n2 203.0.113.31 iptables-nft 10.244.217.0 true 3 POD 0 ok,"
            + " n2 203.0.113.32 iptables-nft 10.244.217.0 true 3 POD 1 ok",
        "iptables-nft-healthy | n1 203.0.113.10 iptables-nft 10.244.40.130 true 3 POD 3 ok,"
            + " n2 203.0.113.21 iptables-nft 10.244.217.4 true 3 POD 0 ok,"
            + " n2 203.0.113.31 iptables-nft 10.244.217.1 true 3 POD 0 ok,"
            + " n2 203.0.113.32 iptables-nft 10.244.217.1 true 3 POD 3 ok",
        "iptables-legacy-healthy | n1 203.0.113.10 iptables-legacy 10.244.40.130 true 3 POD 7 ok,"
            + " n2 203.0.113.21 iptables-legacy 10.244.217.4 true 3 POD 0 ok,"
            + " n2 203.0.113.31 iptables-legacy 10.244.217.1 true 3 POD 0 ok,"
            + " n2 203.0.113.32 iptables-legacy 10.244.217.1 true 3 POD 7 ok",
        "nftables-healthy | n1 203.0.113.10 nft 10.244.40.130 true 3 POD 5 ok,"
            + " n2 203.0.113.21 nft 10.244.217.4 true 3 POD 0 ok,"
            + " n2 203.0.113.31 nft 10.244.217.1 true 3 POD 0 ok,"
            + " n2 203.0.113.32 nft 10.244.217.1 true 3 POD 5 ok",
        "v3.33-rule-gone | n1 203.0.113.10 iptables-nft - true 3 POD 1 missing,"
            + " n2 203.0.113.31 iptables-nft 10.244.217.0 true 3 POD 0 ok,"
            + " n2 203.0.113.32 iptables-nft 10.244.217.0 true 3 POD 1 ok",
        "v3.33-bird-stopped | n1 203.0.113.10 iptables-nft 10.244.40.128 true 3 POD 1 broken,"
            + " n2 203.0.113.10 iptables-nft - - 3 DEFAULT 1 no-route,"
            + " n2 203.0.113.31 iptables-nft 10.244.217.0 true 3 POD 0 ok,"
            + " n2 203.0.113.32 iptables-nft 10.244.217.0 true 3 POD 1 ok,"
            + " n3 203.0.113.10 iptables-nft - - 3 DEFAULT 0 no-route",
        "iptables-duplicate-same-node"
            + " | n1 203.0.113.10 iptables-nft 10.244.40.130 true 3 POD 0 duplicate,"
            + " n2 203.0.113.21 iptables-nft 10.244.217.4 true 3 POD 0 ok",
        "iptables-duplicate-two-nodes"
            + " | n1 203.0.113.10 iptables-nft 10.244.40.130 true 3 POD 0 duplicate,"
            + " n2 203.0.113.10 iptables-nft 10.244.217.1 true 3 POD 8 duplicate,"
            + " n2 203.0.113.21 iptables-nft 10.244.217.4 true 3 POD 0 ok",
        "stale-conntrack-after-move"
            + " | n1 203.0.113.10 iptables-legacy - - 3 GATEWAY 8 stale-flows,"
            + " n2 203.0.113.10 iptables-legacy 10.244.217.1 true 3 POD 8 stale-flows,"
            + " n2 203.0.113.21 iptables-legacy 10.244.217.4 true 3 POD 0 ok",
      })
  void tells_of_real_nodes(String recording, String entries) {
    assertThat(
            survey(EvidenceBuilder.recorded(recording), EVERYTHING).entries().stream()
                .map(NatSurveyTest::whole))
        .containsExactly(entries.split(", "));
  }

  @Test
  void an_address_is_told_of_on_every_node_and_a_node_with_every_address() {
    EvidenceBuilder healthy = EvidenceBuilder.healthy();

    assertThat(verdicts(healthy, Set.of(IpAddress.parse("203.0.113.10")), Set.of()))
        .containsExactly("n1 203.0.113.10 ok", "n2 203.0.113.10 ok", "n3 203.0.113.10 ok");
    assertThat(verdicts(healthy, Set.of(), Set.of("n3")))
        .containsExactly("n3 203.0.113.10 ok", "n3 203.0.113.31 ok", "n3 203.0.113.32 ok");
    assertThat(verdicts(healthy, Set.of(IpAddress.parse("203.0.113.10")), Set.of("n3")))
        .containsExactly("n3 203.0.113.10 ok");
    assertThat(survey(healthy, EVERYTHING).leftOut()).isEqualTo(6);
  }

  @Test
  void an_address_that_nobody_holds_is_told_of_and_named() {
    NatSurvey survey =
        survey(
            EvidenceBuilder.healthy(),
            new NatSurvey.Scope(Set.of(IpAddress.parse("203.0.113.200")), Set.of()));

    assertThat(survey.entries().stream().map(NatSurveyTest::whole))
        .allMatch(entry -> entry.endsWith("203.0.113.200 iptables-nft - - 3 DEFAULT 0 ok"))
        .hasSize(3);
    assertThat(survey.nobodys()).containsExactly(IpAddress.parse("203.0.113.200"));
  }

  @Test
  void what_belongs_to_no_address_is_not_told_of_one() {
    EvidenceBuilder foreign = rule(EvidenceBuilder.healthy(), "n2", "-j ACCEPT");

    assertThat(verdicts(foreign, Set.of(IpAddress.parse("203.0.113.10")), Set.of()))
        .noneMatch(entry -> entry.contains("foreign"));
    assertThat(verdicts(foreign, Set.of(), Set.of("n2"))).contains("n2 <any> foreign");
  }

  @Test
  void that_no_node_was_seen_is_no_answer() {
    EvidenceBuilder dark = EvidenceBuilder.healthy();
    List.of("n1", "n2", "n3").forEach(node -> dark.node(node, new Fetched.Missing<>("no answer")));
    EvidenceBuilder locked = EvidenceBuilder.healthy();
    List.of("n1", "n2", "n3")
        .forEach(node -> locked.node(node, new Fetched.Forbidden<>("create pods/exec")));

    assertThatThrownBy(() -> survey(dark, EVERYTHING))
        .isInstanceOfSatisfying(
            FipctlException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.NOT_SEEN))
        .hasMessage("no node could be looked at: node n1: no answer");
    assertThatThrownBy(() -> survey(locked, EVERYTHING))
        .isInstanceOfSatisfying(
            FipctlException.class,
            e -> {
              assertThat(e.exitCode()).isEqualTo(ExitCode.FORBIDDEN);
              assertThat(e.hint()).hasValue("create pods/exec");
            });
  }

  @Test
  void who_may_not_read_pods_is_told_the_rule() {
    EvidenceBuilder blind =
        EvidenceBuilder.healthy().unread("pods", new Fetched.Forbidden<>("list pods"));

    assertThatThrownBy(() -> survey(blind, EVERYTHING))
        .isInstanceOfSatisfying(
            FipctlException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.FORBIDDEN));
  }

  @ParameterizedTest
  @CsvSource({"1", "2", "8"})
  void the_answer_does_not_depend_on_how_many_nodes_are_looked_at_at_once(int parallelism) {
    EvidenceBuilder situation = EvidenceBuilder.recorded("v3.33-bird-stopped");

    assertThat(
            NatSurvey.of(situation.evidence(), EVERYTHING, parallelism, Progress.SILENT).entries())
        .isEqualTo(survey(situation, EVERYTHING).entries());
  }

  private static NatSurvey survey(EvidenceBuilder situation, NatSurvey.Scope scope) {
    return NatSurvey.of(situation.evidence(), scope, 2, Progress.SILENT);
  }

  private static List<String> verdicts(
      EvidenceBuilder situation, Set<IpAddress> addresses, Set<String> nodes) {
    return survey(situation, new NatSurvey.Scope(addresses, nodes)).entries().stream()
        .map(NatSurveyTest::verdict)
        .toList();
  }

  private static String verdict(NatEntry entry) {
    return "%s %s %s"
        .formatted(
            entry.node(),
            entry.address().map(IpAddress::toString).orElse("<any>"),
            entry.verdict());
  }

  private static String whole(NatEntry entry) {
    NatEntry.Rules rules = entry.rules().orElseThrow();
    return "%s %s %s %s %s %d %s %d %s"
        .formatted(
            entry.node(),
            entry.address().orElseThrow(),
            rules.backend(),
            rules.targets().isEmpty() ? "-" : rules.targets().getFirst(),
            rules.hairpin().map(Object::toString).orElse("-"),
            rules.jumps().count(),
            entry.way().orElseThrow().kind(),
            entry.flows().orElseThrow(),
            entry.verdict());
  }
}
