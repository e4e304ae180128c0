package io.fipctl.e2e.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.e2e.nodes.Nodes.Place;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the two gates mean for real pods. */
final class CniGateIT {
  @RegisterExtension static final Nodes NODES = new Nodes();

  private static final String ADDRESS = "203.0.113.40";
  private static final String STUCK =
      """
      apiVersion: v1
      kind: Pod
      metadata:
        name: stuck
        namespace: shop
        annotations: {cni.projectcalico.org/floatingIPs: '["203.0.113.40"]'}
      spec:
        nodeName: n3
        terminationGracePeriodSeconds: 0
        containers: [{name: web, image: "fipctl.test/app:1", command: [packets, serve]}]
      """;

  @Test
  void an_address_works_from_enable_on_and_is_refused_after_disable() {
    NODES.fipctl("disable", "--yes").exits(0);
    String before = NODES.field("pod", "web-0", ".metadata.resourceVersion");
    NODES.fipctl("assign", "web-0", ADDRESS).exits(9).saying("fipctl -n shop enable");
    assertThat(NODES.field("pod", "web-0", ".metadata.resourceVersion")).isEqualTo(before);
    assertThat(NODES.probe(Place.OUTSIDE, "udp", ADDRESS)).isEmpty();

    NODES.fipctl("enable", "--yes").exits(0);
    NODES.fipctl("assign", "web-0", ADDRESS).exits(0);
    NODES.answers(Place.OUTSIDE, "udp", ADDRESS, "web-0");
  }

  @Test
  void a_pod_that_the_gate_keeps_from_starting_starts_after_enable() {
    NODES.fipctl("disable", "--yes").exits(0);
    NODES.apply(STUCK);
    Nodes.eventually(
        Duration.ofSeconds(30),
        "the CNI plugin's refusal is an event",
        () ->
            NODES
                .kubectl(
                    "get", "events", "-n", "shop", "--field-selector=involvedObject.name=stuck")
                .out()
                .contains(
                    "plugin type=\"calico\" failed (add): requested feature is not enabled:"
                        + " floating_ips"));
    assertThat(NODES.field("pod", "stuck", ".status.containerStatuses[0].state.waiting.reason"))
        .isEqualTo("ContainerCreating");

    NODES.fipctl("enable", "--yes").exits(0);
    NODES.awaitReady("stuck");
    Nodes.eventually(
        Duration.ofSeconds(5),
        "its address is answered",
        () -> NODES.probe(Place.OUTSIDE, "udp", ADDRESS).isPresent());
    NODES.fipctl("owner", ADDRESS).exits(0).answering("shop/stuck\n");
  }
}
