package io.fipctl.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is done without the right to locks, Events or nodes, and what is said then. */
class RecordRightsIT {
  private static final RbacRule READ_LEASES = RbacRule.read("coordination.k8s.io", "leases");

  @RegisterExtension final TestApiServer server = new TestApiServer("crd");

  /** What a user may besides reading and patching pods. */
  private enum Rights {
    ALL,
    NO_LEASES,
    ONLY_READ_LEASES,
    NO_EVENTS,
    NO_EVENTS_NO_LEASES;

    RbacRule[] rules() {
      List<RbacRule> more =
          switch (this) {
            case ALL -> List.of(RbacRule.LEASES, RbacRule.EVENTS, RbacRule.MAKE_NAMESPACES);
            case NO_LEASES -> List.of(RbacRule.EVENTS, RbacRule.MAKE_NAMESPACES);
            case ONLY_READ_LEASES ->
                List.of(READ_LEASES, RbacRule.EVENTS, RbacRule.MAKE_NAMESPACES);
            case NO_EVENTS -> List.of(RbacRule.LEASES, RbacRule.MAKE_NAMESPACES);
            case NO_EVENTS_NO_LEASES -> List.of();
          };
      return RbacRule.readAnd(
          Stream.concat(Stream.of(RbacRule.PATCH_PODS), more.stream()).toArray(RbacRule[]::new));
    }
  }

  /** Nobody here may exec into pods, so the nodes are not looked at. */
  @ParameterizedTest(name = "{0}: {1} -> {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "ALL                 | assign shop/web-2 203.0.113.10 --wait=false | 0 | -",
        "ALL                 | assign shop/web-2 203.0.113.10              | 7 | no permission to exec in kube-system",
        "ALL                 | move 203.0.113.9 shop/web-1 --unverified    | 0 | -",
        "ALL                 | move 203.0.113.9 shop/web-1                 | 6 | pods/exec",
        "ALL                 | release 203.0.113.9                         | 6 | pods/exec",
        "NO_LEASES           | assign shop/web-2 203.0.113.10 --wait=false | 6 | resources: [\"leases\"]",
        "NO_LEASES           | assign shop/web-2 203.0.113.10 --wait=false --no-lock | 0 | -",
        "NO_LEASES           | move 203.0.113.9 shop/web-1 --unverified    | 6 | resources: [\"leases\"]",
        "NO_LEASES           | release 203.0.113.9 --unverified            | 6 | resources: [\"leases\"]",
        "NO_LEASES           | release 203.0.113.9 --unverified --no-lock  | 0 | -",
        "NO_LEASES           | recover 203.0.113.9 --unverified            | 6 | resources: [\"leases\"]",
        "NO_LEASES           | lock list                                   | 6 | resources: [\"leases\"]",
        "NO_LEASES           | history 203.0.113.9                         | 6 | resources: [\"leases\"]",
        "NO_LEASES           | list -A                                     | 0 | -",
        "NO_LEASES           | show 203.0.113.9                            | 0 | -",
        "ONLY_READ_LEASES    | assign shop/web-2 203.0.113.10 --wait=false | 6 | verbs: [\"create\"]",
        "ONLY_READ_LEASES    | move 203.0.113.9 shop/web-1 --unverified    | 6 | verbs: [\"create\"]",
        "NO_EVENTS           | assign shop/web-2 203.0.113.10 --wait=false | 0 | no permission to create events in shop",
        "NO_EVENTS           | move 203.0.113.9 shop/web-1 --unverified    | 0 | no permission to create events in shop",
        "NO_EVENTS           | release 203.0.113.9 --unverified            | 0 | no permission to create events in shop",
        "NO_EVENTS_NO_LEASES | assign shop/web-2 203.0.113.10 --wait=false --no-lock | 0 | no permission to create events in shop",
      })
  void is_told(Rights rights, String command, int code, String saying) {
    server.annotate("web-0", "[\"203.0.113.9\"]");
    String before = server.podVersions();
    Path user = server.user(rights.rules());

    ProcessResult ran = server.fipctlAs(user, command.split(" ", -1)).exits(code);

    if (saying.equals("-")) {
      ran.notSaying("rule missing");
    } else {
      ran.saying(saying);
    }
    if (code == 6) {
      assertThat(server.podVersions()).as("nothing was changed").isEqualTo(before);
    } else {
      done(command);
    }
  }

  /** Everything but what was not allowed has been done. */
  private void done(String command) {
    Optional<String> nine = Optional.of("[\"203.0.113.9\"]");
    switch (command.split(" ", 2)[0]) {
      case "assign" -> assertThat(server.annotation("web-2")).contains("[\"203.0.113.10\"]");
      case "move" -> {
        assertThat(server.annotation("web-0")).isEmpty();
        assertThat(server.annotation("web-1")).isEqualTo(nine);
      }
      case "release" -> assertThat(server.annotation("web-0")).isEmpty();
      default -> assertThat(server.annotation("web-0")).isEqualTo(nine);
    }
  }

  @Test
  void without_leases_the_way_without_a_lock_is_told() {
    Path user = server.user(Rights.NO_LEASES.rules());

    server
        .fipctlAs(user, "assign", "shop/web-2", "203.0.113.10", "--wait=false")
        .exits(6)
        .saying("nothing was changed", "--no-lock");
  }

  @Test
  void a_namespace_for_records_that_may_not_be_made_is_named() {
    Path user =
        server.user(RbacRule.readAnd(RbacRule.PATCH_PODS, RbacRule.LEASES, RbacRule.EVENTS));
    String[] command = {
      "assign", "shop/web-2", "203.0.113.10", "--wait=false", "--record-namespace=not-there"
    };

    server
        .fipctlAs(user, command)
        .exits(6)
        .answeringNothing()
        .saying("namespace not-there", "kubectl create namespace not-there", "--record-namespace");

    assertThat(server.annotation("web-2")).isEmpty();
  }

  @Test
  void whoever_may_makes_the_namespace_for_records() {
    Path user = server.user(Rights.ALL.rules());
    String name = "records-" + Long.toString(System.nanoTime(), 36);
    String[] command = {
      "assign", "shop/web-2", "203.0.113.10", "--wait=false", "--record-namespace=" + name
    };

    server.fipctlAs(user, command).exits(0);

    assertThat(
            server
                .kubectl("get", "lease", "-n", name, "fip-203-0-113-10", "-o", "yaml")
                .exits(0)
                .out())
        .contains("fipctl.io/holder", "web-2");
  }

  @Test
  void a_move_is_told_in_Events_of_both_pods() {
    server.annotate("web-0", "[\"203.0.113.9\"]");

    server.fipctl("move", "203.0.113.9", "shop/web-1", "--unverified").exits(0);

    String path = "jsonpath={range .items[*]}{.involvedObject.name}{\" \"}{.message}{\"\\n\"}{end}";
    String events = server.kubectl("get", "events", "-n", "shop", "-o", path).exits(0).out();
    for (String pod : List.of("web-0", "web-1")) {
      assertThat(events.lines().filter(line -> line.startsWith(pod + " ")))
          .anyMatch(line -> line.contains("203.0.113.9"));
    }
  }
}
