package io.fipctl.nodeoutput;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.model.Cidr;
import io.fipctl.model.IpAddress;
import io.fipctl.nodeoutput.BirdProtocols.BirdProtocol;
import io.fipctl.nodeoutput.BirdRoutes.BirdRoute;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BirdTest {
  private static final String NOISE = "iptables-duplicate-two-nodes/n3";
  private static final String READY = "BIRD 1.6.8 ready.\n";

  @Test
  void reads_the_routes_of_a_recorded_node() {
    BirdRoutes bird = BirdRoutes.parse(Recordings.text("v3.33-healthy/n1/birdcl-route.txt"));
    BirdRoute fip = bird.to(Cidr.parse("203.0.113.31/32")).getFirst();
    BirdRoute own = bird.to(Cidr.parse("203.0.113.10/32")).getFirst();
    BirdRoute block = bird.to(Cidr.parse("10.244.40.128/26")).getFirst();

    assertThat(bird.answer()).isEqualTo(new BirdAnswer.Ready("v0.3.3+birdv1.6.8"));
    assertThat(bird.faults()).isEmpty();
    assertThat(bird.routes()).hasSize(10);
    assertThat(fip.hops()).containsExactly(hop("172.31.99.12", "eth0"));
    assertThat(fip.protocol()).isEqualTo("Mesh_172_31_99_12");
    assertThat(fip.since()).isEqualTo("13:56:49");
    assertThat(fip.best()).isTrue();
    assertThat(fip.notInKernel()).isFalse();
    assertThat(fip.preference()).isEqualTo(100);
    assertThat(fip.source()).contains("BGP");
    assertThat(fip.attribute("BGP.local_pref")).contains("2147482623");
    assertThat(fip.attribute("BGP.as_path")).contains("");
    assertThat(own.hops())
        .containsExactly(new Route.Hop(Optional.empty(), Optional.of("calia4fc3c48bd8"), Set.of()));
    assertThat(own.source()).contains("inherit");
    assertThat(block.discards()).isTrue();
    assertThat(block.kind()).isEqualTo("blackhole");
    assertThat(block.hops()).isEmpty();
    assertThat(block.protocol()).isEqualTo("static1");
    assertThat(block.preference()).isEqualTo(200);
  }

  @Test
  void reads_several_ways_to_one_destination() {
    BirdRoutes bird =
        BirdRoutes.parse(
            READY
                + """
                203.0.113.10/32    via 172.31.99.11 on eth0 [Mesh_1 2026-11-22] * (100/0) [i]
                \tType: BGP unicast univ
                                   via 172.31.99.12 on eth0 [Mesh_2 13:56:49 from 172.31.99.13] (100/?) [AS64600i]
                \tType: BGP unicast univ
                10.0.0.0/8         multipath [kernel1 13:00:00] ! (10)
                \tvia 172.31.99.11 on eth0 weight 1
                \tvia 172.31.99.12 on eth1 weight 2
                \tType: inherit unicast univ
                10.1.0.0/16        unreachable [static1 13:00:00] * (200)
                10.2.0.0/16        prohibited [static1 13:00:00] * (200)
                """);

    assertThat(bird.faults()).isEmpty();
    List<BirdRoute> ways = bird.to(Cidr.parse("203.0.113.10/32"));
    assertThat(ways).extracting(BirdRoute::best).containsExactly(true, false);
    assertThat(ways.get(0).since()).isEqualTo("2026-11-22");
    assertThat(ways.get(0).from()).isEmpty();
    assertThat(ways.get(1).since()).isEqualTo("13:56:49");
    assertThat(ways.get(1).from()).contains(IpAddress.parse("172.31.99.13"));
    BirdRoute multipath = bird.to(Cidr.parse("10.0.0.0/8")).getFirst();
    assertThat(multipath.hops())
        .containsExactly(hop("172.31.99.11", "eth0"), hop("172.31.99.12", "eth1"));
    assertThat(multipath.notInKernel()).isTrue();
    assertThat(multipath.discards()).isFalse();
    assertThat(bird.to(Cidr.parse("10.1.0.0/16")).getFirst().discards()).isTrue();
    assertThat(bird.to(Cidr.parse("10.2.0.0/16")).getFirst().discards()).isTrue();
  }

  @Test
  void reads_the_protocols_of_a_recorded_node() {
    BirdProtocols bird =
        BirdProtocols.parse(Recordings.text("v3.33-healthy/n1/birdcl-protocols.txt"));
    BirdProtocol mesh = bird.session(IpAddress.parse("172.31.99.12")).orElseThrow();
    BirdProtocol kernel = bird.protocols().get(1);

    assertThat(bird.answer().isReady()).isTrue();
    assertThat(bird.faults()).isEmpty();
    assertThat(bird.protocols())
        .extracting(BirdProtocol::name)
        .containsExactly(
            "static1",
            "kernel1",
            "device1",
            "direct1",
            "Global_172_31_99_2",
            "Mesh_172_31_99_12",
            "Mesh_172_31_99_13");
    assertThat(bird.bgp()).hasSize(3).allMatch(BirdProtocol::isEstablished);
    assertThat(mesh.isUp()).isTrue();
    assertThat(mesh.table()).isEqualTo("master");
    assertThat(mesh.since()).isEqualTo("13:56:30");
    assertThat(mesh.info()).isEqualTo("Established");
    assertThat(mesh.field("Neighbor AS")).contains("64512");
    assertThat(mesh.routes("imported")).contains(3L);
    assertThat(mesh.routes("exported")).contains(2L);
    assertThat(mesh.routes("filtered")).isEmpty();
    assertThat(kernel.isBgp()).isFalse();
    assertThat(kernel.bgpState()).isEmpty();
    assertThat(kernel.field("Output filter")).contains("calico_kernel_programming");
    assertThat(bird.session(IpAddress.parse("172.31.99.99"))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Mesh_1 BGP master start 13:56:30 Active        Socket: Connection refused | Active | 13:56:30",
        "Mesh_1 BGP master start 2026-11-22 Idle          BGP Error: Bad peer AS | Idle | 2026-11-22",
        "Mesh_1 BGP master start 2026-11-22 13:00:01 Connect | Connect | 2026-11-22 13:00:01",
        "Mesh_1 BGP master down 13:56:30 |  | 13:56:30",
      })
  void reads_the_state_of_a_session_that_is_not_up(String line, String state, String since) {
    BirdProtocol one = BirdProtocols.parse(READY + line + "\n").protocols().getFirst();

    assertThat(one.bgpState()).isEqualTo(Optional.ofNullable(state));
    assertThat(one.since()).isEqualTo(since);
    assertThat(one.isEstablished()).isFalse();
    assertThat(one.isUp()).isFalse();
    assertThat(one.neighbor()).isEmpty();
  }

  @Test
  void every_recorded_file_is_read_without_a_fault() {
    for (String situation : Recordings.SITUATIONS) {
      for (String node : Recordings.NODES) {
        String place = situation + "/" + node;
        BirdRoutes routes = BirdRoutes.parse(Recordings.text(place + "/birdcl-route.txt"));
        BirdProtocols protocols =
            BirdProtocols.parse(Recordings.text(place + "/birdcl-protocols.txt"));
        boolean stopped = place.equals("v3.33-bird-stopped/n1");
        // In front of one, the tool that fetched it has put a word of its own.
        assertThat(protocols.faults()).as(place).hasSize(place.equals(NOISE) ? 1 : 0);
        assertThat(routes.faults()).as(place).isEmpty();
        assertThat(routes.answer().isReady()).as(place).isEqualTo(!stopped);
        assertThat(protocols.answer().isReady()).as(place).isEqualTo(!stopped);
        assertThat(routes.routes().isEmpty()).isEqualTo(stopped);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Unable to connect to server control socket (/var/run/calico/bird.ctl): No such file or directory",
        "Unable to connect to server control socket (/var/run/calico/bird.ctl): Connection refused",
        "timeout: failed to run command birdcl: Permission denied",
        "bash: birdcl: command not found",
        "BIRD does not run: no socket bird.ctl in /var/run/calico or /var/run/bird",
      })
  void no_connection_is_an_answer_of_its_own(String line) {
    assertThat(BirdRoutes.parse("\n" + line + "\n").answer())
        .isEqualTo(new BirdAnswer.NoConnection(new ParseProblem(2, line, "no connection to BIRD")));
    assertThat(BirdProtocols.parse("\n" + line + "\n").answer())
        .isEqualTo(new BirdAnswer.NoConnection(new ParseProblem(2, line, "no connection to BIRD")));
  }

  @Test
  void nothing_at_all_is_silence() {
    assertThat(BirdRoutes.parse("\n").answer()).isEqualTo(new BirdAnswer.Silent());
    assertThat(BirdProtocols.parse("").answer()).isEqualTo(new BirdAnswer.Silent());
  }

  @ParameterizedTest
  @CsvSource({
    "garbage",
    "10.0.0.0/8",
    "10.0.0.0/99 via 1.1.1.1 on eth0 [a b]",
    "10.0.0.0/8 via 1.1.1.1 on eth0 [a",
    "'   via 1.1.1.1 on eth0 [a 13:00]'",
    "'\tType: BGP'"
  })
  void what_is_no_route_is_a_fault_with_its_line(String line) {
    assertThat(BirdRoutes.parse(READY + line + "\n").faults())
        .containsExactly(new ParseProblem(2, line, "not a route of BIRD"));
  }

  @ParameterizedTest
  @CsvSource({"garbage", "Mesh_1 BGP master never 13:00", "'  Preference: 100'"})
  void what_is_no_protocol_is_a_fault_with_its_line(String line) {
    assertThat(BirdProtocols.parse(READY + line + "\n").faults())
        .containsExactly(new ParseProblem(2, line, "not a protocol of BIRD"));
  }

  @Test
  void what_is_not_of_birdcl_is_unknown() {
    assertThat(BirdRoutes.parse("error: Internal error occurred\n").answer())
        .isEqualTo(
            new BirdAnswer.Unknown(
                new ParseProblem(1, "error: Internal error occurred", "not an answer of BIRD")));
  }

  private static Route.Hop hop(String gateway, String dev) {
    return new Route.Hop(Optional.of(IpAddress.parse(gateway)), Optional.of(dev), Set.of());
  }
}
