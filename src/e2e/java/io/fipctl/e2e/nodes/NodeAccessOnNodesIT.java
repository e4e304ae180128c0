package io.fipctl.e2e.nodes;

import static io.fipctl.e2e.nodes.Nodes.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.e2e.ProcessResult;
import io.fipctl.kube.Cluster;
import io.fipctl.kube.client.Connection;
import io.fipctl.kube.config.ConnectionOptions;
import io.fipctl.node.NodeAccess;
import io.fipctl.node.NodeAccess.Mode;
import io.fipctl.node.NodeCommand.Read;
import io.fipctl.node.NodeCommand.Section;
import io.fipctl.node.NodeCommand.Tables;
import io.fipctl.node.NodeShell;
import io.fipctl.node.NodeShell.Running;
import io.fipctl.nodeoutput.NodeDump;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both ways onto a node, and that nothing is left behind. */
final class NodeAccessOnNodesIT {
  /** For a JVM, a pod and a kubelet on a machine that has other things to do. */
  private static final Duration SOON = Duration.ofSeconds(60);

  private static final String[] POD = {"--node-access", "pod"};

  @RegisterExtension final Nodes nodes = new Nodes();

  /** What a test that failed has left must not make the next one fail. */
  @BeforeEach
  void take_debug_pods_away() {
    String[] all = {"delete", "pods", "-A", "-l", "app.kubernetes.io/managed-by=fipctl"};
    nodes.kubectl(all).exits(0);
  }

  /** The sections that do not change between two looks. */
  private static final List<Section> STEADY =
      Arrays.stream(Section.values())
          .filter(section -> section != Section.FLOWS && section != Section.NEIGHBOURS)
          .toList();

  private static Cluster cluster() {
    return Connection.open(
        new ConnectionOptions(
            Optional.of(Nodes.kubeconfig().toString()),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            Duration.ofSeconds(30),
            Optional.empty(),
            Optional.empty(),
            false,
            Optional.empty()),
        Map.of());
  }

  private static String[] nodeShell(String node, String[] options, String... command) {
    List<String> words = new ArrayList<>(List.of("node-shell", node));
    words.addAll(List.of(options));
    words.add("--");
    words.addAll(List.of(command));
    return words.toArray(String[]::new);
  }

  private String debugPods() {
    String[] all = {"get", "pods", "-A", "-l", "app.kubernetes.io/managed-by=fipctl"};
    List<String> words = new ArrayList<>(List.of(all));
    words.addAll(List.of("-o", "jsonpath={range .items[*]}{.status.phase} {.metadata.name} {end}"));
    return nodes.kubectl(words.toArray(String[]::new)).exits(0).out();
  }

  private void noDebugPodIsLeft() {
    eventually(SOON, "no debug pod is left", () -> debugPods().isEmpty());
  }

  @Test
  void a_debug_pod_shows_the_same_as_calico_node() {
    nodes.fipctl("assign", "web-0", "203.0.113.10").exits(0);
    Read read = new Read(STEADY, Tables.ALL, List.of());
    List<String> said = new ArrayList<>();
    try (Cluster cluster = cluster()) {
      NodeShell pods = cluster.nodes(NodeAccess.of(Mode.POD, said::add));
      Map<String, Running> started = new LinkedHashMap<>();
      Nodes.ALL.forEach(node -> started.put(node, pods.start(node, read)));
      started.forEach(
          (node, running) ->
              assertThat(steady(running.output().stdout()))
                  .as(node)
                  .isEqualTo(steady(cluster.nodes().run(node, read).stdout())));
      assertThat(steady(cluster.nodes().run("n1", read).stdout()).toString())
          .contains("-A cali-fip-dnat -d 203.0.113.10/32", "\"dst\":\"203.0.113.10\"");
    }
    assertThat(said).hasSize(3);
    noDebugPodIsLeft();
  }

  /** The sections without counters and times. */
  private static List<NodeDump.Section> steady(String stdout) {
    return NodeDump.parse(stdout).sections().stream()
        .map(
            section ->
                new NodeDump.Section(
                    section.title(),
                    section
                        .text()
                        .replaceAll("\\[[0-9]+:[0-9]+]|packets\"?:? [0-9]+|bytes\"?:? [0-9]+", "#")
                        .replaceAll("(?m)^(# Generated|# Completed|Date:).*$", "#")
                        .replaceAll("conntrack_count = [0-9]+", "#")
                        .replaceAll("_life_time\":[0-9]+", "#"),
                    section.status()))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"exec", "pod"})
  void a_command_runs_on_the_node_and_its_exit_code_is_passed_on(String way) {
    String[] access = {"--node-access", way};

    ProcessResult ran =
        nodes.fipctl(nodeShell("n2", access, "bash", "-c", "ip -4 -o addr; exit 42"));

    ran.exits(42);
    assertThat(ran.out()).contains("inet 172.31.99.12/24");
    noDebugPodIsLeft();
  }

  @Test
  void a_shell_on_a_terminal_is_the_nodes() throws Exception {
    ProcessResult ran =
        nodes.typing("ip -4 -o addr show eth0; echo six-$((2 * 3)); exit 7\n", "node-shell", "n3");

    ran.exits(7);
    assertThat(ran.out()).contains("inet 172.31.99.13/24", "six-6");
  }

  @Test
  void without_the_right_to_exec_in_calico_node_a_debug_pod_elsewhere_looks() {
    nodes.apply(
        """
        apiVersion: v1
        kind: Namespace
        metadata: {name: debug}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRole
        metadata: {name: dora}
        rules:
          - {apiGroups: [""], resources: [pods, nodes], verbs: [get, list]}
          - {apiGroups: [apps], resources: [daemonsets], verbs: [list]}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: {name: dora}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: dora}
        subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: dora}]
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata: {name: dora, namespace: debug}
        rules:
          - {apiGroups: [""], resources: [pods], verbs: [create, delete]}
          - {apiGroups: [""], resources: [pods/exec], verbs: [get, create]}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: dora, namespace: debug}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: dora}
        subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: dora}]
        """);
    String[] elsewhere = {"--as", "dora", "--debug-namespace", "debug"};
    String[] here = {"--as", "dora", "--node-access", "exec"};

    nodes
        .fipctl(nodeShell("n1", elsewhere, "ip", "-4", "route"))
        .exits(0)
        .saying(
            "no permission to exec in kube-system", "starting debug pod debug/fipctl-debug-n1-");
    nodes
        .fipctl(nodeShell("n1", here, "true"))
        .exits(6)
        .saying("resources: [\"pods/exec\"], verbs: [\"create\", \"get\"]");
    noDebugPodIsLeft();
  }

  /** A tenant's DaemonSet with Calico's names, whose pods run and are Ready on every node. */
  private void plant() {
    nodes.apply(
        """
        apiVersion: v1
        kind: Namespace
        metadata: {name: tenant}
        ---
        apiVersion: apps/v1
        kind: DaemonSet
        metadata: {name: calico-node, namespace: tenant, labels: {k8s-app: calico-node}}
        spec:
          selector: {matchLabels: {k8s-app: calico-node}}
          template:
            metadata: {labels: {k8s-app: calico-node}}
            spec:
              hostNetwork: true
              terminationGracePeriodSeconds: 0
              initContainers:
                - name: install-cni
                  image: fipctl.test/calico:v3.31.7
                  command: ["true"]
                  env: [{name: CNI_NETWORK_CONFIG, value: "{}"}]
                  volumeMounts: [{name: net, mountPath: /host/etc/cni/net.d, readOnly: true}]
              containers:
                - name: calico-node
                  image: fipctl.test/calico:v3.31.7
                  command: [sleep, infinity]
                  env: [{name: WHOSE, value: the-tenants}]
              volumes: [{name: net, hostPath: {path: /etc/cni/net.d}}]
        """);
    String[] ready = {
      "get", "daemonset", "calico-node", "-n", "tenant", "-o", "jsonpath={.status.numberReady}"
    };
    eventually(
        SOON,
        "the tenant's pods run",
        () -> nodes.kubectl(ready).out().equals(String.valueOf(Nodes.ALL.size())));
  }

  @Test
  void a_tenants_pods_that_look_like_calicos_are_never_entered() {
    String[] exec = {"--node-access", "exec"};
    try {
      plant();

      for (String node : Nodes.ALL) {
        for (String[] way : new String[][] {exec, POD}) {
          ProcessResult ran =
              nodes.fipctl(nodeShell(node, way, "bash", "-c", "echo -$WHOSE-")).exits(0);
          assertThat(ran.out()).isEqualTo("--\n");
          ran.saying("tenant/calico-node").notSaying("debug pod tenant/");
        }
      }
      nodes
          .fipctl("assign", "web-0", "203.0.113.10")
          .exits(0)
          .saying("DaemonSet tenant/calico-node has a container calico-node and was passed over");
      assertThat(nodes.fipctl("status").exits(0).out()).contains("kube-system/calico-node\n");
      assertThat(nodes.fipctl("doctor", "203.0.113.10").out())
          .doesNotContain("ERROR", "kubectl exec -n tenant");
    } finally {
      nodes.kubectl("delete", "namespace", "tenant", "--wait=false").exits(0);
    }
    noDebugPodIsLeft();
  }

  @ParameterizedTest
  @ValueSource(strings = {"IfNotPresent", "Never"})
  void an_image_that_is_missing_is_told_in_the_kubelets_words(String policy) {
    String[] image = {
      "--node-access", "pod", "--image", "nowhere.invalid/tools:1", "--pull-policy", policy
    };

    nodes
        .fipctl(nodeShell("n1", image, "true"))
        .exits(7)
        .answeringNothing()
        .saying(
            "does not start: " + (policy.equals("Never") ? "ErrImageNeverPull" : "ErrImagePull"),
            "nowhere.invalid/tools:1",
            "--image names another image");
    noDebugPodIsLeft();
  }

  @ParameterizedTest
  @ValueSource(strings = {"INT", "TERM"})
  void a_signal_takes_the_debug_pod_away(String signal) throws Exception {
    Process process = nodes.start(nodeShell("n2", POD, "sleep", "300"));
    try {
      eventually(SOON, "the pod runs", () -> debugPods().startsWith("Running "));
      nodes.onNode("n2", "kill", "-" + signal, String.valueOf(process.pid())).exits(0);

      assertThat(process.waitFor(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(signal.equals("INT") ? 130 : 143);
      noDebugPodIsLeft();
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void after_kill_9_the_pod_ends_by_its_deadline_and_cleanup_takes_it_away() throws Exception {
    String[] brief = {"--node-access", "pod", "--debug-deadline", "20s"};
    Process process = nodes.start(nodeShell("n3", brief, "sleep", "300"));
    try {
      eventually(SOON, "the pod runs", () -> debugPods().startsWith("Running "));
    } finally {
      process.destroyForcibly().waitFor();
    }
    assertThat(debugPods()).contains("fipctl-debug-n3-");
    // Its run is gone, so it is a leftover before its time is over.
    assertThat(nodes.fipctl("cleanup", "-n", "kube-system", "--dry-run").exits(0).out())
        .contains("fipctl-debug-n3-");

    eventually(SOON, "the pod has ended", () -> debugPods().matches("(Failed|Succeeded) .*"));
    nodes.fipctl("cleanup", "-n", "kube-system").exits(2).saying("--yes");
    assertThat(nodes.fipctl("cleanup", "-n", "kube-system", "--yes").exits(0).out())
        .contains("deleted", "it has ended");
    noDebugPodIsLeft();
  }
}
