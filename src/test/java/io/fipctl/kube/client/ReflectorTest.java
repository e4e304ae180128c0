package io.fipctl.kube.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fipctl.kube.ApiJson;
import io.fipctl.kube.Cluster;
import io.fipctl.kube.Cluster.Change;
import io.fipctl.kube.Cluster.Scope;
import io.fipctl.kube.Kind;
import io.fipctl.kube.client.FakeApiServer.Asked;
import io.fipctl.model.ApiObject;
import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReflectorTest {
  private static final String LIST = "GET /api/v1/pods?limit";
  private static final String WATCH = "GET /api/v1/pods?watch";

  private final FakeApiServer server = FakeApiServer.start();
  private final Cluster cluster = server.cluster();

  @AfterEach
  void stop() {
    cluster.close();
    server.close();
  }

  @Test
  void shows_what_is_there_and_then_each_change_until_it_is_enough() {
    server.says(LIST, 200, list("5", pod("a", 1), pod("b", 2)));
    server.says(
        WATCH,
        200,
        event("MODIFIED", pod("a", 6))
            + event("ADDED", pod("c", 7))
            + event("DELETED", pod("b", 8)));

    assertThat(watch(5))
        .containsExactly("ADDED a", "ADDED b", "MODIFIED a", "ADDED c", "DELETED b");
    assertThat(server.asked.get(1).path())
        .contains("&allowWatchBookmarks=true", "&resourceVersion=5");
  }

  @Test
  void goes_on_from_the_last_bookmark_when_the_server_ends_a_watch() {
    server.says(LIST, 200, list("5", pod("a", 1)));
    server.says(WATCH, 200, event("BOOKMARK", pod("", 9)));
    server.says(WATCH, 200, event("MODIFIED", pod("a", 10)));

    assertThat(watch(2)).containsExactly("ADDED a", "MODIFIED a");
    assertThat(server.asked)
        .extracting(Asked::path)
        .last()
        .asString()
        .contains("resourceVersion=9");
  }

  @Test
  void lists_again_when_its_place_is_forgotten_and_tells_only_what_differs() {
    server.says(LIST, 200, list("5", pod("same", 1), pod("changed", 2), pod("gone", 3)));
    server.says(LIST, 200, list("50", pod("same", 1), pod("changed", 40), pod("new", 41)));
    server.says(WATCH, 200, "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"code\":410}}\n");
    server.says(WATCH, 200, event("DELETED", pod("same", 51)));

    assertThat(watch(7))
        .containsExactly(
            "ADDED same",
            "ADDED changed",
            "ADDED gone",
            "DELETED gone",
            "MODIFIED changed",
            "ADDED new",
            "DELETED same");
  }

  @Test
  void outlasts_a_server_that_fails_for_a_while() {
    server.says(LIST, 200, list("5", pod("a", 1)));
    server.says(WATCH, 503, "").says(WATCH, 410, "").says(WATCH, 200, "{\"type\":\"ADD");
    server.says(WATCH, 200, event("MODIFIED", pod("a", 6)));

    assertThat(watch(2)).containsExactly("ADDED a", "MODIFIED a");
  }

  @Test
  void fails_when_it_may_not_watch() {
    server.says(LIST, 200, list("5", pod("a", 1)));
    server.says(
        WATCH,
        403,
        FakeApiServer.status(403, "Forbidden", "User \"bo\" cannot watch resource \"pods\""));

    assertThatThrownBy(() -> watch(9))
        .isInstanceOfSatisfying(
            FipctlException.class,
            failure -> assertThat(failure.hints().getFirst()).contains("verbs: [\"watch\"]"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<html>log in</html>",
        "[]",
        "{}",
        "{\"type\":\"MODIFIED\",\"object\":{\"metadata\":{\"name\":\"a\"}}}",
        "{\"type\":\"MODIFIED\",\"object\":{\"kind\":\"Node\",\"metadata\":{\"name\":\"a\"}}}",
        "{\"type\":\"RENAMED\",\"object\":{\"kind\":\"Pod\",\"metadata\":{\"name\":\"a\"}}}"
      })
  void fails_when_what_comes_is_no_watch_of_pods(String stream) {
    server.says(LIST, 200, list("5", pod("a", 1)));
    server.saysExactly(WATCH, 200, stream);

    assertThatThrownBy(() -> watch(2))
        .hasMessageContaining("what answers there is not a Kubernetes API")
        .extracting("exitCode")
        .isEqualTo(ExitCode.UNREACHABLE);
  }

  private List<String> watch(int enough) {
    List<String> seen = new ArrayList<>();
    cluster.watch(
        Kind.PODS,
        Scope.ALL,
        (Change change) -> {
          seen.add(change.type() + " " + change.object().name());
          return seen.size() < enough;
        });
    return seen;
  }

  private static ApiObject pod(String name, int version) {
    return new ApiObject(
        Map.of(
            "kind",
            "Pod",
            "metadata",
            Map.of("name", name, "uid", "u-" + name, "resourceVersion", "" + version)));
  }

  private static String event(String type, ApiObject pod) {
    return "{\"type\":\"" + type + "\",\"object\":" + ApiJson.write(pod) + "}\n";
  }

  private static String list(String version, ApiObject... pods) {
    return ApiJson.write(
        Map.of("metadata", Map.of("resourceVersion", version), "items", List.of(pods)));
  }
}
