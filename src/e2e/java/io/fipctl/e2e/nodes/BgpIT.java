package io.fipctl.e2e.nodes;

import io.fipctl.e2e.ProcessResult;
import io.fipctl.e2e.nodes.Nodes.Place;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What real Calico says by BGP: the stand-in has a conversation of its own making in its place, so
 * these run only with {@code FIPCTL_E2E_CALICO}; {@code src/e2e/skipped.txt} names them.
 */
final class BgpIT {
  @RegisterExtension static final Nodes NODES = new Nodes();

  private static final String REAL = "FIPCTL_E2E_CALICO";
  private static final String WITHOUT = "needs BGP: FIPCTL_E2E_CALICO is not given";
  private static final String ADDRESS = "203.0.113.80";

  @AfterEach
  void announce_the_pool_again() {
    kept(false);
  }

  @Test
  @EnabledIfEnvironmentVariable(named = REAL, matches = ".+", disabledReason = WITHOUT)
  void a_router_outside_learns_the_node_that_has_the_address() {
    NODES.fipctl("assign", "web-0", ADDRESS).exits(0);
    learnt(List.of("n1"));
    NODES.fipctl("move", ADDRESS, "web-1").exits(0);
    learnt(List.of("n2"));
    NODES.fipctl("release", ADDRESS).exits(0);
    learnt(List.of());
  }

  @Test
  @EnabledIfEnvironmentVariable(named = REAL, matches = ".+", disabledReason = WITHOUT)
  void a_pool_that_is_not_exported_is_not_announced() {
    kept(true);
    NODES.fipctl("assign", "web-0", ADDRESS, "--wait=false").exits(0);
    Nodes.eventually(
        Duration.ofSeconds(10),
        "its own node answers",
        () -> NODES.probe(Place.node("n1"), "udp", ADDRESS).isPresent());
    learnt(List.of());
  }

  private static void kept(boolean kept) {
    String patch = "{\"spec\":{\"disableBGPExport\":" + kept + "}}";
    NODES.kubectl("patch", "ippool", "floating", "--type=merge", "-p", patch).exits(0);
  }

  /** BIRD outside has a route to the address from these neighbours, named as the nodes are. */
  private static void learnt(List<String> nodes) {
    Nodes.eventually(
        Duration.ofSeconds(10),
        "BIRD outside has the route from " + nodes,
        () -> {
          ProcessResult shown =
              NODES.onNode("client", "birdc", "-s", socket(), "show", "route", ADDRESS + "/32");
          return Nodes.ALL.stream()
              .filter(node -> shown.out().contains("[" + node + " "))
              .toList()
              .equals(nodes);
        });
  }

  private static String socket() {
    return Nodes.OUTPUT.resolve("nodes/bird.ctl").toString();
  }
}
