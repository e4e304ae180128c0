package io.fipctl.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.e2e.InterceptingProxy.Fate;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Somebody else writes between fipctl's read and its write. */
class ConflictIT {
  @RegisterExtension final TestApiServer server = new TestApiServer("crd");

  @Test
  void a_second_writer_loses_nothing_and_the_write_is_tried_once_more() {
    try (InterceptingProxy between =
        beforeWritingTo("web-0", once(() -> server.annotate("web-0", "[\"203.0.113.9\"]")))) {
      assign(between, "web-0").exits(0);
    }

    assertThat(server.annotation("web-0")).contains("[\"203.0.113.9\",\"203.0.113.10\"]");
  }

  @Test
  void a_second_writer_who_does_not_stop_wins() {
    AtomicInteger last = new AtomicInteger(100);
    try (InterceptingProxy between =
        beforeWritingTo(
            "web-0",
            () -> server.annotate("web-0", "[\"203.0.113." + last.incrementAndGet() + "\"]"))) {
      assign(between, "web-0").exits(4).answeringNothing();
    }

    assertThat(server.annotation("web-0")).contains("[\"203.0.113." + last.get() + "\"]");
  }

  @ParameterizedTest
  @CsvSource({"move,web-0", "move,web-1", "release,web-0"})
  void what_kubectl_writes_in_between_is_seen_and_kept(String verb, String pod) {
    server.annotate("web-0", "[\"203.0.113.10\"]");
    String[] command =
        verb.equals("move")
            ? new String[] {"move", "203.0.113.10", "shop/web-1", "--unverified"}
            : new String[] {"release", "203.0.113.10", "--unverified"};
    boolean has = pod.equals("web-0");
    String another = has ? "[\"203.0.113.10\",\"203.0.113.9\"]" : "[\"203.0.113.9\"]";

    try (InterceptingProxy between =
        beforeWritingTo(
            pod,
            once(
                () -> {
                  server.annotate(pod, another);
                  server.kubectl("label", "pod", pod, "-n", "shop", "by=hand").exits(0);
                }))) {
      server.fipctlAs(between.kubeconfig(), command).exits(0);
    }

    assertThat(server.field("pod", pod, ".metadata.labels.by")).isEqualTo("hand");
    assertThat(server.annotation(pod))
        .contains(has ? "[\"203.0.113.9\"]" : "[\"203.0.113.9\",\"203.0.113.10\"]");
    assertThat(server.annotation(has ? "web-1" : "web-0"))
        .isEqualTo(
            verb.equals("move") && has ? Optional.of("[\"203.0.113.10\"]") : Optional.empty());
  }

  @Test
  void a_look_into_the_middle_of_another_move_is_not_taken_for_an_answer() {
    AddressScenario trial =
        Operation.MOVE.prepared(AddressScenario.onApiServer(server, 1).getFirst());
    String other = "anna@ops-7:4711";
    Runnable begins =
        once(
            () -> {
              Locks.held(server, trial.address(), other);
              trial.take(0);
            });
    Runnable ends =
        once(
            () -> {
              trial.give(2);
              Locks.held(server, trial.address(), "");
            });
    AtomicInteger looks = new AtomicInteger();

    // The records are read, then the pods, and then the records again.
    try (InterceptingProxy between =
        InterceptingProxy.deciding(
            server,
            request -> {
              if (request.uri().getPath().endsWith("/pods")) {
                begins.run();
              } else if (request.uri().getPath().contains("/leases/")
                  && looks.incrementAndGet() > 2) {
                ends.run();
              }
              return Fate.PASSED;
            })) {
      trial.by(between.kubeconfig()).run(Operation.move(trial, 1)).exits(0);
    }

    trial.isWhole(Set.of(trial.pod(1)), "after a move from where the other one put it");
  }

  @Test
  void a_write_that_arrives_after_the_lock_has_ended_makes_no_second_holder() {
    AddressScenario trial =
        Operation.MOVE.prepared(AddressScenario.onApiServer(server, 1).getFirst());
    String late = trial.pod(1).split("/", 2)[1];
    AtomicBoolean cutOff = new AtomicBoolean();
    Runnable overtake =
        once(
            () -> {
              cutOff.set(true);
              trial.run(Operation.recover(trial)).exits(0);
              trial.run(Operation.move(trial, 2)).exits(0);
              cutOff.set(false);
            });

    // While the write is on its way nothing else of its program arrives: its lock ends.
    try (InterceptingProxy between =
        InterceptingProxy.deciding(
            server,
            request -> {
              if (request.isPatchOf(late)) {
                overtake.run();
              }
              return cutOff.get() ? Fate.DROPPED : Fate.PASSED;
            })) {
      trial.by(between.kubeconfig()).run(Operation.move(trial, 1)).exits(4).answeringNothing();
    }

    trial.isWhole(Set.of(trial.pod(2)), "after a late write");
  }

  @Test
  void assign_never_writes_to_another_pod_of_the_same_name() {
    try (InterceptingProxy between =
        beforeWritingTo("web-0", once(() -> server.replacePod("web-0")))) {
      assign(between, "web-0").exits(4).answeringNothing();
    }

    assertThat(server.annotation("web-0")).isEmpty();
  }

  @Test
  void release_never_writes_to_another_pod_of_the_same_name() {
    server.annotate("web-0", "[\"203.0.113.10\"]");
    Runnable replace =
        () -> {
          server.replacePod("web-0");
          server.annotate("web-0", "[\"203.0.113.10\"]");
        };

    try (InterceptingProxy between = beforeWritingTo("web-0", once(replace))) {
      server
          .fipctlAs(between.kubeconfig(), "release", "203.0.113.10", "--unverified")
          .exits(4)
          .answeringNothing();
    }

    assertThat(server.annotation("web-0")).contains("[\"203.0.113.10\"]");
  }

  @Test
  void move_to_a_pod_that_was_replaced_gives_the_address_back() {
    server.annotate("web-0", "[\"203.0.113.10\"]");

    try (InterceptingProxy between =
        beforeWritingTo("web-1", once(() -> server.replacePod("web-1")))) {
      server
          .fipctlAs(between.kubeconfig(), "move", "203.0.113.10", "shop/web-1", "--unverified")
          .exits(4)
          .answeringNothing();
    }

    assertThat(server.annotation("web-0")).contains("[\"203.0.113.10\"]");
    assertThat(server.annotation("web-1")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"web-1", "web-2"})
  void an_address_that_another_pod_got_meanwhile_is_given_up_again(String other) {
    try (InterceptingProxy between =
        beforeWritingTo("web-0", once(() -> server.annotate(other, "[\"203.0.113.10\"]")))) {
      assign(between, "web-0").exits(4).answeringNothing();
    }

    assertThat(server.annotation("web-0")).isEmpty();
    assertThat(server.annotation(other)).contains("[\"203.0.113.10\"]");
  }

  private InterceptingProxy beforeWritingTo(String pod, Runnable act) {
    return InterceptingProxy.before(server, request -> request.isPatchOf(pod), act);
  }

  private ProcessResult assign(InterceptingProxy between, String pod) {
    return server.fipctlAs(
        between.kubeconfig(), "assign", "shop/" + pod, "203.0.113.10", "--wait=false");
  }

  private static Runnable once(Runnable act) {
    AtomicBoolean done = new AtomicBoolean();
    return () -> {
      if (done.compareAndSet(false, true)) {
        act.run();
      }
    };
  }
}
