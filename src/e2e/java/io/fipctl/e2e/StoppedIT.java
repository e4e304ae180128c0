package io.fipctl.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The program is stopped for longer than its lock lasts; somebody else takes the lock over, ends
 * what was begun and moves the address; then the first goes on.
 */
class StoppedIT {
  @RegisterExtension final TestApiServer server = new TestApiServer("crd");

  @TempDir Path directory;

  @ParameterizedTest(name = "{0}")
  @EnumSource(Operation.class)
  void at_every_boundary_on_the_API_server(Operation deed) {
    atEveryBoundary(deed, AddressScenario.onApiServer(server));
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(Operation.class)
  void at_every_boundary_in_the_lab(Operation deed) {
    atEveryBoundary(deed, AddressScenario.inLabs(directory));
  }

  /** Nobody moves the address on: what the one that stood still writes late would stay. */
  @ParameterizedTest(name = "{0}")
  @EnumSource(Operation.class)
  void and_only_taken_back_on_the_API_server(Operation deed) {
    takenBack(deed, AddressScenario.onApiServer(server));
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(Operation.class)
  void and_only_taken_back_in_the_lab(Operation deed) {
    takenBack(deed, AddressScenario.inLabs(directory));
  }

  private static void takenBack(Operation deed, List<AddressScenario> trials) {
    List<String> boundaries = deed.boundaries(trials.getFirst());
    assertThat(boundaries).as("inside the write").anyMatch(one -> one.startsWith("in the request"));
    List<Function<AddressScenario, Boolean>> stops = new ArrayList<>();
    for (int i = 1; i < boundaries.size() - 1; i++) {
      int boundary = i + 1;
      String name = boundaries.get(i);
      stops.add(
          trial -> {
            deed.prepared(trial);
            Running first = stopped(deed, trial, boundary, name);
            try {
              trial.run(Operation.recover(trial, "--back")).exits(0);
            } finally {
              first.signal("CONT");
            }
            ProcessResult ended = first.ended();
            trial.isWhole(deed.before(trial), name + ended);
            ended.exits(4).answeringNothing().saying("lost the lock of " + trial.address());
            return true;
          });
    }
    AddressScenario.each(trials, stops);
  }

  /** One that stands still at a boundary, and keeps nobody from the lab's file. */
  private static Running stopped(Operation deed, AddressScenario trial, int boundary, String name) {
    return AddressScenario.ran(
        () -> {
          Path passed = AddressScenario.newFile();
          Running begun = trial.startStopping("STOP", boundary, passed, deed.command(trial));
          assertThat(begun.isStopped()).as("%s stops %s", deed, name).isTrue();
          while (trial.isBeingChanged()) {
            Stopping.stopAgain(begun, passed);
          }
          return begun;
        });
  }

  private static void atEveryBoundary(Operation deed, List<AddressScenario> trials) {
    List<String> boundaries = deed.boundaries(trials.getFirst());
    List<Function<AddressScenario, Boolean>> stops = new ArrayList<>();
    for (int i = 0; i < boundaries.size(); i++) {
      int boundary = i + 1;
      String name = boundaries.get(i);
      stops.add(trial -> overtaken(deed, trial, boundary, name));
    }
    long lost = AddressScenario.each(trials, stops).stream().filter(said -> said).count();
    System.out.printf(
        "%s: stopped at %d boundaries and overtaken, %d said that the lock was lost%n",
        deed, boundaries.size(), lost);
  }

  /** Whether the one that was stopped said that it has lost the lock. */
  private static boolean overtaken(
      Operation deed, AddressScenario trial, int boundary, String name) {
    deed.prepared(trial);
    Running first = stopped(deed, trial, boundary, name);
    try {
      trial.run(Operation.recover(trial)).exits(0);
      Set<String> between = trial.holders();
      String[] taking = between.isEmpty() ? Operation.assign(trial, 2) : Operation.move(trial, 2);
      trial.run(taking).exits(0);
    } finally {
      first.signal("CONT");
    }
    ProcessResult ended = first.ended();

    Set<String> other = Set.of(trial.pod(2));
    if (name.startsWith("before the lock")) {
      // It knows nothing of the other, and does what it was told or what is refused.
      assertThat(ended.exitCode()).as(ended.toString()).isIn(0, 4);
      trial.isWhole(ended.exitCode() == 0 ? deed.after(trial) : other, ended);
      return false;
    }
    trial.isWhole(other, ended);
    if (name.startsWith("behind closing")) {
      ended.exits(0);
      return false;
    }
    ended.exits(4).answeringNothing().saying("lost the lock of " + trial.address());
    return true;
  }
}
