package io.fipctl.e2e.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fipctl.e2e.nodes.Nodes.Place;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of addresses that somebody else mishandles. */
final class TroubleIT {
  @RegisterExtension static final Nodes NODES = new Nodes();

  private static final String ADDRESS = "203.0.113.60";
  private static final String POD_ADDRESS = "10.244.40.130";

  @ParameterizedTest(name = "«{0}»")
  @ValueSource(strings = {"", "203.0.113.60", "\"203.0.113.60\"", "[\"203.0.113.60\",]"})
  void a_malformed_value_takes_the_pods_network_until_it_is_right_again(String value) {
    NODES.fipctl("assign", "web-0", ADDRESS).exits(0);
    NODES.annotate("web-0", value);
    Nodes.eventually(
        Duration.ofSeconds(10),
        "the pod has no network",
        () -> NODES.probe(Place.OUTSIDE, "udp", POD_ADDRESS).isEmpty());
    assertThat(NODES.probe(Place.OUTSIDE, "udp", ADDRESS)).isEmpty();

    NODES.annotate("web-0", "[\"" + ADDRESS + "\"]");
    Nodes.eventually(
        Duration.ofSeconds(10),
        "the pod has its network back",
        () -> NODES.probe(Place.OUTSIDE, "udp", POD_ADDRESS).isPresent());
    // The block of the pod's address was announced all the time, the floating IP has to be again.
    Nodes.eventually(
        Duration.ofSeconds(10),
        "the pod is reached at its floating IP again",
        () -> NODES.probe(Place.OUTSIDE, "udp", ADDRESS).filter("web-0"::equals).isPresent());
  }

  @ParameterizedTest(name = "«{0}»")
  @ValueSource(strings = {"[]", "null", "[\"203.0.113.61/32\"]", "[\"foo\"]", "[\"2001:db8::5\"]"})
  void a_value_that_calico_ignores_leaves_the_pod_alone(String value) {
    NODES.annotate("web-0", value);
    // What was written later is in effect.
    NODES.annotate("web-2", "[\"203.0.113.62\"]");
    Nodes.eventually(
        Duration.ofSeconds(10),
        "the other pod's address is answered",
        () -> NODES.probe(Place.OUTSIDE, "udp", "203.0.113.62").isPresent());
    assertThat(NODES.probe(Place.OUTSIDE, "udp", POD_ADDRESS)).hasValue("web-0");
    assertThat(NODES.routes("n1")).doesNotContain("203.0.113.61").doesNotContain("203.0.113.60");
  }

  @Test
  void a_restart_of_its_deployment_takes_a_pods_address() {
    NODES.apply(
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: api, namespace: shop}
        spec:
          selector: {matchLabels: {app: api}}
          template:
            metadata: {labels: {app: api}}
            spec:
              terminationGracePeriodSeconds: 0
              containers: [{name: web, image: "fipctl.test/app:1", command: [packets, serve]}]
        """);
    String[] rollout = {"rollout", "status", "-n", "shop", "deployment/api", "--timeout=60s"};
    NODES.kubectl(rollout).exits(0);
    NODES.fipctl("assign", "deployment/api", ADDRESS).exits(0);
    Nodes.eventually(
        Duration.ofSeconds(1),
        "the address is answered",
        () -> NODES.probe(Place.OUTSIDE, "udp", ADDRESS).isPresent());

    NODES.kubectl("rollout", "restart", "-n", "shop", "deployment/api").exits(0);
    NODES.kubectl(rollout).exits(0);
    NODES
        .kubectl("wait", "-n", "shop", "--for=jsonpath={.status.replicas}=1", "deployment/api")
        .exits(0);
    Nodes.eventually(
        Duration.ofSeconds(10),
        "nobody answers",
        () -> NODES.probe(Place.OUTSIDE, "udp", ADDRESS).isEmpty());
    NODES.fipctl("owner", ADDRESS).exits(5);
  }

  @Test
  void of_two_pods_of_a_node_the_one_with_the_smaller_address_answers() {
    NODES.annotate("web-2", "[\"" + ADDRESS + "\"]");
    NODES.annotate("web-0", "[\"" + ADDRESS + "\"]");
    Nodes.eventually(
        Duration.ofSeconds(5),
        "the address is answered by web-0",
        () -> NODES.probe(Place.OUTSIDE, "udp", ADDRESS).filter("web-0"::equals).isPresent());
    String route = ADDRESS + " dev " + newer("10.244.40.130", "10.244.40.131") + " scope link";
    Nodes.eventually(
        Duration.ofSeconds(5),
        "the route leads to the newer interface",
        () -> NODES.routes("n1").contains(route));
  }

  /** The interface with the higher index, of those that lead to two pods of n1. */
  private static String newer(String onePod, String otherPod) {
    String one = device(onePod);
    String other = device(otherPod);
    return index(one) > index(other) ? one : other;
  }

  private static String device(String pod) {
    JsonNode route = NODES.onNode("n1", "ip", "-j", "route", "get", pod).exits(0).json();
    return route.path(0).path("dev").asText();
  }

  private static int index(String device) {
    JsonNode link = NODES.onNode("n1", "ip", "-j", "link", "show", device).exits(0).json();
    return link.path(0).path("ifindex").asInt();
  }
}
