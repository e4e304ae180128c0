package io.fipctl.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fipctl.kube.DebugPod;
import io.fipctl.lab.simulation.LabState;
import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import io.fipctl.node.NodeAccess;
import io.fipctl.node.NodeAccess.Mode;
import io.fipctl.node.NodeCommand.Read;
import io.fipctl.node.NodeCommand.Section;
import io.fipctl.node.NodeShell;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class LabNodeAccessTest {
  private static final Read EVERYTHING = Read.everything(List.of());

  private final LabCluster cluster = LabCluster.of(LabState.healthy());
  private final List<String> said = new CopyOnWriteArrayList<>();

  private NodeAccess access(Mode mode) {
    return NodeAccess.of(mode, said::add);
  }

  private List<String> debugPods() {
    return cluster.list(DebugPod.KIND, DebugPod.ALL).stream()
        .map(pod -> DebugPod.of(pod).node())
        .toList();
  }

  private FipctlException failure(Mode mode, String node) {
    return catchThrowableOfType(
        FipctlException.class, () -> cluster.nodes(access(mode)).run(node, EVERYTHING));
  }

  @Test
  void a_debug_pod_shows_the_same_and_is_gone_at_the_end() {
    String byExec = cluster.nodes().run("n1", EVERYTHING).stdout();

    assertThat(cluster.nodes(access(Mode.POD)).run("n1", EVERYTHING).stdout()).isEqualTo(byExec);
    cluster.nodes(access(Mode.POD)).run("n2", EVERYTHING);
    assertThat(debugPods()).contains("n1", "n2");
    cluster.close();

    assertThat(debugPods()).isEmpty();
  }

  @Test
  void exec_needs_none() {
    cluster.nodes(access(Mode.AUTO)).run("n1", EVERYTHING);

    assertThat(debugPods()).isEmpty();
    assertThat(said).isEmpty();
  }

  @Test
  void where_exec_is_forbidden_a_debug_pod_is_started_and_said() {
    cluster.change(state -> state.denyIn("kube-system", "create", "pods/exec"));
    NodeAccess inShop =
        new NodeAccess(
            Mode.AUTO,
            Optional.empty(),
            Optional.of("shop"),
            Optional.empty(),
            Optional.empty(),
            Duration.ofMinutes(1),
            said::add);

    NodeShell nodes = cluster.nodes(inShop);
    assertThat(nodes.run("n1", EVERYTHING).exitCode()).isZero();
    assertThat(nodes.run("n3", EVERYTHING).exitCode()).isZero();

    assertThat(said.getFirst()).startsWith("no permission to exec in kube-system");
    assertThat(said.get(1)).startsWith("starting debug pod shop/fipctl-debug-n1-");
    assertThat(said).hasSize(3);
    cluster.close();
    assertThat(debugPods()).isEmpty();
  }

  @Test
  void where_calico_node_is_down_a_debug_pod_looks() {
    cluster.change(state -> state.calicoNodeDown("n2"));

    Read routes = Read.of(Section.ROUTES, Section.FELIX_READINESS);
    String stdout = cluster.nodes(access(Mode.AUTO)).run("n2", routes).stdout();

    assertThat(stdout).contains("\"dst\":\"203.0.113.31\"", "503 Service Unavailable");
    assertThat(debugPods()).containsExactly("n2");
    cluster.close();
  }

  @Test
  void a_kubelet_that_does_not_answer_starts_no_pod_either() {
    cluster.change(state -> state.notReady("n2"));

    assertThat(failure(Mode.AUTO, "n2").getMessage()).contains("cannot reach the kubelet");
    assertThat(failure(Mode.POD, "n2").getMessage()).contains("node n2 is not ready");
    assertThat(debugPods()).isEmpty();
  }

  @Test
  void PodSecurity_refuses_with_the_way_out() {
    cluster.change(state -> state.podSecurity("kube-system", "restricted"));

    FipctlException failure = failure(Mode.POD, "n1");

    assertThat(failure.exitCode()).isEqualTo(ExitCode.FORBIDDEN);
    assertThat(failure.getMessage()).contains("violates PodSecurity \"restricted:latest\"");
    assertThat(failure.hints().getLast()).contains("--debug-namespace");
    assertThat(debugPods()).isEmpty();
  }

  @Test
  void an_image_that_is_missing_is_told_in_the_kubelets_words() {
    cluster.change(state -> state.imageMissing("quay.io/calico/node:v3.31.7"));

    assertThat(failure(Mode.POD, "n1").getMessage())
        .contains("does not start: ErrImagePull: failed to pull and unpack image");
    cluster.close();
    assertThat(debugPods()).isEmpty();
  }

  @Test
  void no_access_is_no_access() {
    assertThat(failure(Mode.NONE, "n1").reason()).isEqualTo("NoNodeAccess");
  }
}
