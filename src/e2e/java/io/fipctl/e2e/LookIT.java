package io.fipctl.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The verbs that only look: {@code list}, {@code show}, {@code owner}. */
class LookIT {
  @RegisterExtension final ApiServer server = new ApiServer("crd");

  @BeforeEach
  void two_pods_have_addresses() {
    server.annotate("web-0", "[\"203.0.113.10\",\"203.0.113.9\"]");
    server.annotate("web-1", "[\"203.0.113.11\"]");
  }

  @Test
  void list_says_who_has_what() {
    Ran ran = server.fipctl("list", "-A").exits(0);

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
    Path viewer = server.user(Rule.readAnd());

    Ran seen = server.fipctlAs(viewer, "list", "-A").exits(0);

    assertThat(seen.out()).contains("203.0.113.10");
    seen.answering(server.fipctl("list", "-A").exits(0).out());
  }

  @ParameterizedTest
  @ValueSource(strings = {"pkcs1", "pkcs8", "sec1"})
  void every_kind_of_key_in_a_kubeconfig_opens_the_cluster(String keyFormat) {
    Path viewer = server.user(keyFormat, Rule.readAnd());

    server.fipctlAs(viewer, "owner", "203.0.113.10").exits(0).answering("shop/web-0\n");
  }

  @Test
  void a_token_opens_the_cluster() {
    server
        .fipctlAs(server.tokenAdmin(), "owner", "203.0.113.10")
        .exits(0)
        .answering("shop/web-0\n");
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
    try (Interposed between = Interposed.watching(server)) {
      server.fipctlAs(between.kubeconfig(), "list", "-A").exits(0);
      server.fipctlAs(between.kubeconfig(), "show", "203.0.113.10").exits(0);
      server.fipctlAs(between.kubeconfig(), "owner", "203.0.113.10").exits(0);

      assertThat(between.hasSeenReadsOf("pods")).isTrue();
      assertThat(between.writes()).isEmpty();
    }
  }
}
