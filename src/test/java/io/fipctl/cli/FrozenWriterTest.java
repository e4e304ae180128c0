package io.fipctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.kube.Cluster;
import io.fipctl.kube.Cluster.WriteMode;
import io.fipctl.kube.Kind;
import io.fipctl.lab.LabCluster;
import io.fipctl.lab.simulation.LabState;
import io.fipctl.model.ExitCode;
import io.fipctl.model.IpAddress;
import io.fipctl.model.JsonPatch;
import io.fipctl.model.Pod;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A run that stands still, for longer than its lock lasts, at any point and above all between its
 * look at the lock and its request; somebody else ends its change meanwhile.
 */
class FrozenWriterTest {
  private static final IpAddress ADDRESS = IpAddress.parse("203.0.113.10");
  private static final String LEASE = "fip-203-0-113-10";
  private static final String TAKING = "in the request to take 203.0.113.10 away from shop/web-0";
  private static final String GIVING = "in the request to give 203.0.113.10 to shop/web-1";
  private static final String[] MOVE = {"move", "203.0.113.10", "shop/web-1"};
  private static final String[] OVERLAP = {
    "move", "203.0.113.10", "shop/web-1", "--handover", "overlap"
  };

  /** A change that is stopped at one of its boundaries and ended by somebody else. */
  record Freeze(String line, int at, String boundary, String direction) {
    @Override
    public String toString() {
      return "%s, frozen %s, recover %s".formatted(line, boundary, direction);
    }
  }

  static Stream<Freeze> freezes() {
    return Stream.of(
            "assign shop/web-2 203.0.113.40",
            "move 203.0.113.10 shop/web-1",
            "move 203.0.113.10 shop/web-2",
            "move 203.0.113.10 shop/web-1 --handover overlap",
            "move 203.0.113.10 shop/web-2 --handover overlap",
            "release 203.0.113.10")
        .flatMap(FrozenWriterTest::freezes);
  }

  private static Stream<Freeze> freezes(String line) {
    List<String> boundaries = new ArrayList<>();
    CliFixture.on(LabState.healthy()).stoppingAt(boundaries::add).ok(line.split(" "));
    return IntStream.range(1, boundaries.size() - 1)
        .boxed()
        .flatMap(
            at ->
                Stream.of("--forward", "--back")
                    .map(direction -> new Freeze(line, at, boundaries.get(at), direction)));
  }

  @ParameterizedTest
  @MethodSource("freezes")
  void writes_nothing_that_stays_once_its_change_was_ended(Freeze freeze) {
    CliFixture frozen = CliFixture.on(LabState.healthy());
    IpAddress address =
        freeze.line().startsWith("assign") ? IpAddress.parse("203.0.113.40") : ADDRESS;
    AtomicInteger passed = new AtomicInteger();
    List<String> left = new ArrayList<>();
    frozen.stoppingAt(
        boundary -> {
          if (passed.getAndIncrement() == freeze.at()) {
            frozen.stall(Duration.ofSeconds(60));
            frozen.another().ok("recover", address.toString(), freeze.direction(), "--yes");
            left.addAll(holders(frozen.cluster(), address));
          }
        });

    CliFixture.Result result = frozen.run(freeze.line().split(" "));

    assertThat(holders(frozen.cluster(), address)).as(result.err()).isEqualTo(left);
    assertThat(left).hasSizeLessThanOrEqualTo(1);
    assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.CONFLICT);
    assertThat(result.err()).contains("lost the lock of " + address, "nothing more was written");
    assertThat(frozen.another().run("recover", address.toString()).out())
        .contains("unchanged (nothing was cut off)");
  }

  @Test
  void a_pod_says_under_which_lock_it_was_written_to_as_long_as_it_has_an_address() {
    CliFixture runs = CliFixture.on(LabState.healthy().withoutFloatingIps("shop/web-0"));

    runs.ok("assign", "shop/web-2", "203.0.113.40");
    assertThat(runs.pod("shop/web-2").fence())
        .contains(
            "{\"version\":1,\"address\":\"203.0.113.40\",\"transitions\":0,\"run\":\"80000000\"}");
    runs.ok("assign", "shop/web-2", "203.0.113.10");
    runs.ok("move", "203.0.113.40", "shop/web-1");
    assertThat(runs.pod("shop/web-2").fence().orElseThrow())
        .contains("\"address\":\"203.0.113.40\",\"transitions\":1");
    runs.ok("release", "203.0.113.10");

    assertThat(runs.pod("shop/web-2").fence()).isEmpty();
    assertThat(runs.pod("shop/web-1").fence()).isPresent();
    runs.ok("release", "--pod", "shop/web-1", "--yes");
    assertThat(runs.pod("shop/web-1").fence()).isEmpty();
  }

  @Test
  void a_pod_that_got_no_address_keeps_no_fence_of_a_change_that_was_taken_back() {
    CliFixture frozen = CliFixture.on(LabState.healthy());
    frozen.stoppingAt(
        boundary -> {
          if (boundary.equals(GIVING)) {
            frozen.another().ok("recover", "203.0.113.10", "--back");
          }
        });

    assertThat(frozen.run("move", "203.0.113.10", "shop/t1").exitCode()).isZero();
    assertThat(frozen.run("move", "203.0.113.10", "shop/web-2").exitCode()).isZero();
    assertThat(frozen.pod("shop/web-0").fence()).isEmpty();
    assertThat(frozen.pod("shop/t1").fence()).isPresent();
  }

  /** The kubelet writes a status, which is another resource version, again and again. */
  @Test
  void a_pod_without_a_fence_is_read_again_up_to_five_times() {
    for (int others = 1; others <= 6; others++) {
      CliFixture runs = CliFixture.on(LabState.healthy());
      for (int write = 1; write <= others; write++) {
        int status = write;
        runs.cluster()
            .faults()
            .beforeWrite(
                write,
                kubelet ->
                    kubelet.patch(
                        Kind.PODS,
                        "shop",
                        "web-0",
                        JsonPatch.of(JsonPatch.add("start " + status, "status", "message")),
                        WriteMode.REAL));
      }

      CliFixture.Result result = runs.run(MOVE);

      assertThat(result.code())
          .as("%d: %s", others, result.err())
          .isEqualTo(others <= 5 ? ExitCode.OK : ExitCode.CONFLICT);
    }
  }

  @Test
  void with_a_fence_what_the_kubelet_writes_is_in_nobodys_way() {
    CliFixture runs = CliFixture.on(LabState.healthy());
    runs.ok(MOVE);
    for (int write = 1; write <= 9; write++) {
      int status = write;
      runs.cluster()
          .faults()
          .beforeWrite(
              write,
              kubelet ->
                  kubelet.patch(
                      Kind.PODS,
                      "shop",
                      "web-1",
                      JsonPatch.of(JsonPatch.add("start " + status, "status", "message")),
                      WriteMode.REAL));
    }

    int before = runs.cluster().faults().writes();
    runs.ok("release", "203.0.113.10");

    assertThat(runs.cluster().faults().writes()).isEqualTo(before + 1);
  }

  @Test
  void what_was_given_late_is_taken_back_when_an_older_fipctl_has_ended_the_move() {
    CliFixture frozen = CliFixture.on(LabState.healthy());
    frozen.stoppingAt(boundary -> endedByAnOlder(frozen, boundary, GIVING));

    CliFixture.Result result = frozen.run(OVERLAP);

    assertThat(holders(frozen.cluster(), ADDRESS)).containsExactly("shop/web-0");
    assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.CONFLICT);
    assertThat(result.err())
        .contains(
            "lost the lock of 203.0.113.10 to somebody who has let go of it again; pod shop/web-1"
                + " was given it after that, and it was taken back: pod shop/web-0 has it now")
        .doesNotContain("nothing more was written", "nothing stays changed");
  }

  @Test
  void what_was_taken_late_is_told_exactly_when_an_older_fipctl_has_ended_the_move() {
    CliFixture frozen = CliFixture.on(LabState.healthy());
    frozen.stoppingAt(boundary -> endedByAnOlder(frozen, boundary, TAKING));

    CliFixture.Result result = frozen.run(MOVE);

    assertThat(holders(frozen.cluster(), ADDRESS)).isEmpty();
    assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.HALF_DONE);
    assertThat(result.err())
        .contains("it was taken from pod shop/web-0 when the lock was gone: nobody has it now")
        .doesNotContain("nothing more was written", "nothing stays changed");
  }

  @Test
  void with_its_lock_broken_and_its_change_still_open_it_names_recover() {
    CliFixture frozen = CliFixture.on(LabState.healthy());
    frozen.stoppingAt(
        boundary -> {
          if (boundary.equals(TAKING)) {
            frozen.another().ok("lock", "break", "203.0.113.10", "--yes");
          }
        });

    CliFixture.Result result = frozen.run(MOVE);

    assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.HALF_DONE);
    assertThat(result.err()).contains("nobody has it now", "fipctl recover 203.0.113.10");
    frozen.another().ok("recover", "203.0.113.10", "--back");
    assertThat(holders(frozen.cluster(), ADDRESS)).containsExactly("shop/web-0");
  }

  @Test
  void a_renewal_that_took_too_long_is_made_again_before_anything_is_written() {
    CliFixture slow = CliFixture.on(LabState.healthy());
    slow.stoppingAt(
        boundary -> {
          if (boundary.equals("before take 203.0.113.10 away from shop/web-0")) {
            slow.stall(Duration.ofSeconds(7));
            slow.cluster()
                .recordFaults()
                .beforeWrite(1, busy -> slow.stall(Duration.ofSeconds(11)));
          }
        });
    int[] renewals = {0};
    CliFixture usual = CliFixture.on(LabState.healthy());
    usual.ok(MOVE);
    renewals[0] = usual.cluster().recordFaults().writes();

    slow.ok(MOVE);

    assertThat(slow.cluster().recordFaults().writes()).isEqualTo(renewals[0] + 2);
  }

  @Test
  void an_API_server_too_slow_for_the_lock_is_not_written_to() {
    CliFixture slow = CliFixture.on(LabState.healthy());
    slow.stoppingAt(
        boundary -> {
          if (boundary.equals("before take 203.0.113.10 away from shop/web-0")) {
            slow.stall(Duration.ofSeconds(7));
            for (int write = 1; write <= 9; write++) {
              slow.cluster()
                  .recordFaults()
                  .beforeWrite(write, busy -> slow.stall(Duration.ofSeconds(11)));
            }
          }
        });

    CliFixture.Result result = slow.run(MOVE);

    assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.UNREACHABLE);
    assertThat(result.err()).contains("takes so long to renew the lock of 203.0.113.10");
    assertThat(slow.cluster().faults().writes()).isZero();
  }

  @Test
  void two_runs_of_one_user_host_and_process_number_do_not_take_each_other_for_themselves() {
    CliFixture first = CliFixture.on(LabState.healthy()).chance(0.25);
    CliFixture second = first.another().chance(0.75);
    List<CliFixture.Result> results = new ArrayList<>();
    first.stoppingAt(
        boundary -> {
          if (boundary.equals("behind the lock of 203.0.113.10")) {
            first.whileWaiting(() -> {});
            second.cluster().recordFaults().loseAnswer(1);
            results.add(second.run("move", "203.0.113.10", "shop/t1", "--lock-timeout", "3s"));
          }
        });

    first.ok(MOVE);

    assertThat(results.getFirst().code()).isEqualTo(ExitCode.CONFLICT);
    assertThat(results.getFirst().err()).containsPattern("is being changed by lab:\\d+/40000000 ");
    assertThat(holders(first.cluster(), ADDRESS)).containsExactly("shop/web-1");
  }

  @Test
  void a_pod_that_a_newer_fipctl_wrote_to_in_a_form_of_its_own_is_left_alone() {
    CliFixture runs = CliFixture.on(LabState.healthy());
    fence(runs, "{\"version\":2,\"marks\":[]}");

    CliFixture.Result result = runs.run(MOVE);

    assertThat(result.code()).isEqualTo(ExitCode.UNSUPPORTED);
    assertThat(result.err()).contains("pod shop/web-0 was written by a newer fipctl");
    assertThat(holders(runs.cluster(), ADDRESS)).containsExactly("shop/web-0");
  }

  @Test
  void a_fence_that_says_nothing_is_in_nobodys_way() {
    for (String text :
        List.of("", "{", "[]", "{\"version\":\"x\"}", "{\"transitions\":99999999}")) {
      CliFixture runs = CliFixture.on(LabState.healthy());
      fence(runs, text);

      runs.ok(MOVE);

      assertThat(runs.pod("shop/web-0").fence()).as(text).isEmpty();
    }
  }

  private static void fence(CliFixture runs, String text) {
    runs.cluster()
        .patch(
            Kind.PODS,
            "shop",
            "web-0",
            JsonPatch.of(JsonPatch.add(text, "metadata", "annotations", Pod.FENCE)),
            WriteMode.REAL);
  }

  /** One that knows of no fences takes the lock over, finds nothing written and closes it. */
  private static void endedByAnOlder(CliFixture frozen, String boundary, String at) {
    if (boundary.equals(at)) {
      frozen
          .another()
          .cluster()
          .patch(
              Kind.LEASES,
              LeaseRecords.NAMESPACE,
              LEASE,
              JsonPatch.of(
                  JsonPatch.add("", "spec", "holderIdentity"),
                  JsonPatch.add(7L, "spec", "leaseTransitions"),
                  JsonPatch.remove("metadata", "annotations", "fipctl.io/intent")),
              WriteMode.REAL);
    }
  }

  private static List<String> holders(LabCluster cluster, IpAddress address) {
    Cluster all = cluster;
    return all.list(Kind.PODS).stream()
        .map(Pod::of)
        .filter(pod -> pod.holds(address))
        .map(pod -> pod.ref().toString())
        .toList();
  }
}
