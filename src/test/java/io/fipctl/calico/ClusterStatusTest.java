package io.fipctl.calico;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.calico.ClusterStatus.Dataplane;
import io.fipctl.feature.Enable;
import io.fipctl.feature.GateOptions;
import io.fipctl.feature.InstallSource;
import io.fipctl.feature.RollingCluster;
import io.fipctl.kube.Kind;
import io.fipctl.model.CniTemplate;
import io.fipctl.model.IpAddress;
import io.fipctl.model.Progress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterStatusTest {
  private static final String FILE = "/etc/cni/net.d/10-calico.conflist";

  private final RollingCluster cluster = RollingCluster.healthy();

  @Test
  void a_cluster_with_both_gates_on_has_no_problem() {
    enable();

    ClusterStatus status = ClusterStatus.read(cluster);

    assertThat(status.problems()).isEmpty();
    assertThat(status.gates().cniOnEverywhere()).isTrue();
    assertThat(status.gates().nodes())
        .extracting(FeatureGates.NodeGates::cni)
        .containsOnly(new CniOnNode.Calicos(FILE, CniTemplate.State.ON));
  }

  @Test
  void counts_addresses_and_holders() {
    holder("a", "[\\\"203.0.113.10\\\",\\\"203.0.113.11\\\"]");
    holder("b", "[\\\"203.0.113.10\\\"]");
    holder("c", "[\\\"foo\\\"]");

    ClusterStatus status = ClusterStatus.read(cluster);

    assertThat(status.addresses())
        .containsExactly(IpAddress.parse("203.0.113.10"), IpAddress.parse("203.0.113.11"));
    assertThat(status.holders()).isEqualTo(2);
  }

  @Test
  void a_node_that_cannot_be_read_is_a_problem_with_its_reason() {
    enable();
    cluster.unreadable.add("n2");

    assertThat(problems()).containsExactly("node n2: no exec on n2");
    assertThat(FeatureGates.read(cluster).cniOnEverywhere()).isFalse();
  }

  @Test
  void a_node_without_calico_node_is_a_problem_unless_it_is_Windows() {
    cluster.put(Kind.NODES, "{\"metadata\": {\"name\": \"n4\"}}");
    cluster.put(
        Kind.NODES,
        "{\"metadata\": {\"name\": \"w1\", \"labels\": {\"kubernetes.io/os\": \"windows\"}}}");

    assertThat(problems()).containsExactly("node n4: node n4 runs no calico-node");
  }

  @Test
  void names_the_file_that_comes_before_Calicos() {
    cluster.disks.put("n1", "# /host/etc/cni/net.d/05-other.conflist\n{\"plugins\": []}");

    assertThat(problems())
        .containsExactly(
            "node n1: /etc/cni/net.d/05-other.conflist comes first and is not Calico's:"
                + " the CNI gate has no effect");
  }

  @Test
  void says_which_node_has_not_rolled_since_the_template_changed() {
    enable();
    cluster.disks.put("n3", "# " + FILE + "\n{\"type\": \"calico\"}");

    assertThat(problems())
        .containsExactly(
            "node n3: its CNI config is older than the template: calico-node has not rolled since",
            "node n3: Felix's gate is on and the CNI gate is not: a pod with a floating IP works"
                + " until it is created again");
  }

  @Test
  void says_that_a_gate_of_the_wrong_type_stops_every_pod() {
    String broken = "{\"type\": \"calico\", \"feature_control\": {\"floating_ips\": \"true\"}}";
    cluster.set(
        Kind.CONFIG_MAPS, "kube-system", "calico-config", broken, "data", "cni_network_config");
    cluster.disks.put("n1", "# " + FILE + "\n" + broken);

    assertThat(problems())
        .hasSize(2)
        .allMatch(problem -> problem.contains("no pod can be created"));
  }

  @Test
  void says_where_a_gate_has_no_effect() {
    cluster.set(
        Kind.CONFIG_MAPS,
        "kube-system",
        "calico-config",
        "{\"floating_ips\": true,\n\"type\": \"calico\"}",
        "data",
        "cni_network_config");

    assertThat(problems())
        .containsExactly(
            "ConfigMap kube-system/calico-config, key cni_network_config:"
                + " floating_ips in line 1 has no effect there");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'x': 1 | IPTABLES",
        "'nftablesMode': 'Enabled' | NFTABLES",
        "'nftablesMode': 'Auto' | AUTO",
        "'nftablesMode': 'Disabled' | IPTABLES",
        "'bpfEnabled': true, 'nftablesMode': 'Enabled' | EBPF",
        "'bpfEnabled': false | IPTABLES"
      })
  void tells_the_dataplane(String spec, Dataplane dataplane) {
    cluster.put(
        Kind.FELIX_CONFIGURATIONS,
        "{'metadata': {'name': 'default'}, 'spec': {%s}}".formatted(spec).replace('\'', '"'));

    assertThat(ClusterStatus.read(cluster).dataplane()).isEqualTo(dataplane);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "@@fipctl cni-conflist\n\n@@fipctl-end cni-conflist 1\n",
        "@@fipctl cni-conflist\n# /f\n@@fipctl-end cni-conflist 0\n",
        "@@fipctl cni-conflist\n# /f\n{\"type\": \"calico\"}",
        "@@fipctl cni-conflist\n# /f\n{\"type\": \"calico\", \n@@fipctl-end cni-conflist 0\n"
      })
  void what_a_node_did_not_show_whole_is_unknown(String stdout) {
    assertThat(CniOnNode.parse("n1", stdout)).isInstanceOf(CniOnNode.Unknown.class);
  }

  @Test
  void a_file_that_cannot_be_read_is_named_and_not_shown() {
    CniOnNode read =
        CniOnNode.parse(
            "n1",
            "@@fipctl cni-conflist\n# /f\n{\"token\": \"geheim\" x}\n@@fipctl-end cni-conflist 0\n");

    assertThat(((CniOnNode.Unknown) read).why().getMessage())
        .contains("/f")
        .doesNotContain("geheim");
  }

  @Test
  void prints_the_change_for_the_sources_of_an_installation() {
    FeatureGates gates = FeatureGates.read(cluster);

    assertThat(InstallSource.KUBESPRAY.text(gates)).contains("calico_felix_floating_ips: Enabled");
    assertThat(InstallSource.RKE2.text(gates)).contains("floatingIPs: Enabled");
    assertThat(InstallSource.KUSTOMIZE.text(gates))
        .contains("          \"plugins\": [", "            \"mtu\": __CNI_MTU__")
        .contains("\"feature_control\": {\"floating_ips\": true},")
        .contains("apiVersion: crd.projectcalico.org/v1");
    assertThat(InstallSource.HELM.text(gates)).contains(InstallSource.KUSTOMIZE.text(gates));
  }

  private void enable() {
    Enable.plan(cluster, GateOptions.DEFAULT, cluster.pause).plan().apply(Progress.SILENT);
  }

  private List<String> problems() {
    return ClusterStatus.read(cluster).problems().stream()
        .map(problem -> problem.object() + ": " + problem.text())
        .toList();
  }

  private void holder(String name, String annotation) {
    cluster.put(
        Kind.PODS,
        """
        {"metadata": {"name": "%s", "namespace": "shop",
           "annotations": {"cni.projectcalico.org/floatingIPs": "%s"}},
         "spec": {"nodeName": "n1"},
         "status": {"phase": "Running", "podIPs": [{"ip": "10.244.0.5"}]}}
        """
            .formatted(name, annotation));
  }
}
