package io.fipctl.calico;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fipctl.calico.CalicoInstall.Datastore;
import io.fipctl.feature.RollingCluster;
import io.fipctl.kube.CalicoGroup;
import io.fipctl.kube.Cluster;
import io.fipctl.kube.Kind;
import io.fipctl.model.ApiObject;
import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CalicoInstallTest {
  private final RollingCluster cluster = RollingCluster.healthy();

  @Test
  void finds_an_installation_from_the_manifests() {
    CalicoInstall install = CalicoInstall.discover(cluster);

    assertThat(install.namespace()).isEqualTo("kube-system");
    assertThat(install.daemonSet()).isEqualTo("calico-node");
    assertThat(install.podSelector()).isEqualTo("k8s-app=calico-node");
    assertThat(install.cni())
        .isEqualTo(new CniConfig.InConfigMap("kube-system", "calico-config", "cni_network_config"));
    assertThat(install.version()).contains("v3.31.7");
    assertThat(install.datastore()).isEqualTo(Datastore.KUBERNETES);
    assertThat(install.backend()).isEqualTo("bird");
    assertThat(install.datastoreReady()).contains(true);
    assertThat(install.operatorManaged()).isFalse();
    assertThat(install.keepers()).isEmpty();
  }

  @Test
  void finds_an_installation_under_other_names() {
    cluster.delete(Kind.DAEMON_SETS, "kube-system", "calico-node");
    daemonSet(
        "rke2-canal",
        "{'name': 'CNI_NETWORK_CONFIG', 'valueFrom': {'configMapKeyRef':"
            + " {'name': 'rke2-canal-config', 'key': 'conf'}}}",
        "{'name': 'ETCD_ENDPOINTS', 'value': 'https://etcd'}");

    CalicoInstall install = CalicoInstall.discover(cluster);

    assertThat(install.daemonSet()).isEqualTo("rke2-canal");
    assertThat(install.cni())
        .isEqualTo(new CniConfig.InConfigMap("net", "rke2-canal-config", "conf"));
    assertThat(install.datastore()).isEqualTo(Datastore.ETCD);
  }

  @Test
  void finds_calico_nodes_pods_by_match_expressions_alone() {
    ApiObject set = cluster.object(Kind.DAEMON_SETS, "kube-system", "calico-node");
    set.tree()
        .put(
            "spec",
            new LinkedHashMap<>(
                Map.of(
                    "selector",
                    Map.of(
                        "matchExpressions",
                        List.of(
                            Map.of(
                                "key", "k8s-app",
                                "operator", "In",
                                "values", List.of("calico-node")))),
                    "template",
                    set.object("spec", "template").tree())));
    cluster.delete(Kind.DAEMON_SETS, "kube-system", "calico-node");
    cluster.create(Kind.DAEMON_SETS, set, Cluster.WriteMode.REAL);
    cluster.put(
        Kind.PODS,
        """
        {"metadata": {"name": "coredns-1", "namespace": "kube-system",
                      "labels": {"k8s-app": "kube-dns"}},
         "spec": {"nodeName": "n1"}}
        """);

    assertThat(CalicoInstall.discover(cluster).pods(cluster))
        .hasSize(3)
        .allMatch(pod -> pod.ref().name().startsWith("calico-node-"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{'matchExpressions': [{'key': 'k8s-app', 'operator': 'Like'}]}"})
  void refuses_a_selector_that_does_not_say_which_pods(String selector) {
    cluster.delete(Kind.DAEMON_SETS, "kube-system", "calico-node");
    daemonSet(
        "calico-node", "{'name': 'CNI_NETWORK_CONFIG', 'value': '{}'}", "{'name': 'Y'}", selector);

    assertThatThrownBy(() -> CalicoInstall.discover(cluster))
        .isInstanceOf(FipctlException.class)
        .hasMessageContaining("net/calico-node")
        .extracting(refusal -> ((FipctlException) refusal).exitCode())
        .isEqualTo(ExitCode.UNSUPPORTED);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'name': 'CNI_NETWORK_CONFIG', 'valueFrom': {'secretKeyRef': {'name': 's', 'key': 'k'}}} | Secret net/s",
        "{'name': 'CNI_NETWORK_CONFIG_FILE', 'value': '/conf'} | file /conf",
        "{'name': 'CNI_NETWORK_CONFIG', 'value': '{}'} | the DaemonSet itself"
      })
  void a_config_outside_of_a_ConfigMap_is_refused_with_its_place(String variable, String place) {
    cluster.delete(Kind.DAEMON_SETS, "kube-system", "calico-node");
    daemonSet("calico-node", variable, "{'name': 'Y'}");

    CniConfig cni = CalicoInstall.discover(cluster).cni();

    assertThatThrownBy(cni::editable)
        .hasMessageContaining(place)
        .extracting(refusal -> ((FipctlException) refusal).exitCode())
        .isEqualTo(ExitCode.UNSUPPORTED);
  }

  @Test
  void without_a_config_there_is_nowhere_to_edit_it() {
    cluster.set(
        Kind.DAEMON_SETS,
        "kube-system",
        "calico-node",
        "none",
        "spec",
        "template",
        "spec",
        "initContainers");

    CniConfig cni = CalicoInstall.discover(cluster).cni();

    assertThatThrownBy(cni::editable).hasMessageContaining("nowhere");
  }

  @Test
  void the_file_wins_over_the_ConfigMap() {
    cluster.delete(Kind.DAEMON_SETS, "kube-system", "calico-node");
    daemonSet(
        "calico-node",
        "{'name': 'CNI_NETWORK_CONFIG', 'valueFrom': {'configMapKeyRef': {'name': 'c', 'key': 'k'}}},"
            + " {'name': 'CNI_NETWORK_CONFIG_FILE', 'value': '/conf'}",
        "{'name': 'Y'}");

    assertThat(CalicoInstall.discover(cluster).cni()).isInstanceOf(CniConfig.Elsewhere.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | crd.projectcalico.org | CRD",
        "'' | projectcalico.org | V3",
        "'' | crd.projectcalico.org,projectcalico.org | CRD",
        "'' | '' | CRD",
        "projectcalico.org/v3 | crd.projectcalico.org,projectcalico.org | V3",
        "crd.projectcalico.org/v1 | projectcalico.org | CRD"
      })
  void knows_which_group_Felix_reads(String told, String served, CalicoGroup group) {
    Set<String> groups = new TreeSet<>(List.of(served.split(",")));

    assertThat(CalicoInstall.group(Optional.of(told), groups)).isEqualTo(group);
  }

  @ParameterizedTest
  @CsvSource({
    "quay.io/calico/node:v3.31.7, v3.31.7",
    "registry:5000/calico/node:v3.32.1@sha256:00, v3.32.1",
    "rancher/hardened-calico:v3.30.3-build20250909, v3.30.3-build20250909",
    "quay.io/calico/node:3.9.1, 3.9.1",
    "quay.io/calico/node:latest, ''",
    "registry:5000/calico/node, ''",
    "quay.io/calico/node@sha256:00, ''"
  })
  void reads_the_version_from_the_image(String image, String version) {
    assertThat(CalicoInstall.imageVersion(image).orElse("")).isEqualTo(version);
  }

  private void daemonSet(String name, String cniVariables, String nodeVariables) {
    daemonSet(name, cniVariables, nodeVariables, "{'matchLabels': {'k8s-app': 'canal'}}");
  }

  private void daemonSet(String name, String cniVariables, String nodeVariables, String selector) {
    cluster.put(
        Kind.DAEMON_SETS,
        """
        {'metadata': {'name': '%s', 'namespace': 'net'},
         'spec': {'selector': %s, 'template': {'spec': {
           'hostNetwork': true,
           'initContainers': [{'name': 'install-cni', 'env': [%s],
             'volumeMounts': [{'name': 'net', 'mountPath': '/host/etc/cni/net.d'}]}],
           'containers': [{'name': 'kube-flannel'}, {'name': 'calico-node', 'env': [%s]}],
           'volumes': [{'name': 'net', 'hostPath': {'path': '/etc/cni/net.d'}}]}}}}
        """
            .formatted(name, selector, cniVariables, nodeVariables)
            .replace('\'', '"'));
  }
}
