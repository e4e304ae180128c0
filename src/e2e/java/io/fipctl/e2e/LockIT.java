package io.fipctl.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Locks of others: shown, waited for, and taken over when nobody renews them. */
class LockIT {
  private static final String OTHER = "anna@ops-7:4711 https://ci.example/job/5";

  /** How far holders' clocks are ahead of those of others. */
  private static final List<Duration> CLOCKS =
      List.of(Duration.ofMinutes(-5), Duration.ZERO, Duration.ofMinutes(5));

  @RegisterExtension final TestApiServer server = new TestApiServer("crd");

  @Test
  void says_who_has_it_where_and_since_when() {
    Locks.held(server, "203.0.113.10", OTHER);
    String since =
        server
            .kubectl(
                "get",
                "lease",
                "-n",
                "fipctl-system",
                "fip-203-0-113-10",
                "-o",
                "jsonpath={.spec.acquireTime}")
            .exits(0)
            .out();

    assertThat(server.fipctl("lock", "list").exits(0).out())
        .contains("203.0.113.10", "anna@ops-7:4711", "https://ci.example/job/5");
    assertThat(server.fipctl("lock", "list", "-o", "json").exits(0).out()).contains(since);
    server
        .fipctl("assign", "shop/web-0", "203.0.113.10", "--wait=false", "--lock-timeout=1s")
        .exits(4)
        .answeringNothing()
        .saying(OTHER, since, "fipctl lock break 203.0.113.10");
    assertThat(server.annotation("web-0")).isEmpty();
  }

  @Test
  void a_lock_is_broken_after_a_question_and_its_holder_writes_nothing_more() {
    Locks.held(server, "203.0.113.10", OTHER);

    server.fipctl("lock", "break", "203.0.113.10").exits(2).saying("--yes", OTHER);
    server.fipctl("lock", "break", "203.0.113.10", "--yes").exits(0);
    assertThat(server.fipctl("lock", "list").exits(0).out()).doesNotContain("anna");
    server.fipctl("assign", "shop/web-0", "203.0.113.10", "--wait=false").exits(0);
  }

  @Test
  void a_lock_that_is_renewed_is_not_taken_over_whatever_its_holders_clock_says() {
    List<AddressScenario> trials = AddressScenario.onApiServer(server, CLOCKS.size());

    Together.all(
        IntStream.range(0, CLOCKS.size())
            .<Callable<AddressScenario>>mapToObj(i -> () -> waitedFor(trials.get(i), CLOCKS.get(i)))
            .toList());
  }

  private AddressScenario waitedFor(AddressScenario trial, Duration ahead) {
    Locks.held(server, trial.address(), OTHER, ahead);
    Running waiting = trial.start(Operation.assign(trial, 0, "--lock-timeout=19s"));
    while (!waiting.endsWithin(Duration.ofSeconds(4))) {
      Locks.held(server, trial.address(), OTHER, ahead);
    }
    waiting.ended().exits(4).answeringNothing().saying(OTHER).notSaying("took over");
    assertThat(trial.lockHolder()).isEqualTo(OTHER);
    assertThat(trial.holders()).isEmpty();
    return trial;
  }

  @Test
  void a_lock_that_nobody_renews_is_taken_over_after_its_term_by_whatever_clock() {
    List<AddressScenario> trials = AddressScenario.onApiServer(server, CLOCKS.size());

    List<Duration> took =
        Together.all(
            IntStream.range(0, CLOCKS.size())
                .<Callable<Duration>>mapToObj(i -> () -> takenOver(trials.get(i), CLOCKS.get(i)))
                .toList());
    System.out.printf(
        "dead locks of clocks that are off by %s were taken over after %s%n", CLOCKS, took);
    assertThat(took)
        .allSatisfy(
            time -> assertThat(time).isBetween(Duration.ofSeconds(15), Duration.ofSeconds(22)));
  }

  private Duration takenOver(AddressScenario trial, Duration ahead) {
    Locks.held(server, trial.address(), OTHER, ahead);
    long start = System.nanoTime();
    trial
        .run(Operation.assign(trial, 0))
        .exits(0)
        .saying("took over the lock of " + trial.address() + " from " + OTHER);
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    assertThat(trial.holders()).containsExactly(trial.pod(0));
    assertThat(trial.lockHolder()).isEmpty();
    return took;
  }
}
