package io.fipctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.lab.LabState;
import io.fipctl.model.ExitCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DisableCommandTest {
  private final Runs unused = Runs.on(LabState.fresh().gates(true, true));
  private final Runs used = Runs.on(LabState.healthy());

  @Test
  void asks_and_says_what_will_happen() {
    Runs.Result no = unused.answering("no").run("disable");

    assertThat(no.exitCode()).isEqualTo(130);
    assertThat(no.err()).contains("turn the CNI gate off in", "Go on? [y/N]");
    assertThat(unused.cluster().faults().writes()).isZero();

    assertThat(unused.answering("y").ok("disable")).isEqualTo("floating IPs disabled\n");
    assertThat(unused.ok("status")).containsPattern("n1 +yes +off +off");
  }

  @Test
  void refuses_without_a_terminal_and_without_yes() {
    assertThat(unused.run("disable").code()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void refuses_while_pods_would_never_start_again_and_names_them() {
    Runs.Result result = used.run("disable", "--yes");

    assertThat(result.code()).isEqualTo(ExitCode.CONFLICT);
    assertThat(result.err())
        .contains("pod/t1 -n shop, pod/web-0 -n shop, pod/web-1 -n shop")
        .contains("fipctl disable --release-all");
    assertThat(used.cluster().faults().writes()).isZero();
  }

  @Test
  void takes_all_addresses_away_first_when_told_so() {
    Runs.Result asked = used.answering("n").run("disable", "--release-all");
    assertThat(asked.err()).contains("take 203.0.113.10 away from shop/web-0");

    used.answering("y").ok("disable", "--release-all");

    assertThat(used.run("list", "-A").out()).isEmpty();
    assertThat(used.ok("status")).containsPattern("n1 +yes +off +off");
  }

  @Test
  void clears_values_that_are_no_addresses_on_the_way() {
    Runs bad = Runs.on(LabState.healthy().floatingIps("shop/web-2", "[\"x\"]"));

    bad.ok("disable", "--release-all", "--yes");

    assertThat(bad.annotation("shop/web-2")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--dry-run", "--dry-run=server"})
  void a_dry_run_shows_the_diff_and_writes_nothing(String mode) {
    assertThat(unused.ok("disable", mode))
        .contains("\"floating_ips\": true", "FelixConfiguration/default")
        .endsWith("floating IPs disabled (dry run)\n");
    assertThat(unused.cluster().faults().writes()).isZero();
  }
}
