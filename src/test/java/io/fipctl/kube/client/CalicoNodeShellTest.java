package io.fipctl.kube.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fipctl.kube.ApiJson;
import io.fipctl.kube.Cluster;
import io.fipctl.kube.FieldMask;
import io.fipctl.kube.client.FakeKubelet.Frame;
import io.fipctl.model.ApiObject;
import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import io.fipctl.model.IpAddress;
import io.fipctl.node.NodeCommand;
import io.fipctl.node.NodeShell;
import io.fipctl.node.NodeShell.Output;
import io.fipctl.node.NodeShell.Running;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class CalicoNodeShellTest {
  private static final NodeCommand FLOWS = new NodeCommand.Flows(IpAddress.parse("203.0.113.7"));
  private static final String RUNNING = "{\"running\":{}}";

  private final FakeKubelet kubelet = new FakeKubelet();
  private final Cluster cluster = kubelet.cluster();

  @BeforeEach
  void run_calico_node() {
    kubelet.pods = pods(pod("calico-node-abc", "n1", "Running", RUNNING));
  }

  @AfterEach
  void stop() {
    cluster.close();
    kubelet.close();
  }

  @Test
  void runs_a_command_in_the_nodes_calico_node_container() {
    kubelet.frames.addAll(
        List.of(
            new Frame(1, ""),
            new Frame(1, "one\n"),
            new Frame(2, "warning\n"),
            new Frame(1, "two\n"),
            new Frame(3, "{\"status\":\"Success\"}")));

    Output output = cluster.nodes().run("n1", FLOWS);

    assertThat(output.exitCode()).isZero();
    assertThat(output.stdout()).isEqualTo("one\ntwo\n");
    assertThat(output.stderr()).isEqualTo("warning\n");
    assertThat(kubelet.asked)
        .containsExactly(
            "/apis/apps/v1/daemonsets?limit=500",
            "/api/v1/namespaces/kube-system/pods?limit=500"
                + "&resourceVersion=0&fieldSelector=spec.nodeName=n1",
            "/api/v1/namespaces/kube-system/pods/calico-node-abc/exec?stdout=true&stderr=true"
                + "&container=calico-node&command=conntrack&command=-L&command=-f&command=ipv4"
                + "&command=-o&command=extended&command=--orig-dst&command=203.0.113.7");
  }

  @Test
  void tells_the_commands_own_exit_code() {
    kubelet.frames.add(exited(124));

    assertThat(cluster.nodes().run("n1", FLOWS).exitCode()).isEqualTo(124);
  }

  @Test
  void a_wait_is_over_when_it_says_so_and_not_only_when_its_program_has_ended() {
    kubelet.frames.add(new Frame(1, NodeCommand.Await.BEGUN + "\n"));
    kubelet.frames.add(new Frame(1, "deleted\n" + NodeCommand.Await.THERE.substring(0, 5)));
    kubelet.frames.add(new Frame(1, NodeCommand.Await.THERE.substring(5) + "\n"));
    IpAddress address = IpAddress.parse("203.0.113.7");
    NodeCommand wait =
        new NodeCommand.Await(address, new NodeCommand.Await.Wanted.Gone(), Duration.ofSeconds(10));

    NodeShell.Output output = cluster.nodes().run("n1", wait);

    assertThat(output.exitCode()).isZero();
    assertThat(output.stdout()).contains("deleted\n");
  }

  @Test
  void a_script_and_its_arguments_go_to_stdin_so_that_the_URL_stays_short() throws Exception {
    kubelet.held = new CountDownLatch(1);
    kubelet.frames.add(exited(0));
    List<String> tuple = List.of("-f", "ipv4", "--orig-dst", "203.0.113.7", "--sport", "40000");
    NodeCommand command = new NodeCommand.DeleteFlows(java.util.Collections.nCopies(1000, tuple));
    StringBuilder sent = new StringBuilder();

    try (Running running = cluster.nodes().start("n1", command)) {
      while (sent.length() < command.input().length()) {
        Frame frame = kubelet.typed.poll(10, TimeUnit.SECONDS);
        assertThat(frame.channel()).isZero();
        sent.append(frame.text());
      }
      kubelet.held.countDown();
      assertThat(running.output().exitCode()).isZero();
    }

    assertThat(sent).hasToString(command.input());
    assertThat(kubelet.asked.getLast()).contains("/exec?stdin=true&stdout=true&stderr=true&");
    assertThat(kubelet.asked).allMatch(path -> path.length() < 1000);
  }

  @Test
  void starts_without_waiting_and_looks_for_the_pod_once() {
    kubelet.held = new CountDownLatch(1);
    kubelet.frames.add(exited(0));

    try (Running first = cluster.nodes().start("n1", FLOWS);
        Running second = cluster.nodes().start("n1", FLOWS)) {
      kubelet.held.countDown();
      assertThat(first.output().exitCode()).isZero();
      assertThat(second.output().exitCode()).isZero();
    }
    assertThat(kubelet.asked).filteredOn(path -> path.contains("fieldSelector")).hasSize(1);
  }

  @Test
  void finds_a_calico_of_other_names_under_any_labels() {
    kubelet.daemonSets =
        kubelet.daemonSets.replace("\"calico-node\", \"namespace\"", "\"canal\", \"namespace\"");
    kubelet.pods =
        pods(
            Map.of("metadata", Map.of("name", "web"), "spec", Map.of("nodeName", "n1")),
            pod("canal-abc", "n1", "Running", RUNNING));
    kubelet.frames.add(exited(0));

    assertThat(cluster.nodes().run("n1", FLOWS).exitCode()).isZero();
    assertThat(kubelet.asked.getLast()).contains("/kube-system/pods/canal-abc/exec?");
  }

  /** What somebody may make who is not Calico; each differs from the real one in one thing. */
  static Stream<Arguments> others() {
    return Stream.of(
        Arguments.of("of no controller", without("metadata", "ownerReferences")),
        Arguments.of(
            "of another controller", with(owner("somebody", true), "metadata", "ownerReferences")),
        Arguments.of(
            "whose owner is not its controller",
            with(owner("ds", false), "metadata", "ownerReferences")),
        Arguments.of("of another namespace", with("shop", "metadata", "namespace")),
        Arguments.of("with a network of its own", without("spec", "hostNetwork")),
        Arguments.of("on another node", with("n2", "spec", "nodeName")),
        Arguments.of(
            "with other containers", with(List.of(Map.of("name", "app")), "spec", "containers")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("others")
  void never_enters_a_pod_that_only_looks_like_calicos(
      String what, UnaryOperator<Map<String, ?>> change) {
    kubelet.pods = pods(change.apply(pod("calico-node-zzz", "n1", "Running", RUNNING)));

    FipctlException failure = failure();

    assertThat(failure.reason()).as(what).isEqualTo(NodeShell.NO_CALICO_NODE);
    assertThat(kubelet.asked).noneMatch(path -> path.contains("/exec?"));
  }

  @Test
  void enters_the_real_one_beside_others_that_came_first() {
    List<Object> all = new ArrayList<>();
    others()
        .forEach(
            other -> {
              @SuppressWarnings("unchecked") // As others() has them.
              UnaryOperator<Map<String, ?>> change = (UnaryOperator<Map<String, ?>>) other.get()[1];
              all.add(change.apply(pod("calico-node-aaa", "n1", "Running", RUNNING)));
            });
    all.add(pod("calico-node-abc", "n1", "Running", RUNNING));
    kubelet.pods = pods(all.toArray());
    kubelet.frames.add(exited(0));

    assertThat(cluster.nodes().run("n1", FLOWS).exitCode()).isZero();
    assertThat(kubelet.asked.getLast()).contains("/kube-system/pods/calico-node-abc/exec?");
  }

  @Test
  void a_list_that_was_read_already_is_not_read_again() {
    kubelet.frames.add(exited(0));
    cluster.readCalicoDaemonSet();

    assertThat(cluster.nodes().run("n1", FLOWS).exitCode()).isZero();
    assertThat(kubelet.asked).filteredOn(path -> path.contains("/daemonsets?")).hasSize(1);
  }

  @Test
  void prefers_the_pod_that_runs_during_a_roll_out() {
    kubelet.pods =
        pods(
            pod("old", "n1", "Running", "{\"terminated\":{\"reason\":\"Completed\"}}"),
            pod("new", "n1", "Running", RUNNING));
    kubelet.frames.add(exited(0));

    assertThat(cluster.nodes().run("n1", FLOWS).exitCode()).isZero();
    assertThat(kubelet.asked.getLast()).contains("/pods/new/exec?");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          n2 | Running | {"running":{}}                            | node n1 has no pod of DaemonSet kube-system/calico-node
          n1 | Running | {"waiting":{"reason":"CrashLoopBackOff"}} | kube-system/calico-node-abc is CrashLoopBackOff
          n1 | Pending | {}                                        | kube-system/calico-node-abc is Pending
          """)
  void a_node_without_a_running_calico_node_cannot_be_read(
      String node, String phase, String state, String found) {
    kubelet.pods = pods(pod("calico-node-abc", node, phase, state));

    FipctlException failure = failure();

    assertThat(failure.exitCode()).isEqualTo(ExitCode.NOT_SEEN);
    assertThat(failure.reason()).isEqualTo(NodeShell.NO_CALICO_NODE);
    assertThat(failure).hasMessageContaining(found);
  }

  @Test
  void a_forbidden_exec_names_the_rule() {
    kubelet.refusals.add(403);
    kubelet.words =
        FakeApiServer.status(
            403, "Forbidden", "User \"bo\" cannot create resource \"pods/exec\" in API group \"\"");

    FipctlException failure = failure();

    assertThat(failure.exitCode()).isEqualTo(ExitCode.FORBIDDEN);
    assertThat(failure)
        .hasMessageStartingWith("no permission to exec in kube-system: User \"bo\" cannot create");
    assertThat(failure.hint())
        .contains(
            "rule missing: {apiGroups: [\"\"], resources: [\"pods/exec\"],"
                + " verbs: [\"create\", \"get\"]} in namespace kube-system");
  }

  @Test
  void an_exec_that_admission_refuses_keeps_its_words() {
    kubelet.refusals.add(403);
    kubelet.words =
        FakeApiServer.status(
            403, "Forbidden", "admission webhook \"no-exec.io\" denied the request: never");

    assertThat(failure()).hasMessageContaining("denied the request: never");
    kubelet.refusals.add(403);
    kubelet.words = "{}";
    assertThat(failure()).hasMessage("no permission to exec in kube-system");
  }

  @Test
  void looks_again_when_the_pod_was_replaced() {
    kubelet.refusals.add(404);
    kubelet.frames.add(exited(0));

    assertThat(cluster.nodes().run("n1", FLOWS).exitCode()).isZero();
    assertThat(kubelet.asked).filteredOn(path -> path.contains("fieldSelector")).hasSize(2);
  }

  @Test
  void a_kubelet_that_cannot_be_reached_is_named() {
    kubelet.refusals.add(500);

    assertThat(failure().reason()).isEqualTo("NodeNotReadable");
  }

  @Test
  void a_session_that_ends_without_a_status_is_a_failure() {
    kubelet.frames.add(new Frame(1, "half"));

    assertThat(failure()).hasMessageContaining("broke off: the connection was closed");
  }

  @Test
  void a_command_that_cannot_be_started_says_why() {
    kubelet.frames.add(
        new Frame(3, "{\"status\":\"Failure\",\"message\":\"exec: conntrack: not found\"}"));

    assertThat(failure()).hasMessageContaining("exec: conntrack: not found");
  }

  @Test
  void a_node_that_does_not_answer_is_not_waited_for() {
    kubelet.held = new CountDownLatch(1);
    IpAddress address = IpAddress.parse("203.0.113.7");
    NodeCommand command =
        new NodeCommand.Await(
            address, new NodeCommand.Await.Wanted.Gone(), Duration.ofMillis(1).minusSeconds(4));

    FipctlException failure =
        catchThrowableOfType(FipctlException.class, () -> cluster.nodes().run("n1", command));

    assertThat(failure.reason()).isEqualTo("NodeTimeout");
  }

  private FipctlException failure() {
    return catchThrowableOfType(FipctlException.class, () -> cluster.nodes().run("n1", FLOWS));
  }

  private static Frame exited(int code) {
    return new Frame(
        3,
        code == 0
            ? "{\"status\":\"Success\"}"
            : "{\"status\":\"Failure\",\"reason\":\"NonZeroExitCode\",\"details\":{\"causes\":"
                + "[{\"reason\":\"ExitCode\",\"message\":\""
                + code
                + "\"}]}}");
  }

  private static Map<String, ?> pod(String name, String node, String phase, String state) {
    try {
      Object tree =
          ApiJson.read(
                  new ByteArrayInputStream(state.getBytes(StandardCharsets.UTF_8)), FieldMask.ALL)
              .tree();
      return Map.of(
          "metadata",
          Map.of("name", name, "namespace", "kube-system", "ownerReferences", owner("ds", true)),
          "spec",
          Map.of(
              "nodeName",
              node,
              "hostNetwork",
              true,
              "containers",
              List.of(Map.of("name", "calico-node"))),
          "status",
          Map.of(
              "phase",
              phase,
              "containerStatuses",
              List.of(Map.of("name", "calico-node", "ready", true, "state", tree))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Object> owner(String uid, boolean isController) {
    return List.of(Map.of("kind", "DaemonSet", "uid", uid, "controller", isController));
  }

  private static UnaryOperator<Map<String, ?>> with(Object value, String part, String field) {
    return pod -> {
      Map<String, Object> changed = new LinkedHashMap<>(pod);
      Map<String, Object> inner = new LinkedHashMap<>(new ApiObject(changed).object(part).tree());
      inner.put(field, value);
      changed.put(part, inner);
      return changed;
    };
  }

  private static UnaryOperator<Map<String, ?>> without(String part, String field) {
    return with(false, part, field);
  }

  private static String pods(Object... pods) {
    return ApiJson.write(Map.of("items", List.of(pods)));
  }
}
