package io.fipctl.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * SIGINT and SIGTERM: what was begun is undone, the lock is let go of, and then the program ends.
 */
class SignalsIT {
  private static final Map<String, Integer> CODES = Map.of("INT", 130, "TERM", 143);

  @RegisterExtension final TestApiServer server = new TestApiServer("crd");

  @TempDir Path directory;

  @ParameterizedTest(name = "{0}")
  @EnumSource(Operation.class)
  void between_steps_on_the_API_server(Operation deed) {
    betweenSteps(deed, List.of("INT", "TERM"), AddressScenario.onApiServer(server));
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(Operation.class)
  void between_steps_in_the_lab(Operation deed) {
    betweenSteps(deed, List.of("TERM", "INT"), AddressScenario.inLabs(directory));
  }

  /**
   * @param signals one for each boundary, by turns
   */
  private static void betweenSteps(
      Operation deed, List<String> signals, List<AddressScenario> trials) {
    List<String> boundaries = deed.boundaries(trials.getFirst());
    List<Function<AddressScenario, Integer>> runs = new ArrayList<>();
    for (int i = 0; i < boundaries.size(); i++) {
      int boundary = i + 1;
      String name = boundaries.get(i);
      String signal = signals.get(i % signals.size());
      runs.add(trial -> interrupted(deed, trial, signal, boundary, name));
    }
    Map<Integer, Long> codes =
        AddressScenario.each(trials, runs).stream()
            .collect(Collectors.groupingBy(code -> code, TreeMap::new, Collectors.counting()));
    System.out.printf(
        "%s: interrupted at %d boundaries, exit codes %s%n", deed, boundaries.size(), codes);
  }

  private static int interrupted(
      Operation deed, AddressScenario trial, String signal, int boundary, String name) {
    deed.prepared(trial);
    ProcessResult ran = trial.runStopping(signal, boundary, deed.command(trial));
    // What is done is written down, and not undone.
    int expected = name.contains(" closing ") ? 0 : CODES.get(signal);
    ran.exits(expected);
    trial.isWhole(expected == 0 ? deed.after(trial) : deed.before(trial), name + ": " + ran);
    return ran.exitCode();
  }

  @ParameterizedTest(name = "SIG{0}")
  @CsvSource({"INT,130", "TERM,143"})
  void while_it_waits_for_a_lock(String signal, int code) {
    AddressScenario trial =
        Operation.MOVE.prepared(AddressScenario.onApiServer(server, 1).getFirst());
    Locks.held(server, trial.address(), "somebody@else:1");

    Running running = trial.start(Operation.move(trial, 1, "-v"));
    while (!running.err().contains("waiting for the lock")) {
      assertThat(running.endsWithin(Duration.ofMillis(20)))
          .as("waits: %s", running.err())
          .isFalse();
    }
    running.signal(signal);
    running.ended().exits(code).answeringNothing();

    assertThat(trial.holders()).containsExactly(trial.pod(0));
    assertThat(trial.lockHolder()).isEqualTo("somebody@else:1");
  }
}
