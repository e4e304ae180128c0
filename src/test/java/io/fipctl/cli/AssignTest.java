package io.fipctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.cluster.Kind;
import io.fipctl.lab.LabState;
import io.fipctl.model.ExitCode;
import io.fipctl.model.Pod;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AssignTest {
  private final Runs runs = Runs.on(LabState.healthy());

  @Test
  void gives_the_pod_the_address_and_says_where() {
    Runs.Result result = runs.run("assign", "shop/web-2", "203.0.113.40");

    assertThat(result.out())
        .isEqualTo("pod/web-2 floating IP 203.0.113.40 assigned (node n1, 0s)\n");
    assertThat(result.err()).isEmpty();
    assertThat(runs.annotation("shop/web-2")).contains("[\"203.0.113.40\"]");
    assertThat(runs.ok("list", "-A", "--verify", "--no-headers"))
        .containsPattern("203\\.0\\.113\\.40 +web-2 +n1 +held +ok");
  }

  @ParameterizedTest
  @CsvSource({
    "shop/web-2, 203.0.113.40",
    "203.0.113.40, shop/web-2",
    "shop/web-2, 203.0.113.40/32",
    "statefulset/db, 203.0.113.40"
  })
  void understands_either_order_and_every_way_to_name_a_pod(String first, String second) {
    Runs named =
        Runs.on(
            LabState.healthy()
                .withPod("shop/db-0", "n1", "10.244.40.140")
                .with(
                    Kind.STATEFUL_SETS,
                    """
                    {"metadata": {"name": "db", "namespace": "shop"},
                     "spec": {"selector": {"matchLabels": {"app": "db"}}}}
                    """));

    assertThat(
            named
                .run(
                    "-n", "shop", "assign", first.replace("shop/", ""), second.replace("shop/", ""))
                .out())
        .contains("floating IP 203.0.113.40 assigned");
  }

  @Test
  void keeps_the_addresses_that_the_pod_has_already() {
    runs.ok("assign", "shop/web-1", "203.0.113.40");

    assertThat(runs.annotation("shop/web-1"))
        .contains("[\"203.0.113.31\",\"203.0.113.32\",\"203.0.113.40\"]");
  }

  @Test
  void gives_several_addresses_at_once() {
    assertThat(runs.ok("assign", "shop/web-2", "203.0.113.40,203.0.113.41"))
        .contains("203.0.113.40 assigned", "203.0.113.41 assigned");
    assertThat(runs.annotation("shop/web-2")).contains("[\"203.0.113.40\",\"203.0.113.41\"]");
  }

  @Test
  void changes_nothing_the_second_time() {
    runs.ok("assign", "shop/web-2", "203.0.113.40");
    int writes = runs.cluster().faults().writes();

    Runs.Result again = runs.run("assign", "shop/web-2", "203.0.113.40");

    assertThat(again.exitCode()).isZero();
    assertThat(again.out()).isEqualTo("pod/web-2 floating IP 203.0.113.40 unchanged\n");
    assertThat(runs.cluster().faults().writes()).isEqualTo(writes);
    assertThat(runs.run("assign", "shop/web-2", "203.0.113.40", "--error-unchanged").code())
        .isEqualTo(ExitCode.UNCHANGED);
  }

  @Test
  void compares_addresses_as_numbers() {
    Runs dual =
        Runs.on(
            LabState.healthy()
                .dualStack()
                .withPod("shop/six", "n1", "10.244.40.150", "fd00:10:244::5")
                .withPod("shop/seven", "n2", "10.244.217.50", "fd00:10:244::7"));
    dual.ok("assign", "shop/six", "2001:DB8::5");

    assertThat(dual.ok("assign", "shop/six", "2001:db8:0:0::5")).contains("2001:db8::5 unchanged");
    assertThat(dual.run("assign", "shop/seven", "2001:db8::0005").code())
        .isEqualTo(ExitCode.CONFLICT);
  }

  @Test
  void refuses_an_address_that_another_pod_holds_and_names_the_way() {
    Runs.Result result = runs.run("assign", "shop/web-2", "203.0.113.10");

    assertThat(result.code()).isEqualTo(ExitCode.CONFLICT);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains("held by pod shop/web-0", "fipctl move 203.0.113.10");
    assertThat(runs.annotation("shop/web-2")).isEmpty();
  }

  @Test
  void steals_only_when_told_and_confirmed() {
    assertThat(runs.run("assign", "shop/web-2", "203.0.113.10", "--steal").code())
        .isEqualTo(ExitCode.USAGE);
    assertThat(
            runs.answering("no").run("assign", "shop/web-2", "203.0.113.10", "--steal").exitCode())
        .isEqualTo(130);
    assertThat(runs.annotation("shop/web-0")).contains("[\"203.0.113.10\"]");

    assertThat(runs.answering("y").ok("assign", "shop/web-2", "203.0.113.10", "--steal"))
        .contains("203.0.113.10 moved from pod/web-0");
    assertThat(runs.annotation("shop/web-0")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "172.31.99.12", // a node
        "10.244.217.1", // another pod's own IP
        "10.96.0.1" // a service
      })
  void refuses_an_address_that_something_else_has(String address) {
    Runs.Result result = runs.run("assign", "shop/web-2", address);

    assertThat(result.code()).isEqualTo(ExitCode.CONFLICT);
    assertThat(result.err()).contains("already belongs to");
  }

  @Test
  void repairs_no_foreign_entry_on_the_side() {
    Runs foreign = Runs.on(LabState.healthy().floatingIps("shop/web-2", "[\"203.0.113.50/32\"]"));

    Runs.Result result = foreign.run("assign", "shop/web-2", "203.0.113.40");

    assertThat(result.code()).isEqualTo(ExitCode.CONFLICT);
    assertThat(result.err()).as("no empty value is advised").doesNotContain("'[]'");
    assertThat(result.err()).contains("203.0.113.50/32");
    assertThat(foreign.annotation("shop/web-2")).contains("[\"203.0.113.50/32\"]");
  }

  @Test
  void refuses_while_felix_programs_nothing_on_the_pods_node() {
    Runs off = Runs.on(LabState.healthy().gates(true, false));

    Runs.Result result = off.run("assign", "shop/web-2", "203.0.113.40");

    assertThat(result.code()).isEqualTo(ExitCode.UNSUPPORTED);
    assertThat(result.err()).contains("Felix on node n1", "fipctl enable");
  }

  @Test
  void refuses_while_the_pod_could_not_start_again_unless_that_is_known() {
    Runs off = Runs.on(LabState.healthy().gates(false, true));

    Runs.Result refused = off.run("assign", "shop/web-2", "203.0.113.40");

    assertThat(refused.code()).isEqualTo(ExitCode.UNSUPPORTED);
    assertThat(refused.err()).contains("never start again");
    assertThat(off.run("assign", "shop/web-2", "203.0.113.40", "--allow-cni-gate-off").code())
        .isEqualTo(ExitCode.OK);
  }

  @Test
  void warns_of_an_address_that_nobody_announces_and_refuses_it_when_strict() {
    Runs.Result strict = runs.run("assign", "shop/web-2", "192.0.2.7", "--strict");
    assertThat(strict.code()).isEqualTo(ExitCode.UNSUPPORTED);

    Runs.Result result = runs.run("assign", "shop/web-2", "192.0.2.7");
    assertThat(result.exitCode()).isZero();
    assertThat(result.err()).contains("warning: 192.0.2.7 is in no IP pool");
  }

  @Test
  void keeps_the_change_when_the_node_does_not_follow_and_says_so() {
    Runs stuck = Runs.on(LabState.healthy().stuck("n1"));

    Runs.Result result = stuck.run("assign", "shop/web-2", "203.0.113.40", "-o", "json");

    assertThat(result.code()).isEqualTo(ExitCode.NOT_SEEN);
    assertThat(result.out()).contains("\"verified\" : false", "\"changed\" : true");
    assertThat(result.err()).contains("node n1 has no DNAT rule for 203.0.113.40");
    assertThat(stuck.annotation("shop/web-2")).isPresent();
  }

  @Test
  void without_the_right_to_look_makes_the_change_and_exits_with_7() {
    Runs blind = Runs.on(LabState.healthy().deny("create", "pods/exec"));

    Runs.Result result = blind.run("assign", "shop/web-2", "203.0.113.40");

    assertThat(result.code()).isEqualTo(ExitCode.NOT_SEEN);
    assertThat(result.out()).contains("assigned", "not verified on the node");
    assertThat(result.err()).contains("pods/exec");
    assertThat(blind.annotation("shop/web-2")).isPresent();
    assertThat(blind.run("assign", "shop/web-0", "203.0.113.41", "--wait=false").exitCode())
        .isZero();
  }

  @Test
  void refuses_without_the_right_to_list_all_pods() {
    Runs blind = Runs.on(LabState.healthy().deny("list", "pods"));

    Runs.Result result = blind.run("assign", "shop/web-2", "203.0.113.40");

    assertThat(result.code()).isEqualTo(ExitCode.FORBIDDEN);
    assertThat(blind.annotation("shop/web-2")).isEmpty();
  }

  @Test
  void names_what_it_could_not_check() {
    Runs.Result result =
        Runs.on(LabState.healthy().deny("list", "services"))
            .run("assign", "shop/web-2", "203.0.113.40");

    assertThat(result.exitCode()).isZero();
    assertThat(result.err()).contains("warning: not checked: services");
  }

  @Test
  void a_dry_run_says_what_would_be_done_and_writes_nothing() {
    for (String mode : new String[] {"--dry-run", "--dry-run=client", "--dry-run=server"}) {
      Runs.Result result = runs.run("assign", "shop/web-2", "203.0.113.40", mode);

      assertThat(result.exitCode()).isZero();
      assertThat(result.out()).contains("203.0.113.40 assigned", "(dry run)");
      assertThat(runs.annotation("shop/web-2")).isEmpty();
    }
  }

  @Test
  void sees_a_second_writer_between_read_and_write_and_keeps_what_it_wrote() {
    runs.cluster()
        .faults()
        .beforeWrite(1, other -> Runs.annotate(other, "shop/web-2", "[\"203.0.113.41\"]"));

    runs.ok("assign", "shop/web-2", "203.0.113.40");

    assertThat(runs.annotation("shop/web-2")).contains("[\"203.0.113.41\",\"203.0.113.40\"]");
  }

  @Test
  void gives_way_to_a_pod_that_took_the_address_at_the_same_moment() {
    runs.cluster()
        .faults()
        .beforeWrite(1, other -> Runs.annotate(other, "shop/t1", "[\"203.0.113.40\"]"));

    Runs.Result result = runs.run("assign", "shop/web-2", "203.0.113.40");

    assertThat(result.code()).isEqualTo(ExitCode.CONFLICT);
    assertThat(runs.annotation("shop/web-2")).isEmpty();
    assertThat(runs.annotation("shop/t1")).contains("[\"203.0.113.40\"]");
  }

  @Test
  void never_writes_to_another_pod_of_the_same_name() {
    runs.cluster()
        .faults()
        .beforeWrite(
            1,
            other -> {
              other.delete(Kind.PODS, "shop", "web-2");
              runs.cluster().change(state -> state.withPod("shop/web-2", "n1", "10.244.40.131"));
            });

    Runs.Result result = runs.run("assign", "shop/web-2", "203.0.113.40");

    assertThat(result.code()).isEqualTo(ExitCode.CONFLICT);
    assertThat(result.err()).contains("it is another pod");
    assertThat(runs.annotation("shop/web-2")).isEmpty();
  }

  @Test
  void looks_again_when_the_answer_to_the_write_was_lost() {
    runs.cluster().faults().loseAnswer(1);

    assertThat(runs.ok("assign", "shop/web-2", "203.0.113.40")).contains("assigned");
  }

  @Test
  void says_that_the_address_does_not_survive_the_pods_replacement() {
    Runs owned = Runs.on(LabState.healthy());
    Pod controlled =
        owned.cluster().list(Kind.PODS).stream()
            .map(Pod::of)
            .filter(pod -> pod.controller().isPresent() && !pod.hostNetwork() && !pod.finished())
            .findFirst()
            .orElseThrow();

    Runs.Result result = owned.run("assign", controlled.ref().toString(), "203.0.113.40");

    assertThat(result.err()).contains("203.0.113.40 will not follow it");
    assertThat(owned.ok("assign", controlled.ref().toString(), "203.0.113.40", "-o", "json"))
        .contains("\"survivesReplacement\" : false");
  }

  @Test
  void waits_for_a_pod_that_has_no_network_yet() {
    Runs late = Runs.on(LabState.healthy().notReady("n3").withPod("shop/late", "n3"));
    late.whileWaiting(() -> late.cluster().change(state -> state.readyAgain("n3")));

    assertThat(late.ok("assign", "shop/late", "203.0.113.40"))
        .contains("pod/late floating IP 203.0.113.40 assigned (node n3");
  }

  @Test
  void says_where_to_look_later_when_nobody_waited() {
    Runs.Result result = runs.run("assign", "shop/web-2", "203.0.113.40", "--wait=false");

    assertThat(result.out()).contains("not verified on the node");
    assertThat(result.err())
        .isEqualTo("nobody looked at the nodes; later: fipctl list -A --verify\n");
  }

  @Test
  void resolves_a_duplicate_of_its_own_only_when_it_may_steal() {
    Runs twice = Runs.on(LabState.healthy().floatingIps("shop/t1", "[\"203.0.113.10\"]"));
    assertThat(twice.run("assign", "shop/web-0", "203.0.113.10").code())
        .isEqualTo(ExitCode.CONFLICT);

    twice.ok("assign", "shop/web-0", "203.0.113.10", "--steal", "--yes");

    assertThat(twice.annotation("shop/t1")).isEmpty();
    assertThat(twice.ok("owner", "203.0.113.10")).isEqualTo("shop/web-0\n");
  }

  @Test
  void warns_once_of_what_several_addresses_share() {
    Runs.Result result =
        Runs.on(LabState.healthy().deny("list", "services"))
            .run("assign", "shop/web-2", "203.0.113.40,203.0.113.41");

    assertThat(result.err().lines().filter(line -> line.startsWith("warning:"))).hasSize(1);
  }
}
