package io.fipctl.e2e.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.e2e.nodes.Nodes.Place;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a change does to packets that are on their way. */
final class MoveIT {
  @RegisterExtension static final Nodes NODES = new Nodes();

  private static final String ADDRESS = "203.0.113.50";
  private static final LostPackets LOST = new LostPackets();

  @AfterAll
  static void show_what_was_lost() {
    LOST.show();
  }

  @ParameterizedTest(name = "to {0}")
  @ValueSource(strings = {"web-2", "web-1"})
  void a_flow_goes_on_at_the_new_pod(String to) {
    PacketFlow flow = trackedFlow();
    NODES.fipctl("move", ADDRESS, to).exits(0);
    PacketFlow.Report report = LOST.note("fipctl move", to, flow.report());

    assertThat(report.answeredBy()).containsOnlyKeys("web-0", to);
    assertThat(report.last()).isEqualTo(to);
    // First the old pod, then nobody, then the new one: nothing ever comes back to the old pod.
    assertThat(report.changes()).extracting(PacketFlow.Change::by).containsExactly("web-0", "", to);
    // On a quiet machine it is a fraction of a second; a busy one must not make it seem lost for
    // good.
    assertThat(report.lost()).as(report.toString()).isLessThan(1000);
  }

  @ParameterizedTest(name = "to {0}")
  @ValueSource(strings = {"web-2", "web-1"})
  void with_two_plain_annotations_a_flow_on_the_same_node_stays_at_the_old_pod(String to) {
    PacketFlow flow = trackedFlow();
    NODES.kubectl("annotate", "pod", "web-0", "-n", "shop", Nodes.ANNOTATION + "-").exits(0);
    NODES.annotate(to, "[\"" + ADDRESS + "\"]");
    // What begins now is answered by the new pod.
    Nodes.eventually(
        Duration.ofSeconds(5),
        "the new pod answers",
        () -> NODES.probe(Place.OUTSIDE, "udp", ADDRESS).filter(to::equals).isPresent());
    PacketFlow.Report report = LOST.note("two kubectl annotate", to, flow.report());

    assertThat(report.last()).isEqualTo(to.equals("web-2") ? "web-0" : to);
  }

  /** To web-0, of which the node knows already. */
  private static PacketFlow trackedFlow() {
    NODES.fipctl("assign", "web-0", ADDRESS).exits(0);
    PacketFlow flow = NODES.flow(Place.OUTSIDE, "udp", ADDRESS);
    Nodes.eventually(
        Duration.ofSeconds(5),
        "the flow is tracked",
        () ->
            NODES
                .onNode("n1", "conntrack", "-L", "--orig-dst", ADDRESS)
                .out()
                .contains(flow.source()));
    return flow;
  }

  @ParameterizedTest(name = "to {0}")
  @ValueSource(strings = {"web-2", "web-1"})
  void what_asks_again_in_any_protocol_is_answered_by_the_new_pod(String to) {
    NODES.fipctl("assign", "web-0", ADDRESS).exits(0);
    List<Place> places = List.of(Place.OUTSIDE, Place.node("n3"), Place.pod("t1"));
    // Raw IP has no ports: the second packet belongs to the connection that the first one made.
    for (Place from : places) {
      NODES.answers(from, "raw", ADDRESS, "web-0");
    }
    NODES.fipctl("move", ADDRESS, to).exits(0);
    for (Place from : places) {
      for (String protocol : List.of("raw", "udp", "tcp")) {
        NODES.answers(from, protocol, ADDRESS, to);
      }
    }
    assertThat(NODES.probe(Place.pod(to), "raw", ADDRESS)).as("from itself").hasValue(to);
  }

  @Test
  void a_release_ends_what_was_established() {
    NODES.fipctl("assign", "web-0", ADDRESS).exits(0);
    PacketFlow flow = NODES.flow(Place.OUTSIDE, "udp", ADDRESS);
    PacketFlow connection = NODES.flow(Place.node("n3"), "tcp", ADDRESS);
    NODES.answers(Place.OUTSIDE, "raw", ADDRESS, "web-0");
    Nodes.eventually(
        Duration.ofSeconds(5),
        "all are tracked",
        () ->
            NODES.onNode("n1", "conntrack", "-L", "--orig-dst", ADDRESS).out().lines().count()
                >= 3);
    NODES.fipctl("release", ADDRESS).exits(0);
    for (String protocol : List.of("tcp", "udp", "icmp", "raw")) {
      assertThat(NODES.probe(Place.OUTSIDE, protocol, ADDRESS)).as(protocol).isEmpty();
      assertThat(NODES.probe(Place.node("n1"), protocol, ADDRESS)).as(protocol).isEmpty();
    }
    assertThat(flow.report().changes())
        .extracting(PacketFlow.Change::by)
        .containsExactly("web-0", "");
    assertThat(connection.report().changes())
        .extracting(PacketFlow.Change::by)
        .containsExactly("web-0", "");
  }
}
