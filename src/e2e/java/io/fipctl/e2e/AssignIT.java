package io.fipctl.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code assign} against an API server whose nodes cannot be looked at. */
class AssignIT {
  @RegisterExtension final TestApiServer server = new TestApiServer("crd");

  @ParameterizedTest
  @CsvSource({
    "shop/web-0,203.0.113.10",
    "203.0.113.10,shop/web-0",
    "shop/web-0,203.0.113.10/32",
  })
  void gives_the_pod_the_address(String first, String second) {
    server.fipctl("assign", first, second, "--wait=false").exits(0);

    assertThat(server.annotation("web-0")).contains("[\"203.0.113.10\"]");
  }

  @Test
  void gives_several_addresses_at_once() {
    server.fipctl("assign", "shop/web-0", "203.0.113.10,203.0.113.11", "--wait=false").exits(0);

    assertThat(server.annotation("web-0")).contains("[\"203.0.113.10\",\"203.0.113.11\"]");
  }

  @Test
  void keeps_a_change_that_no_node_could_confirm_and_says_so() {
    ProcessResult ran =
        server.fipctl("assign", "shop/web-0", "203.0.113.10", "-o", "json").exits(7);

    JsonNode document = ran.json();
    assertThat(document.path("apiVersion").asText()).isEqualTo("fipctl.io/v1");
    assertThat(document.findPath("changed").asBoolean()).isTrue();
    assertThat(server.annotation("web-0")).contains("[\"203.0.113.10\"]");
  }

  @Test
  void writes_nothing_when_the_pod_has_the_address_already() {
    server.annotate("web-0", "[\"203.0.113.10\"]");

    try (InterceptingProxy between = InterceptingProxy.watching(server)) {
      String[] again = {"assign", "shop/web-0", "203.0.113.10", "--wait=false"};
      server.fipctlAs(between.kubeconfig(), again).exits(0);

      assertThat(between.writes()).noneMatch(write -> write.isPatchOf("web-0"));
    }
    server
        .fipctl("assign", "shop/web-0", "203.0.113.10", "--wait=false", "--error-unchanged")
        .exits(3);
  }

  @ParameterizedTest
  @CsvSource({
    "web-0,203.0.113.300,2,203.0.113.300",
    "nobody,203.0.113.10,5,pod nobody in namespace shop",
    "db-0,203.0.113.10,9,network",
    "job-0,203.0.113.10,9,Succeeded",
    "win-0,203.0.113.10,9,Windows",
    "web-0,2001:db8::5,9,IPv6",
    "web-0,10.244.2.10,4,shop/web-1",
    "web-0,172.31.99.12,4,n2",
    "web-0,10.96.0.80,4,shop/shop",
    "web-0,10.96.77.77,4,servicecidr/kubernetes",
    "web-0,198.51.100.9,4,shop/shop",
    "web-0,10.244.1.2,4,gone",
    "web-0,198.51.100.50,4,198.51.100.0/24",
    "web-0,127.0.0.1,2,loopback",
    "web-0,169.254.169.254,2,link-local",
    "web-0,172.31.99.255,2,broadcast address of node",
    "web-0,172.31.99.0,2,network address of node",
  })
  void refuses_and_names_what_was_found(String pod, String address, int exitCode, String found) {
    server
        .fipctl("assign", "shop/" + pod, address, "--wait=false")
        .exits(exitCode)
        .answeringNothing()
        .saying(found);

    if (!pod.equals("nobody")) {
      assertThat(server.annotation(pod)).isEmpty();
    }
  }

  @Test
  void refuses_an_address_that_another_pod_holds_and_says_how_to_move_it() {
    server.annotate("web-1", "[\"203.0.113.10\"]");

    server
        .fipctl("assign", "shop/web-0", "203.0.113.10", "--wait=false")
        .exits(4)
        .answeringNothing()
        .saying("shop/web-1", "fipctl move");

    assertThat(server.annotation("web-0")).isEmpty();
  }

  @Test
  void knows_that_a_Terminating_pod_still_holds_its_address() {
    server.annotate("web-1", "[\"203.0.113.10\"]");
    server.kubectl("delete", "pod", "web-1", "-n", "shop", "--wait=false").exits(0);

    server
        .fipctl("assign", "shop/web-0", "203.0.113.10", "--wait=false")
        .exits(4)
        .saying("shop/web-1");
  }

  @Test
  void knows_that_a_finished_pod_holds_nothing_any_more() {
    server.annotate("job-0", "[\"203.0.113.10\"]");

    server.fipctl("assign", "shop/web-0", "203.0.113.10", "--wait=false").exits(0);

    assertThat(server.annotation("web-0")).contains("[\"203.0.113.10\"]");
  }

  @Test
  void leaves_the_other_addresses_of_the_pod_alone() {
    server.annotate("web-0", "[\"203.0.113.9\"]");

    server.fipctl("assign", "shop/web-0", "203.0.113.10", "--wait=false").exits(0);

    assertThat(server.annotation("web-0")).contains("[\"203.0.113.9\",\"203.0.113.10\"]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"203.0.113.9", "[\"203.0.113.9/32\"]", "[\"2001:db8::5\"]", "[\"foo\"]", "[1]"})
  void repairs_no_value_on_the_side(String value) {
    server.annotate("web-0", value);

    server
        .fipctl("assign", "shop/web-0", "203.0.113.10", "--wait=false")
        .exits(4)
        .answeringNothing()
        .saying("fipctl release --pod shop/web-0");

    assertThat(server.annotation("web-0")).contains(value);
  }

  @Test
  void refuses_an_address_in_no_pool_until_it_is_allowed() {
    server
        .fipctl("assign", "shop/web-0", "192.0.2.10", "--wait=false")
        .exits(9)
        .answeringNothing()
        .saying("is in no IP pool", "kubectl create -f -", "--allow-outside-pools");
    assertThat(server.annotation("web-0")).isEmpty();

    server
        .fipctl("assign", "shop/web-0", "192.0.2.10", "--wait=false", "--allow-outside-pools")
        .exits(0)
        .saying("is in no IP pool");
    assertThat(server.annotation("web-0")).contains("[\"192.0.2.10\"]");
  }

  @Test
  void refuses_free_addresses_of_a_ServiceCIDR_that_was_added() {
    server.apply(
        Map.of(
            "apiVersion",
            "networking.k8s.io/v1",
            "kind",
            "ServiceCIDR",
            "metadata",
            Map.of("name", "more"),
            "spec",
            Map.of("cidrs", List.of("203.0.113.128/25"))));
    try {
      server
          .fipctl("assign", "shop/web-0", "203.0.113.200", "--wait=false")
          .exits(4)
          .answeringNothing()
          .saying("servicecidr/more (inside its service range 203.0.113.128/25)");
      assertThat(server.annotation("web-0")).isEmpty();
    } finally {
      server.kubectl("delete", "servicecidr", "more", "--wait=false").exits(0);
    }
    server.fipctl("assign", "shop/web-0", "203.0.113.100", "--wait=false").exits(0);
  }

  @Test
  void refuses_a_Terminating_pod_as_the_one_to_have_it() {
    server.kubectl("delete", "pod", "web-0", "-n", "shop", "--wait=false").exits(0);

    server
        .fipctl("assign", "shop/web-0", "203.0.113.10", "--wait=false")
        .exits(9)
        .answeringNothing()
        .saying("is being deleted");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "felixconfiguration default | {\"spec\":{\"floatingIPs\":\"Disabled\"}} | fipctl enable",
        "felixconfiguration default | {\"spec\":{\"bpfEnabled\":true}} | eBPF",
        "clusterinformation default | {\"spec\":{\"datastoreReady\":false}} | datastoreReady",
      })
  void refuses_in_a_cluster_that_would_not_carry_it(String object, String patch, String found) {
    String[] kindAndName = object.split(" ", 2);
    server.kubectl("patch", kindAndName[0], kindAndName[1], "--type=merge", "-p", patch).exits(0);

    server
        .fipctl("assign", "shop/web-0", "203.0.113.10", "--wait=false")
        .exits(9)
        .answeringNothing()
        .saying(found);

    assertThat(server.annotation("web-0")).isEmpty();
  }

  @Test
  void refuses_with_the_CNI_gate_off_unless_told_that_it_is_known() {
    server.setCniGate(false);

    server
        .fipctl("assign", "shop/web-0", "203.0.113.10", "--wait=false")
        .exits(9)
        .saying("fipctl enable");
    assertThat(server.annotation("web-0")).isEmpty();

    server
        .fipctl("assign", "shop/web-0", "203.0.113.10", "--wait=false", "--allow-cni-gate-off")
        .exits(0);
    assertThat(server.annotation("web-0")).contains("[\"203.0.113.10\"]");
  }
}
