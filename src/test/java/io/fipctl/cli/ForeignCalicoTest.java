package io.fipctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fipctl.kube.DebugPod;
import io.fipctl.kube.Kind;
import io.fipctl.lab.simulation.LabState;
import io.fipctl.model.ApiObject;
import io.fipctl.model.ExitCode;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What tenants make that looks like Calico: it is neither believed, nor entered, nor in the way.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ForeignCalicoTest {
  /** A tenant's DaemonSet that is Calico's in every way but its place. */
  private static LabState withTwin(LabState state, String namespace) {
    ApiObject real = state.find(Kind.DAEMON_SETS, "kube-system", "calico-node").orElseThrow();
    return state
        .with(Kind.NAMESPACES, "{\"metadata\": {\"name\": \"" + namespace + "\"}}")
        .with(
            Kind.DAEMON_SETS,
            """
            {"metadata": {"name": "calico-node", "namespace": "%s", "labels": {"k8s-app": "calico-node"}},
             "spec": %s}
            """
                .formatted(
                    namespace,
                    json(real.object("spec"))
                        .replace("quay.io/calico/node:v3.31.7", "evil.example/root:1")
                        .replace("quay.io/calico/cni:v3.31.7", "evil.example/root:1")));
  }

  /** A tenant's pod on a node, labelled as Calico's and with its container. */
  private static String pod(String namespace, String node) {
    return """
    {"metadata": {"name": "calico-node-aaaaa", "namespace": "%s", "labels": {"k8s-app": "calico-node"}},
     "spec": {"nodeName": "%s", "hostNetwork": true, "imagePullSecrets": [{"name": "evil"}],
        "containers": [{"name": "calico-node", "image": "evil.example/root:1"}]},
     "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}],
        "containerStatuses": [{"name": "calico-node", "ready": true, "state": {"running": {}}}]}}
    """
        .formatted(namespace, node);
  }

  private static LabState planted() {
    return withTwin(LabState.healthy(), "apps")
        .with(Kind.PODS, pod("apps", "n1"))
        .with(Kind.PODS, pod("shop", "n2"));
  }

  private static String json(ApiObject object) {
    try {
      return new ObjectMapper().writeValueAsString(object.tree());
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The object without a field of what is at the path. */
  private static ApiObject without(ApiObject object, String field, String... path) {
    Map<String, Object> tree = new LinkedHashMap<>(object.tree());
    if (path.length == 0) {
      tree.remove(field);
    } else {
      String[] rest = Arrays.copyOfRange(path, 1, path.length);
      tree.put(path[0], without(object.object(path[0]), field, rest).tree());
    }
    return new ApiObject(tree);
  }

  private static List<String> debugPods(CliFixture runs) {
    return runs.cluster().list(DebugPod.KIND, DebugPod.ALL).stream()
        .map(pod -> pod.namespace() + "/" + pod.name())
        .toList();
  }

  @Test
  void status_tells_of_the_real_one_and_of_what_was_passed_over() {
    CliFixture runs = CliFixture.on(planted());

    assertThat(runs.ok("status"))
        .contains("kube-system/calico-node\n")
        .containsPattern(
            "Passed over: +apps/calico-node \\(it is not in kube-system or calico-system\\)")
        .containsPattern("n1 +yes +on +on");
    assertThat(runs.ok("status", "-o", "json"))
        .contains("\"namespace\" : \"kube-system\"", "\"daemonSet\" : \"apps/calico-node\"");
    assertThat(CliFixture.on(LabState.healthy()).ok("status")).doesNotContain("Passed over");
  }

  @Test
  void addresses_are_given_moved_and_taken_as_if_it_were_not_there() {
    CliFixture runs = CliFixture.on(planted());

    CliFixture.Result assigned = runs.run("assign", "shop/web-2", "203.0.113.77");
    assertThat(assigned.code()).isEqualTo(ExitCode.OK);
    assertThat(assigned.err())
        .contains("DaemonSet apps/calico-node has a container calico-node and was passed over");
    assertThat(runs.run("move", "203.0.113.77", "shop/web-1").code()).isEqualTo(ExitCode.OK);
    assertThat(runs.run("release", "203.0.113.77").code()).isEqualTo(ExitCode.OK);
    assertThat(runs.ok("nat", "203.0.113.10", "--no-headers")).contains("ok");
  }

  @Test
  void the_gates_are_turned_where_calico_is() {
    CliFixture runs = CliFixture.on(withTwin(LabState.fresh(), "apps"));

    CliFixture.Result result = runs.run("enable", "--yes");

    assertThat(result.code()).isEqualTo(ExitCode.OK);
    assertThat(result.err()).contains("apps/calico-node", "passed over");
    assertThat(runs.ok("status"))
        .containsPattern("CNI gate: +on")
        .containsPattern("Felix gate: +on");
  }

  @Test
  void doctor_tells_of_it_and_judges_by_the_real_one(@TempDir Path folder) {
    CliFixture runs = CliFixture.on(planted());
    Path saved = folder.resolve("saved");

    CliFixture.Result live = runs.run("doctor", "--save", saved.toString());
    CliFixture.Result later = runs.run("doctor", "--from", saved.toString());

    assertThat(List.of(live, later))
        .allSatisfy(
            result ->
                assertThat(result.out())
                    .contains("DaemonSet apps/calico-node has a container calico-node")
                    .contains("1 warning")
                    .doesNotContain("evil"));
    assertThat(later.exitCode()).isEqualTo(live.exitCode());
  }

  @ParameterizedTest
  @ValueSource(strings = {"exec", "auto", "pod"})
  void a_command_on_a_node_never_meets_a_tenants_pod(String way) {
    CliFixture runs = CliFixture.on(planted());

    for (String node : List.of("n1", "n2")) {
      CliFixture.Result result =
          runs.run("node-shell", node, "--node-access", way, "--", "ip", "route", "show");

      assertThat(result.exitCode()).isZero();
      assertThat(result.out()).contains("default via 172.31.99.1");
      assertThat(result.err()).contains("passed over").doesNotContain("evil");
    }
  }

  @Test
  void where_the_real_one_is_down_the_debug_pod_is_made_of_its_template_alone() {
    CliFixture runs = CliFixture.on(planted().calicoNodeDown("n1"));

    CliFixture.Result result = runs.run("node-shell", "n1", "--", "ip", "route", "show");

    assertThat(result.exitCode()).isZero();
    assertThat(result.err())
        .contains("starting debug pod kube-system/fipctl-debug-n1-")
        .contains("image quay.io/calico/node:v3.31.7")
        .doesNotContain("evil", "apps/fipctl", "shop/fipctl");
    assertThat(debugPods(runs)).isEmpty();
  }

  @Test
  void without_the_right_to_exec_nothing_is_started_at_a_tenants() {
    CliFixture runs = CliFixture.on(planted().denyIn("kube-system", "create", "pods/exec"));

    CliFixture.Result result =
        runs.run("node-shell", "n1", "--debug-namespace", "shop", "--", "ip", "route", "show");

    assertThat(result.exitCode()).isZero();
    assertThat(result.err())
        .contains("no permission to exec in kube-system")
        .contains("shop/fipctl-debug-n1-", "image quay.io/calico/node:v3.31.7");
  }

  @Test
  void who_may_not_list_daemonsets_is_refused_with_the_rule_and_nothing_is_started() {
    CliFixture runs = CliFixture.on(planted().deny("list", "daemonsets.apps"));

    for (String way : List.of("exec", "auto", "pod")) {
      CliFixture.Result result = runs.run("node-shell", "n1", "--node-access", way, "--", "true");

      assertThat(result.code()).as(way).isEqualTo(ExitCode.FORBIDDEN);
      assertThat(result.err()).contains("resources: [\"daemonsets\"], verbs: [\"list\"]");
      assertThat(result.err()).doesNotContain("starting debug pod");
    }
    for (String[] command :
        new String[][] {
          {"status"}, {"release", "203.0.113.10"}, {"move", "203.0.113.10", "shop/web-2"}
        }) {
      CliFixture.Result result = runs.run(command);
      assertThat(result.code()).as(command[0]).isEqualTo(ExitCode.FORBIDDEN);
      assertThat(result.err()).contains("resources: [\"daemonsets\"], verbs: [\"list\"]");
    }
    assertThat(runs.annotation("shop/web-0").orElseThrow()).contains("203.0.113.10");
  }

  @Test
  void who_names_image_and_namespace_needs_no_daemonset() {
    CliFixture runs = CliFixture.on(planted().deny("list", "daemonsets.apps"));

    CliFixture.Result result =
        runs.run(
            "node-shell",
            "n1",
            "--node-access=pod",
            "--image=tools:1",
            "--debug-namespace=shop",
            "--",
            "ip",
            "route",
            "show");

    assertThat(result.exitCode()).isZero();
    assertThat(result.err()).contains("shop/fipctl-debug-n1-", "image tools:1");
  }

  @Test
  void between_two_that_may_both_be_calicos_the_user_decides() {
    CliFixture runs = CliFixture.on(withTwin(LabState.healthy(), "calico-system"));

    for (String[] command :
        new String[][] {
          {"status"},
          {"assign", "shop/web-2", "203.0.113.77"},
          {"node-shell", "n1", "--", "ip", "route", "show"},
          {"node-shell", "n1", "--node-access=pod", "--", "ip", "route", "show"}
        }) {
      CliFixture.Result result = runs.run(command);
      assertThat(result.code()).isEqualTo(ExitCode.UNSUPPORTED);
      assertThat(result.err())
          .contains("calico-system/calico-node", "kube-system/calico-node", "--calico-namespace");
    }
    assertThat(runs.run("doctor").out()).contains("FIP-101", "--calico-namespace");
    assertThat(runs.ok("status", "--calico-namespace", "kube-system"))
        .contains("kube-system/calico-node\n");
    assertThat(runs.run("doctor", "--calico-namespace", "kube-system").out())
        .doesNotContain("calico-system");
    assertThat(
            runs.variable("FIPCTL_CALICO_NAMESPACE", "kube-system")
                .run("assign", "shop/web-2", "203.0.113.77")
                .code())
        .isEqualTo(ExitCode.OK);
  }

  @Test
  void a_saved_collection_is_judged_by_the_one_that_the_user_names(@TempDir Path folder) {
    CliFixture runs = CliFixture.on(withTwin(LabState.healthy(), "calico-system"));
    String saved = folder.resolve("saved").toString();
    runs.run("doctor", "--calico-namespace", "kube-system", "--save", saved);

    assertThat(runs.run("doctor", "--from", saved).out())
        .contains("may be Calico's: calico-system/calico-node, kube-system/calico-node");
    assertThat(runs.run("doctor", "--calico-namespace", "kube-system", "--from", saved).out())
        .doesNotContain("may be Calico's");
  }

  @Test
  void a_namespace_without_calico_is_refused_with_what_there_is() {
    CliFixture.Result result = CliFixture.on(planted()).run("status", "--calico-namespace", "shop");

    assertThat(result.code()).isEqualTo(ExitCode.UNSUPPORTED);
    assertThat(result.err()).contains("no DaemonSet of namespace shop of lab");
  }

  /** Calico may be anywhere; alone it is found, and still nothing privileged is made of it. */
  @Test
  void one_that_only_looks_like_calico_is_told_of_and_gets_no_privileged_pod() {
    LabState state = withTwin(LabState.healthy(), "net");
    state.remove(Kind.DAEMON_SETS, "kube-system", "calico-node");
    CliFixture runs = CliFixture.on(state);

    assertThat(runs.ok("status")).contains("net/calico-node\n");
    CliFixture.Result pod = runs.run("node-shell", "n1", "--node-access=pod", "--", "true");
    assertThat(pod.code()).isEqualTo(ExitCode.UNSUPPORTED);
    assertThat(pod.err())
        .contains("nothing but its looks says that DaemonSet net/calico-node is Calico's")
        .contains("--calico-namespace net");
    assertThat(
            runs.run(
                    "node-shell",
                    "n1",
                    "--node-access=pod",
                    "--calico-namespace=net",
                    "--",
                    "ip",
                    "route",
                    "show")
                .err())
        .contains("starting debug pod net/fipctl-debug-n1-");
  }

  @ParameterizedTest
  @CsvSource({"hostNetwork, is not on the host's network", "initContainers, does not install"})
  void what_lacks_a_mark_of_calico_is_not_taken_for_it_anywhere(String mark, String why) {
    LabState state = withTwin(LabState.healthy(), "net");
    state.remove(Kind.DAEMON_SETS, "kube-system", "calico-node");
    state.edit(
        Kind.DAEMON_SETS,
        "net",
        "calico-node",
        set -> without(set, mark, "spec", "template", "spec"));

    CliFixture.Result result = CliFixture.on(state).run("status");

    assertThat(result.code()).isEqualTo(ExitCode.UNSUPPORTED);
    assertThat(result.err()).contains("net/calico-node: it " + why);
  }
}
