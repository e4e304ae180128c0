package io.fipctl.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The program is killed: the address never is on two pods, the next command tells of it, and {@code
 * recover} ends it.
 */
class KilledIT {
  /** A failure of random moments is repeated with {@code -Dfipctl.e2e.seed=…}. */
  private static final long SEED = Long.getLong("fipctl.e2e.seed", System.nanoTime());

  private static final int MOMENTS = Integer.getInteger("fipctl.e2e.moments", 100);

  private static final List<Operation> DEEDS = List.of(Operation.values());
  private static final List<Next> NEXT = List.of(Next.values());

  @RegisterExtension final TestApiServer server = new TestApiServer("crd");

  @TempDir Path directory;

  /** What comes after the kill. */
  private enum Next {
    /** A command that wants something else is refused, and {@code recover} ends it. */
    RIVAL,
    /** The same command goes on with it. */
    AGAIN,
    /** {@code recover} takes it back, where that is possible. */
    BACK
  }

  /** A process that was killed: where, and how it ended. */
  private record Kill(Operation deed, String moment, ProcessResult ran) {
    @Override
    public String toString() {
      return "%s killed %s%n%s".formatted(deed, moment, ran);
    }
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(Operation.class)
  void at_every_boundary_on_the_API_server(Operation deed) {
    atEveryBoundary(deed, KilledIT::next, AddressScenario.onApiServer(server));
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(Operation.class)
  void at_every_boundary_in_the_lab(Operation deed) {
    // Other ones than on the API server, so that most boundaries meet most of them.
    atEveryBoundary(deed, boundary -> next(boundary + 1), AddressScenario.inLabs(directory));
  }

  @Test
  void at_random_moments_on_the_API_server() {
    atRandomMoments(AddressScenario.onApiServer(server));
  }

  @Test
  void at_random_moments_in_the_lab() {
    atRandomMoments(AddressScenario.inLabs(directory));
  }

  private static Next next(int turn) {
    return NEXT.get(turn % NEXT.size());
  }

  private static void atEveryBoundary(
      Operation deed, IntFunction<Next> ways, List<AddressScenario> trials) {
    List<String> boundaries = deed.boundaries(trials.getFirst());
    List<Function<AddressScenario, String>> kills = new ArrayList<>();
    for (int i = 0; i < boundaries.size(); i++) {
      int boundary = i + 1;
      String moment = boundaries.get(i);
      Next next = ways.apply(i);
      kills.add(
          trial -> {
            deed.prepared(trial);
            ProcessResult ran = trial.runStopping("KILL", boundary, deed.command(trial)).exits(137);
            return outlived(trial, new Kill(deed, moment, ran), next);
          });
    }
    List<String> states = AddressScenario.each(trials, kills);
    System.out.printf(
        "%s: killed %d times at %d boundaries (%s)%n",
        deed, kills.size(), boundaries.size(), counted(states));
  }

  private static void atRandomMoments(List<AddressScenario> trials) {
    Random random = new Random(SEED);
    Map<Operation, Usual> usual = new TreeMap<>();
    for (Operation deed : DEEDS) {
      usual.put(deed, Usual.of(deed.prepared(trials.getFirst().cleared()), deed));
    }
    List<Function<AddressScenario, String>> kills = new ArrayList<>();
    for (int i = 0; i < MOMENTS; i++) {
      Operation deed = DEEDS.get(i % DEEDS.size());
      Next next = NEXT.get(random.nextInt(NEXT.size()));
      // Any moment between two boundaries, however slow the machine is just then.
      int boundary = 1 + random.nextInt(usual.get(deed).boundaries());
      Duration after =
          Duration.ofNanos((long) (usual.get(deed).step().toNanos() * random.nextDouble()));
      kills.add(
          trial -> {
            deed.prepared(trial);
            ProcessResult ran = AddressScenario.ran(() -> killed(trial, deed, boundary, after));
            assertThat(ran.exitCode()).as(ran.toString()).isIn(0, 137);
            String moment = "%.3f s after boundary %d".formatted(after.toNanos() / 1e9, boundary);
            return outlived(trial, new Kill(deed, moment, ran), next);
          });
    }
    try {
      List<String> states = AddressScenario.each(trials, kills);
      System.out.printf(
          "killed at %d random moments (%s), seed %d%n", kills.size(), counted(states), SEED);
    } catch (AssertionError failure) {
      throw new AssertionError("with -Dfipctl.e2e.seed=" + SEED, failure);
    }
  }

  /**
   * What a verb is like when nothing happens.
   *
   * @param step how long it takes from one boundary to the next
   */
  private record Usual(int boundaries, Duration step) {
    static Usual of(AddressScenario trial, Operation deed) {
      Path passed = AddressScenario.newFile();
      Running running = started(trial, deed, 1, passed);
      long start = System.nanoTime();
      running.ended().exits(0);
      int boundaries = Stopping.passed(passed).size();
      return new Usual(boundaries, Duration.ofNanos((System.nanoTime() - start) / boundaries));
    }
  }

  /** Starts it and waits until it has passed so many boundaries, or has ended. */
  private static Running started(
      AddressScenario trial, Operation deed, int boundaries, Path passed) {
    Running running = trial.startStopping("NONE", 0, passed, deed.command(trial));
    while (Stopping.passed(passed).size() < boundaries
        && !running.endsWithin(Duration.ofMillis(1))) {
      Thread.onSpinWait();
    }
    return running;
  }

  private static ProcessResult killed(
      AddressScenario trial, Operation deed, int boundary, Duration after) {
    Running running = started(trial, deed, boundary, AddressScenario.newFile());
    if (!running.endsWithin(after)) {
      running.kill();
    }
    return running.ended();
  }

  /** Looks at what is left, does what comes next, and says in which state the kill left things. */
  private static String outlived(AddressScenario trial, Kill kill, Next next) {
    Operation deed = kill.deed();
    Set<String> left = trial.holders();
    Set<String> parties =
        Stream.concat(deed.before(trial).stream(), deed.after(trial).stream())
            .collect(Collectors.toSet());
    assertThat(parties).as("holders, %s", kill).containsAll(left);
    assertThat(left).as("holders, %s", kill).hasSizeLessThanOrEqualTo(deed.holders());
    boolean open = trial.isOpen();
    boolean locked = !trial.lockHolder().isEmpty();
    if (!open) {
      assertThat(left)
          .as("holders with nothing open, %s", kill)
          .isIn(deed.before(trial), deed.after(trial));
    }
    tells(trial, kill);
    switch (next) {
      case RIVAL -> {
        if (open) {
          ProcessResult refused = trial.run(deed.rival(trial));
          refused.exits(8).answeringNothing().saying("recover " + trial.address());
          assertThat(refused.err().contains("took over the lock"))
              .as("%s", refused)
              .isEqualTo(locked);
          assertThat(trial.holders()).as("%s", refused).isEqualTo(left);
          assertThat(trial.isOpen()).as("%s", refused).isTrue();
        }
        // Of what was not begun nothing is carried out.
        Set<String> before = deed.before(trial);
        recovered(trial, kill, left.equals(before) ? before : deed.after(trial), open);
      }
      case AGAIN -> {
        if (open) {
          ProcessResult again = trial.run(deed.command(trial)).exits(0);
          trial.isWhole(deed.after(trial), again);
        }
        recovered(trial, kill, deed.after(trial), false);
      }
      case BACK -> recovered(trial, kill, deed.before(trial), open, "--back");
    }
    return open ? "open" : left.equals(deed.before(trial)) ? "as before" : "done";
  }

  /** Whoever looks hears of it: who is at it as long as that one may live, else what to type. */
  private static void tells(AddressScenario trial, Kill kill) {
    boolean open = trial.isOpen();
    String holder = trial.lockHolder();
    ProcessResult show = trial.run("show", trial.address()).exits(0);
    String why = kill + "\n" + show;
    if (open) {
      assertThat(show.err())
          .as(why)
          .contains(holder.isEmpty() ? "fipctl recover " + trial.address() : holder);
    } else {
      assertThat(show.err()).as(why).doesNotContain("recover");
    }
  }

  /** Recovers, and once more, which changes nothing. */
  private static void recovered(
      AddressScenario trial, Kill kill, Set<String> end, boolean open, String... how) {
    Set<String> left = trial.holders();
    ProcessResult ran = trial.run(Operation.recover(trial, how)).exits(0);
    if (open) {
      trial.isWhole(end, ran);
    } else {
      assertThat(trial.holders()).as("%s%n%s", kill, ran).isEqualTo(left);
      assertThat(trial.isOpen()).as("%s%n%s", kill, ran).isFalse();
    }
    Map<String, String> versions = trial.versions();
    ProcessResult twice = trial.run(Operation.recover(trial, how)).exits(0);
    assertThat(trial.versions()).as("%s%n%s", kill, twice).isEqualTo(versions);
  }

  private static String counted(List<String> states) {
    return states.stream()
        .collect(Collectors.groupingBy(state -> state, TreeMap::new, Collectors.counting()))
        .entrySet()
        .stream()
        .map(state -> state.getValue() + " " + state.getKey())
        .collect(Collectors.joining(", "));
  }
}
