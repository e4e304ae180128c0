package io.fipctl.e2e.nodes;

import static io.fipctl.e2e.nodes.Nodes.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The doctor where nothing is wrong, and where it may not look or cannot. */
final class DoctorIT {
  @RegisterExtension static final Nodes NODES = new Nodes();

  /** For a JVM, a pod and a kubelet on a machine that has other things to do. */
  private static final Duration SOON = Duration.ofSeconds(90);

  private static final String MISSING_IMAGE = "nowhere.invalid/tools:1";

  /** Ways to a node that never come to an end by themselves. */
  private static final String[] STUCK = {
    "doctor", "--node-access=pod", "--image=" + MISSING_IMAGE, "--debug-deadline=20s"
  };

  @BeforeEach
  void two_pods_have_addresses() {
    NODES.fipctl("assign", "web-0", "203.0.113.10").exits(0);
    NODES.fipctl("assign", "t1", "203.0.113.21").exits(0);
  }

  @AfterEach
  void take_debug_pods_away() {
    NODES.kubectl("delete", "pods", "-A", "-l", "app.kubernetes.io/managed-by=fipctl").exits(0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "exec", "pod"})
  void a_healthy_cluster_has_no_finding(String access) {
    Examined seen = Examined.by(NODES, "--node-access", access);

    seen.ran().exits(0);
    assertThat(seen.found()).isEmpty();
    assertThat(seen.report().path("complete").asBoolean()).isTrue();
    assertThat(seen.report().path("environment").path("nodes").asInt()).isEqualTo(3);
    assertThat(looking(seen)).extracting(check -> check.path("status").asText()).containsOnly("ok");
    noDebugPodIsLeft();
  }

  /** How long it takes is for people to read: the machine may have other things to do. */
  @Test
  void a_healthy_cluster_is_examined_again_and_again() {
    List<String> ways = List.of("exec", "auto");
    ways.forEach(way -> Examined.by(NODES, "--node-access", way).ran().exits(0));
    for (int round = 1; round <= 3; round++) {
      for (String way : ways) {
        long begun = System.nanoTime();
        assertThat(Examined.by(NODES, "--node-access", way).found()).isEmpty();
        System.out.printf(
            "doctor --node-access %s, 3 nodes: %d ms%n", way, since(begun).toMillis());
      }
    }
  }

  @Test
  void who_may_only_view_is_told_the_rules_that_the_other_checks_need() {
    NODES.apply(VIEWER);
    NODES.annotate("web-2", "[\"203.0.113.10\"]");
    Examined all = Examined.by(NODES);

    Examined seen = Examined.by(NODES, "--as", "vera");

    // Everything that is seen in pods and in what Calico has in the API.
    Set<String> judged =
        Set.of("FIP-001", "FIP-101", "FIP-105", "FIP-106", "FIP-201", "FIP-205", "FIP-206");
    Map<String, String> rules = new TreeMap<>();
    for (JsonNode check : looking(seen)) {
      String id = check.path("id").asText();
      if (judged.contains(id)) {
        assertThat(seen.status(id)).as(id).isEqualTo("ok");
      } else if (!id.equals("FIP-203")) {
        assertThat(seen.status(id)).as(id).isEqualTo("skipped");
        rules.put(id, seen.gaps(id));
      }
    }
    assertThat(rules.values()).allMatch(gap -> gap.contains("rule missing: {apiGroups: ["));
    assertThat(rules.get("FIP-301")).contains("resources: [\"pods", "node/n1", "node/n3");
    assertThat(rules.get("FIP-308")).contains("resources: [\"nodes\"], verbs: [\"list\"]");
    assertThat(rules.get("FIP-003")).contains("\"leases\"", "in namespace fipctl-system");
    // That two pods hold an address is seen by everybody who sees pods.
    assertThat(seen.found()).isEqualTo(all.found()).containsExactly("FIP-203 203.0.113.10");
    assertThat(seen.gaps("FIP-203")).contains("resources: [\"nodes\"]");
    assertThat(seen.ran().exitCode()).isEqualTo(all.ran().exitCode()).isEqualTo(10);
  }

  @Test
  void without_findings_who_may_only_view_gets_the_same_exit_code() {
    NODES.apply(VIEWER);

    Examined.by(NODES, "--as", "vera").ran().exits(0);
    NODES.fipctl("doctor", "--as", "vera", "--strict").exits(11);
  }

  @Test
  void without_the_right_to_exec_the_rule_is_told_and_is_all_that_is_missing() {
    NODES.apply(reader(""));
    Examined before = Examined.by(NODES, "--as", "rita", "--node-access", "exec");
    NODES.apply(reader("- {apiGroups: [\"\"], resources: [pods/exec], verbs: [get, create]}"));
    Examined after = Examined.by(NODES, "--as", "rita", "--node-access", "exec");

    assertThat(before.found()).isEmpty();
    before.ran().exits(0);
    for (String node : Nodes.ALL) {
      assertThat(before.unread(node))
          .contains("rule missing: {apiGroups: [\"\"], resources: [\"pods/exec\"]", "kube-system");
    }
    assertThat(before.status("FIP-301")).isEqualTo("skipped");
    assertThat(before.status("FIP-203")).isEqualTo("ok");
    assertThat(after.report().path("complete").asBoolean()).as(after.ran().toString()).isTrue();
  }

  @Test
  void a_namespace_that_refuses_the_debug_pod_is_told_with_what_to_type() {
    NODES.apply(
        """
        apiVersion: v1
        kind: Namespace
        metadata:
          name: strict
          labels: {pod-security.kubernetes.io/enforce: restricted}
        """);
    try {
      Examined seen = Examined.by(NODES, "--node-access=pod", "--debug-namespace=strict");

      seen.ran().exits(0);
      assertThat(seen.found()).isEmpty();
      assertThat(seen.status("FIP-301")).isEqualTo("skipped");
      String told = seen.unread("n1");
      assertThat(told).contains("violates PodSecurity \"restricted:latest\"");
      NODES.type(told.substring(told.indexOf("kubectl create namespace"))).exits(0);
      Examined mended = Examined.by(NODES, "--node-access=pod", "--debug-namespace=fipctl-debug");
      assertThat(mended.report().path("complete").asBoolean()).isTrue();
      noDebugPodIsLeft();
    } finally {
      NODES.kubectl("delete", "namespace", "strict", "fipctl-debug", "--ignore-not-found");
    }
  }

  @Test
  void an_image_that_is_missing_is_told_and_no_debug_pod_is_left() {
    Examined seen =
        Examined.by(NODES, "--node-access=pod", "--image=" + MISSING_IMAGE, "--pull-policy=Never");

    seen.ran().exits(0);
    assertThat(seen.found()).isEmpty();
    for (String node : Nodes.ALL) {
      assertThat(seen.unread(node))
          .contains("does not start: ErrImageNeverPull", MISSING_IMAGE, "--image names another");
    }
    assertThat(seen.status("FIP-301")).isEqualTo("unknown");
    assertThat(seen.status("FIP-203")).isEqualTo("ok");
    noDebugPodIsLeft();
  }

  @ParameterizedTest
  @ValueSource(strings = {"INT", "TERM"})
  void a_signal_takes_all_debug_pods_away(String signal) throws Exception {
    Process run = NODES.start(STUCK);
    try {
      eventually(SOON, "there are debug pods", () -> debugPods().size() == 3);
      NODES.onNode("n1", "kill", "-" + signal, String.valueOf(run.pid())).exits(0);

      assertThat(run.waitFor(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(run.exitValue()).isEqualTo(signal.equals("INT") ? 130 : 143);
      noDebugPodIsLeft();
    } finally {
      run.destroyForcibly();
    }
  }

  @Test
  void after_kill_9_all_debug_pods_end_and_cleanup_takes_them_away() throws Exception {
    Process run = NODES.start(STUCK);
    try {
      eventually(SOON, "there are debug pods", () -> debugPods().size() == 3);
    } finally {
      run.destroyForcibly().waitFor();
    }

    eventually(SOON, "all have ended", () -> debugPods().stream().allMatch("Failed"::equals));
    String done = NODES.fipctl("cleanup", "-n", "kube-system", "--yes").exits(0).out();
    assertThat(done).contains("fipctl-debug-n1-", "fipctl-debug-n2-", "fipctl-debug-n3-");
    noDebugPodIsLeft();
  }

  @Test
  void a_node_that_does_not_answer_costs_its_limit_once_and_the_rest_is_complete() {
    String kubelet = Nodes.OUTPUT.resolve("bin/kubelet") + " ";
    String id = String.valueOf(NODES.process("n3", List.of(kubelet)));
    NODES.onNode("n3", "kill", "-STOP", id).exits(0);
    try {
      long begun = System.nanoTime();
      Examined seen = Examined.by(NODES);
      System.out.printf(
          "doctor, one of 3 nodes does not answer for its limit of 20 s: %d ms%n",
          since(begun).toMillis());

      seen.ran().exits(0);
      assertThat(seen.unread("n3")).isNotEmpty();
      assertThat(seen.unread("n1") + seen.unread("n2")).isEmpty();
      assertThat(seen.report().path("environment").path("nodes").asInt()).isEqualTo(2);
      Set<String> unknown = new TreeSet<>();
      for (JsonNode check : seen.checks()) {
        for (JsonNode gap : check.path("gaps")) {
          if (gap.path("status").asText().equals("unknown")) {
            unknown.add(gap.path("where").asText());
          }
        }
      }
      assertThat(unknown).containsExactly("node/n3");
      assertThat(seen.status("FIP-301")).isEqualTo("unknown");
      assertThat(seen.check("FIP-301").path("looked").asInt()).isEqualTo(2);
    } finally {
      NODES.onNode("n3", "kill", "-CONT", id).exits(0);
      NODES.kubectl("wait", "node", "--all", "--for=condition=Ready", "--timeout=90s").exits(0);
    }
  }

  /** Without those that send packets, which nobody has asked for. */
  private static List<JsonNode> looking(Examined seen) {
    return seen.checks().stream()
        .filter(check -> !check.path("id").asText().startsWith("FIP-5"))
        .toList();
  }

  private static Duration since(long begun) {
    return Duration.ofNanos(System.nanoTime() - begun);
  }

  /** The phase of each. */
  private static List<String> debugPods() {
    String label = "app.kubernetes.io/managed-by=fipctl";
    String phases = "jsonpath={range .items[*]}{.status.phase}{\"\\n\"}{end}";
    return NODES
        .kubectl("get", "pods", "-A", "-l", label, "-o", phases)
        .exits(0)
        .out()
        .lines()
        .toList();
  }

  private static void noDebugPodIsLeft() {
    eventually(SOON, "no debug pod is left", () -> debugPods().isEmpty());
  }

  /** May do what {@code view} may, and read Calico's objects. */
  private static final String VIEWER =
      """
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRole
      metadata: {name: calico-view}
      rules:
        - {apiGroups: [crd.projectcalico.org], resources: ["*"], verbs: [get, list, watch]}
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRoleBinding
      metadata: {name: vera-view}
      roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
      subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: vera}]
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRoleBinding
      metadata: {name: vera-calico-view}
      roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: calico-view}
      subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: vera}]
      """;

  /** A user who may read everything that the doctor reads in the API, and this. */
  private static String reader(String more) {
    return """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRole
        metadata: {name: rita}
        rules:
          - {apiGroups: ["", apps, networking.k8s.io, admissionregistration.k8s.io, coordination.k8s.io, discovery.k8s.io], resources: [pods, nodes, services, configmaps, events, daemonsets, deployments, statefulsets, networkpolicies, validatingadmissionpolicies, leases, servicecidrs, endpointslices], verbs: [get, list]}
          - {apiGroups: [crd.projectcalico.org], resources: ["*"], verbs: [get, list]}
          %s
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: {name: rita}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: rita}
        subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: rita}]
        """
        .formatted(more);
  }
}
