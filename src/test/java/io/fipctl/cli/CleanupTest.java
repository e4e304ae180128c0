package io.fipctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.cluster.DebugPod;
import io.fipctl.cluster.Kind;
import io.fipctl.cluster.RunId;
import io.fipctl.lab.LabState;
import io.fipctl.model.ExitCode;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class CleanupTest {
  private static final RunId HERE = RunId.current();

  /** A run of this machine that began before the machine did. */
  private static final RunId ENDED = new RunId(HERE.machine(), HERE.pid(), 1000);

  private static final RunId ELSEWHERE = new RunId("other/pid:[1]", 17, 1000);

  /** One pod past its deadline, one of a run that is gone; two that may be in use. */
  static LabState withLeftovers() {
    return LabState.healthy()
        .with(Kind.PODS, pod("over", ELSEWHERE, 600))
        .with(Kind.PODS, pod("gone", ENDED, 36000))
        .with(Kind.PODS, pod("mine", HERE, 36000))
        .with(Kind.PODS, pod("others", ELSEWHERE, 36000));
  }

  /** Made at 08:00; tests run at 09:00. */
  private static String pod(String name, RunId run, int seconds) {
    return """
    {"metadata": {"name": "fipctl-debug-n1-%s", "namespace": "kube-system",
        "labels": {"app.kubernetes.io/managed-by": "fipctl"},
        "annotations": {"fipctl.io/started-by": "anna@desk", "fipctl.io/run": "%s"}},
     "spec": {"nodeName": "n1", "hostNetwork": true, "activeDeadlineSeconds": %d,
        "containers": [{"name": "debug", "image": "x"}]}}
    """
        .formatted(name, run, seconds);
  }

  private static List<String> left(Runs runs) {
    return runs.cluster().list(DebugPod.KIND, DebugPod.ALL).stream()
        .map(pod -> pod.name().substring("fipctl-debug-n1-".length()))
        .toList();
  }

  @Test
  void what_nobody_can_need_any_more_is_deleted() {
    Runs runs = Runs.on(withLeftovers());

    Runs.Result result = runs.run("cleanup", "--yes");

    assertThat(result.code()).isEqualTo(ExitCode.OK);
    assertThat(result.out())
        .isEqualTo(
            """
            KIND   NAMESPACE     NAME                   OUTCOME   WHY
            pod    kube-system   fipctl-debug-n1-gone   deleted   the run of anna@desk that made it has ended
            pod    kube-system   fipctl-debug-n1-over   deleted   its deadline was 50 minutes ago
            """);
    assertThat(result.err())
        .isEqualTo(
            """
            debug pod kube-system/fipctl-debug-n1-mine of anna@desk may still be in use: it ends by itself at 2026-01-05T18:00:00Z
            debug pod kube-system/fipctl-debug-n1-others of anna@desk may still be in use: it ends by itself at 2026-01-05T18:00:00Z
            """);
    assertThat(left(runs)).containsExactly("mine", "others");
  }

  @Test
  void a_dry_run_deletes_nothing() {
    Runs runs = Runs.on(withLeftovers());

    assertThat(runs.ok("cleanup", "--dry-run", "-o", "name"))
        .isEqualTo("pod/fipctl-debug-n1-gone\npod/fipctl-debug-n1-over\n");
    assertThat(left(runs)).hasSize(4);
  }

  @Test
  void it_asks_before_it_deletes() {
    Runs runs = Runs.on(withLeftovers());

    assertThat(runs.run("cleanup").code()).isEqualTo(ExitCode.USAGE);
    Runs.Result no = runs.answering("n").run("cleanup");
    assertThat(no.code()).isEqualTo(ExitCode.INTERRUPTED);
    assertThat(no.err()).contains("delete pod/fipctl-debug-n1-over in kube-system: its deadline");
    assertThat(left(runs)).hasSize(4);
    assertThat(runs.answering("y").run("cleanup").code()).isEqualTo(ExitCode.OK);
    assertThat(left(runs)).hasSize(2);
  }

  @Test
  void with_nothing_left_there_is_nothing_to_ask() {
    Runs.Result result = Runs.on(LabState.healthy()).run("cleanup");

    assertThat(result.exitCode()).isZero();
    assertThat(result.err()).isEqualTo("nothing is left over\n");
  }

  @Test
  void another_namespace_is_left_alone() {
    assertThat(Runs.on(withLeftovers()).run("-n", "shop", "cleanup", "--yes").err())
        .isEqualTo("nothing is left over\n");
  }

  @Test
  void no_right_to_delete_names_the_rule() {
    Runs.Result result = Runs.on(withLeftovers().deny("delete", "pods")).run("cleanup", "-y");

    assertThat(result.code()).isEqualTo(ExitCode.FORBIDDEN);
    assertThat(result.err()).contains("verbs: [\"delete\"]} in namespace kube-system");
  }
}
