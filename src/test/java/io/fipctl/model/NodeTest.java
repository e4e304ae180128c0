package io.fipctl.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeTest {
  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "10.0.0.7/24, 10.0.0.0, the network address of node n1's subnet 10.0.0.0/24",
        "10.0.0.7/24, 10.0.0.255, the broadcast address of node n1's subnet 10.0.0.0/24",
        "10.0.0.7/24, 10.0.0.254, -",
        "10.0.0.7/24, 10.0.1.0, -",
        "10.0.0.7/31, 10.0.0.6, -",
        "10.0.0.7/32, 10.0.0.7, -",
        "10.0.0.7, 10.0.0.0, -",
        "fd00::7/64, fd00::, the subnet-router anycast address of node n1's subnet fd00::/64",
        "fd00::7/64, fd00::ffff:ffff:ffff:ffff, -",
        "fd00::7/127, fd00::6, -",
        "fd00::7/128, fd00::7, -",
        "fd00::7/64, 10.0.0.0, -"
      })
  void knows_what_no_host_of_its_subnet_may_have(String bgpAddress, String address, String why) {
    String family = bgpAddress.indexOf(':') < 0 ? "4" : "6";
    Node node =
        Node.of(
            new ApiObject(
                Map.of(
                    "metadata",
                    Map.of(
                        "name",
                        "n1",
                        "annotations",
                        Map.of("projectcalico.org/IPv" + family + "Address", bgpAddress)))));

    assertThat(node.unusable(IpAddress.parse(address)).orElse(null)).isEqualTo(why);
  }

  @Test
  void has_every_address_that_Kubernetes_and_Calico_know_of_it() {
    Node node =
        Node.of(
            new ApiObject(
                Map.of(
                    "metadata",
                    Map.of(
                        "annotations",
                        Map.of(
                            "projectcalico.org/IPv4Address", "10.0.0.7/24",
                            "projectcalico.org/IPv6Address", "fd00::7/64",
                            "projectcalico.org/IPv4IPIPTunnelAddr", "10.244.0.1",
                            "projectcalico.org/IPv4VXLANTunnelAddr", "10.244.0.2",
                            "projectcalico.org/IPv6VXLANTunnelAddr", "fd10::2",
                            "projectcalico.org/IPv4WireguardInterfaceAddr", "10.244.0.3",
                            "projectcalico.org/IPv6WireguardInterfaceAddr", "fd10::3")),
                    "status",
                    Map.of(
                        "addresses",
                        List.of(
                            Map.of("type", "InternalIP", "address", "10.0.0.7"),
                            Map.of("type", "ExternalIP", "address", "198.51.100.7"))))));

    assertThat(node.addresses()).extracting(IpAddress::toString).containsExactly("10.0.0.7");
    assertThat(node.otherAddresses().keySet())
        .extracting(IpAddress::toString)
        .containsExactlyInAnyOrder(
            "198.51.100.7",
            "fd00::7",
            "10.244.0.1",
            "10.244.0.2",
            "fd10::2",
            "10.244.0.3",
            "fd10::3");
  }
}
