package io.fipctl.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fipctl.kube.Kind;
import io.fipctl.model.ApiObject;
import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class EnableRefusalsTest {
  private final RollingCluster cluster = RollingCluster.healthy();

  static Stream<Arguments> refusals() {
    return Stream.of(
        refusal("OperatorManaged", ExitCode.UNSUPPORTED, EnableRefusalsTest::operator),
        refusal("EbpfDataplane", ExitCode.UNSUPPORTED, c -> env(c, "FELIX_BPFENABLED", "true")),
        refusal("EbpfDataplane", ExitCode.UNSUPPORTED, c -> felix(c, "\"bpfEnabled\": true")),
        refusal("EtcdDatastore", ExitCode.UNSUPPORTED, c -> env(c, "DATASTORE_TYPE", "etcdv3")),
        refusal(
            "DatastoreNotReady",
            ExitCode.UNSUPPORTED,
            c ->
                c.set(Kind.CLUSTER_INFORMATIONS, "", "default", "false", "spec", "datastoreReady")),
        refusal(
            "OnDeleteStrategy",
            ExitCode.UNSUPPORTED,
            c -> daemonSet(c, "OnDelete", "spec", "updateStrategy", "type")),
        refusal(
            "ImmutableConfigMap",
            ExitCode.UNSUPPORTED,
            c -> c.set(Kind.CONFIG_MAPS, "kube-system", "calico-config", "true", "immutable")),
        refusal(
            "CniConfigMissing",
            ExitCode.UNSUPPORTED,
            c -> c.delete(Kind.CONFIG_MAPS, "kube-system", "calico-config")),
        refusal(
            "NotReadable",
            ExitCode.UNSUPPORTED,
            c ->
                c.set(
                    Kind.CONFIG_MAPS,
                    "kube-system",
                    "calico-config",
                    "{",
                    "data",
                    "cni_network_config")),
        refusal(
            "ForeignCniConfig",
            ExitCode.UNSUPPORTED,
            c -> c.disks.put("n2", "# /host/etc/cni/net.d/00-x.conf\n{\"type\": \"x\"}")),
        refusal("NodeNotReadable", ExitCode.NOT_SEEN, c -> c.unreadable.add("n2")),
        refusal("NoCniConfig", ExitCode.NOT_SEEN, c -> c.disks.put("n2", "")),
        refusal("Managed", ExitCode.CONFLICT, EnableRefusalsTest::argo),
        refusal("Overridden", ExitCode.UNSUPPORTED, c -> env(c, "Felix_FloatingIPs", "disabled")),
        refusal("MissingRight", ExitCode.FORBIDDEN, c -> c.forbidden.add("ask configmaps")),
        refusal("MissingRight", ExitCode.FORBIDDEN, c -> c.forbidden.add("ask daemonsets")),
        refusal(
            "MissingRight", ExitCode.FORBIDDEN, c -> c.forbidden.add("ask felixconfigurations")),
        refusal(
            "NoCalico",
            ExitCode.UNSUPPORTED,
            c -> c.delete(Kind.DAEMON_SETS, "kube-system", "calico-node")));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void refuses_before_the_first_write(
      String reason, ExitCode exitCode, Consumer<RollingCluster> breakIt) {
    breakIt.accept(cluster);

    FipctlException refusal =
        catchThrowableOfType(
            FipctlException.class, () -> Enable.plan(cluster, GateOptions.DEFAULT, cluster.pause));

    assertThat(refusal.reason()).isEqualTo(reason);
    assertThat(refusal.exitCode()).isEqualTo(exitCode);
    assertThat(refusal.hints()).isNotEmpty();
    assertThat(cluster.writes).isEmpty();
  }

  private static Arguments refusal(
      String reason, ExitCode exitCode, Consumer<RollingCluster> breakIt) {
    return Arguments.of(reason, exitCode, breakIt);
  }

  private static void operator(RollingCluster cluster) {
    cluster.groups.add("operator.tigera.io");
    cluster.put(Kind.INSTALLATIONS, "{\"metadata\": {\"name\": \"default\"}}");
  }

  private static void argo(RollingCluster cluster) {
    cluster.set(
        Kind.CONFIG_MAPS,
        "kube-system",
        "calico-config",
        "x",
        "metadata",
        "annotations",
        "argocd.argoproj.io/tracking-id");
  }

  private static void felix(RollingCluster cluster, String spec) {
    cluster.put(
        Kind.FELIX_CONFIGURATIONS,
        "{\"metadata\": {\"name\": \"default\"}, \"spec\": {" + spec + "}}");
  }

  private static void daemonSet(RollingCluster cluster, String value, String... path) {
    cluster.set(Kind.DAEMON_SETS, "kube-system", "calico-node", value, path);
  }

  @SuppressWarnings("unchecked") // The test's own tree.
  private static void env(RollingCluster cluster, String name, String value) {
    var set = cluster.objects.get(Kind.DAEMON_SETS.resource()).get("kube-system/calico-node");
    var container = new ApiObject(set).objects("spec", "template", "spec", "containers").getFirst();
    ((List<Object>) container.tree().get("env"))
        .add(new LinkedHashMap<>(Map.of("name", name, "value", value)));
  }
}
