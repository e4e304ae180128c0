package io.fipctl.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The verbs that only look: {@code list}, {@code show}, {@code owner}. */
class LookIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  @RegisterExtension final TestApiServer server = new TestApiServer("crd");

  @BeforeEach
  void two_pods_have_addresses() {
    server.annotate("web-0", "[\"203.0.113.10\",\"203.0.113.9\"]");
    server.annotate("web-1", "[\"203.0.113.11\"]");
  }

  @Test
  void list_says_who_has_what() {
    ProcessResult ran = server.fipctl("list", "-A").exits(0);

    assertThat(ran.out().lines())
        .hasSize(4)
        .anyMatch(line -> line.contains("203.0.113.10") && line.contains("web-0"))
        .anyMatch(line -> line.contains("203.0.113.9 ") && line.contains("web-0"))
        .anyMatch(line -> line.contains("203.0.113.11") && line.contains("web-1"));
  }

  @Test
  void list_as_JSON_is_one_document() {
    JsonNode document = server.fipctl("list", "-A", "-o", "json").exits(0).json();

    assertThat(document.path("apiVersion").asText()).isEqualTo("fipctl.io/v1");
    assertThat(document.path("kind").asText()).isNotEmpty();
    assertThat(document.path("items")).hasSize(3);
  }

  @Test
  void list_reads_the_cluster_the_same_for_a_viewer() {
    Path viewer = server.user(RbacRule.readAnd());

    ProcessResult seen = server.fipctlAs(viewer, "list", "-A", "-o", "json").exits(0);

    assertThat(seen.out()).contains("203.0.113.10");
    seen.answering(server.fipctl("list", "-A", "-o", "json").exits(0).out());
  }

  @Test
  void owner_answers_for_scripts() {
    server.fipctl("owner", "203.0.113.11").exits(0).answering("shop/web-1\n");
    server.fipctl("owner", "203.0.113.12").exits(5).answeringNothing();
  }

  @Test
  void show_takes_an_address_or_a_pod() {
    assertThat(server.fipctl("show", "203.0.113.10").exits(0).out()).contains("web-0", "n1");
    assertThat(server.fipctl("show", "shop/web-0").exits(0).out())
        .contains("203.0.113.9", "203.0.113.10");
  }

  @Test
  void nothing_that_looks_writes() {
    try (InterceptingProxy between = InterceptingProxy.watching(server)) {
      server.fipctlAs(between.kubeconfig(), "list", "-A").exits(0);
      server.fipctlAs(between.kubeconfig(), "show", "203.0.113.10").exits(0);
      server.fipctlAs(between.kubeconfig(), "owner", "203.0.113.10").exits(0);

      assertThat(between.hasSeenReadsOf("pods")).isTrue();
      assertThat(between.writes()).isEmpty();
    }
  }

  @Test
  void list_finds_an_address_on_the_last_page_of_very_many_pods() {
    server.pods("crowd", 520);
    try (InterceptingProxy between = InterceptingProxy.watching(server)) {
      ProcessResult ran =
          server.fipctlAs(between.kubeconfig(), "list", "-A", "-o", "name").exits(0);

      assertThat(ran.out().lines())
          .containsExactlyInAnyOrder("203.0.113.9", "203.0.113.10", "203.0.113.11");
      assertThat(between.queriesOf("pods")).hasSize(2).last().asString().contains("continue=");
    }
  }

  @Test
  @Timeout(60)
  void list_follows_what_changes_as_one_document_for_each_change() throws Exception {
    Process feed = server.starting("list", "-A", "-w", "-o", "json");
    try (BufferedReader out = feed.inputReader();
        MappingIterator<JsonNode> events = JSON.readerFor(JsonNode.class).readValues(out)) {
      assertThat(List.of(events.next(), events.next(), events.next()))
          .allSatisfy(event -> assertThat(event.path("type").asText()).isEqualTo("ADDED"));

      server.fipctl("assign", "shop/web-2", "203.0.113.12", "--wait=false").exits(0);
      assertThatItIs("ADDED", "203.0.113.12", "web-2", events.next());

      server.fipctl("release", "203.0.113.11", "--unverified").exits(0);
      assertThatItIs("DELETED", "203.0.113.11", "web-1", events.next());
    } finally {
      feed.destroy();
    }
    assertThat(feed.waitFor()).isEqualTo(143);
  }

  private static void assertThatItIs(String type, String address, String pod, JsonNode event) {
    assertThat(event.path("apiVersion").asText()).isEqualTo("fipctl.io/v1");
    assertThat(event.path("type").asText()).isEqualTo(type);
    assertThat(event.path("item").path("address").asText()).isEqualTo(address);
    assertThat(event.path("item").toString()).contains("\"" + pod + "\"");
  }
}
