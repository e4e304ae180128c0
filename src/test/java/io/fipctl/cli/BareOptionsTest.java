package io.fipctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.lab.simulation.LabState;
import io.fipctl.model.ExitCode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An option with a value that may be left out takes one behind = only, as kubectl's do. */
class BareOptionsTest {
  private final CliFixture runs = CliFixture.on(LabState.healthy());

  @ParameterizedTest
  @ValueSource(
      strings = {
        "assign --dry-run shop/web-2 203.0.113.40",
        "assign shop/web-2 --dry-run 203.0.113.40",
        "assign shop/web-2 203.0.113.40 --dry-run",
        "assign --wait --dry-run=client shop/web-2 203.0.113.40"
      })
  void stands_anywhere_on_the_line(String line) {
    assertThat(runs.ok(line.split(" "))).contains("203.0.113.40 assigned (dry run)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "assign --dry-run=frob shop/web-2 203.0.113.40",
        "assign --wait=perhaps shop/web-2 203.0.113.40"
      })
  void refuses_a_value_that_there_is_not(String line) {
    assertThat(runs.run(line.split(" ")).code()).isEqualTo(ExitCode.USAGE);
  }
}
