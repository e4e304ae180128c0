package io.fipctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.lab.simulation.LabState;
import io.fipctl.model.ExitCode;
import io.fipctl.model.IpAddress;
import io.fipctl.node.NodeCommand;
import io.fipctl.node.NodeCommand.Section;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReleaseTest {
  private final CliFixture runs = CliFixture.on(LabState.healthy());

  @Test
  void leaves_the_flows_of_another_holder_on_the_node_alone() {
    CliFixture both =
        CliFixture.on(LabState.healthy().floatingIps("shop/web-2", "[\"203.0.113.10\"]"));

    String answer =
        both.ok("release", "203.0.113.10", "--pod", "shop/web-2", "--yes", "-o", "json");

    assertThat(answer).contains("\"verified\" : true", "\"deletedFlows\" : 0");
  }

  @Test
  void takes_the_address_away_and_the_key_with_the_last_one() {
    assertThat(runs.ok("release", "203.0.113.10"))
        .isEqualTo("pod/web-0 floating IP 203.0.113.10 released (node n1, 0s)\n");
    assertThat(runs.annotation("shop/web-0")).isEmpty();
  }

  @Test
  void keeps_the_others_of_the_pod() {
    runs.ok("release", "203.0.113.31");

    assertThat(runs.annotation("shop/web-1")).contains("[\"203.0.113.32\"]");
  }

  @Test
  void takes_several_from_several_pods() {
    assertThat(runs.ok("release", "203.0.113.10", "203.0.113.31,203.0.113.32").lines()).hasSize(3);
    assertThat(runs.annotation("shop/web-1")).isEmpty();
  }

  @Test
  void is_unchanged_where_nobody_holds_it() {
    assertThat(runs.ok("release", "203.0.113.99"))
        .isEqualTo("floating IP 203.0.113.99 unchanged (nobody holds it)\n");
    assertThat(runs.ok("release", "203.0.113.10", "--pod", "shop/web-1", "-y"))
        .isEqualTo("pod/web-1 floating IP 203.0.113.10 unchanged (the pod does not hold it)\n");
    assertThat(runs.cluster().faults().writes()).isZero();
    assertThat(runs.ok("owner", "203.0.113.10")).isEqualTo("shop/web-0\n");
  }

  @Test
  void ends_the_flows_of_the_address() {
    assertThat(flows()).contains("src=10.244.40.130 ");

    assertThat(runs.ok("release", "203.0.113.10", "-o", "json")).contains("\"deletedFlows\" : 1");

    assertThat(flows()).doesNotContain("src=10.244.40.130 ");
  }

  @Test
  void takes_all_from_a_pod_once_that_is_confirmed() {
    assertThat(runs.run("release", "--pod", "shop/web-1").code()).isEqualTo(ExitCode.USAGE);
    CliFixture.Result no = runs.answering("n").run("release", "--pod", "shop/web-1");
    assertThat(no.exitCode()).isEqualTo(1);
    assertThat(no.err())
        .contains(
            "take 203.0.113.31 away from shop/web-1",
            "Continue? [y/N]",
            "error: aborted; nothing was changed");
    assertThat(runs.cluster().faults().writes()).isZero();

    assertThat(runs.answering("y").ok("release", "--pod", "shop/web-1")).contains("released");

    assertThat(runs.annotation("shop/web-1")).isEmpty();
  }

  @Test
  void of_a_duplicate_takes_the_one_that_is_named() {
    CliFixture twice =
        CliFixture.on(LabState.healthy().floatingIps("shop/t1", "[\"203.0.113.10\"]"));
    assertThat(twice.run("release", "203.0.113.10").code()).isEqualTo(ExitCode.CONFLICT);

    twice.ok("release", "203.0.113.10", "--pod", "shop/t1", "--yes");

    assertThat(twice.ok("owner", "203.0.113.10")).isEqualTo("shop/web-0\n");
  }

  @Test
  void of_a_duplicate_on_one_node_waits_for_the_rule_of_the_other_pod() {
    CliFixture twice =
        CliFixture.on(LabState.healthy().floatingIps("shop/web-2", "[\"203.0.113.10\"]"));

    twice.ok("release", "203.0.113.10", "--pod", "shop/web-0", "--yes");

    assertThat(twice.ok("list", "-A", "--verify")).containsPattern("10 +web-2 +n1 +held +ok");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"203.0.113.50", "", "{}", "[\"203.0.113.50/32\"]", "[\"2001:db8::1\"]", "[]"})
  void drops_a_value_that_no_pod_should_have(String value) {
    CliFixture bad = CliFixture.on(LabState.healthy().floatingIps("shop/web-2", value));

    assertThat(bad.ok("release", "--pod", "shop/web-2", "--yes")).contains("released");

    assertThat(bad.annotation("shop/web-2")).isEmpty();
  }

  @Test
  void drops_what_is_left_over_of_a_finished_pod() {
    CliFixture left =
        CliFixture.on(LabState.healthy().floatingIps("shop/migrate-x7k2p", "[\"203.0.113.9\"]"));

    left.ok("release", "--pod", "shop/migrate-x7k2p", "--yes");

    assertThat(left.annotation("shop/migrate-x7k2p")).isEmpty();
  }

  @Test
  void watches_the_working_addresses_that_go_with_a_bad_entry() {
    CliFixture mixed =
        CliFixture.on(
            LabState.healthy().floatingIps("shop/web-0", "[\"203.0.113.10\",\"203.0.113.11/32\"]"));

    assertThat(mixed.ok("release", "--pod", "shop/web-0", "--yes", "-o", "json"))
        .contains("\"verified\" : true", "\"deletedFlows\" : 1");

    mixed.cluster().change(state -> state.floatingIps("shop/web-0", "[\"203.0.113.10\",\"x\"]"));
    mixed.cluster().change(state -> state.stuck("n1"));
    CliFixture.Result stuck = mixed.run("release", "--pod", "shop/web-0", "--yes");
    assertThat(stuck.code()).isEqualTo(ExitCode.NOT_SEEN);
    assertThat(stuck.err()).contains("accepted, not seen on the node");
    assertThat(mixed.annotation("shop/web-0")).isEmpty();
  }

  @Test
  void takes_a_claim_from_a_pod_that_has_no_network_yet() {
    CliFixture pending =
        CliFixture.on(
            LabState.healthy()
                .notReady("n3")
                .withPod("shop/late", "n3")
                .floatingIps("shop/late", "[\"203.0.113.70\"]"));

    pending.ok("release", "203.0.113.70", "--unverified");

    assertThat(pending.annotation("shop/late")).isEmpty();
  }

  @Test
  void keeps_the_change_when_the_node_does_not_follow_and_says_so() {
    runs.cluster().change(state -> state.stuck("n1"));

    CliFixture.Result result = runs.run("release", "203.0.113.10", "-o", "json");

    assertThat(result.code()).isEqualTo(ExitCode.NOT_SEEN);
    assertThat(result.out()).contains("\"changed\" : true", "\"verified\" : false");
    assertThat(result.err())
        .contains("accepted, not seen on the node: node n1 still has the rule or route");
    assertThat(runs.annotation("shop/web-0")).isEmpty();
  }

  @Test
  void without_the_right_to_look_releases_only_when_told_so() {
    CliFixture blind = CliFixture.on(LabState.healthy().deny("create", "pods/exec"));
    assertThat(blind.run("release", "203.0.113.10").code()).isEqualTo(ExitCode.FORBIDDEN);

    assertThat(blind.ok("release", "203.0.113.10", "--unverified"))
        .contains("released", "not verified on the node");
  }

  @Test
  void a_dry_run_writes_nothing() {
    assertThat(runs.ok("release", "203.0.113.10", "--dry-run=server"))
        .isEqualTo("pod/web-0 floating IP 203.0.113.10 released (dry run)\n");
    assertThat(runs.annotation("shop/web-0")).isPresent();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 124, 127})
  void a_node_whose_tools_all_fail_is_not_seen_to_let_go(int status) {
    runs.cluster().faults().failTools("n1", status);

    CliFixture.Result refused = runs.run("release", "203.0.113.10");

    assertThat(refused.code()).isEqualTo(ExitCode.NOT_SEEN);
    assertThat(refused.err()).contains("nothing was changed", "--unverified");
    assertThat(runs.annotation("shop/web-0")).isPresent();
  }

  @ParameterizedTest
  @EnumSource(
      value = Section.class,
      names = {"IPTABLES_NFT", "IPTABLES_LEGACY", "NFT", "ROUTES"})
  void what_fails_while_it_is_waited_for_leaves_the_release_unseen(Section section) {
    CliFixture meanwhile =
        runs.stoppingAt(
            point -> {
              if (point.startsWith("before take")) {
                // nft shows what iptables-nft has.
                Section[] both = {section, Section.NFT};
                runs.cluster().faults().failTools("n1", 124, both);
              }
            });

    CliFixture.Result result = meanwhile.run("release", "203.0.113.10", "-o", "json");

    assertThat(result.code()).isEqualTo(ExitCode.NOT_SEEN);
    assertThat(result.out()).contains("\"changed\" : true").doesNotContain("\"verified\" : true");
    assertThat(result.err()).contains("was not read whole", "the command took too long");
  }

  @ParameterizedTest
  @EnumSource(
      value = Section.class,
      names = {"IPTABLES_LEGACY", "NFT", "ROUTES"})
  void a_dump_that_is_cut_is_not_judged(Section section) {
    runs.cluster().faults().garbleTool("n1", section, text -> text.substring(0, text.length() / 2));

    assertThat(runs.run("release", "203.0.113.10").code()).isEqualTo(ExitCode.NOT_SEEN);
    assertThat(runs.annotation("shop/web-0")).isPresent();
  }

  @Test
  void connections_that_cannot_be_listed_are_not_taken_for_none() {
    runs.cluster().faults().failTools("n1", 1, Section.FLOWS);

    CliFixture.Result result = runs.run("release", "203.0.113.10");

    assertThat(result.code()).isEqualTo(ExitCode.NOT_SEEN);
    assertThat(result.err())
        .contains("the tracked connections of 203.0.113.10 on node n1 were not read");
  }

  private String flows() {
    return runs.cluster()
        .nodes()
        .run("n1", new NodeCommand.Flows(IpAddress.parse("203.0.113.10")))
        .stdout();
  }
}
