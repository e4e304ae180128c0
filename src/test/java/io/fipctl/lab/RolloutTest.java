package io.fipctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.kube.Cluster.Scope;
import io.fipctl.kube.Cluster.WriteMode;
import io.fipctl.kube.Kind;
import io.fipctl.lab.simulation.DaemonSetRollout;
import io.fipctl.lab.simulation.Json;
import io.fipctl.lab.simulation.LabState;
import io.fipctl.model.ApiObject;
import io.fipctl.model.FloatingIps;
import io.fipctl.model.JsonPatch;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class RolloutTest {
  private static final String FILE = "10-calico.conflist";
  private static final String ON = "\"feature_control\": {\"floating_ips\": true}";

  private final LabCluster cluster = LabCluster.of(LabState.fresh());

  @Test
  void the_template_becomes_JSON_on_each_node() {
    assertThat(conflist("n2"))
        .contains("\"nodename\": \"n2\"", "\"mtu\": 0")
        .doesNotContain("__", "floating_ips");
    assertThat(Json.tryParse(conflist("n2"))).isPresent();
  }

  @Test
  void nodes_take_an_edit_up_only_when_calico_node_is_restarted() {
    List<String> before = calicoNodes();

    cluster.change(state -> state.gates(true, false));
    assertThat(conflist("n1")).doesNotContain(ON);

    ApiObject set = restart();
    assertThat(List.of(conflist("n1"), conflist("n2"), conflist("n3")))
        .allMatch(text -> text.contains(ON));
    assertThat(calicoNodes()).hasSize(3).doesNotContainAnyElementsOf(before);
    assertThat(status(set, "updatedNumberScheduled")).isEqualTo(3);
    assertThat(status(set, "numberAvailable")).isEqualTo(3);
    assertThat(status(set, "observedGeneration"))
        .isEqualTo(set.number("metadata", "generation").getAsLong());
    assertThat(cluster.list(Kind.CONTROLLER_REVISIONS)).hasSize(2);
  }

  @Test
  void a_template_that_becomes_no_JSON_stops_the_roll_at_the_first_node() {
    spoil("\"mtu\": __CNI_MTU__,", "\"mtu\": __CNI_MTU__,,");

    ApiObject set = restart();

    ApiObject crashed =
        cluster.list(Kind.PODS, Scope.in("kube-system").labelled("k8s-app=calico-node")).stream()
            .map(pod -> cluster.get(Kind.PODS, "kube-system", pod.name()).orElseThrow())
            .filter(pod -> !pod.text("status", "phase").equals(Optional.of("Running")))
            .findFirst()
            .orElseThrow();
    ApiObject install = crashed.objects("status", "initContainerStatuses").getFirst();
    assertThat(install.text("state", "waiting", "reason")).contains("CrashLoopBackOff");
    assertThat(install.text("lastState", "terminated", "message").orElseThrow())
        .endsWith("is not a valid json object");
    assertThat(crashed.text("spec", "nodeName")).contains("n1");
    assertThat(status(set, "updatedNumberScheduled")).isEqualTo(1);
    assertThat(status(set, "numberUnavailable")).isEqualTo(1);
    assertThat(conflist("n1")).doesNotContain(",,");
  }

  @Test
  void a_crashed_pod_recovers_when_the_template_is_mended() {
    spoil("\"mtu\": __CNI_MTU__,", "\"mtu\": __CNI_MTU__,,");
    restart();
    spoil("\"mtu\": __CNI_MTU__,,", "\"mtu\": __CNI_MTU__,");

    ApiObject set = cluster.get(Kind.DAEMON_SETS, "kube-system", "calico-node").orElseThrow();
    assertThat(status(set, "numberAvailable")).isEqualTo(3);
    assertThat(status(set, "updatedNumberScheduled")).isEqualTo(3);
  }

  @Test
  void a_lost_ConfigMap_keeps_the_container_from_starting() {
    cluster.delete(Kind.CONFIG_MAPS, "kube-system", "calico-config");
    restart();

    assertThat(cluster.state().list(Kind.PODS))
        .flatExtracting(pod -> pod.objects("status", "initContainerStatuses"))
        .extracting(status -> status.text("state", "waiting", "reason").orElse(""))
        .containsExactly("CreateContainerConfigError");
  }

  @Test
  void the_roll_makes_no_progress_past_a_node_that_is_not_ready() {
    cluster.change(state -> state.notReady("n2").gates(true, false));

    ApiObject set = restart();

    assertThat(conflist("n1")).contains(ON);
    assertThat(conflist("n2")).doesNotContain(ON);
    assertThat(conflist("n3")).doesNotContain(ON);
    assertThat(status(set, "updatedNumberScheduled")).isEqualTo(1);

    cluster.change(state -> state.readyAgain("n2"));
    assertThat(conflist("n3")).contains(ON);
  }

  @Test
  void with_OnDelete_a_pod_is_replaced_when_somebody_deletes_it() {
    cluster.change(
        state ->
            state
                .gates(true, false)
                .edit(
                    Kind.DAEMON_SETS,
                    "kube-system",
                    "calico-node",
                    set ->
                        new ApiObject(
                            Json.with(set.tree(), "OnDelete", "spec", "updateStrategy", "type"))));
    restart();
    assertThat(conflist("n1")).doesNotContain(ON);

    cluster.delete(Kind.PODS, "kube-system", calicoNode("n1"));
    assertThat(conflist("n1")).contains(ON);
    assertThat(conflist("n2")).doesNotContain(ON);
  }

  @Test
  void with_the_gate_off_a_new_annotated_pod_does_not_start_until_it_is_on() {
    cluster.change(
        state -> state.withPod("shop/new", "n1").floatingIps("shop/new", "[\"203.0.113.9\"]"));

    assertThat(pod("new").text("status", "phase")).contains("Pending");
    assertThat(
            pod("new")
                .objects("status", "containerStatuses")
                .getFirst()
                .text("state", "waiting", "reason"))
        .contains("ContainerCreating");
    assertThat(cluster.list(Kind.EVENTS, Scope.in("shop")))
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.text("reason")).contains("FailedCreatePodSandBox");
              assertThat(event.text("message").orElseThrow())
                  .endsWith(
                      "plugin type=\"calico\" failed (add): requested feature is not enabled:"
                          + " floating_ips");
            });

    cluster.change(state -> state.gates(true, true));
    restart();
    assertThat(pod("new").text("status", "phase")).contains("Running");
    assertThat(cluster.state().kernel("n1").dnat()).containsKey("203.0.113.9");
  }

  @Test
  void what_the_plugin_cannot_read_keeps_a_new_pod_from_starting_too() {
    LabCluster on =
        LabCluster.of(
            LabState.healthy()
                .withPod("shop/a", "n1")
                .floatingIps("shop/a", "203.0.113.9")
                .withPod("shop/b", "n1")
                .floatingIps("shop/b", "[\"foo\"]")
                .withPod("shop/c", "n1")
                .floatingIps("shop/c", "[\"203.0.113.9/32\"]"));

    assertThat(on.list(Kind.EVENTS))
        .extracting(event -> event.text("message").orElse("").replaceAll(".*\\(add\\): ", ""))
        .satisfiesExactlyInAnyOrder(
            parse -> assertThat(parse).startsWith("failed to parse '203.0.113.9' as JSON"),
            panic -> assertThat(panic).contains("panicked during ADD"));
    assertThat(on.get(Kind.PODS, "shop", "c").orElseThrow().text("status", "phase"))
        .contains("Running");
  }

  @Test
  void a_gate_that_is_a_text_breaks_every_new_pod() {
    spoil(
        "\"type\": \"calico\",",
        "\"type\": \"calico\", \"feature_control\": {\"floating_ips\": \"true\"},");
    restart();
    cluster.change(state -> state.withPod("shop/new", "n1"));

    assertThat(pod("new").text("status", "phase")).contains("Pending");
  }

  @Test
  void IPAM_knows_who_has_what() {
    ApiObject block = cluster.get(Kind.IPAM_BLOCKS, "", "10-244-217-0-26").orElseThrow();

    assertThat(block.text("spec", "affinity")).contains("host:n2");
    assertThat(block.objects("spec", "attributes"))
        .extracting(each -> each.text("secondary", "pod").orElse(""))
        .contains("web-1", "t1")
        .doesNotContain("migrate-x7k2p");
    assertThat(block.list("spec", "allocations").get(1)).isEqualTo(0);
    assertThat(block.list("spec", "allocations").get(63)).isNull();
    assertThat(pod("web-1").annotation(FloatingIps.KEY)).isEmpty();
  }

  private ApiObject restart() {
    cluster.patch(
        Kind.DAEMON_SETS,
        "kube-system",
        "calico-node",
        JsonPatch.of(
            JsonPatch.add(
                Map.of("kubectl.kubernetes.io/restartedAt", "2026-01-05T09:00:00Z"),
                "spec",
                "template",
                "metadata",
                "annotations")),
        WriteMode.REAL);
    return cluster.get(Kind.DAEMON_SETS, "kube-system", "calico-node").orElseThrow();
  }

  private void spoil(String text, String by) {
    cluster.change(
        state ->
            state.edit(
                Kind.CONFIG_MAPS,
                "kube-system",
                "calico-config",
                map ->
                    new ApiObject(
                        Json.with(
                            map.tree(),
                            map.text("data", "cni_network_config").orElseThrow().replace(text, by),
                            "data",
                            "cni_network_config"))));
  }

  private String conflist(String node) {
    return cluster.state().kernel(node).cniFiles().get(FILE);
  }

  private List<String> calicoNodes() {
    return cluster.state().nodeNames().stream().map(this::calicoNode).toList();
  }

  private String calicoNode(String node) {
    return DaemonSetRollout.calicoNode(cluster.state(), node).orElseThrow().name();
  }

  private ApiObject pod(String name) {
    return cluster.get(Kind.PODS, "shop", name).orElseThrow();
  }

  private static long status(ApiObject set, String field) {
    return set.number("status", field).orElse(-1);
  }
}
