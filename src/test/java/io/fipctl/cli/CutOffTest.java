package io.fipctl.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fipctl.kube.Cluster;
import io.fipctl.kube.Kind;
import io.fipctl.lab.simulation.LabState;
import io.fipctl.lease.FailPoints;
import io.fipctl.model.ExitCode;
import io.fipctl.model.IpAddress;
import io.fipctl.model.Pod;
import io.fipctl.node.NodeCommand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A run that is killed at the boundary between two steps, whichever, and what comes after it. */
class CutOffTest {
  private static final IpAddress ADDRESS = IpAddress.parse("203.0.113.10");

  /** What a crash is made of: nothing in the program catches it. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1;
  }

  /**
   * A change, and who has the address before and after it; nobody is the empty text.
   *
   * @param overlaps whether both may have it for a moment
   */
  record Line(String words, String before, String after, boolean overlaps) {
    String[] command() {
      return words.split(" ");
    }

    CliFixture runs() {
      LabState state = LabState.healthy();
      return CliFixture.on(before.isEmpty() ? state.withoutFloatingIps("shop/web-0") : state);
    }

    Set<String> ends() {
      return Set.of(before, after);
    }

    /** The boundaries that a run of it passes. */
    List<String> boundaries() {
      List<String> passed = new ArrayList<>();
      runs().stoppingAt(passed::add).ok(command());
      return passed;
    }

    @Override
    public String toString() {
      return words;
    }
  }

  /** One boundary of one change. */
  record Kill(Line line, int at, String boundary) {
    /** A cluster on which the change was killed there. */
    CliFixture runs() {
      CliFixture runs = line.runs();
      List<String> passed = new ArrayList<>();
      assertThatThrownBy(
              () ->
                  runs.stoppingAt(
                          boundary -> {
                            passed.add(boundary);
                            if (passed.size() > at) {
                              throw new Killed();
                            }
                          })
                      .run(line.command()))
          .isInstanceOf(Killed.class);
      return runs.stoppingAt(FailPoints.NONE);
    }

    @Override
    public String toString() {
      return line.words() + " killed at " + at + ", " + boundary;
    }
  }

  static Stream<Line> lines() {
    return Stream.of(
        new Line("assign shop/web-2 203.0.113.10", "", "shop/web-2", false),
        new Line("move 203.0.113.10 shop/web-1", "shop/web-0", "shop/web-1", false),
        new Line("move 203.0.113.10 shop/web-2", "shop/web-0", "shop/web-2", false),
        new Line(
            "move 203.0.113.10 shop/web-1 --handover overlap", "shop/web-0", "shop/web-1", true),
        new Line(
            "move 203.0.113.10 shop/web-2 --handover overlap", "shop/web-0", "shop/web-2", true),
        new Line("assign shop/web-1 203.0.113.10 --steal --yes", "shop/web-0", "shop/web-1", false),
        new Line("release 203.0.113.10", "shop/web-0", "", false));
  }

  static Stream<Kill> kills() {
    return lines()
        .flatMap(
            line -> {
              List<String> boundaries = line.boundaries();
              return IntStream.range(0, boundaries.size())
                  .mapToObj(i -> new Kill(line, i, boundaries.get(i)));
            });
  }

  @Test
  void there_are_boundaries_around_the_lock_the_intent_each_write_each_wait_and_the_end() {
    assertThat(lines().toList().get(1).boundaries())
        .containsExactly(
            "before the lock of 203.0.113.10",
            "behind the lock of 203.0.113.10",
            "before the intent of 203.0.113.10",
            "behind the intent of 203.0.113.10",
            "before take 203.0.113.10 away from shop/web-0",
            "in the request to take 203.0.113.10 away from shop/web-0",
            "behind take 203.0.113.10 away from shop/web-0",
            "before waiting until node n1 has let go of 203.0.113.10",
            "behind waiting until node n1 has let go of 203.0.113.10",
            "before give 203.0.113.10 to shop/web-1",
            "in the request to give 203.0.113.10 to shop/web-1",
            "behind give 203.0.113.10 to shop/web-1",
            "before waiting until node n2 leads 203.0.113.10 to 10.244.217.1",
            "behind waiting until node n2 leads 203.0.113.10 to 10.244.217.1",
            "before waiting until node n1 routes 203.0.113.10 to 172.31.99.12",
            "behind waiting until node n1 routes 203.0.113.10 to 172.31.99.12",
            "before closing 203.0.113.10",
            "behind closing 203.0.113.10");
  }

  @ParameterizedTest
  @MethodSource("kills")
  void leaves_at_most_one_holder_and_the_next_command_tells(Kill kill) {
    CliFixture runs = kill.runs();

    List<String> holders = holders(runs.cluster());
    if (kill.line().overlaps()) {
      assertThat(kill.line().ends()).containsAll(holders);
    } else {
      assertThat(holders).hasSizeLessThanOrEqualTo(1);
    }
    boolean isOpen = runs.ok("lock", "list", "-o", "json").contains("\"action\"");
    runs.later(Duration.ofSeconds(16));
    if (isOpen) {
      assertThat(runs.run("list", "-A").out()).contains("interrupted");
      assertThat(runs.run("list", "-A").err()).contains("fipctl recover 203.0.113.10");
      for (String words : List.of("show 203.0.113.10", "owner 203.0.113.10", "status")) {
        assertThat(runs.run(words.split(" ")).err()).contains("fipctl recover 203.0.113.10");
      }
      CliFixture.Result other = runs.run("assign", "shop/t1", "203.0.113.10");
      assertThat(other.code()).as(other.err()).isEqualTo(ExitCode.HALF_DONE);
      assertThat(other.err()).contains("was cut off", "  fipctl recover 203.0.113.10");
      assertThat(holders(runs.cluster())).isEqualTo(holders);
    } else {
      assertThat(kill.line().ends()).contains(String.join(",", holders));
    }
  }

  @ParameterizedTest
  @MethodSource("kills")
  void recover_ends_in_one_of_the_two_whole_states_and_twice_changes_nothing(Kill kill) {
    for (List<String> direction :
        List.of(List.<String>of(), List.of("--forward"), List.of("--back"))) {
      CliFixture runs = kill.runs();
      boolean isOpen = runs.ok("lock", "list", "-o", "json").contains("\"action\"");
      boolean isBegun = !String.join(",", holders(runs.cluster())).equals(kill.line().before());
      String[] command =
          Stream.concat(Stream.of("recover", "203.0.113.10"), direction.stream())
              .toArray(String[]::new);

      CliFixture.Result result = runs.run(command);

      assertThat(result.exitCode()).as(kill + ": " + result.err()).isZero();
      String end = String.join(",", holders(runs.cluster()));
      if (!isOpen) {
        assertThat(kill.line().ends()).contains(end);
      } else if (direction.contains("--back") || !isBegun) {
        assertThat(end).as(result.out()).isEqualTo(kill.line().before());
      } else {
        assertThat(end).as(result.out()).isEqualTo(kill.line().after());
      }
      nodesAgree(runs.cluster());
      int writes = runs.cluster().faults().writes();
      int records = runs.cluster().recordFaults().writes();
      assertThat(runs.run(command).out()).contains("unchanged (nothing was cut off)");
      assertThat(runs.cluster().faults().writes()).isEqualTo(writes);
      assertThat(runs.cluster().recordFaults().writes()).isEqualTo(records);
    }
  }

  @ParameterizedTest
  @MethodSource("kills")
  void the_same_command_again_goes_on(Kill kill) {
    CliFixture runs = kill.runs();

    CliFixture.Result again = runs.run(kill.line().command());

    assertThat(again.exitCode()).as(again.err()).isZero();
    assertThat(String.join(",", holders(runs.cluster()))).isEqualTo(kill.line().after());
    assertThat(runs.ok("lock", "list", "-o", "json")).doesNotContain("\"address\"");
    nodesAgree(runs.cluster());
  }

  private static List<String> holders(Cluster cluster) {
    return cluster.list(Kind.PODS).stream()
        .map(Pod::of)
        .filter(pod -> pod.holds(ADDRESS))
        .map(pod -> pod.ref().toString())
        .toList();
  }

  /** No node keeps a connection that leads elsewhere than to the holder. */
  private static void nodesAgree(Cluster cluster) {
    List<Pod> holders =
        cluster.list(Kind.PODS).stream().map(Pod::of).filter(pod -> pod.holds(ADDRESS)).toList();
    for (String node : List.of("n1", "n2", "n3")) {
      String flows = cluster.nodes().run(node, new NodeCommand.Flows(ADDRESS)).stdout();
      for (String pod : List.of("10.244.40.130", "10.244.217.1", "10.244.40.131")) {
        boolean holds = holders.stream().anyMatch(p -> p.addresses().toString().contains(pod));
        if (!holds) {
          assertThat(flows).as("node " + node).doesNotContain("src=" + pod + " ");
        }
      }
    }
  }
}
