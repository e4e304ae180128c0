package io.fipctl.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code move} and {@code release} against an API server whose nodes cannot be looked at. */
class MoveAndReleaseIT {
  @RegisterExtension final TestApiServer server = new TestApiServer("crd");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "203.0.113.10 shop/web-1",
        "shop/web-1 203.0.113.10",
        "203.0.113.10 --to shop/web-1",
        "203.0.113.10 shop/web-1 --from shop/web-0",
      })
  void hands_the_address_over(String arguments) {
    server.annotate("web-0", "[\"203.0.113.9\",\"203.0.113.10\"]");

    server.fipctl(("move " + arguments + " --unverified").split(" ", -1)).exits(0);

    assertThat(server.annotation("web-0")).contains("[\"203.0.113.9\"]");
    assertThat(server.annotation("web-1")).contains("[\"203.0.113.10\"]");
  }

  @Test
  void moves_nothing_when_no_node_can_be_looked_at() {
    server.annotate("web-0", "[\"203.0.113.10\"]");

    ProcessResult ran = server.fipctl("move", "203.0.113.10", "shop/web-1").answeringNothing();

    assertThat(ran.exitCode()).as(ran.toString()).isNotZero();
    assertThat(server.annotation("web-0")).contains("[\"203.0.113.10\"]");
    assertThat(server.annotation("web-1")).isEmpty();
  }

  @Test
  void is_refused_before_writing_without_the_right_to_exec() {
    server.annotate("web-0", "[\"203.0.113.10\"]");
    Path user =
        server.user(RbacRule.readAnd(RbacRule.PATCH_PODS, RbacRule.LEASES, RbacRule.EVENTS));

    server
        .fipctlAs(user, "move", "203.0.113.10", "shop/web-1")
        .exits(6)
        .answeringNothing()
        .saying("pods/exec", "--unverified");
    server.fipctlAs(user, "release", "203.0.113.10").exits(6).saying("pods/exec", "--unverified");

    assertThat(server.annotation("web-0")).contains("[\"203.0.113.10\"]");
    assertThat(server.annotation("web-1")).isEmpty();
  }

  @Test
  void does_not_find_an_address_that_nobody_holds() {
    server.fipctl("move", "203.0.113.10", "shop/web-1", "--unverified").exits(5);
  }

  @Test
  void believes_no_wrong_assertion_about_the_present_holder() {
    server.annotate("web-0", "[\"203.0.113.10\"]");

    server
        .fipctl("move", "203.0.113.10", "shop/web-1", "--from", "shop/web-2", "--unverified")
        .exits(4)
        .saying("shop/web-0");

    assertThat(server.annotation("web-0")).contains("[\"203.0.113.10\"]");
    assertThat(server.annotation("web-1")).isEmpty();
  }

  @Test
  void does_not_choose_between_two_holders() {
    server.annotate("web-0", "[\"203.0.113.10\"]");
    server.annotate("web-2", "[\"203.0.113.10\"]");

    server
        .fipctl("move", "203.0.113.10", "shop/web-1", "--unverified")
        .exits(4)
        .saying("shop/web-0", "shop/web-2");

    assertThat(server.annotation("web-1")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"[\"203.0.113.9/32\"]", "[\"2001:db8::5\"]", "203.0.113.9"})
  void a_move_brings_no_foreign_entry_of_the_receiver_to_life(String value) {
    server.annotate("web-0", "[\"203.0.113.10\"]");
    server.annotate("web-1", value);

    server
        .fipctl("move", "203.0.113.10", "shop/web-1", "--unverified")
        .exits(4)
        .answeringNothing()
        .saying("shop/web-1", value);

    assertThat(server.annotation("web-0")).contains("[\"203.0.113.10\"]");
    assertThat(server.annotation("web-1")).contains(value);
  }

  @Test
  void a_move_and_a_release_leave_no_foreign_entry_of_the_holder_behind_by_chance() {
    String value = "[\"203.0.113.10\",\"203.0.113.9/32\"]";
    server.annotate("web-0", value);

    server.fipctl("move", "203.0.113.10", "shop/web-1", "--unverified").exits(4);
    server.fipctl("release", "203.0.113.10", "--unverified").exits(4);

    assertThat(server.annotation("web-0")).contains(value);
    assertThat(server.annotation("web-1")).isEmpty();
  }

  @Test
  void release_removes_the_key_with_the_last_address_only() {
    server.annotate("web-0", "[\"203.0.113.9\",\"203.0.113.10\"]");

    server.fipctl("release", "203.0.113.10", "--unverified").exits(0);
    assertThat(server.annotation("web-0")).contains("[\"203.0.113.9\"]");

    server.fipctl("release", "203.0.113.9", "--unverified").exits(0);
    assertThat(server.field("pod", "web-0", ".metadata.annotations"))
        .doesNotContain(TestApiServer.ANNOTATION);
  }

  @Test
  void release_of_a_free_address_is_nothing_to_do() {
    server.fipctl("release", "203.0.113.10", "--unverified").exits(0);
    server.fipctl("release", "203.0.113.10", "--unverified", "--error-unchanged").exits(3);
  }

  @Test
  void release_of_all_that_a_pod_has_asks_first_and_drops_even_a_malformed_value() {
    server.annotate("web-0", "203.0.113.9");

    server.fipctl("release", "--pod", "shop/web-0", "--unverified").exits(2).saying("--yes");
    assertThat(server.annotation("web-0")).contains("203.0.113.9");

    server.fipctl("release", "--pod", "shop/web-0", "--unverified", "--yes").exits(0);
    assertThat(server.annotation("web-0")).isEmpty();
  }
}
