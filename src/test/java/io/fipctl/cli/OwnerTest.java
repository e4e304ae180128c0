package io.fipctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.lab.simulation.LabState;
import io.fipctl.model.ExitCode;
import org.junit.jupiter.api.Test;

class OwnerTest {
  private final CliFixture runs = CliFixture.on(LabState.healthy());

  @Test
  void prints_the_pod_and_nothing_else() {
    CliFixture.Result result = runs.run("owner", "203.0.113.10");

    assertThat(result.out()).isEqualTo("shop/web-0\n");
    assertThat(result.err()).isEmpty();
    assertThat(runs.ok("owner", "203.0.113.10", "-o", "name")).isEqualTo("pod/web-0\n");
    assertThat(runs.ok("owner", "203.0.113.10", "-o", "json"))
        .contains("\"kind\" : \"FloatingIPOwner\"", "\"name\" : \"web-0\"");
  }

  @Test
  void prints_nothing_when_nobody_holds_it() {
    CliFixture.Result result = runs.run("owner", "203.0.113.99");

    assertThat(result.code()).isEqualTo(ExitCode.NOT_FOUND);
    assertThat(result.out()).isEmpty();
  }

  @Test
  void does_not_count_a_pod_that_has_ended() {
    runs.cluster().change(state -> state.phase("shop/web-0", "Succeeded"));

    assertThat(runs.run("owner", "203.0.113.10").code()).isEqualTo(ExitCode.NOT_FOUND);
  }

  @Test
  void counts_a_pod_that_is_still_terminating() {
    runs.cluster().change(state -> state.terminating("shop/web-0"));

    assertThat(runs.ok("owner", "203.0.113.10")).isEqualTo("shop/web-0\n");
  }

  @Test
  void does_not_choose_between_two() {
    runs.cluster().change(state -> state.floatingIps("shop/t1", "[\"203.0.113.10\"]"));

    assertThat(runs.run("owner", "203.0.113.10").code()).isEqualTo(ExitCode.CONFLICT);
  }
}
