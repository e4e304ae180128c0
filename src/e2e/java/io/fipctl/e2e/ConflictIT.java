package io.fipctl.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Somebody else writes between fipctl's read and its write. */
class ConflictIT {
  @RegisterExtension final ApiServer server = new ApiServer("crd");

  @Test
  void a_second_writer_loses_nothing_and_the_write_is_tried_once_more() {
    try (Interposed between =
        beforeWritingTo("web-0", once(() -> server.annotate("web-0", "[\"203.0.113.9\"]")))) {
      assign(between, "web-0").exits(0);
    }

    assertThat(server.annotation("web-0")).contains("[\"203.0.113.9\",\"203.0.113.10\"]");
  }

  @Test
  void a_second_writer_who_does_not_stop_wins() {
    AtomicInteger last = new AtomicInteger(100);
    try (Interposed between =
        beforeWritingTo(
            "web-0",
            () -> server.annotate("web-0", "[\"203.0.113." + last.incrementAndGet() + "\"]"))) {
      assign(between, "web-0").exits(4).answeringNothing();
    }

    assertThat(server.annotation("web-0")).contains("[\"203.0.113." + last.get() + "\"]");
  }

  @Test
  void assign_never_writes_to_another_pod_of_the_same_name() {
    try (Interposed between = beforeWritingTo("web-0", once(() -> server.replacePod("web-0")))) {
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

    try (Interposed between = beforeWritingTo("web-0", once(replace))) {
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

    try (Interposed between = beforeWritingTo("web-1", once(() -> server.replacePod("web-1")))) {
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
    try (Interposed between =
        beforeWritingTo("web-0", once(() -> server.annotate(other, "[\"203.0.113.10\"]")))) {
      assign(between, "web-0").exits(4).answeringNothing();
    }

    assertThat(server.annotation("web-0")).isEmpty();
    assertThat(server.annotation(other)).contains("[\"203.0.113.10\"]");
  }

  @Test
  void of_many_who_want_one_address_at_once_no_two_get_it() throws Exception {
    List<String> pods = server.pods("rival", 8);
    List<Callable<Ran>> rivals =
        pods.stream()
            .<Callable<Ran>>map(
                pod -> () -> server.fipctl("assign", "shop/" + pod, "203.0.113.10", "--wait=false"))
            .toList();

    List<Ran> ended = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(rivals.size())) {
      for (Future<Ran> rival : threads.invokeAll(rivals)) {
        ended.add(rival.get());
      }
    }

    // Without a lock, two who see each other may both give way.
    assertThat(ended).allSatisfy(ran -> assertThat(ran.exitCode()).isIn(0, 4));
    List<String> winners = new ArrayList<>();
    for (int i = 0; i < pods.size(); i++) {
      if (ended.get(i).exitCode() == 0) {
        winners.add(pods.get(i));
      }
    }
    assertThat(winners).hasSizeLessThanOrEqualTo(1);
    assertThat(pods.stream().filter(pod -> server.annotation(pod).isPresent()).toList())
        .isEqualTo(winners);
  }

  private Interposed beforeWritingTo(String pod, Runnable act) {
    return Interposed.before(server, request -> request.isPatchOf(pod), act);
  }

  private Ran assign(Interposed between, String pod) {
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
