package io.fipctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.lab.simulation.LabState;
import io.fipctl.model.ExitCode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every change, done twice: the second time there is nothing to do. */
class IdempotenceTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "assign shop/web-2 203.0.113.40",
        "assign shop/web-2 203.0.113.40,203.0.113.41",
        "assign shop/web-2 203.0.113.10 --steal --yes",
        "assign shop/web-2 203.0.113.40 --wait=false",
        "move 203.0.113.10 shop/web-1",
        "move 203.0.113.31,203.0.113.32 shop/web-2 --from shop/web-1",
        "release 203.0.113.10",
        "release 203.0.113.31 203.0.113.32",
        "release --pod shop/web-1 --yes",
        "enable --yes",
        "disable --release-all --yes"
      })
  void the_second_time_nothing_changes(String line) {
    boolean enables = line.startsWith("enable");
    CliFixture runs = CliFixture.on(enables ? LabState.fresh() : LabState.healthy());
    String[] command = line.split(" ");
    assertThat(runs.ok(command)).doesNotContain("unchanged");
    int writes = runs.cluster().faults().writes();
    assertThat(writes).isPositive();

    CliFixture.Result again = runs.run(command);

    assertThat(again.exitCode()).as(again.err()).isZero();
    assertThat(again.out().lines()).isNotEmpty().allMatch(answer -> answer.contains("unchanged"));
    assertThat(runs.run(BadInputTest.with(command, "--error-unchanged")).code())
        .isEqualTo(ExitCode.UNCHANGED);
    assertThat(runs.cluster().faults().writes()).isEqualTo(writes);
  }
}
