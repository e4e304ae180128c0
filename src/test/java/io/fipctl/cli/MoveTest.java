package io.fipctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.kube.Cluster;
import io.fipctl.kube.Kind;
import io.fipctl.lab.simulation.LabState;
import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import io.fipctl.model.IpAddress;
import io.fipctl.model.Pod;
import io.fipctl.node.NodeCommand;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code fipctl move}: web-0 and web-2 are on node n1, web-1 and t1 on n2. */
class MoveTest {
  private static final IpAddress ADDRESS = IpAddress.parse("203.0.113.10");
  private static final String WEB_0 = "src=10.244.40.130 ";
  private static final String WEB_1 = "src=10.244.217.1 ";
  private static final String UNREWRITTEN = "src=203.0.113.10 ";

  private final CliFixture runs = CliFixture.on(LabState.healthy());

  @Test
  void hands_the_address_over_and_says_from_where() {
    CliFixture.Result result = runs.run("move", "203.0.113.10", "shop/web-1");

    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.out())
        .isEqualTo("pod/web-1 floating IP 203.0.113.10 moved from pod/web-0 (node n2, 0s)\n");
    assertThat(result.err()).isEmpty();
    assertThat(runs.annotation("shop/web-0")).isEmpty();
    assertThat(runs.annotation("shop/web-1"))
        .contains("[\"203.0.113.31\",\"203.0.113.32\",\"203.0.113.10\"]");
    assertThat(verdict(runs)).containsPattern("203\\.0\\.113\\.10 +web-1 +n2 +held +ok");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "203.0.113.10 shop/web-1",
        "shop/web-1 203.0.113.10",
        "203.0.113.10 --to shop/web-1",
        "--to shop/web-1 203.0.113.10 --from shop/web-0",
        "203.0.113.10/32 web-1 -n shop --from web-0"
      })
  void understands_either_order_and_both_options(String words) {
    runs.ok(BadInputTest.with(new String[] {"move"}, words.split(" ")));

    assertThat(runs.ok("owner", "203.0.113.10")).isEqualTo("shop/web-1\n");
  }

  @ParameterizedTest
  @CsvSource({"another, shop/web-1", "the same, shop/web-2"})
  void at_no_time_two_pods_have_it(String node, String to) {
    runs.cluster()
        .faults()
        .beforeWrite(
            2,
            between -> {
              assertThat(holders(between)).as("%s node", node).isEmpty();
              assertThat(tracked(between, "n1")).doesNotContain(WEB_0);
            });

    runs.ok("move", "203.0.113.10", to);

    assertThat(holders(runs.cluster())).containsExactly(to);
    assertThat(runs.cluster().faults().writes()).isGreaterThanOrEqualTo(2);
  }

  @Test
  void deletes_the_tracked_connections_that_lead_elsewhere_on_both_nodes_and_no_others() {
    assertThat(tracked(runs.cluster(), "n1")).contains(WEB_0);
    assertThat(tracked(runs.cluster(), "n2")).contains(UNREWRITTEN);
    String others = flows(runs.cluster(), "n2", IpAddress.parse("203.0.113.31"));
    assertThat(others).isNotEmpty();

    String answer = runs.ok("move", "203.0.113.10", "shop/web-1", "-o", "json");

    assertThat(answer).contains("\"deletedFlows\" : 2", "\"verified\" : true");
    assertThat(tracked(runs.cluster(), "n1")).contains(UNREWRITTEN).doesNotContain(WEB_0);
    assertThat(tracked(runs.cluster(), "n2")).contains(WEB_1);
    assertThat(flows(runs.cluster(), "n2", IpAddress.parse("203.0.113.31"))).isEqualTo(others);
  }

  @Test
  void moves_several_addresses_one_after_the_other() {
    assertThat(runs.ok("move", "203.0.113.31,203.0.113.32", "shop/web-2"))
        .isEqualTo(
            """
            pod/web-2 floating IP 203.0.113.31 moved from pod/web-1 (node n1, 0s)
            pod/web-2 floating IP 203.0.113.32 moved from pod/web-1 (node n1, 0s)
            """);
    assertThat(runs.annotation("shop/web-1")).isEmpty();
  }

  @Test
  void says_which_of_several_are_done_when_one_fails() {
    runs.cluster().faults().failWrite(3, FipctlException.forbidden("Forbidden", "no more writes"));

    CliFixture.Result result =
        runs.run("move", "203.0.113.31,203.0.113.32", "shop/web-2", "-o", "json");

    assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.HALF_DONE);
    assertThat(result.out())
        .contains("\"outcome\" : \"done\"", "\"outcome\" : \"notDone\"", "\"exitCode\" : 8")
        .contains("\"kind\" : \"FloatingIPChangeList\"");
    assertThat(result.err())
        .contains("1 of 2 addresses are done (203.0.113.31), then no more writes")
        .contains("run the same command again");
    assertThat(runs.ok("owner", "203.0.113.32")).isEqualTo("shop/web-1\n");
    assertThat(runs.ok("move", "203.0.113.31,203.0.113.32", "shop/web-2"))
        .contains("203.0.113.31 unchanged", "203.0.113.32 moved");
  }

  @Test
  void is_unchanged_where_the_pod_has_it_already() {
    assertThat(runs.ok("move", "203.0.113.10", "shop/web-0"))
        .isEqualTo("pod/web-0 floating IP 203.0.113.10 unchanged\n");
    assertThat(runs.ok("move", "203.0.113.10", "shop/web-0", "--from", "shop/web-1"))
        .as("a move that was done before")
        .contains("unchanged");
    assertThat(runs.cluster().faults().writes()).isZero();
  }

  @Test
  void resolves_a_duplicate_when_told_who_is_to_lose_it() {
    CliFixture twice =
        CliFixture.on(LabState.healthy().floatingIps("shop/t1", "[\"203.0.113.10\"]"));
    assertThat(twice.run("move", "203.0.113.10", "shop/web-0").code()).isEqualTo(ExitCode.CONFLICT);

    twice.ok("move", "203.0.113.10", "shop/web-0", "--from", "shop/t1");

    assertThat(holders(twice.cluster())).containsExactly("shop/web-0");
    assertThat(verdict(twice)).containsPattern("203\\.0\\.113\\.10 +web-0 +n1 +held +ok");
  }

  @Test
  void a_duplicate_on_one_node_leaves_the_rule_to_the_pod_that_keeps_it() {
    CliFixture twice =
        CliFixture.on(LabState.healthy().floatingIps("shop/web-2", "[\"203.0.113.10\"]"));

    twice.ok("move", "203.0.113.10", "shop/web-2", "--from", "shop/web-0");

    assertThat(verdict(twice)).containsPattern("203\\.0\\.113\\.10 +web-2 +n1 +held +ok");
  }

  @Test
  void is_undone_when_the_new_node_does_not_follow() {
    CliFixture stuck = CliFixture.on(LabState.healthy().stuck("n2"));

    CliFixture.Result result = stuck.run("move", "203.0.113.10", "shop/web-1", "-o", "json");

    assertThat(result.code()).isEqualTo(ExitCode.NOT_SEEN);
    assertThat(result.out()).contains("\"changed\" : false", "\"kind\" : \"Error\"");
    assertThat(result.err())
        .contains("node n2 has no DNAT rule for 203.0.113.10 after 30s; nothing stays changed");
    assertThat(stuck.annotation("shop/web-0")).contains("[\"203.0.113.10\"]");
    assertThat(stuck.annotation("shop/web-1")).contains("[\"203.0.113.31\",\"203.0.113.32\"]");
    assertThat(verdict(stuck)).containsPattern("203\\.0\\.113\\.10 +web-0 +n1 +held +ok");
  }

  @Test
  void is_undone_when_the_old_node_does_not_let_go() {
    CliFixture stuck = CliFixture.on(LabState.healthy());
    stuck.cluster().change(state -> state.stuck("n1"));

    CliFixture.Result result = stuck.run("move", "203.0.113.10", "shop/web-1");

    assertThat(result.code()).isEqualTo(ExitCode.NOT_SEEN);
    assertThat(result.err()).contains("node n1 still has the rule or route of 203.0.113.10");
    assertThat(holders(stuck.cluster())).containsExactly("shop/web-0");
  }

  @Test
  void ends_with_8_and_the_way_on_when_the_undo_fails_too() {
    CliFixture stuck = CliFixture.on(LabState.healthy().stuck("n2"));
    stuck.cluster().faults().failWrite(4, FipctlException.forbidden("Forbidden", "no answer"));

    CliFixture.Result result = stuck.run("move", "203.0.113.10", "shop/web-1");

    assertThat(result.code()).isEqualTo(ExitCode.HALF_DONE);
    assertThat(result.err())
        .contains("node n2 has no DNAT rule", "taking it back failed", "no answer")
        .contains("  fipctl list -A --verify", "  fipctl assign shop/web-0 203.0.113.10");
    assertThat(holders(stuck.cluster())).isEmpty();
  }

  @Test
  void leaves_no_second_holder_when_the_new_pod_does_not_let_go_of_it() {
    CliFixture stuck = CliFixture.on(LabState.healthy().stuck("n2"));
    stuck.cluster().faults().failWrite(3, FipctlException.forbidden("Forbidden", "no answer"));

    CliFixture.Result result = stuck.run("move", "203.0.113.10", "shop/web-1", "-o", "json");

    assertThat(result.code()).isEqualTo(ExitCode.HALF_DONE);
    assertThat(result.out()).contains("\"reason\" : \"UndoFailed\"", "\"changed\" : true");
    assertThat(result.err())
        .contains("fipctl release 203.0.113.10 --pod shop/web-1")
        .contains("fipctl assign shop/web-0 203.0.113.10");
    assertThat(holders(stuck.cluster())).containsExactly("shop/web-1");
  }

  @Test
  void without_the_right_to_look_moves_only_when_told_so() {
    CliFixture blind = CliFixture.on(LabState.healthy().deny("create", "pods/exec"));
    assertThat(blind.run("move", "203.0.113.10", "shop/web-1").code())
        .isEqualTo(ExitCode.FORBIDDEN);
    assertThat(blind.cluster().faults().writes()).isZero();

    CliFixture.Result result = blind.run("move", "203.0.113.10", "shop/web-1", "--unverified");

    assertThat(result.exitCode()).isZero();
    assertThat(result.out()).contains("not verified on the node");
    assertThat(result.err()).contains("later: fipctl list -A --verify");
    assertThat(holders(blind.cluster())).containsExactly("shop/web-1");
  }

  @Test
  void never_writes_to_another_pod_of_the_same_name_and_takes_the_rest_back() {
    runs.cluster()
        .faults()
        .beforeWrite(
            2,
            other -> {
              other.delete(Kind.PODS, "shop", "web-1");
              runs.cluster().change(state -> state.withPod("shop/web-1", "n2", "10.244.217.1"));
            });

    CliFixture.Result result = runs.run("move", "203.0.113.10", "shop/web-1");

    assertThat(result.code()).isEqualTo(ExitCode.CONFLICT);
    assertThat(result.err()).contains("it is another pod", "nothing stays changed");
    assertThat(holders(runs.cluster())).containsExactly("shop/web-0");
  }

  @Test
  void sees_a_second_writer_and_keeps_what_it_wrote() {
    runs.cluster()
        .faults()
        .beforeWrite(
            1,
            other ->
                CliFixture.annotate(other, "shop/web-0", "[\"203.0.113.10\",\"203.0.113.60\"]"));

    runs.ok("move", "203.0.113.10", "shop/web-1");

    assertThat(runs.annotation("shop/web-0")).contains("[\"203.0.113.60\"]");
  }

  @Test
  void gives_up_when_somebody_else_keeps_writing() {
    for (int write = 1; write <= 6; write++) {
      String more = "203.0.113.%d".formatted(60 + write);
      runs.cluster()
          .faults()
          .beforeWrite(
              write,
              other ->
                  CliFixture.annotate(
                      other, "shop/web-0", "[\"203.0.113.10\",\"%s\"]".formatted(more)));
    }

    CliFixture.Result result = runs.run("move", "203.0.113.10", "shop/web-1");

    assertThat(result.code()).isEqualTo(ExitCode.CONFLICT);
    assertThat(result.err()).contains("somebody else wrote to pod shop/web-0");
    assertThat(holders(runs.cluster())).containsExactly("shop/web-0");
  }

  @Test
  void gives_way_to_a_pod_that_takes_the_address_in_between() {
    runs.cluster()
        .faults()
        .beforeWrite(2, other -> CliFixture.annotate(other, "shop/t1", "[\"203.0.113.10\"]"));

    CliFixture.Result result = runs.run("move", "203.0.113.10", "shop/web-1");

    assertThat(result.code()).isEqualTo(ExitCode.HALF_DONE);
    assertThat(result.err()).contains("pod shop/t1 took 203.0.113.10 at the same moment");
    assertThat(holders(runs.cluster())).containsExactly("shop/t1");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void looks_again_when_the_answer_to_a_write_was_lost(int write) {
    runs.cluster().faults().loseAnswer(write);

    runs.ok("move", "203.0.113.10", "shop/web-1");

    assertThat(holders(runs.cluster())).containsExactly("shop/web-1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"client", "server"})
  void a_dry_run_says_what_would_be_done_and_writes_nothing(String mode) {
    assertThat(runs.ok("move", "203.0.113.10", "shop/web-1", "--dry-run=" + mode))
        .isEqualTo("pod/web-1 floating IP 203.0.113.10 moved from pod/web-0 (dry run)\n");
    assertThat(runs.cluster().faults().writes()).isZero();
  }

  @Test
  void a_dry_run_on_the_server_meets_what_the_write_would_meet() {
    CliFixture denied = CliFixture.on(LabState.healthy().deny("patch", "pods"));

    assertThat(denied.run("move", "203.0.113.10", "shop/web-1", "--dry-run=server").code())
        .isEqualTo(ExitCode.FORBIDDEN);
    assertThat(denied.run("move", "203.0.113.10", "shop/web-1", "--dry-run=client").code())
        .isEqualTo(ExitCode.OK);
  }

  private static String verdict(CliFixture runs) {
    return runs.ok("list", "-A", "--verify", "--no-headers");
  }

  private static List<String> holders(Cluster cluster) {
    return cluster.list(Kind.PODS).stream()
        .map(Pod::of)
        .filter(pod -> pod.holds(ADDRESS))
        .map(pod -> pod.ref().toString())
        .toList();
  }

  private static String tracked(Cluster cluster, String node) {
    return flows(cluster, node, ADDRESS);
  }

  private static String flows(Cluster cluster, String node, IpAddress address) {
    return cluster.nodes().run(node, new NodeCommand.Flows(address)).stdout();
  }

  @Test
  void an_address_is_not_given_away_while_its_old_node_cannot_be_read() {
    CliFixture moving = CliFixture.on(LabState.healthy());
    moving.cluster().faults().failTools("n1", 1);

    CliFixture.Result result = moving.run("move", "203.0.113.10", "shop/web-1");

    assertThat(result.code()).isEqualTo(ExitCode.NOT_SEEN);
    assertThat(moving.ok("owner", "203.0.113.10")).isEqualTo("shop/web-0\n");
  }

  @Test
  void a_node_whose_tools_begin_to_fail_during_a_move_undoes_it() {
    CliFixture moving = CliFixture.on(LabState.healthy());
    moving.stoppingAt(
        point -> {
          if (point.startsWith("before take")) {
            moving.cluster().faults().failTools("n1", 1);
          }
          if (point.startsWith("before give")) {
            moving.cluster().faults().mendTools("n1");
          }
        });

    CliFixture.Result result = moving.run("move", "203.0.113.10", "shop/web-1");

    assertThat(result.code()).isEqualTo(ExitCode.NOT_SEEN);
    assertThat(result.err()).contains("was not read whole");
    assertThat(moving.ok("owner", "203.0.113.10")).isEqualTo("shop/web-0\n");
    assertThat(moving.annotation("shop/web-1"))
        .hasValueSatisfying(it -> assertThat(it).doesNotContain("203.0.113.10\""));
  }
}
