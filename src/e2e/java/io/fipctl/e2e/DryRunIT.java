package io.fipctl.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A dry run leaves everything as it was; {@code server} lets the server judge it. */
class DryRunIT {
  @RegisterExtension final TestApiServer server = new TestApiServer("crd");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "assign shop/web-1 203.0.113.11 --wait=false",
        "move 203.0.113.10 shop/web-1 --unverified",
        "release 203.0.113.10 --unverified",
      })
  void the_server_tries_every_write_and_keeps_none(String command) {
    server.annotate("web-0", "[\"203.0.113.10\"]");
    String before = server.podVersions();

    try (InterceptingProxy between = InterceptingProxy.watching(server)) {
      server
          .fipctlAs(between.kubeconfig(), (command + " --dry-run=server").split(" ", -1))
          .exits(0);

      assertThat(between.writes())
          .isNotEmpty()
          .allSatisfy(write -> assertThat(write.isDryRun()).as(write.toString()).isTrue());
    }
    assertThat(server.podVersions()).isEqualTo(before);
  }

  @Test
  void a_dry_run_of_the_client_sends_no_write() {
    try (InterceptingProxy between = InterceptingProxy.watching(server)) {
      String[] assign = {
        "assign", "shop/web-1", "203.0.113.11", "--wait=false", "--dry-run=client"
      };
      server.fipctlAs(between.kubeconfig(), assign).exits(0);

      assertThat(between.hasSeenReadsOf("pods")).isTrue();
      assertThat(between.writes()).isEmpty();
    }
  }

  @Test
  void a_dry_run_refuses_what_the_real_one_would() {
    server.annotate("web-0", "[\"203.0.113.10\"]");

    server
        .fipctl("assign", "shop/web-1", "203.0.113.10", "--wait=false", "--dry-run=server")
        .exits(4)
        .answeringNothing()
        .saying("shop/web-0");
  }
}
