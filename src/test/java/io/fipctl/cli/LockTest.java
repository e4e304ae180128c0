package io.fipctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.kube.Kind;
import io.fipctl.lab.simulation.LabState;
import io.fipctl.lease.FailPoints;
import io.fipctl.model.ApiObject;
import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import io.fipctl.model.IpAddress;
import io.fipctl.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One lock per address: who has it, who gets it, and what becomes of whoever has lost it. */
class LockTest {
  private static final IpAddress ADDRESS = IpAddress.parse("203.0.113.10");
  private static final String LEASE = "fip-203-0-113-10";

  private final CliFixture runs = CliFixture.on(LabState.healthy());

  private static CliFixture lockedBySomebody() {
    LabState state = LeaseRecords.namespace(LabState.healthy());
    return CliFixture.on(LeaseRecords.lease(state, LEASE, "bob@desk:7", Map.of()));
  }

  @Test
  void a_change_leaves_its_lease_free_and_says_who_did_what() {
    runs.ok("move", "203.0.113.10", "shop/web-1");

    ApiObject lease = lease(runs);
    assertThat(lease.text("spec", "holderIdentity")).contains("");
    assertThat(lease.number("spec", "leaseDurationSeconds")).hasValue(15);
    assertThat(lease.annotation("fipctl.io/intent")).isEmpty();
    assertThat(lease.annotation("fipctl.io/holder").orElseThrow()).contains("\"web-1\"");
    assertThat(runs.ok("history", "203.0.113.10", "--no-headers"))
        .containsPattern("move +shop/web-0 +shop/web-1 +lab:\\d+ ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"2001:db8:113::10"})
  void an_address_of_IPv6_has_all_its_digits_in_the_name(String address) {
    CliFixture dual =
        CliFixture.on(
            LabState.healthy()
                .dualStack()
                .withPod("shop/six", "n1", "10.244.40.150", "fd00:10:244::5"));
    dual.ok("assign", "shop/six", address);

    assertThat(
            dual.cluster()
                .get(
                    Kind.LEASES,
                    LeaseRecords.NAMESPACE,
                    "fip-2001-0db8-0113-0000-0000-0000-0000-0010"))
        .isPresent();
    assertThat(dual.ok("history", address)).contains("assign");
  }

  @Test
  void a_lock_that_is_renewed_is_waited_for_and_then_named() {
    CliFixture locked = lockedBySomebody();
    AtomicInteger count = new AtomicInteger();
    locked.whileWaiting(
        () ->
            LeaseRecords.renew(
                locked,
                LEASE,
                Instant.parse("2026-01-05T09:00:00Z").plusSeconds(count.incrementAndGet())));

    CliFixture.Result result = locked.run("move", "203.0.113.10", "shop/web-1");

    assertThat(result.code()).isEqualTo(ExitCode.CONFLICT);
    assertThat(result.err())
        .contains("203.0.113.10 is being changed by bob@desk:7 since 2026-01-05T08:59:00")
        .contains("fipctl lock break 203.0.113.10");
    assertThat(holders(locked)).containsExactly("shop/web-0");
  }

  /** Whether the holder's clock is five minutes ahead or behind, what counts is that it renews. */
  @ParameterizedTest
  @ValueSource(ints = {-5, 5})
  void no_lock_is_taken_over_early_from_a_holder_whose_clock_differs(int minutes) {
    CliFixture locked = lockedBySomebody();
    AtomicInteger count = new AtomicInteger();
    locked.whileWaiting(
        () -> {
          // Waits are a fraction of a second: every tenth of them is some seconds later.
          int n = count.incrementAndGet();
          if (n % 10 == 0) {
            LeaseRecords.renew(
                locked,
                LEASE,
                Instant.parse("2026-01-05T09:00:00Z")
                    .plus(Duration.ofMinutes(minutes))
                    .plusSeconds(n));
          }
        });

    assertThat(locked.run("release", "203.0.113.10").code()).isEqualTo(ExitCode.CONFLICT);
    assertThat(holders(locked)).containsExactly("shop/web-0");
  }

  @Test
  void the_lock_of_the_dead_is_taken_over_after_its_term_with_a_note() {
    CliFixture locked = lockedBySomebody();
    AtomicInteger waits = new AtomicInteger();
    locked.whileWaiting(waits::incrementAndGet);

    CliFixture.Result result = locked.run("move", "203.0.113.10", "shop/web-1");

    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.err())
        .contains("took over the lock of 203.0.113.10 from bob@desk:7", "for 15s");
    assertThat(waits.get()).as("waits of 375 ms each").isEqualTo(40);
    assertThat(lease(locked).number("spec", "leaseTransitions")).hasValue(4);
  }

  @Test
  void of_two_who_make_the_lease_at_once_one_waits_for_the_other() {
    runs.cluster()
        .recordFaults()
        .beforeWrite(
            2,
            other -> {
              runs.cluster()
                  .change(
                      state ->
                          LeaseRecords.lease(
                              LeaseRecords.namespace(state), LEASE, "bob@desk:7", Map.of()));
            });

    assertThat(runs.run("move", "203.0.113.10", "shop/web-1", "--lock-timeout", "3s").code())
        .isEqualTo(ExitCode.CONFLICT);
  }

  @Test
  void a_write_whose_answer_was_lost_is_no_reason_to_give_up_the_lock() {
    for (int write = 1; write <= 4; write++) {
      CliFixture lossy = CliFixture.on(LeaseRecords.namespace(LabState.healthy()));
      lossy.cluster().recordFaults().loseAnswer(write);

      CliFixture.Result result = lossy.run("move", "203.0.113.10", "shop/web-1");

      assertThat(result.exitCode()).as("write %d: %s", write, result.err()).isZero();
      assertThat(lease(lossy).text("spec", "holderIdentity")).contains("");
    }
  }

  @Test
  void an_API_server_that_is_gone_for_ten_seconds_is_waited_for() {
    List<String> boundaries = new ArrayList<>();
    CliFixture.on(LabState.healthy())
        .stoppingAt(boundaries::add)
        .ok("move", "203.0.113.10", "shop/web-1");
    for (int pods = 1; pods <= 2; pods++) {
      CliFixture flaky = CliFixture.on(LabState.healthy());
      for (int n = 0; n < 10; n++) {
        flaky
            .cluster()
            .faults()
            .failWrite(pods + n, FipctlException.unreachable("gone for a while"));
      }

      CliFixture.Result result = flaky.run("move", "203.0.113.10", "shop/web-1");

      assertThat(result.exitCode()).as(result.err()).isZero();
      assertThat(holders(flaky)).containsExactly("shop/web-1");
    }
  }

  /**
   * A run is stopped at a boundary while another one breaks the lock, moves the address to a third
   * pod and ends; then the first goes on.
   */
  @Test
  void whoever_was_stopped_and_lost_the_lock_writes_nothing_more_and_says_so() {
    List<String> boundaries = new ArrayList<>();
    CliFixture.on(LabState.healthy())
        .stoppingAt(boundaries::add)
        .ok("move", "203.0.113.10", "shop/web-1");
    int first = boundaries.indexOf("behind the lock of 203.0.113.10");
    int last = boundaries.indexOf("before closing 203.0.113.10");
    for (int at = first; at <= last; at++) {
      CliFixture stopped = CliFixture.on(LabState.healthy());
      AtomicInteger passed = new AtomicInteger();
      int here = at;
      stopped.stoppingAt(
          boundary -> {
            if (passed.getAndIncrement() == here) {
              CliFixture other = stopped.another();
              other.ok("lock", "break", "203.0.113.10", "--yes");
              other.ok("recover", "203.0.113.10", "--back");
              other.ok("move", "203.0.113.10", "shop/t1");
            }
          });

      CliFixture.Result result = stopped.run("move", "203.0.113.10", "shop/web-1");

      String where = boundaries.get(at);
      assertThat(holders(stopped)).as(where).containsExactly("shop/t1");
      assertThat(result.exitCode()).as(where + result.err()).isNotZero();
    }
  }

  @Test
  void a_broken_lock_is_noticed_at_the_next_write() {
    CliFixture stopped = CliFixture.on(LabState.healthy());
    stopped.stoppingAt(
        boundary -> {
          if (boundary.startsWith("behind the lock")) {
            stopped.another().ok("lock", "break", "203.0.113.10", "--yes");
          }
        });

    CliFixture.Result result = stopped.run("move", "203.0.113.10", "shop/web-1");

    assertThat(result.code()).isEqualTo(ExitCode.CONFLICT);
    assertThat(result.err()).contains("lost the lock of 203.0.113.10");
    assertThat(stopped.cluster().faults().writes()).isZero();
  }

  @Test
  void locks_are_listed_and_broken_only_when_told_twice() {
    CliFixture locked = lockedBySomebody();

    assertThat(locked.ok("lock", "list"))
        .containsPattern("203\\.0\\.113\\.10 +bob@desk:7 +2026-01-05T08:59:00");
    assertThat(locked.run("lock", "break", "203.0.113.10").code()).isEqualTo(ExitCode.USAGE);
    assertThat(locked.ok("lock", "break", "203.0.113.10", "--yes"))
        .isEqualTo("lock of 203.0.113.10 broken (bob@desk:7)\n");
    assertThat(locked.ok("lock", "break", "203.0.113.10")).contains("unchanged (nobody has it)");
    assertThat(locked.run("lock", "list").err()).contains("No address is locked");
  }

  @Test
  void without_the_right_to_leases_nothing_is_changed_unless_told_to_do_without() {
    for (String verb : List.of("get", "create", "patch")) {
      CliFixture denied =
          CliFixture.on(
              LeaseRecords.lease(
                      LeaseRecords.namespace(LabState.healthy()),
                      verb.equals("create") ? "other" : LEASE,
                      "",
                      Map.of())
                  .deny(verb, "leases.coordination.k8s.io"));

      CliFixture.Result result = denied.run("move", "203.0.113.10", "shop/web-1");

      assertThat(result.code()).as(verb + result.err()).isEqualTo(ExitCode.FORBIDDEN);
      assertThat(result.err())
          .contains("nothing was changed", "rule missing", "\"leases\"", verb, "--no-lock");
      assertThat(denied.cluster().faults().writes()).isZero();
      assertThat(denied.ok("assign", "shop/web-2", "203.0.113.40", "--no-lock"))
          .contains("assigned");
      assertThat(denied.ok("release", "203.0.113.10", "--no-lock")).contains("released");
    }
  }

  @Test
  void the_namespace_is_made_and_where_that_is_forbidden_the_way_out_is_named() {
    CliFixture denied = CliFixture.on(LabState.healthy().deny("create", "namespaces"));

    CliFixture.Result result = denied.run("assign", "shop/web-2", "203.0.113.40");

    assertThat(result.code()).isEqualTo(ExitCode.FORBIDDEN);
    assertThat(result.err()).contains("kubectl create namespace fipctl-system");
    runs.ok("assign", "shop/web-2", "203.0.113.40", "--record-namespace", "shop");
    assertThat(runs.cluster().get(Kind.NAMESPACES, "", LeaseRecords.NAMESPACE)).isEmpty();
    assertThat(runs.cluster().get(Kind.LEASES, "shop", "fip-203-0-113-40")).isPresent();
  }

  @Test
  void without_a_lock_whoever_sees_another_holder_gives_way_and_tries_again() {
    AtomicInteger times = new AtomicInteger();
    runs.cluster()
        .faults()
        .beforeWrite(1, other -> CliFixture.annotate(other, "shop/t1", "[\"203.0.113.40\"]"));
    runs.whileWaiting(
        () -> {
          times.incrementAndGet();
          runs.cluster().change(state -> state.withoutFloatingIps("shop/t1"));
        });

    assertThat(runs.ok("assign", "shop/web-2", "203.0.113.40", "--no-lock")).contains("assigned");
    assertThat(times.get()).isEqualTo(1);
  }

  @Test
  void several_addresses_are_locked_in_the_order_of_their_numbers() {
    List<String> locks = new ArrayList<>();
    runs.stoppingAt(
        boundary -> {
          if (boundary.startsWith("before the lock of ")) {
            locks.add(boundary.substring(19));
          }
        });
    runs.ok("assign", "shop/web-2", "203.0.113.100,203.0.113.41,203.0.113.9");

    assertThat(locks).containsExactly("203.0.113.9", "203.0.113.41", "203.0.113.100");
  }

  @ParameterizedTest
  @ValueSource(strings = {"130", "143"})
  void an_interrupted_move_is_taken_back_and_lets_go_of_the_lock(String code) {
    ExitCode wanted = code.equals("130") ? ExitCode.INTERRUPTED : ExitCode.TERMINATED;
    List<String> boundaries = new ArrayList<>();
    CliFixture.on(LabState.healthy())
        .stoppingAt(boundaries::add)
        .ok("move", "203.0.113.10", "shop/web-1");
    for (String at : boundaries.subList(0, boundaries.size() - 2)) {
      CliFixture signalled = CliFixture.on(LabState.healthy());
      var interruption = signalled.interruptible();
      signalled.stoppingAt(
          boundary -> {
            if (boundary.equals(at)) {
              interruption.ask(wanted);
            }
          });

      CliFixture.Result result = signalled.run("move", "203.0.113.10", "shop/web-1");

      assertThat(result.code()).as(at + result.err()).isEqualTo(wanted);
      assertThat(holders(signalled)).as(at).containsExactly("shop/web-0");
      signalled.stoppingAt(FailPoints.NONE);
      assertThat(signalled.ok("lock", "list", "-o", "json")).as(at).doesNotContain("\"address\"");
    }
  }

  @Test
  void an_event_tells_of_it_on_both_pods_and_without_the_right_a_note() {
    runs.ok("move", "203.0.113.10", "shop/web-1");

    assertThat(runs.cluster().list(Kind.EVENTS))
        .filteredOn(event -> event.text("reason").orElse("").equals("FloatingIPMoved"))
        .extracting(event -> event.text("involvedObject", "name").orElse(""))
        .containsExactlyInAnyOrder("web-0", "web-1");
    CliFixture denied = CliFixture.on(LabState.healthy().deny("create", "events"));
    CliFixture.Result result = denied.run("move", "203.0.113.10", "shop/web-1");
    assertThat(result.exitCode()).isZero();
    assertThat(result.err()).containsOnlyOnce("no permission to create events in shop");
  }

  private static ApiObject lease(CliFixture runs) {
    return runs.cluster().get(Kind.LEASES, LeaseRecords.NAMESPACE, LEASE).orElseThrow();
  }

  private static List<String> holders(CliFixture runs) {
    return runs.cluster().list(Kind.PODS).stream()
        .map(Pod::of)
        .filter(pod -> pod.holds(ADDRESS))
        .map(pod -> pod.ref().toString())
        .toList();
  }
}
