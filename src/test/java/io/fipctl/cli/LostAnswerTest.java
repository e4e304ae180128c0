package io.fipctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.lab.simulation.LabState;
import io.fipctl.render.Console;
import java.io.IOException;
import java.io.OutputStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** stdout that is full, closed, or read by nobody any more. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class LostAnswerTest {
  private static IOException full() {
    return new IOException("No space left on device");
  }

  private static OutputStream failing(IOException failure) {
    return new OutputStream() {
      @Override
      public void write(int one) throws IOException {
        throw failure;
      }
    };
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "list -A",
        "list -A -o json",
        "list -A -o yaml",
        "status",
        "nat",
        "help",
        "--version",
        "assign --help",
        "completion bash",
        "doctor --list-checks",
        "owner 203.0.113.31"
      })
  void an_answer_that_could_not_be_written_is_a_failure(String call) {
    CliFixture.Result result =
        CliFixture.on(LabState.healthy()).runInto(failing(full()), call.split(" "));

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err())
        .contains("error: the answer could not be written to stdout (No space left on device)");
  }

  @Test
  void a_change_whose_answer_is_lost_stands_and_that_is_said() {
    CliFixture runs = CliFixture.on(LabState.healthy());

    CliFixture.Result result =
        runs.runInto(failing(full()), "assign", "shop/web-0", "203.0.113.40");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).contains("what was changed stays changed");
    assertThat(runs.ok("owner", "203.0.113.40")).isEqualTo("shop/web-0\n");
  }

  @Test
  void the_code_of_a_failure_stays_the_failures() {
    CliFixture.Result result =
        CliFixture.on(LabState.healthy())
            .runInto(failing(full()), "owner", "203.0.113.99", "-o", "json");

    assertThat(result.exitCode()).isEqualTo(5);
    assertThat(result.err()).contains("no pod holds 203.0.113.99", "could not be written");
  }

  @Test
  void a_reader_that_has_gone_away_is_no_failure() {
    OutputStream gone = failing(new Console.ReaderGoneException(full()));

    CliFixture.Result list = CliFixture.on(LabState.healthy()).runInto(gone, "list", "-A");
    CliFixture.Result none =
        CliFixture.on(LabState.healthy()).runInto(gone, "owner", "203.0.113.99");

    assertThat(list.exitCode()).isZero();
    assertThat(list.err()).isEmpty();
    assertThat(none.exitCode()).isEqualTo(5);
    assertThat(none.err()).doesNotContain("could not be written");
  }
}
