package io.fipctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.RecordedNodes;
import io.fipctl.kube.DebugPod;
import io.fipctl.kube.Kind;
import io.fipctl.lab.Breakage;
import io.fipctl.lab.simulation.LabState;
import io.fipctl.model.ExitCode;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class NatTest {
  /** What is seen of a failure on nodes; of every other one nothing is. */
  private static final Map<String, Set<String>> VERDICTS =
      Map.ofEntries(
          Map.entry("felix-gate-off", Set.of("missing")),
          Map.entry("felix-gate-off-node", Set.of("missing")),
          Map.entry("felix-gate-env", Set.of("missing")),
          Map.entry("ebpf", Set.of("not-asked")),
          Map.entry("duplicate-one-node", Set.of("duplicate")),
          Map.entry("duplicate-two-nodes", Set.of("duplicate")),
          Map.entry("rule-gone", Set.of("missing")),
          Map.entry("rule-wrong", Set.of("wrong-pod")),
          Map.entry("prerouting-flushed", Set.of("not-asked")),
          Map.entry("hairpin-gone", Set.of("no-hairpin")),
          Map.entry("rule-stale", Set.of("unwanted")),
          Map.entry("route-gone", Set.of("no-route")),
          Map.entry("backend-left", Set.of("leftover")),
          Map.entry("flow-stale", Set.of("stale-flows")),
          Map.entry("route-blackhole", Set.of("no-route")),
          Map.entry("bird-down", Set.of("broken", "no-route")),
          // What the doctor says of the address in another check, which the reason names.
          Map.entry("datastore-locked", Set.of("broken")),
          Map.entry("service-address", Set.of("broken")),
          Map.entry("node-address", Set.of("broken")),
          Map.entry("pool-vxlan", Set.of("broken")),
          Map.entry("pool-not-exported", Set.of("broken")),
          Map.entry("pool-missing", Set.of("broken")),
          Map.entry("calico-node-down", Set.of("broken")),
          Map.entry("forwarding-off", Set.of("broken")),
          Map.entry("forward-drop", Set.of("broken")),
          Map.entry("policy-deny", Set.of("broken")),
          Map.entry("pod-not-ready", Set.of("broken")));

  private final CliFixture runs = CliFixture.on(LabState.healthy());

  @Test
  void shows_what_each_node_does_with_the_addresses_of_its_pods() {
    CliFixture.Result result = runs.run("nat");

    assertThat(result.exitCode()).isZero();
    assertThat(result.out())
        .isEqualTo(
            """
            NODE   ADDRESS        BACKEND        DNAT            SNAT   JUMPS   ROUTE   FLOWS   VERDICT
            n1     203.0.113.10   iptables-nft   10.244.40.130   yes    ok      pod     1       ok
            n2     203.0.113.21   iptables-nft   10.244.217.4    yes    ok      pod     1       ok
            n2     203.0.113.31   iptables-nft   10.244.217.1    yes    ok      pod     1       ok
            n2     203.0.113.32   iptables-nft   10.244.217.1    yes    ok      pod     1       ok
            """);
    assertThat(result.err())
        .isEqualTo(
            "not shown: 8 rows of nodes that only pass an address on (fipctl nat IP or NODE)\n");
    assertThat(result.out().lines()).allMatch(line -> line.length() <= 100);
  }

  @Test
  void shows_an_address_on_every_node() {
    assertThat(runs.ok("nat", "203.0.113.10", "--no-headers"))
        .isEqualTo(
            """
            n1   203.0.113.10   iptables-nft   10.244.40.130   yes   ok   pod      1   ok
            n2   203.0.113.10   iptables-nft   <none>          -     ok   via n1   1   ok
            n3   203.0.113.10   iptables-nft   <none>          -     ok   via n1   0   ok
            """);
  }

  @Test
  void reasons_stand_below_the_table_and_what_to_type_next() {
    runs.cluster().change(state -> state.ruleGone("n1", "203.0.113.10"));

    CliFixture.Result result = runs.run("nat", "203.0.113.10");

    assertThat(result.exitCode()).isZero();
    assertThat(result.out())
        .endsWith(
            "\n\nn1 203.0.113.10: no DNAT rule for 203.0.113.10 in the rules of iptables-nft\n");
    assertThat(result.err()).isEqualTo("next: fipctl doctor 203.0.113.10\n");
    assertThat(runs.ok("nat", "203.0.113.10", "--no-headers").lines()).hasSize(3);
  }

  @Test
  void tells_more_when_wide() {
    runs.cluster().change(state -> state.ruleGone("n1", "203.0.113.10"));

    assertThat(runs.ok("nat", "-o", "wide"))
        .containsPattern("NODE +ADDRESS +POD +BACKEND .*VERDICT +REASON")
        .containsPattern("n1 +203\\.0\\.113\\.10 +shop/web-0 .*203\\.0\\.113\\.10/32 dev cali")
        .containsPattern("missing +no DNAT rule for 203\\.0\\.113\\.10 in the rules")
        .doesNotContain("\n\n");
  }

  @Test
  void prints_addresses_alone_as_names_and_one_document_for_programs() {
    assertThat(runs.ok("nat", "-o", "name"))
        .isEqualTo("203.0.113.10\n203.0.113.21\n203.0.113.31\n203.0.113.32\n");
    assertThat(runs.ok("nat", "n1", "-o", "yaml"))
        .startsWith("apiVersion: fipctl.io/v1\nkind: NatEntryList\nitems:\n- node: n1\n")
        .contains("backend: iptables-nft", "kind: pod", "verdict: ok", "reason: null");
  }

  static List<Breakage> failures() {
    return Breakage.ALL;
  }

  @ParameterizedTest
  @MethodSource("failures")
  void tells_what_is_seen_of_a_failure_and_no_more(Breakage breakage) {
    InstantSource time = InstantSource.fixed(Instant.parse("2026-01-05T08:00:00Z"));
    Set<String> verdicts =
        CliFixture.on(breakage.planted(time))
            .ok("nat", "--no-headers")
            .lines()
            .map(line -> line.substring(line.lastIndexOf(' ') + 1))
            .filter(verdict -> !verdict.equals("ok"))
            .collect(Collectors.toSet());

    assertThat(verdicts).isEqualTo(VERDICTS.getOrDefault(breakage.name(), Set.of()));
  }

  @Test
  void a_node_that_cannot_be_seen_is_unknown_and_the_rest_is_complete() {
    CliFixture down = CliFixture.on(LabState.healthy().calicoNodeDown("n1"));

    CliFixture.Result result = down.run("nat", "--node-access", "exec");

    assertThat(result.exitCode()).isZero();
    assertThat(result.out())
        .containsPattern("n1 +203\\.0\\.113\\.10 +\\? .* unknown\n")
        .containsPattern("n2 +203\\.0\\.113\\.21 +iptables-nft .* ok\n")
        .contains("\n\nn1 203.0.113.10: ");
    assertThat(down.run("nat", "n1", "--node-access", "exec").code()).isEqualTo(ExitCode.NOT_SEEN);
    assertThat(down.ok("nat", "n1", "--no-headers"))
        .containsPattern("n1 +203\\.0\\.113\\.10 .* ok");
    assertThat(down.cluster().state().list(Kind.PODS))
        .as("debug pods are gone")
        .noneMatch(pod -> pod.label(DebugPod.LABEL).isPresent());
  }

  @Test
  void a_viewer_is_told_the_missing_rule() {
    CliFixture viewer =
        CliFixture.on(LabState.healthy().deny("create", "pods/exec").deny("create", "pods"));

    CliFixture.Result result = viewer.run("nat");

    assertThat(result.code()).isEqualTo(ExitCode.FORBIDDEN);
    assertThat(result.err()).contains("no node could be looked at").contains("pods/exec");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nat n1 n2 | 0",
        "nat 203.0.113.10 n1 | 0",
        "nat 203.0.113.10,203.0.113.21 | 0",
        "nat 203.0.113.99 | 0",
        "nat --parallelism 1 | 0",
        "nat n9 | 5",
        "nat shop/web-0 | 5",
        "nat 203.0.113.300 | 2",
        "nat --parallelism 0 | 2",
        "nat --node-access none | 2",
        "nat -o junit | 2",
        "nat --from /nonexistent/x | 2",
      })
  void ends_with(String line, int code) {
    assertThat(runs.run(line.split(" ")).exitCode()).isEqualTo(code);
  }

  @Test
  void names_what_it_could_have_meant() {
    assertThat(runs.run("nat", "n9").err())
        .contains("there is no node 'n9', and it is no address", "kubectl get nodes");
    assertThat(runs.run("nat", "203.0.113.99").err()).contains("no pod holds 203.0.113.99");
  }

  @Test
  void says_so_when_there_is_nothing() {
    CliFixture.Result none = CliFixture.on(LabState.fresh()).run("nat");

    assertThat(none.exitCode()).isZero();
    assertThat(none.out()).isEmpty();
    assertThat(none.err()).contains("No node has anything of a floating IP (3 nodes looked at).");
  }

  @Test
  void judges_what_was_saved_elsewhere() {
    assertThat(
            CliFixture.connecting()
                .ok(
                    "nat",
                    "--from",
                    RecordedNodes.folder("v3.33-rule-gone").toString(),
                    "--no-headers"))
        .containsPattern("n1 +203\\.0\\.113\\.10 .* missing");
  }
}
