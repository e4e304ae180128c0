package io.fipctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.lab.simulation.LabState;
import io.fipctl.model.ExitCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnableCommandTest {
  private final CliFixture runs = CliFixture.on(LabState.fresh());

  @Test
  void asks_and_says_what_will_happen() {
    CliFixture.Result no = runs.answering("").run("enable");

    assertThat(no.exitCode()).isEqualTo(1);
    assertThat(no.out()).isEmpty();
    assertThat(no.err())
        .contains("on the cluster at lab://lab (context lab):")
        .contains("turn the CNI gate on in", "roll calico-node on 3 nodes")
        .contains("calico-node rolls on 3 nodes one after another")
        .contains("Felix restarts on all 3 nodes at once")
        .contains("whoever may edit pods may claim addresses")
        .contains("Continue? [y/N]");
    assertThat(runs.cluster().faults().writes()).isZero();

    assertThat(runs.answering("yes").ok("enable")).isEqualTo("floating IPs enabled\n");
    assertThat(runs.ok("status")).containsPattern("n2 +yes +on +on");
  }

  @Test
  void refuses_without_a_terminal_and_without_yes() {
    CliFixture.Result result = runs.run("enable");

    assertThat(result.code()).isEqualTo(ExitCode.USAGE);
    assertThat(result.err()).contains("no terminal", "add --yes");
    assertThat(runs.cluster().faults().writes()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--dry-run", "--dry-run=client", "--dry-run=server"})
  void a_dry_run_shows_the_diff_and_writes_nothing(String mode) {
    assertThat(runs.ok("enable", mode))
        .contains("+      \"feature_control\": {\"floating_ips\": true},")
        .contains("FelixConfiguration/default")
        .contains("+  floatingIPs: Enabled")
        .endsWith("floating IPs enabled (dry run)\n");
    assertThat(runs.cluster().faults().writes()).isZero();
  }

  @Test
  void a_dry_run_on_the_server_meets_its_refusal() {
    CliFixture denied = CliFixture.on(LabState.fresh().deny("patch", "configmaps"));

    assertThat(denied.run("enable", "--dry-run=server").code()).isEqualTo(ExitCode.FORBIDDEN);
  }

  @Test
  void then_an_address_can_be_assigned() {
    assertThat(runs.run("assign", "shop/web-0", "203.0.113.10").code())
        .isEqualTo(ExitCode.UNSUPPORTED);

    runs.ok("enable", "--yes");

    runs.ok("assign", "shop/web-0", "203.0.113.10");
  }

  @Test
  void leaves_the_rollout_to_the_user_when_told_so() {
    CliFixture.Result result = runs.run("enable", "--yes", "--no-restart");

    assertThat(result.exitCode()).isZero();
    assertThat(result.out()).isEqualTo("floating IPs partly enabled\n");
    assertThat(result.err()).contains("still to do: kubectl rollout restart");
    assertThat(runs.ok("enable", "--yes", "--no-restart", "-o", "json"))
        .contains("\"left\" : [", "kubectl rollout restart");
  }

  @Test
  void is_one_document_for_programs() {
    assertThat(runs.ok("enable", "--yes", "-o", "json"))
        .contains("\"kind\" : \"GateChange\"", "\"outcome\" : \"done\"", "\"changed\" : true");
    assertThat(runs.ok("enable", "--yes", "-o", "json"))
        .contains("\"outcome\" : \"unchanged\"", "\"changed\" : false", "\"diff\" : \"\"");
  }

  @ParameterizedTest
  @CsvSource({
    "kubespray, calico_feature_control:",
    "rke2, kind: HelmChartConfig",
    "helm, --post-renderer",
    "kustomize, # kustomization.yaml"
  })
  void prints_the_change_for_other_sources(String source, String text) {
    assertThat(runs.ok("enable", "--print-source", source)).contains(text);
    assertThat(runs.cluster().faults().writes()).isZero();
  }
}
