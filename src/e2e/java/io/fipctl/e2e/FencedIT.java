package io.fipctl.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The node of the present holder is NotReady: it may still rewrite packets. */
class FencedIT {
  private static final String NOT_READY =
      "{\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"Unknown\","
          + "\"reason\":\"NodeStatusUnknown\"}]}}";

  @RegisterExtension final TestApiServer server = new TestApiServer("crd");

  @BeforeEach
  void web_0_has_the_address_and_its_node_does_not_answer() {
    server.annotate("web-0", "[\"203.0.113.10\"]");
    server
        .kubectl("patch", "node", "n1", "--subresource=status", "--type=strategic", "-p", NOT_READY)
        .exits(0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "move 203.0.113.10 shop/web-1 --unverified",
        "move 203.0.113.10 shop/web-1 --unverified --handover=overlap",
        "move 203.0.113.10 shop/web-1",
        "assign shop/web-1 203.0.113.10 --steal --yes --wait=false"
      })
  void is_refused_and_changes_nothing(String command) {
    String before = server.podVersions();

    server
        .fipctl(command.split(" ", -1))
        .exits(4)
        .answeringNothing()
        .saying("node n1", "NotReady", "shop/web-0", "--node-is-fenced");

    assertThat(server.podVersions()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "move 203.0.113.10 shop/web-1 --unverified --node-is-fenced",
        "assign shop/web-1 203.0.113.10 --steal --yes --wait=false --node-is-fenced"
      })
  void is_done_by_who_knows_that_it_is_off_and_says_what_was_not_checked(String command) {
    server.fipctl(command.split(" ", -1)).exits(0).saying("not checked", "n1");

    assertThat(server.annotation("web-0")).isEmpty();
    assertThat(server.annotation("web-1")).contains("[\"203.0.113.10\"]");
  }
}
