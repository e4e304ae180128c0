package io.fipctl.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fipctl.calico.FeatureGates;
import io.fipctl.calico.FelixGate;
import io.fipctl.kube.CalicoGroup;
import io.fipctl.kube.Kind;
import io.fipctl.model.CniTemplate;
import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import io.fipctl.model.Progress;
import io.fipctl.model.StaleWriteException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EnableTest {
  private final RollingCluster cluster = RollingCluster.healthy();

  @Test
  void turns_the_template_on_then_each_node_and_Felix_last() {
    watchForTheDangerousMoment();

    GatePlan plan = plan(GateOptions.DEFAULT);
    plan.plan().apply(Progress.SILENT);

    assertThat(cluster.writes)
        .containsExactly(
            "configmaps/calico-config",
            "daemonsets/calico-node",
            "start n1",
            "start n2",
            "start n3",
            "felixconfigurations/default");
    assertThat(cluster.felix()).contains("Enabled");
    assertThat(CniTemplate.parse(cluster.template()).gate().isOn()).isTrue();
    assertThat(kept()).contains(RollingCluster.TEMPLATE);
    assertThat(plan.consequence())
        .isEqualTo(
            "calico-node rolls on 3 nodes one after another, Felix restarts on all 3 nodes at once");
  }

  @Test
  void shows_the_change_before_it_is_made() {
    assertThat(plan(GateOptions.DEFAULT).diff())
        .contains("+      \"feature_control\": {\"floating_ips\": true},\n")
        .contains("-  floatingIPs: Disabled\n+  floatingIPs: Enabled\n");
    assertThat(cluster.writes).isEmpty();
  }

  @Test
  void has_nothing_to_do_the_second_time() {
    enable(GateOptions.DEFAULT);

    assertThat(plan(GateOptions.DEFAULT).plan().isEmpty()).isTrue();
  }

  @Test
  void only_rolls_when_the_template_is_on_and_a_node_is_behind() {
    enable(GateOptions.DEFAULT);
    cluster.disks.put("n2", "# /host/etc/cni/net.d/10-calico.conflist\n{\"type\": \"calico\"}");
    cluster.writes.clear();

    enable(GateOptions.DEFAULT);

    assertThat(cluster.writes)
        .containsExactly("daemonsets/calico-node", "start n1", "start n2", "start n3");
  }

  @Test
  void a_failing_init_container_takes_everything_back_and_its_words_are_the_answer() {
    cluster.poison = Optional.of("floating_ips");
    watchForTheDangerousMoment();

    FipctlException failure = failure(GateOptions.DEFAULT);

    assertThat(failure.exitCode()).isEqualTo(ExitCode.NOT_SEEN);
    assertThat(failure)
        .hasMessage(
            "calico-node does not start on node n1: container install-cni: CrashLoopBackOff:"
                + " CNI config is not valid JSON");
    assertEverythingIsAsBefore();
    assertThat(cluster.startsOf("n1")).isEqualTo(2);
    assertThat(cluster.startsOf("n2")).as("a node that was not reached rolls not at all").isZero();
  }

  @Test
  void without_a_log_the_kubelets_words_are_shown() {
    cluster.poison = Optional.of("floating_ips");
    cluster.log = Optional.empty();

    assertThat(failure(GateOptions.DEFAULT)).hasMessageContaining("CrashLoopBackOff: back-off");
  }

  @Test
  void an_image_that_is_not_there_yet_is_waited_for_and_named() {
    cluster.poison = Optional.of("floating_ips");
    cluster.failure = "ImagePullBackOff";
    cluster.log = Optional.empty();

    FipctlException failure = failure(GateOptions.DEFAULT);

    assertThat(failure.reason()).isEqualTo("RolloutStuck");
    assertThat(failure).hasMessageContaining("install-cni: ImagePullBackOff: back-off");
    assertEverythingIsAsBefore();
  }

  @Test
  void a_node_without_progress_takes_everything_back_after_the_time_limit() {
    cluster.frozen.add("n3");
    cluster.beforeWrite = () -> {};

    FipctlException failure = failure(GateOptions.DEFAULT);

    assertThat(failure.reason()).isEqualTo("RolloutStuck");
    assertThat(failure).hasMessageContaining("n3: its calico-node pod is still the old one");
    assertEverythingIsAsBefore();
  }

  @Test
  void an_undo_that_fails_too_is_said_with_exit_8() {
    cluster.poison = Optional.of("floating_ips");
    cluster.afterEachChange =
        () -> {
          if (cluster.startsOf("n1") > 0) {
            cluster.forbidden.add("configmaps");
          }
        };

    FipctlException failure = failure(GateOptions.DEFAULT);

    assertThat(failure.exitCode()).isEqualTo(ExitCode.HALF_DONE);
    assertThat(failure.changed()).isTrue();
  }

  @Test
  void a_refused_write_to_Felix_takes_the_CNI_gate_back() {
    cluster.forbidden.add("felixconfigurations");

    assertThat(failure(GateOptions.DEFAULT).exitCode()).isEqualTo(ExitCode.FORBIDDEN);

    assertEverythingIsAsBefore();
    assertThat(cluster.startsOf("n3")).isEqualTo(2);
  }

  @Test
  void a_template_that_someone_changed_meanwhile_is_not_written_over() {
    GatePlan plan = plan(GateOptions.DEFAULT);
    String theirs = RollingCluster.TEMPLATE.replace("portmap", "bandwidth");
    setTemplate(theirs);

    assertThat(
            catchThrowableOfType(
                StaleWriteException.class, () -> plan.plan().apply(Progress.SILENT)))
        .isNotNull();
    assertThat(cluster.template()).isEqualTo(theirs);
  }

  @Test
  void a_gate_that_someone_else_turned_on_meanwhile_is_not_undone() {
    GatePlan plan = plan(GateOptions.DEFAULT);
    String theirs = CniTemplate.parse(RollingCluster.TEMPLATE).enable() + "\n";
    setTemplate(theirs);

    assertThat(
            catchThrowableOfType(
                StaleWriteException.class, () -> plan.plan().apply(Progress.SILENT)))
        .isNotNull();
    assertThat(cluster.template()).isEqualTo(theirs);
  }

  @Test
  void a_Felix_gate_that_someone_else_turned_on_meanwhile_is_not_undone() {
    GatePlan plan = plan(GateOptions.DEFAULT);
    cluster.set(Kind.FELIX_CONFIGURATIONS, "", "default", "Enabled", "spec", "floatingIPs");

    assertThat(
            catchThrowableOfType(
                StaleWriteException.class, () -> plan.plan().apply(Progress.SILENT)))
        .isNotNull();
    assertThat(cluster.felix()).contains("Enabled");
    assertThat(cluster.template()).isEqualTo(RollingCluster.TEMPLATE);
  }

  @Test
  void the_undo_keeps_what_someone_else_wrote_meanwhile() {
    cluster.forbidden.add("felixconfigurations");
    cluster.afterEachChange =
        () -> {
          if (cluster.startsOf("n3") == 1) {
            setTemplate(cluster.template().replace("portmap", "bandwidth"));
          }
        };

    failure(GateOptions.DEFAULT);

    assertThat(cluster.template())
        .isEqualTo(RollingCluster.TEMPLATE.replace("portmap", "bandwidth"));
  }

  @Test
  void a_FelixConfiguration_that_is_not_there_is_made() {
    cluster.delete(Kind.FELIX_CONFIGURATIONS, "", "default");

    enable(GateOptions.DEFAULT);

    assertThat(cluster.writes).endsWith("create felixconfigurations/default");
    assertThat(cluster.felix()).contains("Enabled");
  }

  @Test
  void a_FelixConfiguration_without_the_field_gets_it_and_loses_it_in_the_undo() {
    cluster.put(Kind.FELIX_CONFIGURATIONS, "{\"metadata\": {\"name\": \"default\"}}");
    cluster.afterEachChange = () -> freezeCalicoNodeOnceFelixIsOn();

    assertThat(failure(GateOptions.DEFAULT).reason()).isEqualTo("UndoFailed");

    assertThat(cluster.felix()).isEmpty();
  }

  @Test
  void writes_to_the_group_that_Felix_reads() {
    Kind v3 = Kind.FELIX_CONFIGURATIONS.in(CalicoGroup.V3);
    cluster.groups.remove(Kind.CRD_GROUP);
    cluster.groups.add(Kind.V3_GROUP);
    cluster.put(v3, "{\"metadata\": {\"name\": \"default\"}, \"spec\": {}}");

    enable(GateOptions.DEFAULT);

    assertThat(cluster.object(v3, "", "default").text("spec", "floatingIPs")).contains("Enabled");
    assertThat(cluster.felix()).contains("Disabled");
  }

  @Test
  void without_a_restart_Felix_waits_and_what_is_left_is_said() {
    GatePlan plan = plan(GateOptions.DEFAULT.noRestart());
    plan.plan().apply(Progress.SILENT);

    assertThat(cluster.writes).containsExactly("configmaps/calico-config");
    assertThat(plan.left())
        .first()
        .isEqualTo("kubectl rollout restart daemonset/calico-node -n kube-system");
  }

  @Test
  void cni_only_leaves_Felix_alone() {
    enable(GateOptions.DEFAULT.cniOnly());

    assertThat(cluster.felix()).contains("Disabled");
    enable(GateOptions.DEFAULT.felixOnly());
    assertThat(cluster.felix()).contains("Enabled");
  }

  @Test
  void felix_only_is_refused_while_a_node_has_no_CNI_gate() {
    assertThat(failure(GateOptions.DEFAULT.felixOnly()).reason()).isEqualTo("CniGateOff");
  }

  @Test
  void a_node_with_its_own_FelixConfiguration_is_named_and_left_alone() {
    putFelix("node.n2", "\"floatingIPs\": \"Disabled\"");

    GatePlan plan = plan(GateOptions.DEFAULT);
    plan.plan().apply(Progress.SILENT);

    assertThat(plan.warnings())
        .contains(
            "node n2 stays without floating IPs: FelixConfiguration node.n2 (add --include-overrides)",
            "override: FelixConfiguration node.n2: Disabled");
    assertThat(FeatureGates.read(cluster).nodes())
        .extracting(node -> node.felix().state())
        .containsExactly(FelixGate.State.ON, FelixGate.State.OFF, FelixGate.State.ON);
  }

  @Test
  void overrides_are_changed_on_request() {
    putFelix("node.n2", "\"floatingIPs\": \"Disabled\"");
    putFelix("node.n3", "\"bpfLogLevel\": \"\"");
    cluster.set(
        Kind.FELIX_CONFIGURATIONS,
        "",
        "default",
        "Disabled",
        "metadata",
        "annotations",
        "config.projectcalico.org/FloatingIPs");

    enable(GateOptions.DEFAULT.includingOverrides());

    assertThat(FeatureGates.read(cluster).felixEverywhere(FelixGate.State.ON)).isTrue();
    assertThat(cluster.object(Kind.FELIX_CONFIGURATIONS, "", "node.n3").has("spec", "floatingIPs"))
        .isFalse();
  }

  @Test
  void what_an_installer_puts_back_is_a_warning() {
    cluster.set(
        Kind.CONFIG_MAPS,
        "kube-system",
        "calico-config",
        "Helm",
        "metadata",
        "labels",
        "app.kubernetes.io/managed-by");

    assertThat(plan(GateOptions.DEFAULT).warnings()).anyMatch(text -> text.contains("Helm"));
  }

  @Test
  void what_puts_itself_back_can_be_changed_all_the_same() {
    cluster.set(
        Kind.CONFIG_MAPS,
        "kube-system",
        "calico-config",
        "x",
        "metadata",
        "annotations",
        "argocd.argoproj.io/tracking-id");

    assertThat(failure(GateOptions.DEFAULT).reason()).isEqualTo("Managed");

    assertThat(plan(GateOptions.DEFAULT.managedToo()).plan().isEmpty()).isFalse();
  }

  @Test
  void what_keeps_the_template_has_no_say_when_only_Felix_changes() {
    enable(GateOptions.DEFAULT.cniOnly());
    cluster.set(
        Kind.CONFIG_MAPS,
        "kube-system",
        "calico-config",
        "x",
        "metadata",
        "annotations",
        "argocd.argoproj.io/tracking-id");

    enable(GateOptions.DEFAULT);

    assertThat(cluster.felix()).contains("Enabled");
  }

  private void putFelix(String name, String spec) {
    cluster.put(
        Kind.FELIX_CONFIGURATIONS,
        "{\"metadata\": {\"name\": \"" + name + "\"}, \"spec\": {" + spec + "}}");
  }

  private void setTemplate(String text) {
    cluster.set(
        Kind.CONFIG_MAPS, "kube-system", "calico-config", text, "data", "cni_network_config");
  }

  private void freezeCalicoNodeOnceFelixIsOn() {
    if (cluster.felix().isPresent()) {
      List<String> pods = new ArrayList<>(cluster.objects.get(Kind.PODS.resource()).keySet());
      pods.forEach(
          pod ->
              cluster.set(
                  Kind.PODS, "kube-system", pod.substring(12), "x", "status", "conditions"));
    }
  }

  /** Fails the test in the moment in which a pod would work and could not be created again. */
  private void watchForTheDangerousMoment() {
    cluster.afterEachChange =
        () -> {
          if (cluster.felix().equals(Optional.of("Enabled"))) {
            assertThat(cluster.disks.values()).allMatch(disk -> disk.contains("floating_ips"));
          }
        };
  }

  private void assertEverythingIsAsBefore() {
    assertThat(cluster.template()).isEqualTo(RollingCluster.TEMPLATE);
    assertThat(kept()).isEmpty();
    assertThat(cluster.felix()).contains("Disabled");
    assertThat(cluster.disks.values()).noneMatch(disk -> disk.contains("floating_ips"));
  }

  private Optional<String> kept() {
    return cluster
        .object(Kind.CONFIG_MAPS, "kube-system", "calico-config")
        .annotation(FeatureGates.KEPT_ORIGINAL);
  }

  private GatePlan plan(GateOptions options) {
    return Enable.plan(cluster, options, cluster.pause);
  }

  private void enable(GateOptions options) {
    plan(options).plan().apply(Progress.SILENT);
  }

  private FipctlException failure(GateOptions options) {
    FipctlException failure = catchThrowableOfType(FipctlException.class, () -> enable(options));
    assertThat(failure).isNotNull();
    return failure;
  }
}
