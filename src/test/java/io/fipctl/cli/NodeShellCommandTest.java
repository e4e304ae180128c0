package io.fipctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.kube.DebugPod;
import io.fipctl.lab.simulation.LabState;
import io.fipctl.model.ExitCode;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class NodeShellCommandTest {
  private static final String[] ROUTES = {"--", "ip", "route", "show"};

  private static String[] words(String first, String... rest) {
    String[] words = new String[rest.length + 2];
    words[0] = "node-shell";
    words[1] = first;
    System.arraycopy(rest, 0, words, 2, rest.length);
    return words;
  }

  @Test
  void a_command_prints_what_it_prints_there() {
    CliFixture.Result result = CliFixture.on(LabState.healthy()).run(words("n1", ROUTES));

    assertThat(result.exitCode()).isZero();
    assertThat(result.out())
        .startsWith("default via 172.31.99.1 dev eth0 \n")
        .contains("203.0.113.31 via 172.31.99.12 dev eth0 proto bird \n");
    assertThat(result.err()).isEmpty();
  }

  @Test
  void its_exit_code_is_passed_through() {
    CliFixture.Result result =
        CliFixture.on(LabState.healthy()).run("node-shell", "n1", "--", "nonsense", "--dry-run");

    assertThat(result.exitCode()).isEqualTo(127);
    assertThat(result.err()).isEqualTo("nonsense: not in the lab\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "pod"})
  void without_the_right_to_exec_a_debug_pod_is_used_and_gone_afterwards(String way) {
    CliFixture runs =
        CliFixture.on(LabState.healthy().denyIn("kube-system", "create", "pods/exec"));

    CliFixture.Result result =
        runs.run(
            "node-shell",
            "n2",
            "--node-access",
            way,
            "--debug-namespace",
            "shop",
            "--",
            "ip",
            "route",
            "show");

    assertThat(result.exitCode()).isZero();
    assertThat(result.out()).contains("203.0.113.10 via 172.31.99.11");
    assertThat(result.err())
        .contains("starting debug pod shop/fipctl-debug-n2-", "deleted at the end");
    assertThat(runs.cluster().list(DebugPod.KIND, DebugPod.ALL)).isEmpty();
  }

  @Test
  void only_exec_is_refused_without_the_right_to_it() {
    CliFixture.Result result =
        CliFixture.on(LabState.healthy().deny("create", "pods/exec"))
            .run("node-shell", "n1", "--node-access=exec", "--", "true");

    assertThat(result.code()).isEqualTo(ExitCode.FORBIDDEN);
    assertThat(result.err()).startsWith("error: no permission to exec in kube-system");
  }

  @Test
  void an_image_that_is_missing_is_told_and_no_pod_is_left() {
    CliFixture runs = CliFixture.on(LabState.healthy().imageMissing("tools:1"));

    CliFixture.Result result =
        runs.run("node-shell", "n1", "--node-access=pod", "--image=tools:1", "--", "true");

    assertThat(result.code()).isEqualTo(ExitCode.NOT_SEEN);
    assertThat(result.err()).contains("does not start: ErrImagePull: failed to pull");
    assertThat(runs.cluster().list(DebugPod.KIND, DebugPod.ALL)).isEmpty();
  }

  @Test
  void a_shell_needs_a_terminal() {
    CliFixture.Result result = CliFixture.on(LabState.healthy()).run("node-shell", "n1");

    assertThat(result.code()).isEqualTo(ExitCode.USAGE);
    assertThat(result.err()).contains("fipctl node-shell n1 -- ip addr");
  }

  @Test
  void a_node_that_is_not_there_is_not_found() {
    CliFixture.Result result =
        CliFixture.on(LabState.healthy())
            .run("node-shell", "n9", "--node-access=pod", "--", "true");

    assertThat(result.code()).isEqualTo(ExitCode.NOT_FOUND);
    assertThat(result.err()).contains("there is no node n9");
  }
}
