package io.fipctl.e2e.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fipctl.e2e.nodes.Nodes.Place;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code nat} tells of nodes is what there is on them. */
final class NatIT {
  @RegisterExtension static final Nodes NODES = new Nodes();

  private static final String ADDRESS = "203.0.113.90";

  @ParameterizedTest(name = "by {0}")
  @ValueSource(strings = {"exec", "pod"})
  void tells_of_every_address_on_the_node_of_its_pod(String access) {
    NODES.fipctl("assign", "web-0", ADDRESS).exits(0);
    NODES.fipctl("assign", "web-1", "203.0.113.91,203.0.113.92").exits(0);

    assertThat(rows("--node-access", access))
        .containsExactly(
            "n1 203.0.113.90 iptables-nft 10.244.40.130 yes ok pod ok",
            "n2 203.0.113.91 iptables-nft 10.244.217.1 yes ok pod ok",
            "n2 203.0.113.92 iptables-nft 10.244.217.1 yes ok pod ok");
    assertThat(rows("n3", "--node-access", access))
        .containsExactly(
            "n3 203.0.113.90 iptables-nft <none> - ok via n1 ok",
            "n3 203.0.113.91 iptables-nft <none> - ok via n2 ok",
            "n3 203.0.113.92 iptables-nft <none> - ok via n2 ok");
  }

  @Test
  void counts_the_tracked_connections_of_each_node() {
    NODES.fipctl("assign", "web-0", ADDRESS).exits(0);
    assertThat(entry("n1").path("flows").asInt()).isZero();

    PacketFlow flow = NODES.flow(Place.node("n3"), "udp", ADDRESS);
    Nodes.eventually(
        Duration.ofSeconds(5), "n1 tracks it", () -> entry("n1").path("flows").asInt() == 1);
    assertThat(entry("n3").path("flows").asInt()).isEqualTo(1);
    assertThat(entry("n2").path("flows").asInt()).isZero();
    assertThat(entry("n1").path("verdict").asText()).isEqualTo("ok");
    flow.report();
  }

  @Test
  void finds_a_rule_that_somebody_has_made() {
    NODES.fipctl("assign", "web-0", ADDRESS).exits(0);
    List<String> rules =
        List.of(
            "203.0.113.99/32 -j DNAT --to-destination 10.244.98.5",
            ADDRESS + "/32 -j DNAT --to-destination 10.244.98.5",
            "203.0.113.98/32 -p tcp -j REDIRECT --to-ports 80");
    try {
      AtomicReference<List<String>> seen = new AtomicReference<>();
      AtomicReference<String> said = new AtomicReference<>();
      // calico-node may be putting its chains right at this very moment, also between both looks.
      Nodes.eventually(
          Duration.ofSeconds(20),
          "they are found on n3",
          () -> {
            rules.forEach(NatIT::make);
            seen.set(rows());
            said.set(NODES.fipctl("nat", "n3").exits(0).out());
            return seen.get().stream().filter(row -> row.startsWith("n3 ")).count() == 3
                && said.get().contains("203.0.113.99");
          });
      assertThat(seen.get())
          .contains(
              "n3 203.0.113.90 iptables-nft 10.244.98.5 no ok via n1 stale",
              "n3 203.0.113.98 iptables-nft <none> - ok <none> foreign",
              "n3 203.0.113.99 iptables-nft 10.244.98.5 no ok default unwanted");
      assertThat(said.get())
          .contains("n3 203.0.113.99: node n3 leads it to 10.244.98.5, and no pod holds it\n");
    } finally {
      rules.forEach(rule -> change("-D", rule));
    }
  }

  private static void make(String rule) {
    if (change("-C", rule) != 0) {
      assertThat(change("-A", rule)).isZero();
    }
  }

  private static int change(String how, String rule) {
    List<String> words =
        new ArrayList<>(List.of("iptables-nft", "-t", "nat", how, "cali-fip-dnat", "-d"));
    words.addAll(List.of(rule.split(" ")));
    return NODES.onNode("n3", words.toArray(String[]::new)).exitCode();
  }

  private static JsonNode entry(String node) {
    JsonNode items = NODES.fipctl("nat", ADDRESS, "-o", "json").exits(0).json().path("items");
    return StreamSupport.stream(items.spliterator(), false)
        .filter(item -> item.path("node").asText().equals(node))
        .findFirst()
        .orElseThrow();
  }

  /** The rows without the number of connections: what the tests have sent may still be tracked. */
  private static List<String> rows(String... arguments) {
    List<String> line = new ArrayList<>(List.of("nat", "--no-headers"));
    line.addAll(List.of(arguments));
    return NODES
        .fipctl(line.toArray(String[]::new))
        .exits(0)
        .out()
        .lines()
        .map(row -> row.replaceAll(" {2,}", " ").replaceFirst(" ([0-9]+|\\?) (\\S+)$", " $2"))
        .toList();
  }
}
