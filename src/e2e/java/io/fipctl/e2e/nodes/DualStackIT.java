package io.fipctl.e2e.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.e2e.nodes.Nodes.Place;
import io.fipctl.model.IpAddress.Family;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Both families side by side; these tests, and only these, run on the dual-stack cluster. */
@Tag("dual-stack")
final class DualStackIT {
  @RegisterExtension static final Nodes NODES = new Nodes();

  private static final List<String> PROTOCOLS = List.of("tcp", "udp", "icmp", "raw");
  private static final String ONLY_IPV4 =
      """
      apiVersion: v1
      kind: Pod
      metadata:
        name: old
        namespace: shop
        annotations: {cni.projectcalico.org/ipAddrs: '["10.244.92.70"]'}
      spec:
        nodeName: n3
        terminationGracePeriodSeconds: 0
        containers: [{name: web, image: "fipctl.test/app:1", command: [packets, serve]}]
      """;

  @AfterAll
  static void back_to_the_default() {
    NODES.configureFelix("{\"iptablesBackend\":null,\"nftablesMode\":null}");
  }

  private static String address(Family family) {
    return family == Family.IPV4 ? "203.0.113.70" : "2001:db8:f10a::70";
  }

  @ParameterizedTest
  @EnumSource
  void an_assigned_address_is_answered_everywhere(Family family) {
    NODES.fipctl("assign", "web-0", address(family)).exits(0);
    answeredEverywhere(address(family), "web-0");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "iptables-legacy-save  | {\"iptablesBackend\":\"Legacy\",\"nftablesMode\":\"Disabled\"}",
        "ip6tables-legacy-save | {\"iptablesBackend\":\"Legacy\",\"nftablesMode\":\"Disabled\"}",
        "nft list table ip calico  | {\"nftablesMode\":\"Enabled\"}",
        "nft list table ip6 calico | {\"nftablesMode\":\"Enabled\"}"
      })
  void an_address_is_answered_in_every_backend(String look, String felix) {
    NODES.configureFelix(felix);
    Nodes.eventually(
        Duration.ofSeconds(20),
        "rules in this backend",
        () ->
            Nodes.ALL.stream()
                .allMatch(node -> NODES.onNode(node, look.split(" ")).out().contains("cali-fip")));
    String address = address(look.contains("6") ? Family.IPV6 : Family.IPV4);
    NODES.fipctl("assign", "web-0", address).exits(0);
    answeredEverywhere(address, "web-0");
  }

  @ParameterizedTest(name = "{0} to {1}")
  @CsvSource({"IPV4,web-2", "IPV4,web-1", "IPV6,web-2", "IPV6,web-1"})
  void a_moved_address_is_answered_by_the_new_pod_and_a_released_one_by_none(
      Family family, String to) {
    String address = address(family);
    NODES.fipctl("assign", "web-0", address).exits(0);
    NODES.answers(Place.OUTSIDE, "raw", address, "web-0");
    NODES.fipctl("move", address, to).exits(0);
    answeredEverywhere(address, to);

    NODES.fipctl("release", address).exits(0);
    for (String protocol : PROTOCOLS) {
      assertThat(NODES.probe(Place.OUTSIDE, protocol, address)).as(protocol).isEmpty();
    }
    assertThat(NODES.probe(Place.node("n1"), "udp", address)).isEmpty();
  }

  @Test
  void one_command_assigns_an_address_of_each_family() {
    String both = address(Family.IPV4) + "," + address(Family.IPV6);
    NODES.fipctl("assign", "web-0", both).exits(0);
    for (Family family : Family.values()) {
      answeredEverywhere(address(family), "web-0");
    }
    NODES
        .fipctl("list", "--verify", "--no-headers")
        .exits(0)
        .out()
        .lines()
        .forEach(line -> assertThat(line).contains(" held ").contains(" ok "));
  }

  @Test
  void an_address_of_a_family_that_the_pod_has_not_is_refused_and_ignored_by_the_nodes() {
    String four = address(Family.IPV4);
    String six = address(Family.IPV6);
    NODES.apply(ONLY_IPV4);
    NODES.awaitReady("old");
    NODES.fipctl("assign", "old", six).exits(9).saying("IPv6");
    assertThat(NODES.annotation("old")).isEmpty();

    NODES.annotate("old", "[\"" + six + "\",\"" + four + "\"]");
    Nodes.eventually(
        Duration.ofSeconds(5),
        "the address of its family is answered",
        () -> NODES.probe(Place.OUTSIDE, "udp", four).filter("old"::equals).isPresent());
    assertThat(NODES.probe(Place.OUTSIDE, "udp", six)).isEmpty();
    assertThat(NODES.routes("n3")).contains(four).doesNotContain(six);
  }

  /**
   * Its node, another one, the client outside, and pods: the one that has it, and its neighbours.
   */
  private static void answeredEverywhere(String address, String by) {
    for (String protocol : PROTOCOLS) {
      String answer = protocol.equals("icmp") ? address : by;
      for (Place from :
          List.of(
              Place.OUTSIDE,
              Place.node("n1"),
              Place.node("n2"),
              Place.node("n3"),
              Place.pod("web-0"),
              Place.pod("web-1"),
              Place.pod("web-2"))) {
        NODES.answers(from, protocol, address, answer);
      }
    }
  }
}
