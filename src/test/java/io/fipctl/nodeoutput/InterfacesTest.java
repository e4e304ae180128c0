package io.fipctl.nodeoutput;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.model.IpAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InterfacesTest {
  @Test
  void reads_interfaces_with_their_addresses() {
    Interfaces links = Interfaces.parse(Recordings.text("v3.33-healthy/n1/ip-addr.json"));
    Interfaces.Link eth0 = links.link("eth0").orElseThrow();

    assertThat(links.faults()).isEmpty();
    assertThat(links.links())
        .extracting(Interfaces.Link::name)
        .containsExactly("lo", "eth0", "calia4fc3c48bd8", "calib8419a605df");
    assertThat(eth0.isUp()).isTrue();
    assertThat(eth0.state()).isEqualTo("UP");
    assertThat(eth0.mtu()).isEqualTo(1500);
    assertThat(eth0.mac()).contains("9a:70:4f:61:27:42");
    assertThat(eth0.addresses())
        .extracting(own -> own.address() + " " + own.network() + " " + own.scope())
        .containsExactly(
            "172.31.99.11 172.31.99.0/24 global", "fe80::9870:4fff:fe61:2742 fe80::/64 link");
    assertThat(links.with(IpAddress.parse("172.31.99.11"))).contains(eth0);
    assertThat(links.with(IpAddress.parse("203.0.113.10"))).isEmpty();
    assertThat(links.link("eth1")).isEmpty();
  }

  @Test
  void an_address_with_a_peer_reaches_the_network_of_the_peer() {
    Interfaces links = Interfaces.parse(Recordings.text("tools/ip-addr.json"));

    assertThat(links.link("d1").orElseThrow().addresses().getFirst())
        .hasToString("Address[address=10.0.1.1, network=10.0.1.2/32, scope=global]");
  }

  @Test
  void what_a_filter_left_out_is_nothing() {
    Interfaces links = Interfaces.parse(Recordings.text("tools/ip-addr-global.json"));

    assertThat(links.faults()).isEmpty();
    assertThat(links.link("lo").orElseThrow().addresses()).hasSize(1);
    assertThat(Interfaces.parse("[{},{}]")).isEqualTo(Interfaces.parse("[]"));
  }

  @Test
  void every_recorded_file_is_read_without_a_fault() {
    for (String situation : Recordings.SITUATIONS) {
      for (String node : Recordings.NODES) {
        Interfaces links =
            Interfaces.parse(Recordings.text(situation + "/" + node + "/ip-addr.json"));
        assertThat(links.faults()).isEmpty();
        assertThat(links.link("eth0")).isPresent();
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x | no JSON: unexpected 'x'",
        "{} | no list of interfaces",
        "[{\"mtu\": 1}] | an interface without name",
      })
  void what_is_not_understood_is_a_fault(String json, String problem) {
    assertThat(Interfaces.parse(json).faults())
        .singleElement()
        .extracting(ParseProblem::problem)
        .isEqualTo(problem);
  }
}
