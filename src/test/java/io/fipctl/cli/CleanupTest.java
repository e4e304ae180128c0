package io.fipctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.kube.DebugPod;
import io.fipctl.kube.Kind;
import io.fipctl.kube.RunId;
import io.fipctl.lab.Breakage;
import io.fipctl.lab.simulation.LabState;
import io.fipctl.model.ExitCode;
import java.time.Instant;
import java.time.InstantSource;
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

  private static List<String> left(CliFixture runs) {
    return runs.cluster().list(DebugPod.KIND, DebugPod.ALL).stream()
        .map(pod -> pod.name().substring("fipctl-debug-n1-".length()))
        .toList();
  }

  @Test
  void what_nobody_can_need_any_more_is_deleted() {
    CliFixture runs = CliFixture.on(withLeftovers());

    CliFixture.Result result = runs.run("cleanup", "--yes");

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
    CliFixture runs = CliFixture.on(withLeftovers());

    assertThat(runs.ok("cleanup", "--dry-run", "-o", "name"))
        .isEqualTo("pod/fipctl-debug-n1-gone\npod/fipctl-debug-n1-over\n");
    assertThat(left(runs)).hasSize(4);
  }

  @Test
  void it_asks_before_it_deletes() {
    CliFixture runs = CliFixture.on(withLeftovers());

    assertThat(runs.run("cleanup").code()).isEqualTo(ExitCode.USAGE);
    CliFixture.Result no = runs.answering("n").run("cleanup");
    assertThat(no.code()).isEqualTo(ExitCode.FAILURE);
    assertThat(no.err()).contains("delete pod/fipctl-debug-n1-over in kube-system: its deadline");
    assertThat(left(runs)).hasSize(4);
    assertThat(runs.answering("y").run("cleanup").code()).isEqualTo(ExitCode.OK);
    assertThat(left(runs)).hasSize(2);
  }

  @Test
  void what_only_has_the_label_is_somebody_elses_and_stays() {
    CliFixture runs =
        CliFixture.on(
            LabState.healthy()
                .with(
                    Kind.PODS,
                    """
                    {"metadata": {"name": "fipctl-debug-n1-report", "namespace": "shop",
                        "labels": {"app.kubernetes.io/managed-by": "fipctl"}},
                     "spec": {"nodeName": "n1", "activeDeadlineSeconds": 60,
                        "containers": [{"name": "report", "image": "x"}]},
                     "status": {"phase": "Succeeded"}}
                    """));

    CliFixture.Result result = runs.run("cleanup", "--yes");

    assertThat(result.err()).isEqualTo("nothing is left over\n");
    assertThat(left(runs)).containsExactly("report");
  }

  @Test
  void what_took_the_name_of_a_leftover_meanwhile_stays() {
    CliFixture runs = CliFixture.on(withLeftovers());
    runs.answering(
        () -> {
          runs.cluster()
              .change(
                  state -> {
                    state.remove(Kind.PODS, "kube-system", "fipctl-debug-n1-gone");
                    state.with(Kind.PODS, pod("gone", HERE, 36000));
                  });
          return "y";
        });

    assertThat(runs.run("cleanup").code()).isEqualTo(ExitCode.OK);
    assertThat(left(runs)).containsExactly("gone", "mine", "others");
  }

  @Test
  void a_lock_that_nobody_renews_is_taken_away_and_the_record_stays() {
    LabState state = Breakage.byName("lock-left").orElseThrow().planted(at("08:00:00"));
    CliFixture runs = CliFixture.on(state);

    assertThat(runs.ok("cleanup", "--dry-run", "-o", "name")).isEqualTo("lock/203.0.113.10\n");
    assertThat(runs.ok("cleanup", "--yes"))
        .contains("somebody@elsewhere:4711 has not renewed it since 2026-01-05T06:00:00Z");
    assertThat(runs.run("cleanup").err()).isEqualTo("nothing is left over\n");
    assertThat(runs.cluster().get(Kind.LEASES, "fipctl-system", "fip-203-0-113-10"))
        .hasValueSatisfying(
            lease -> assertThat(lease.annotation("fipctl.io/address")).contains("203.0.113.10"));
  }

  @Test
  void a_lock_that_is_renewed_is_somebodys() {
    CliFixture runs =
        CliFixture.on(Breakage.byName("lock-left").orElseThrow().planted(at("10:55:00")));

    assertThat(runs.run("cleanup", "--yes").err()).isEqualTo("nothing is left over\n");
  }

  @Test
  void a_change_that_was_cut_off_is_told_of() {
    CliFixture runs =
        CliFixture.on(Breakage.byName("change-cut-off").orElseThrow().planted(at("08:00:00")));

    assertThat(runs.run("cleanup", "--dry-run").err())
        .contains("of 203.0.113.10 was cut off; fipctl recover 203.0.113.10 ends it");
  }

  @Test
  void who_may_not_see_locks_is_told_so_and_gets_the_pods() {
    CliFixture runs = CliFixture.on(withLeftovers().deny("list", "leases.coordination.k8s.io"));

    CliFixture.Result result = runs.run("cleanup", "--yes");

    assertThat(result.code()).isEqualTo(ExitCode.OK);
    assertThat(result.err()).contains("no permission to list Leases in fipctl-system");
    assertThat(left(runs)).hasSize(2);
  }

  private static InstantSource at(String time) {
    return InstantSource.fixed(Instant.parse("2026-01-05T" + time + "Z"));
  }

  @Test
  void with_nothing_left_there_is_nothing_to_ask() {
    CliFixture.Result result = CliFixture.on(LabState.healthy()).run("cleanup");

    assertThat(result.exitCode()).isZero();
    assertThat(result.err()).isEqualTo("nothing is left over\n");
  }

  @Test
  void another_namespace_is_left_alone() {
    assertThat(CliFixture.on(withLeftovers()).run("-n", "shop", "cleanup", "--yes").err())
        .isEqualTo("nothing is left over\n");
  }

  @Test
  void no_right_to_delete_names_the_rule() {
    CliFixture.Result result =
        CliFixture.on(withLeftovers().deny("delete", "pods")).run("cleanup", "-y");

    assertThat(result.code()).isEqualTo(ExitCode.FORBIDDEN);
    assertThat(result.err()).contains("verbs: [\"delete\"]} in namespace kube-system");
  }
}
