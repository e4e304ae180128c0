package io.fipctl.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fipctl.calico.FeatureGates;
import io.fipctl.calico.FelixGate;
import io.fipctl.change.step.Step;
import io.fipctl.kube.Cluster;
import io.fipctl.kube.Kind;
import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import io.fipctl.model.FloatingIps;
import io.fipctl.model.JsonPatch;
import io.fipctl.model.Pod;
import io.fipctl.model.Progress;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DisableTest {
  private static final String CLAIM =
      "\"annotations\": {\"cni.projectcalico.org/floatingIPs\": \"[\\\"203.0.113.10\\\"]\"}";

  private final RollingCluster cluster = RollingCluster.healthy();

  @BeforeEach
  void enabled() {
    Enable.plan(cluster, GateOptions.DEFAULT, cluster.pause).plan().apply(Progress.SILENT);
    cluster.writes.clear();
  }

  @Test
  void turns_Felix_off_first_and_gives_the_template_back_to_the_character() {
    disable(GateOptions.DEFAULT);

    assertThat(cluster.writes)
        .containsExactly(
            "felixconfigurations/default",
            "configmaps/calico-config",
            "daemonsets/calico-node",
            "start n1",
            "start n2",
            "start n3");
    assertThat(cluster.template()).isEqualTo(RollingCluster.TEMPLATE);
    assertThat(cluster.felix()).contains("Disabled");
    assertThat(cluster.disks.values()).noneMatch(disk -> disk.contains("floating_ips"));
    assertThat(
            cluster
                .object(Kind.CONFIG_MAPS, "kube-system", "calico-config")
                .annotation(FeatureGates.KEPT_ORIGINAL))
        .isEmpty();
  }

  @Test
  void has_nothing_to_do_the_second_time() {
    disable(GateOptions.DEFAULT);

    assertThat(plan(GateOptions.DEFAULT).plan().isEmpty()).isTrue();
  }

  @Test
  void an_upgraded_template_loses_the_gate_only() {
    String upgraded = cluster.template().replace("portmap", "bandwidth");
    cluster.set(
        Kind.CONFIG_MAPS, "kube-system", "calico-config", upgraded, "data", "cni_network_config");

    disable(GateOptions.DEFAULT);

    assertThat(cluster.template())
        .isEqualTo(RollingCluster.TEMPLATE.replace("portmap", "bandwidth"));
  }

  @Test
  void a_gate_of_the_wrong_type_goes_too() {
    disable(GateOptions.DEFAULT);
    cluster.set(
        Kind.CONFIG_MAPS,
        "kube-system",
        "calico-config",
        "{\"type\": \"calico\", \"feature_control\": {\"floating_ips\": \"true\"}}",
        "data",
        "cni_network_config");

    disable(GateOptions.DEFAULT);

    assertThat(cluster.template()).isEqualTo("{\"type\": \"calico\"}");
  }

  @Test
  void a_failure_turns_both_gates_on_again() {
    String before = cluster.template();
    cluster.frozen.add("n2");

    assertThat(failure(GateOptions.DEFAULT).reason()).isEqualTo("RolloutStuck");

    assertThat(cluster.template()).isEqualTo(before);
    assertThat(cluster.felix()).contains("Enabled");
    assertThat(cluster.disks.values()).allMatch(disk -> disk.contains("floating_ips"));
    assertThat(
            cluster
                .object(Kind.CONFIG_MAPS, "kube-system", "calico-config")
                .annotation(FeatureGates.KEPT_ORIGINAL))
        .contains(RollingCluster.TEMPLATE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "pods | {'metadata': {'name': 'x', 'namespace': 'shop', CLAIM}} | pod/x -n shop",
        "pods | {'metadata': {'name': 'x', 'namespace': 'shop', CLAIM}, 'status': {'phase': 'Pending'}} | pod/x -n shop",
        "deployments | {'metadata': {'name': 'x', 'namespace': 'shop'}, 'spec': {'template': {'metadata': {CLAIM}}}} | deployment/x -n shop",
        "statefulsets | {'metadata': {'name': 'x', 'namespace': 'shop'}, 'spec': {'template': {'metadata': {CLAIM}}}} | statefulset/x -n shop",
        "daemonsets | {'metadata': {'name': 'x', 'namespace': 'shop'}, 'spec': {'template': {'metadata': {CLAIM}}}} | daemonset/x -n shop",
        "replicasets | {'metadata': {'name': 'x', 'namespace': 'shop'}, 'spec': {'replicas': 1, 'template': {'metadata': {CLAIM}}}} | replicaset/x -n shop",
        "replicasets | {'metadata': {'name': 'x', 'namespace': 'shop'}, 'spec': {'replicas': 0, 'template': {'metadata': {CLAIM}}}} | replicaset/x -n shop",
        "jobs | {'metadata': {'name': 'x', 'namespace': 'shop'}, 'spec': {'template': {'metadata': {CLAIM}}}} | job/x -n shop",
        "cronjobs | {'metadata': {'name': 'x', 'namespace': 'shop'}, 'spec': {'jobTemplate': {'spec': {'template': {'metadata': {CLAIM}}}}}} | cronjob/x -n shop"
      },
      quoteCharacter = '`')
  void is_refused_while_something_asks_for_an_address(String plural, String json, String named) {
    put(plural, json);

    FipctlException refusal = failure(GateOptions.DEFAULT);

    assertThat(refusal.exitCode()).isEqualTo(ExitCode.CONFLICT);
    assertThat(refusal.reason()).isEqualTo("StillClaimed");
    assertThat(refusal).hasMessageContaining(named);
    assertThat(cluster.writes).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "pods | {'metadata': {'name': 'x', 'namespace': 'shop', CLAIM}, 'status': {'phase': 'Succeeded'}}",
        "pods | {'metadata': {'name': 'x', 'namespace': 'shop', CLAIM}, 'spec': {'hostNetwork': true}}",
        "pods | {'metadata': {'name': 'x', 'namespace': 'shop'}}",
        "deployments | {'metadata': {'name': 'x', 'namespace': 'shop', CLAIM}, 'spec': {'template': {}}}",
        "replicasets | {'metadata': {'name': 'x', 'namespace': 'shop', 'ownerReferences': [{'controller': true}]}, 'spec': {'replicas': 0, 'template': {'metadata': {CLAIM}}}}",
        "jobs | {'metadata': {'name': 'x', 'namespace': 'shop'}, 'spec': {'template': {'metadata': {CLAIM}}}, 'status': {'conditions': [{'type': 'Complete', 'status': 'True'}]}}"
      },
      quoteCharacter = '`')
  void passes_what_makes_no_pod_any_more(String plural, String json) {
    put(plural, json);

    disable(GateOptions.DEFAULT);

    assertThat(cluster.felix()).contains("Disabled");
  }

  @Test
  void the_callers_release_goes_first() {
    put("pods", "{'metadata': {'name': 'x', 'namespace': 'shop', CLAIM}}");

    Disable.plan(cluster, GateOptions.DEFAULT, cluster.pause, Optional.of(this::release))
        .plan()
        .apply(Progress.SILENT);

    assertThat(cluster.writes).startsWith("pods/x", "felixconfigurations/default");
    assertThat(cluster.template()).isEqualTo(RollingCluster.TEMPLATE);
  }

  @Test
  void a_release_helps_no_workload() {
    put(
        "deployments",
        "{'metadata': {'name': 'x', 'namespace': 's'}, 'spec': {'template': {'metadata': {CLAIM}}}}");

    FipctlException refusal =
        catchThrowableOfType(
            FipctlException.class,
            () ->
                Disable.plan(
                    cluster, GateOptions.DEFAULT, cluster.pause, Optional.of(this::release)));

    assertThat(refusal).hasMessageContaining("deployment/x -n s");
  }

  @Test
  void an_address_that_was_claimed_meanwhile_stops_it_and_Felix_is_on_again() {
    GatePlan plan = plan(GateOptions.DEFAULT);
    put("pods", "{'metadata': {'name': 'x', 'namespace': 'shop', CLAIM}}");

    FipctlException refusal =
        catchThrowableOfType(FipctlException.class, () -> plan.plan().apply(Progress.SILENT));

    assertThat(refusal.reason()).isEqualTo("StillClaimed");
    assertThat(cluster.felix()).contains("Enabled");
    assertThat(cluster.writes).doesNotContain("configmaps/calico-config");
  }

  @Test
  void cni_only_is_refused_while_Felix_is_on() {
    assertThat(failure(GateOptions.DEFAULT.cniOnly()).reason()).isEqualTo("FelixGateOn");
  }

  @Test
  void a_node_on_which_Felix_would_stay_on_is_a_refusal() {
    cluster.put(
        Kind.FELIX_CONFIGURATIONS,
        "{\"metadata\": {\"name\": \"node.n2\"}, \"spec\": {\"floatingIPs\": \"enabled\"}}");

    assertThat(failure(GateOptions.DEFAULT))
        .hasMessageContaining("n2")
        .extracting(refusal -> refusal.hints().getFirst())
        .isEqualTo("add --include-overrides");
    disable(GateOptions.DEFAULT.includingOverrides());
    assertThat(FeatureGates.read(cluster).felixEverywhere(FelixGate.State.OFF)).isTrue();
  }

  @Test
  void a_node_that_cannot_be_seen_is_not_taken_for_off() {
    disable(GateOptions.DEFAULT);
    cluster.unreadable.add("n3");

    assertThat(failure(GateOptions.DEFAULT).exitCode()).isEqualTo(ExitCode.NOT_SEEN);
  }

  private List<Step> release(List<Pod> pods) {
    return pods.stream().map(this::releaseStep).toList();
  }

  private Step releaseStep(Pod pod) {
    return new Step() {
      @Override
      public String describe() {
        return "release " + pod.ref();
      }

      @Override
      public String byHand() {
        return "fipctl show " + pod.ref();
      }

      @Override
      public void tryOnServer() {}

      @Override
      public void apply(Progress progress) {
        cluster.patch(
            Kind.PODS,
            pod.ref().namespace(),
            pod.ref().name(),
            JsonPatch.of(JsonPatch.remove("metadata", "annotations", FloatingIps.KEY)),
            Cluster.WriteMode.REAL);
      }

      @Override
      public void undo(Progress progress) {}
    };
  }

  private void put(String plural, String json) {
    Kind kind =
        List.of(
                Kind.PODS,
                Kind.DEPLOYMENTS,
                Kind.STATEFUL_SETS,
                Kind.DAEMON_SETS,
                Kind.REPLICA_SETS,
                Kind.JOBS,
                Kind.CRON_JOBS)
            .stream()
            .filter(known -> known.plural().equals(plural))
            .findFirst()
            .orElseThrow();
    cluster.put(kind, json.replace('\'', '"').replace("CLAIM", CLAIM));
  }

  private GatePlan plan(GateOptions options) {
    return Disable.plan(
        cluster, options, cluster.pause, Optional.<Function<List<Pod>, List<Step>>>empty());
  }

  private void disable(GateOptions options) {
    plan(options).plan().apply(Progress.SILENT);
  }

  private FipctlException failure(GateOptions options) {
    FipctlException failure = catchThrowableOfType(FipctlException.class, () -> disable(options));
    assertThat(failure).isNotNull();
    return failure;
  }
}
