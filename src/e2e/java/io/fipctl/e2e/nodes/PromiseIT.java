package io.fipctl.e2e.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.e2e.nodes.Nodes.Place;
import java.time.Duration;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A reported success is one: the next packet gets through, from the nodes that fipctl looked at at
 * once, from outside as soon as the route is there.
 */
final class PromiseIT {
  @RegisterExtension static final Nodes NODES = new Nodes();

  private static final Duration OUTSIDE_WITHIN = Duration.ofSeconds(1);

  @RepeatedTest(50)
  void the_packet_after_a_success_gets_through(RepetitionInfo repetition) {
    String address = "203.0.113." + (100 + repetition.getCurrentRepetition());
    String to = repetition.getCurrentRepetition() % 2 == 0 ? "web-1" : "web-2";
    NODES.fipctl("assign", "web-0", address).exits(0);
    answered(address, "web-0", "n1");
    NODES.fipctl("move", address, to).exits(0);
    answered(address, to, to.equals("web-1") ? "n2" : "n1");
  }

  private static void answered(String address, String pod, String node) {
    assertThat(NODES.probe(Place.node(node), "udp", address)).as("from %s", node).hasValue(pod);
    // The node that fipctl has asked about the route: the first Ready one that is another.
    String other = node.equals("n1") ? "n2" : "n1";
    assertThat(NODES.probe(Place.node(other), "udp", address)).as("from %s", other).hasValue(pod);
    Nodes.eventually(
        OUTSIDE_WITHIN,
        "an answer outside",
        () -> NODES.probe(Place.OUTSIDE, "udp", address).filter(pod::equals).isPresent());
  }
}
