package io.fipctl.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.e2e.InterceptingProxy.Fate;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Somebody on the way to the API server answers in its place, or makes something else of a write.
 */
class BelievedIT {
  private static final String[] ASSIGN = {"assign", "shop/web-1", "203.0.113.10", "--wait=false"};

  @RegisterExtension final TestApiServer server = new TestApiServer("crd");

  @ParameterizedTest
  @ValueSource(ints = {404, 410, 429, 500, 503})
  void an_address_is_not_free_because_no_list_of_pods_came(int status) {
    server.annotate("web-0", "[\"203.0.113.10\"]");

    try (InterceptingProxy between =
        answering(request -> request.uri().getPath().equals("/api/v1/pods"), status)) {
      ProcessResult ran = server.fipctlAs(between.kubeconfig(), ASSIGN);

      assertThat(ran.exitCode()).as(ran.toString()).isIn(1, 20);
    }
    assertThat(server.annotation("web-1")).isEmpty();
  }

  /** The first list, before the lock, is the server's; the one under the lock is not. */
  @Test
  void an_address_is_not_free_because_a_later_list_did_not_come() {
    AtomicInteger lists = new AtomicInteger();
    try (InterceptingProxy between =
        answering(
            request ->
                request.uri().getPath().equals("/api/v1/pods") && lists.getAndIncrement() > 0,
            404)) {
      ProcessResult ran = server.fipctlAs(between.kubeconfig(), ASSIGN);

      assertThat(ran.exitCode()).as(ran.toString()).isEqualTo(20);
      assertThat(ran.err()).contains("what answers there is not a Kubernetes API");
    }
    assertThat(server.annotation("web-1")).isEmpty();
  }

  @Test
  void an_API_that_is_not_there_is_none() {
    server.fipctl("list", "-A").exits(0);
    server.fipctl("status").exits(0);
  }

  @Test
  void what_admission_makes_of_an_address_is_taken_back() {
    try (InterceptingProxy between =
        InterceptingProxy.deciding(
            server,
            request ->
                request.isPatchOf("web-1")
                    ? new Fate.Mutated(body -> body.replace("203.0.113.10\\", "203.0.113.66\\"))
                    : Fate.PASSED)) {
      ProcessResult ran = server.fipctlAs(between.kubeconfig(), ASSIGN).exits(6);

      assertThat(ran.err())
          .contains("admission made something else", "203.0.113.66", "it was taken back");
    }
    assertThat(server.annotation("web-1")).isEqualTo(Optional.empty());
    server.fipctl(ASSIGN).exits(0);
  }

  private InterceptingProxy answering(Predicate<InterceptingProxy.Request> moment, int status) {
    return InterceptingProxy.deciding(
        server,
        request -> moment.test(request) ? new Fate.Answered(status, Map.of()) : Fate.PASSED);
  }
}
