package io.fipctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.kube.Kind;
import io.fipctl.lab.simulation.LabState;
import io.fipctl.model.ApiObject;
import io.fipctl.model.ExitCode;
import io.fipctl.model.Pod;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written down about addresses, and what is made of it. */
class RecordTest {
  private static final String LEASE = "fip-203-0-113-10";

  private final CliFixture runs = CliFixture.on(LabState.healthy());

  @Test
  void owner_note_and_protection_are_kept_shown_and_changed_alone() {
    runs.ok(
        "assign",
        "shop/web-2",
        "203.0.113.40",
        "--owner",
        "payments",
        "--note",
        "VIP",
        "--protect");

    assertThat(runs.ok("show", "203.0.113.40"))
        .containsPattern("Owner: +payments")
        .containsPattern("Note: +VIP")
        .containsPattern("Protected: +yes");
    assertThat(runs.ok("assign", "shop/web-2", "203.0.113.40", "--owner", "billing"))
        .contains("unchanged (its record was changed)");
    assertThat(runs.ok("show", "203.0.113.40")).containsPattern("Owner: +billing");
    assertThat(
            runs.run(
                    "assign",
                    "shop/web-2",
                    "203.0.113.40",
                    "--owner",
                    "billing",
                    "--error-unchanged")
                .code())
        .isEqualTo(ExitCode.UNCHANGED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "move 203.0.113.10 shop/web-1",
        "release 203.0.113.10",
        "release --pod shop/web-0 --yes",
        "assign shop/web-1 203.0.113.10 --steal --yes"
      })
  void a_protected_address_is_taken_only_when_told_twice(String line) {
    runs.ok("assign", "shop/web-0", "203.0.113.10", "--protect", "--owner", "payments");

    CliFixture.Result refused = runs.run(line.split(" "));

    assertThat(refused.code()).as(refused.err()).isEqualTo(ExitCode.CONFLICT);
    assertThat(refused.err())
        .contains("203.0.113.10 is protected, it belongs to payments", "--unprotect");
    assertThat(runs.ok("owner", "203.0.113.10")).isEqualTo("shop/web-0\n");
    runs.ok(BadInputTest.with(line.split(" "), "--unprotect"));
    assertThat(runs.ok("show", "203.0.113.10")).doesNotContain("Protected");
  }

  @Test
  void the_last_twenty_changes_are_kept_the_newest_first() {
    for (int i = 0; i < 12; i++) {
      runs.ok("move", "203.0.113.10", "shop/web-1");
      runs.ok("move", "203.0.113.10", "shop/web-0");
    }

    assertThat(runs.ok("history", "203.0.113.10", "--no-headers").lines())
        .hasSize(20)
        .first()
        .asString()
        .containsPattern("move +shop/web-1 +shop/web-0 +lab:\\d+");
  }

  @Test
  void what_other_tools_wrote_into_the_lease_stays() {
    LabState state = LeaseRecords.namespace(LabState.healthy());
    Map<String, Object> annotations = new HashMap<>();
    annotations.put("example.org/ticket", "4711");
    annotations.put("fipctl.io/colour", "green");
    annotations.put("fipctl.io/history", "[{\"action\":\"assign\",\"mood\":\"good\"}]");
    CliFixture written = CliFixture.on(LeaseRecords.lease(state, LEASE, "", annotations));

    written.ok("move", "203.0.113.10", "shop/web-1");

    ApiObject lease =
        written.cluster().get(Kind.LEASES, LeaseRecords.NAMESPACE, LEASE).orElseThrow();
    assertThat(lease.annotation("example.org/ticket")).contains("4711");
    assertThat(lease.annotation("fipctl.io/colour")).contains("green");
    assertThat(lease.annotation("fipctl.io/history").orElseThrow()).contains("\"mood\":\"good\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"intent", "holder", "history"})
  void a_record_that_cannot_be_read_is_named_and_not_acted_on(String key) {
    for (String value :
        new String[] {"", "nonsense", "[1", "42", "{\"action\":\"sell\"}", "null"}) {
      LabState state = LeaseRecords.namespace(LabState.healthy());
      CliFixture written =
          CliFixture.on(
              LeaseRecords.lease(state, LEASE, "", LeaseRecords.annotations(state, key, value)));

      assertThat(written.run("history", "203.0.113.10").err())
          .as(value)
          .contains("fipctl.io/" + key + " cannot be read");
      if (key.equals("intent")) {
        assertThat(written.run("move", "203.0.113.10", "shop/web-1").code())
            .isEqualTo(ExitCode.HALF_DONE);
        assertThat(written.run("recover", "203.0.113.10", "--yes").err())
            .contains("could not be read, and is closed");
        assertThat(written.ok("owner", "203.0.113.10")).isEqualTo("shop/web-0\n");
      }
      written.ok("move", "203.0.113.10", "shop/web-1");
    }
  }

  @Test
  void a_lease_without_any_annotations_is_written_to_as_well() {
    CliFixture bare =
        CliFixture.on(
            LeaseRecords.namespace(LabState.healthy())
                .with(
                    Kind.LEASES,
                    """
                    {"metadata": {"name": "fip-203-0-113-10", "namespace": "fipctl-system"},
                     "spec": {}}
                    """));

    bare.ok("move", "203.0.113.10", "shop/web-1");

    assertThat(bare.ok("history", "203.0.113.10")).contains("move");
  }

  @Test
  void an_address_whose_pod_went_without_a_release_is_lost_until_somebody_has_it() {
    runs.ok("move", "203.0.113.10", "shop/web-1");
    runs.cluster().change(state -> state.withoutPod("shop/web-1"));

    assertThat(runs.ok("list", "-A", "--no-headers"))
        .containsPattern("shop +203\\.0\\.113\\.10 +web-1 +n2 +lost");
    runs.ok("assign", "shop/web-2", "203.0.113.10");
    assertThat(runs.ok("list", "-A")).doesNotContain("lost");
    runs.ok("release", "203.0.113.10");
    assertThat(runs.ok("list", "-A")).doesNotContain("203.0.113.10");
  }

  @ParameterizedTest
  @ValueSource(strings = {"exclusive", "overlap"})
  void an_address_that_is_being_moved_is_not_lost(String handover) {
    List<String> states = new ArrayList<>();
    for (int boundary = 0; boundary < 40; boundary++) {
      CliFixture one = CliFixture.on(LabState.healthy());
      AtomicInteger passed = new AtomicInteger(-boundary);
      one.stoppingAt(
          at -> {
            if (passed.getAndIncrement() == 0) {
              states.add(one.ok("list", "-A", "--no-headers"));
            }
          });
      one.ok("move", "203.0.113.10", "shop/web-1", "--handover", handover);
    }

    assertThat(states)
        .allMatch(rows -> rows.contains("203.0.113.10 "))
        .noneMatch(rows -> rows.contains(" lost ") || rows.contains(" duplicate "))
        .anyMatch(rows -> rows.contains(" moving "))
        .anyMatch(rows -> !rows.contains(" moving "));
  }

  @Test
  void a_record_hides_no_holder_that_is_no_party_of_the_move() {
    CliFixture planted = CliFixture.on(LabState.healthy());
    List<String> rows = new ArrayList<>();
    planted.stoppingAt(
        boundary -> {
          if (boundary.startsWith("behind the intent")) {
            planted.cluster().change(s -> s.floatingIps("shop/web-2", "[\"203.0.113.10\"]"));
            rows.addAll(planted.ok("list", "-A").lines().toList());
            planted.cluster().change(s -> s.withoutFloatingIps("shop/web-2"));
          }
        });
    planted.ok("move", "203.0.113.10", "shop/web-1");

    assertThat(rows).filteredOn(row -> row.contains(" duplicate ")).hasSize(2);
  }

  @Test
  void an_address_is_as_old_as_its_pod_has_it() {
    runs.ok("move", "203.0.113.10", "shop/web-1");
    runs.later(Duration.ofMinutes(5)).ok("assign", "shop/web-1", "203.0.113.10", "--note", "mail");

    assertThat(runs.ok("list", "-A")).containsPattern("203\\.0\\.113\\.10 +web-1 +n2 +held +5m");
    assertThat(runs.ok("show", "shop/web-1")).containsPattern("203\\.0\\.113\\.10 .* 5m");
    assertThat(runs.ok("list", "-A", "-o", "json")).containsPattern("\"since\" : \"20[-0-9]+T");

    runs.later(Duration.ofMinutes(5)).ok("move", "203.0.113.10", "shop/web-2");
    assertThat(runs.ok("list", "-A")).containsPattern("203\\.0\\.113\\.10 +web-2 +n1 +held +0s");
  }

  @Test
  void nothing_tells_since_when_another_pod_of_that_name_has_it() {
    runs.ok("move", "203.0.113.10", "shop/web-1");
    runs.cluster()
        .change(
            state ->
                state
                    .withoutPod("shop/web-1")
                    .withPod("shop/web-1", "n2", "10.244.217.9")
                    .floatingIps("shop/web-1", "[\"203.0.113.10\"]"));

    assertThat(runs.ok("list", "-A")).containsPattern("10 +web-1 +n2 +held +<unknown>");
  }

  @Test
  void a_list_without_the_right_to_leases_says_nothing_of_it() {
    CliFixture denied = CliFixture.on(LabState.healthy().deny("*", "leases.coordination.k8s.io"));

    CliFixture.Result result = denied.run("list", "-A");

    assertThat(result.exitCode()).isZero();
    assertThat(result.err()).isEmpty();
    assertThat(result.out()).containsPattern("web-0 +n1 +held +<unknown>");
    assertThat(denied.run("show", "203.0.113.10").err()).isEmpty();
  }

  @Test
  void recover_takes_no_pod_of_another_UID_for_the_one_that_is_written_down() {
    CliFixture written = CliFixture.on(LeaseRecords.written());
    written
        .cluster()
        .change(
            state ->
                state
                    .withoutPod("shop/web-1")
                    .withPod("shop/web-1", "n2", "10.244.217.1")
                    .floatingIps("shop/web-1", "[\"203.0.113.31\"]"));

    CliFixture.Result result = written.run("recover", "203.0.113.31", "--yes");

    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.err()).contains("pod shop/web-1 took it meanwhile and keeps it");
    assertThat(written.annotation("shop/web-1")).contains("[\"203.0.113.31\"]");
  }

  @Test
  void recover_without_addresses_ends_all_that_is_open() {
    CliFixture written = CliFixture.on(LeaseRecords.written());

    assertThat(written.ok("recover", "--yes"))
        .contains("203.0.113.31 unchanged (its record was changed)");
    assertThat(written.run("recover").err()).contains("Nothing was cut off");
    assertThat(written.annotation("shop/web-1")).contains("[\"203.0.113.31\",\"203.0.113.32\"]");
  }

  @Test
  void a_dry_run_of_recover_tells_and_leaves_it() {
    CliFixture written = CliFixture.on(LeaseRecords.written());

    assertThat(written.ok("recover", "203.0.113.31", "--dry-run")).contains("(dry run)");
    assertThat(written.cluster().faults().writes()).isZero();
    assertThat(written.cluster().recordFaults().writes()).isZero();
  }

  @Test
  void a_node_that_does_not_answer_keeps_the_address_unless_it_is_fenced() {
    runs.cluster().change(state -> state.notReady("n1"));
    assertThat(runs.run("move", "203.0.113.10", "shop/web-1").err()).contains("--node-is-fenced");

    CliFixture.Result result = runs.run("move", "203.0.113.10", "shop/web-1", "--node-is-fenced");

    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.err()).contains("not checked: whether node n1, which is NotReady");
    assertThat(runs.ok("owner", "203.0.113.10")).isEqualTo("shop/web-1\n");
  }

  @Test
  void failover_leaves_a_Ready_pod_alone_and_replaces_one_that_is_gone_or_not_Ready() {
    String[] line = {"failover", "203.0.113.10", "-n", "shop", "--candidates", "app=web"};
    assertThat(runs.ok(line)).contains("unchanged");

    runs.cluster().change(state -> state.ready("shop/web-0", false));
    assertThat(runs.ok(line)).contains("moved from pod/web-0");
    assertThat(runs.ok("owner", "203.0.113.10")).isEqualTo("shop/web-1\n");

    runs.cluster().change(state -> state.withoutPod("shop/web-1"));
    assertThat(runs.ok(line)).contains("assigned");
    assertThat(runs.ok("owner", "203.0.113.10")).isEqualTo("shop/web-2\n");
    assertThat(runs.run("failover", "203.0.113.99", "-n", "shop", "--candidates", "app=web").code())
        .isEqualTo(ExitCode.NOT_FOUND);
    runs.cluster().change(state -> state.withoutPod("shop/web-2").ready("shop/web-0", false));
    CliFixture.Result none = runs.run(line);
    assertThat(none.code()).isEqualTo(ExitCode.NOT_FOUND);
    assertThat(none.err()).contains("with 'app=web' in namespace shop none is Ready");
  }

  @Test
  void failover_takes_no_empty_selector_which_would_be_every_pod() {
    CliFixture.Result result =
        runs.run("failover", "203.0.113.10", "-n", "shop", "--candidates", " ");

    assertThat(result.code()).isEqualTo(ExitCode.USAGE);
    assertThat(result.err()).contains("--candidates is empty");
  }

  @Test
  void failover_waits_until_the_pod_has_not_been_Ready_for_long_enough() {
    runs.cluster()
        .change(
            state ->
                state.edit(
                    Kind.PODS, "shop", "web-0", pod -> notReadySince(pod, "2026-01-05T08:59:30Z")));
    String[] line = {"failover", "203.0.113.10", "-n", "shop", "--candidates", "app=web"};

    assertThat(runs.ok(line)).contains("unchanged");
    assertThat(runs.ok(BadInputTest.with(line, "--not-ready-for", "20s"))).contains("moved");
  }

  private static ApiObject notReadySince(ApiObject pod, String time) {
    Map<String, Object> tree = new HashMap<>(pod.tree());
    Map<String, Object> status = new HashMap<>(pod.object("status").tree());
    status.put(
        "conditions",
        java.util.List.of(Map.of("type", "Ready", "status", "False", "lastTransitionTime", time)));
    tree.put("status", status);
    assertThat(Pod.of(new ApiObject(tree)).ready()).isFalse();
    return new ApiObject(tree);
  }

  @Test
  void an_owner_and_a_note_that_are_too_long_to_be_written_whole_are_refused_before_anything() {
    for (String words : List.of("--note", "--owner")) {
      CliFixture.Result result =
          runs.run("assign", "shop/web-2", "203.0.113.40", words, "\u00fc".repeat(16_385));

      assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.USAGE);
      assertThat(result.err()).contains("owner and note are 32770 bytes long");
    }
    assertThat(runs.cluster().faults().writes()).isZero();
    assertThat(runs.cluster().recordFaults().writes()).isZero();
    runs.ok("assign", "shop/web-2", "203.0.113.40", "--note", "\u00fc".repeat(16_384));
  }

  @Test
  void a_lease_that_others_have_filled_is_not_begun_to_be_written() {
    LabState state = LeaseRecords.namespace(LabState.healthy());
    CliFixture full =
        CliFixture.on(
            LeaseRecords.lease(
                state, LEASE, "", Map.of("example.org/blob", "x".repeat(256 * 1024))));

    CliFixture.Result result = full.run("move", "203.0.113.10", "shop/web-1");

    assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.CONFLICT);
    assertThat(result.err()).contains("leave no room for what is to be written down");
    assertThat(full.cluster().faults().writes()).isZero();
    assertThat(full.run("lock", "list").err()).contains("No address is locked");
  }

  @Test
  void a_history_of_long_entries_keeps_the_newest_of_them() {
    LabState state = LeaseRecords.namespace(LabState.healthy());
    String entry = "{\"when\":\"2025\",\"who\":\"" + "w".repeat(20_000) + "\",\"action\":\"move\"}";
    CliFixture written =
        CliFixture.on(
            LeaseRecords.lease(
                state,
                LEASE,
                "",
                Map.of(
                    "fipctl.io/history",
                    "[" + String.join(",", List.of(entry, entry, entry, entry)) + "]")));

    written.ok("move", "203.0.113.10", "shop/web-1");

    ApiObject lease =
        written.cluster().get(Kind.LEASES, LeaseRecords.NAMESPACE, LEASE).orElseThrow();
    String history = lease.annotation("fipctl.io/history").orElseThrow();
    assertThat(history.length()).isBetween(60_000, 65_536);
    assertThat(history).startsWith("[{\"when\":\"2026");
  }
}
