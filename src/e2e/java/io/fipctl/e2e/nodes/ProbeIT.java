package io.fipctl.e2e.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fipctl.e2e.ProcessResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What {@code doctor --probe} says of real connections. */
final class ProbeIT {
  @RegisterExtension static final Nodes NODES = new Nodes();

  private static final String ADDRESS = "203.0.113.93";

  /** Of the packets application. */
  private static final String PORT = "9000";

  @Test
  void every_node_reaches_the_pod_by_its_floating_IP() {
    NODES.fipctl("assign", "web-0", ADDRESS).exits(0);
    Nodes.eventually(
        Duration.ofSeconds(5),
        "all nodes have learned the route",
        () -> doctor("--port", PORT).exitCode() == 0);

    ProcessResult probed = doctor("--port", PORT).exits(0);
    assertThat(statuses(probed))
        .containsExactly(
            "FIP-501 ok", "FIP-502 ok", "FIP-503 ok", "FIP-504 skipped", "FIP-505 skipped");
    assertThat(probed.out()).doesNotContain("refused");
  }

  @Test
  void a_port_on_which_nobody_listens_is_an_answer() {
    NODES.fipctl("assign", "web-0", ADDRESS).exits(0);
    Nodes.eventually(
        Duration.ofSeconds(5),
        "it is refused everywhere",
        () ->
            doctor("--port", "9001")
                .out()
                .contains("TCP port 9001 of " + ADDRESS + " is reached and refused"));
    assertThat(statuses(doctor("--port", "9001").exits(0)))
        .contains("FIP-501 ok", "FIP-502 ok", "FIP-503 ok");
  }

  @Test
  void without_a_port_it_is_skipped() {
    NODES.fipctl("assign", "web-0", ADDRESS).exits(0);

    assertThat(doctor().exits(0).out()).contains("its pod names no containerPort for TCP");
  }

  @Test
  void a_rule_that_is_gone_is_felt_from_every_node() {
    NODES.fipctl("assign", "web-0", ADDRESS).exits(0);
    List<String> rule =
        List.of("cali-fip-dnat", "-d", ADDRESS + "/32", "-j", "DNAT", "--to-destination");
    try {
      // calico-node may be putting its chains right at this very moment.
      Nodes.eventually(
          Duration.ofSeconds(30),
          "no node connects",
          () -> {
            onNode1("-F", List.of("cali-fip-dnat"));
            ProcessResult ran = doctor("--port", PORT);
            // What the others see follows from what the pod's own node sees.
            return found(ran).equals(Set.of("FIP-502 n1"))
                && List.of("n2", "n3").stream()
                    .allMatch(
                        node ->
                            ran.out()
                                .contains(
                                    "FIP-503 %s pod/shop/web-0 node/%s".formatted(ADDRESS, node)));
          });
    } finally {
      List<String> whole = new ArrayList<>(rule);
      whole.add("10.244.40.130");
      onNode1("-A", whole);
    }
    assertThat(doctor("--port", PORT).exits(0).out()).contains("FIP-502");
  }

  private static void onNode1(String how, Collection<String> rule) {
    List<String> words = new ArrayList<>(List.of("iptables-nft", "-t", "nat", how));
    words.addAll(rule);
    NODES.onNode("n1", words.toArray(String[]::new)).exits(0);
  }

  private static ProcessResult doctor(String... arguments) {
    List<String> line =
        new ArrayList<>(List.of("doctor", ADDRESS, "--probe", "--check", "probes", "-o", "json"));
    line.addAll(List.of(arguments));
    return NODES.fipctl(line.toArray(String[]::new));
  }

  private static List<String> statuses(ProcessResult ran) {
    return checks(ran)
        .map(check -> check.path("id").asText() + " " + check.path("status").asText())
        .toList();
  }

  private static Set<String> found(ProcessResult ran) {
    Set<String> found = new HashSet<>();
    checks(ran)
        .forEach(
            check ->
                check
                    .path("findings")
                    .forEach(
                        finding ->
                            found.add(
                                check.path("id").asText()
                                    + " "
                                    + finding.path("object").path("nodes").path(0).asText())));
    return found;
  }

  private static Stream<JsonNode> checks(ProcessResult ran) {
    return StreamSupport.stream(ran.json().path("checks").spliterator(), false);
  }
}
