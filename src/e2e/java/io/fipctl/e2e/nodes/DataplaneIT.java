package io.fipctl.e2e.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.RecordedNodes;
import io.fipctl.e2e.ProcessResult;
import io.fipctl.e2e.nodes.Nodes.Place;
import io.fipctl.model.IpAddress.Family;
import io.fipctl.nodeoutput.NodeDump;
import io.fipctl.nodeoutput.Route;
import io.fipctl.packet.CalicoNat;
import io.fipctl.packet.NodeNat;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Packets get through in every dataplane, and the nodes show what real ones have shown. */
final class DataplaneIT {
  @RegisterExtension static final Nodes NODES = new Nodes();

  private static final String NFT = "{\"iptablesBackend\":\"NFT\",\"nftablesMode\":\"Disabled\"}";
  private static final String LEGACY =
      "{\"iptablesBackend\":\"Legacy\",\"nftablesMode\":\"Disabled\"}";
  private static final String NFTABLES = "{\"nftablesMode\":\"Enabled\"}";

  @AfterAll
  static void back_to_the_default() {
    NODES.configureFelix("{\"iptablesBackend\":null,\"nftablesMode\":null}");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "iptables-nft-healthy    | " + NFT,
        "iptables-legacy-healthy | " + LEGACY,
        "nftables-healthy        | " + NFTABLES
      })
  void addresses_are_answered_and_the_nodes_look_like_the_recorded_ones(
      String recording, String felix) {
    NODES.configureFelix(felix);
    Nodes.eventually(
        Duration.ofSeconds(20), "rules in this backend", () -> backendIsAsIn(recording));
    NODES.fipctl("assign", "web-0", "203.0.113.10").exits(0);
    NODES.fipctl("assign", "t1", "203.0.113.21").exits(0);
    NODES.fipctl("assign", "web-1", "203.0.113.31,203.0.113.32").exits(0);

    for (String node : Nodes.ALL) {
      NodeNat real = recorded(recording, node);
      NodeNat now = dumped(node);
      assertThat(floatingIpRoutes(now)).as(node).isEqualTo(floatingIpRoutes(real));
      CalicoNat realNat = real.nat(Family.IPV4).live().orElseThrow();
      CalicoNat nat = now.nat(Family.IPV4).live().orElseThrow();
      assertThat(nat.backend()).as(node).isEqualTo(realNat.backend());
      assertThat(nat.hooks()).as(node).isEqualTo(realNat.hooks()).isEqualTo(3);
      assertThat(nat.targets()).as(node).isEqualTo(realNat.targets());
      assertThat(nat.hairpins()).as(node).isEqualTo(realNat.hairpins());
      assertThat(nat.foreign()).as(node).isEmpty();
    }
    for (String protocol : List.of("tcp", "udp", "icmp", "raw")) {
      String answer = protocol.equals("icmp") ? "203.0.113.10" : "web-0";
      for (Place from :
          List.of(
              Place.OUTSIDE,
              Place.node("n1"),
              Place.node("n3"),
              Place.pod("web-0"),
              Place.pod("web-2"),
              Place.pod("web-1"))) {
        NODES.answers(from, protocol, "203.0.113.10", answer);
      }
    }
    NODES
        .fipctl("list", "--verify", "--no-headers")
        .exits(0)
        .out()
        .lines()
        .forEach(line -> assertThat(line).contains(" held ").contains(" ok "));
  }

  @Test
  void without_support_of_IPv6_a_node_has_no_rules_of_that_family() {
    NODES.fipctl("assign", "web-0", "203.0.113.10").exits(0);
    for (String node : Nodes.ALL) {
      for (String backend : List.of("nft", "legacy")) {
        ProcessResult saved = NODES.onNode(node, "ip6tables-" + backend + "-save").exits(0);
        assertThat(saved.out()).as("%s %s", node, backend).doesNotContain("cali");
      }
    }
  }

  private static boolean backendIsAsIn(String recording) {
    return Nodes.ALL.stream()
        .allMatch(
            node ->
                dumped(node)
                    .nat(Family.IPV4)
                    .backend()
                    .equals(recorded(recording, node).nat(Family.IPV4).backend()));
  }

  /** Without the routes that other pools and other nodes' blocks have. */
  private static Set<Route> floatingIpRoutes(NodeNat nat) {
    return nat.routes().routes().stream()
        .filter(route -> route.table().equals("main"))
        .filter(route -> route.destination().toString().startsWith("203.0.113."))
        .collect(Collectors.toSet());
  }

  private static NodeNat dumped(String node) {
    return NodeNat.of(
        NodeDump.of(
            Map.of(
                "iptables-nft-save", NODES.onNode(node, "iptables-nft-save").exits(0).out(),
                "iptables-legacy-save", NODES.onNode(node, "iptables-legacy-save").exits(0).out(),
                "nft-list-ruleset",
                    NODES.onNode(node, "nft", "-j", "list", "ruleset").exits(0).out(),
                "ip-route",
                    NODES
                        .onNode(node, "ip", "-j", "route", "show", "table", "all")
                        .exits(0)
                        .out())));
  }

  private static NodeNat recorded(String situation, String node) {
    Map<String, String> texts = new LinkedHashMap<>();
    Map<String, String> files =
        Map.of(
            "iptables-nft-save", ".txt",
            "iptables-legacy-save", ".txt",
            "nft-list-ruleset", ".json",
            "ip-route", ".json");
    files.forEach(
        (title, end) ->
            texts.put(title, RecordedNodes.text(situation + "/" + node + "/" + title + end)));
    return NodeNat.of(NodeDump.of(texts));
  }
}
