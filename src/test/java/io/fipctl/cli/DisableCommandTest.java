package io.fipctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.lab.simulation.LabState;
import io.fipctl.model.ExitCode;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DisableCommandTest {
  private final CliFixture unused = CliFixture.on(LabState.fresh().gates(true, true));
  private final CliFixture used = CliFixture.on(LabState.healthy());

  @Test
  void asks_and_says_what_will_happen() {
    CliFixture.Result no = unused.answering("no").run("disable");

    assertThat(no.exitCode()).isEqualTo(1);
    assertThat(no.err()).contains("turn the CNI gate off in", "Continue? [y/N]");
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
    CliFixture.Result result = used.run("disable", "--yes");

    assertThat(result.code()).isEqualTo(ExitCode.CONFLICT);
    assertThat(result.err())
        .contains("pod/t1 -n shop, pod/web-0 -n shop, pod/web-1 -n shop")
        .contains("fipctl disable --release-all");
    assertThat(used.cluster().faults().writes()).isZero();
  }

  @Test
  void takes_all_addresses_away_first_when_told_so() {
    CliFixture.Result asked = used.answering("n").run("disable", "--release-all");
    assertThat(asked.err()).contains("take 203.0.113.10 away from shop/web-0");

    used.answering("y").ok("disable", "--release-all");

    assertThat(used.run("list", "-A").out()).isEmpty();
    assertThat(used.ok("status")).containsPattern("n1 +yes +off +off");
    assertThat(used.ok("history", "203.0.113.10")).contains("release", "shop/web-0");
    assertThat(used.run("lock", "list").err()).contains("No address is locked");
  }

  @Test
  void takes_no_address_that_somebody_else_is_changing_and_gives_back_what_it_took() {
    String lease = "fip-203-0-113-31";
    CliFixture locked =
        CliFixture.on(
            LeaseRecords.lease(
                LeaseRecords.namespace(LabState.healthy()), lease, "bob@desk:7", Map.of()));
    AtomicInteger seconds = new AtomicInteger();
    Instant start = Instant.parse("2026-01-05T09:00:00Z");
    locked.whileWaiting(
        () -> LeaseRecords.renew(locked, lease, start.plusSeconds(seconds.incrementAndGet())));

    CliFixture.Result busy = locked.run("disable", "--release-all", "--yes");

    assertThat(busy.code()).as(busy.err()).isEqualTo(ExitCode.CONFLICT);
    assertThat(busy.err()).contains("203.0.113.31 is being changed by bob@desk:7");
    assertThat(locked.ok("list", "-A", "-o", "name"))
        .contains("203.0.113.10", "203.0.113.21", "203.0.113.31", "203.0.113.32");
    assertThat(locked.ok("status")).containsPattern("n1 +yes +on +on");
  }

  @Test
  void takes_a_protected_address_only_when_told_so() {
    used.ok("assign", "-n", "shop", "web-0", "203.0.113.10", "--protect", "--owner", "web team");

    CliFixture.Result refused = used.run("disable", "--release-all", "--yes");

    assertThat(refused.code()).isEqualTo(ExitCode.CONFLICT);
    assertThat(refused.err()).contains("203.0.113.10 is protected, it belongs to web team");
    assertThat(used.ok("list", "-A")).contains("203.0.113.10", "203.0.113.21");
    used.ok("disable", "--release-all", "--unprotect", "--yes");
    assertThat(used.run("list", "-A").out()).isEmpty();
  }

  @Test
  void clears_values_that_are_no_addresses_on_the_way() {
    CliFixture bad = CliFixture.on(LabState.healthy().floatingIps("shop/web-2", "[\"x\"]"));

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
