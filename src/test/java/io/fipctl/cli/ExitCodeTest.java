package io.fipctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.lab.simulation.LabState;
import io.fipctl.model.ExitCode;
import io.fipctl.render.Format;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExitCodeTest {
  @ParameterizedTest(name = "{0}")
  @MethodSource("io.fipctl.cli.BadInputTest#rows")
  void a_failure_has_the_same_code_in_every_format(BadInputTest.Row row) {
    for (Format format : Format.values()) {
      assertThat(row.run(row.runs(), "-o", format.toString()).code())
          .as(format.toString())
          .isEqualTo(row.code());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "assign shop/web-2 203.0.113.40",
        "assign shop/web-2 203.0.113.40 --dry-run",
        "move 203.0.113.10 shop/web-1",
        "release 203.0.113.10",
        "release 203.0.113.99",
        "list -A",
        "list -n nowhere",
        "list -A --verify",
        "show 203.0.113.10",
        "show 203.0.113.99",
        "show shop/web-2",
        "owner 203.0.113.10",
        "status",
        "enable --yes",
        "version",
        "help"
      })
  void so_has_a_success(String line) {
    for (Format format : Format.values()) {
      CliFixture.Result result =
          CliFixture.on(LabState.healthy())
              .run(BadInputTest.with(line.split(" "), "-o", format.toString()));

      assertThat(result.exitCode()).as("%s: %s", format, result.err()).isZero();
    }
  }

  @Test
  void so_has_a_change_that_was_not_seen() {
    for (Format format : Format.values()) {
      assertThat(
              CliFixture.on(LabState.healthy().stuck("n1"))
                  .run("assign", "shop/web-2", "203.0.113.40", "-o", format.toString())
                  .code())
          .isEqualTo(ExitCode.NOT_SEEN);
    }
  }

  @Test
  void help_lists_every_code_with_its_meaning() {
    String help = CliFixture.on(LabState.fresh()).ok("help");

    for (ExitCode code : ExitCode.values()) {
      assertThat(help).containsPattern("(?m)^ +" + code.number() + " +" + first(code.meaning()));
    }
  }

  private static String first(String meaning) {
    return meaning.split("[^a-zA-Z]", 2)[0];
  }
}
