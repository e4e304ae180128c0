package io.fipctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fipctl.kube.Kind;
import io.fipctl.lab.Breakage;
import io.fipctl.lab.simulation.LabState;
import io.fipctl.model.ApiObject;
import io.fipctl.model.ExitCode;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class DoctorFixTest {
  private static final List<String> HOLDERS = List.of("shop/web-0", "shop/web-1", "shop/t1");

  /** The practice cluster with a failure that has a name. */
  private static CliFixture broken(String name) {
    Breakage breakage = Breakage.byName(name).orElseThrow();
    return CliFixture.on(
        breakage.planted(InstantSource.fixed(Instant.parse("2026-01-05T08:00:00Z"))));
  }

  private static CliFixture with(String pod, String value) {
    return CliFixture.on(LabState.healthy().floatingIps(pod, value));
  }

  /** All that may not change when something else is fixed. */
  private static List<Optional<String>> annotations(CliFixture runs) {
    return HOLDERS.stream().map(runs::annotation).toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "debug-pod-left",
        "lock-left",
        "felix-gate-off",
        "felix-gate-off-node",
        "cni-gate-off",
        "cni-gate-off-node",
        "cni-gate-text",
        "cni-gate-misplaced",
        "annotation-malformed",
        "value-ignored",
        "wrong-family",
        "flow-stale"
      })
  void what_may_be_fixed_is_gone_and_nothing_else_has_changed(String name) {
    CliFixture runs = broken(name);
    String check = Breakage.byName(name).orElseThrow().check();
    List<Optional<String>> before = annotations(runs);
    assertThat(runs.run("doctor", "-o", "short").out()).contains(check);

    CliFixture.Result result = runs.run("doctor", "--fix", "--yes", "-o", "short");

    assertThat(result.exitCode()).as(result.out() + result.err()).isZero();
    assertThat(result.out()).startsWith("done " + check + " (").doesNotContain("fix: ");
    assertThat(annotations(runs)).isEqualTo(before);
    assertThat(runs.ok("doctor", "--fail-on", "warning", "-o", "short"))
        .startsWith("3 nodes, ")
        .doesNotContain("warning", "error");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "203.0.113.77 | [\"203.0.113.77\"]",
        "nonsense | ",
        "[203.0.113.77, \"203.0.113.78/32\",] | [\"203.0.113.77\",\"203.0.113.78\"]",
        "[\"203.0.113.77/32\"] | [\"203.0.113.77\"]",
        "[\"203.0.113.77\",\"203.0.113.78/32\"] | [\"203.0.113.77\",\"203.0.113.78\"]",
        "[\"203.0.113.0/24\",\"203.0.113.77\"] | [\"203.0.113.77\"]",
        "[\"203.0.113.77\",\"foo\",\"2001:db8::1\"] | [\"203.0.113.77\"]",
        "[\"foo\"] | ",
      })
  void of_a_bad_value_is_left_what_works(String value, String left) {
    CliFixture runs = with("shop/web-2", value);

    CliFixture.Result result = runs.run("doctor", "--fix", "-y");

    assertThat(result.exitCode()).as(result.out() + result.err()).isZero();
    assertThat(runs.annotation("shop/web-2")).isEqualTo(Optional.ofNullable(left));
    assertThat(result.out()).contains("(it is %s)".formatted(value));
  }

  @Test
  void an_address_that_somebody_else_has_is_not_brought_to_life() {
    CliFixture runs = with("shop/web-2", "[\"203.0.113.10/32\"]");

    CliFixture.Result result = runs.run("doctor", "--fix", "-y");

    assertThat(result.code()).isEqualTo(ExitCode.CONFLICT);
    assertThat(result.out())
        .startsWith("failed FIP-202 (safe): ")
        .contains(
            "the annotation is in order, but 203.0.113.10 is held by pod shop/web-0",
            "fipctl move 203.0.113.10");
    assertThat(runs.annotation("shop/web-2")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"duplicate-one-node", "duplicate-two-nodes"})
  void who_keeps_an_address_is_for_the_user_to_say(String name) {
    CliFixture runs = broken(name);
    List<Optional<String>> before = annotations(runs);

    CliFixture.Result result = runs.run("doctor", "--fix", "--yes");

    assertThat(result.code()).isEqualTo(ExitCode.FINDINGS);
    assertThat(result.out())
        .startsWith("left FIP-203 (disruptive): leave 203.0.113.10 to one of shop/")
        .contains("fipctl doctor 203.0.113.10 --fix --keep shop/web-0");
    assertThat(annotations(runs)).isEqualTo(before);

    CliFixture.Result kept = runs.run("doctor", "--fix", "--yes", "--keep", "shop/web-0");

    assertThat(kept.exitCode()).as(kept.out() + kept.err()).isZero();
    assertThat(kept.out()).contains("take 203.0.113.10 away from ", "; shop/web-0 keeps it");
    assertThat(runs.annotation("shop/web-0")).contains("[\"203.0.113.10\"]");
    assertThat(runs.ok("owner", "203.0.113.10")).isEqualTo("shop/web-0\n");
  }

  @Test
  void a_terminal_is_asked_who_keeps_an_address() {
    CliFixture runs = broken("duplicate-one-node").answering("2", "y");

    CliFixture.Result result = runs.run("doctor", "--fix");

    assertThat(result.err()).contains("203.0.113.10 is held by", "  2  shop/web-2", "Which pod");
    assertThat(result.exitCode()).as(result.out() + result.err()).isZero();
    assertThat(runs.ok("owner", "203.0.113.10")).isEqualTo("shop/web-2\n");
    assertThat(runs.annotation("shop/web-0")).isEmpty();
  }

  @Test
  void two_pods_cannot_both_keep_an_address() {
    CliFixture runs = broken("duplicate-one-node");

    assertThat(
            runs.run("doctor", "--fix", "-y", "--keep", "shop/web-0", "--keep", "shop/web-2")
                .code())
        .isEqualTo(ExitCode.USAGE);
    assertThat(runs.annotation("shop/web-2")).contains("[\"203.0.113.10\"]");
  }

  @Test
  void a_protected_address_is_not_taken_away() {
    CliFixture runs = CliFixture.on(LabState.healthy());
    runs.ok("assign", "shop/web-0", "203.0.113.10", "--protect");
    CliFixture.annotate(runs.cluster(), "shop/web-2", "[\"203.0.113.10\"]");

    CliFixture.Result result = runs.run("doctor", "--fix", "-y", "--keep", "shop/web-0");

    assertThat(result.code()).isEqualTo(ExitCode.FINDINGS);
    assertThat(result.out())
        .startsWith("failed FIP-203 (disruptive): ")
        .contains("203.0.113.10 is protected");
    assertThat(runs.annotation("shop/web-2")).contains("[\"203.0.113.10\"]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"n", ""})
  void who_does_not_agree_has_changed_nothing(String answer) {
    CliFixture runs = broken("annotation-malformed").answering(answer);

    CliFixture.Result result = runs.run("doctor", "--fix");

    assertThat(result.code()).isEqualTo(ExitCode.FAILURE);
    assertThat(result.err())
        .contains("  remove the annotation of pod shop/web-2 (it is 203.0.113.77)")
        .endsWith("aborted; nothing was changed\n");
    assertThat(runs.annotation("shop/web-2")).contains("203.0.113.77");
  }

  @Test
  void without_a_terminal_it_wants_to_be_told_yes() {
    CliFixture runs = broken("annotation-malformed");

    CliFixture.Result result = runs.run("doctor", "--fix");

    assertThat(result.code()).isEqualTo(ExitCode.USAGE);
    assertThat(result.err()).contains("remove the annotation of pod shop/web-2", "add --yes");
    assertThat(runs.annotation("shop/web-2")).contains("203.0.113.77");
  }

  @Test
  void a_dry_run_shows_the_plan_and_changes_nothing() {
    CliFixture runs = broken("annotation-malformed");

    CliFixture.Result result = runs.run("doctor", "--fix", "--dry-run");

    assertThat(result.code()).isEqualTo(ExitCode.FINDINGS);
    assertThat(result.out())
        .startsWith(
            """
            planned FIP-201 (safe): remove the annotation of pod shop/web-2 (it is 203.0.113.77), then fipctl assign shop/web-2 203.0.113.77

            access to the cluster
            """)
        .contains("FAIL FIP-201");
    assertThat(result.err()).isEmpty();
    assertThat(runs.annotation("shop/web-2")).contains("203.0.113.77");
  }

  @Test
  void what_is_not_selected_is_not_fixed() {
    CliFixture runs =
        CliFixture.on(
            LabState.healthy()
                .floatingIps("shop/web-2", "nonsense")
                .floatingIps("shop/t1", "nonsense"));

    runs.run("doctor", "shop/web-2", "--fix", "-y");

    assertThat(runs.annotation("shop/web-2")).isEmpty();
    assertThat(runs.annotation("shop/t1")).contains("nonsense");
    runs.run("doctor", "--skip", "FIP-201", "--fix", "-y");
    runs.run("doctor", "--suppress", "FIP-201=shop/t1", "--fix", "-y");
    assertThat(runs.annotation("shop/t1")).contains("nonsense");
  }

  @Test
  void a_rule_is_Felixs_and_nobody_is_asked() {
    CliFixture runs = broken("rule-gone");

    CliFixture.Result result = runs.run("doctor", "--fix");

    assertThat(result.code()).isEqualTo(ExitCode.FINDINGS);
    assertThat(result.out()).startsWith("nothing that --fix may do\n").contains("kubectl delete");
    assertThat(result.err()).isEmpty();
  }

  @Test
  void a_value_that_has_changed_since_it_was_looked_at_stays() {
    CliFixture runs = broken("annotation-malformed");
    runs.answering(
        () -> {
          CliFixture.annotate(runs.cluster(), "shop/web-2", "[\"203.0.113.77\"]");
          return "y";
        });

    CliFixture.Result result = runs.run("doctor", "--fix");

    assertThat(result.code()).isEqualTo(ExitCode.CONFLICT);
    assertThat(result.out())
        .contains("failed FIP-201", "pod shop/web-2 has changed since the doctor looked");
    assertThat(runs.annotation("shop/web-2")).contains("[\"203.0.113.77\"]");
  }

  @Test
  void nobody_loses_an_address_that_its_keeper_has_given_up() {
    CliFixture runs = broken("duplicate-one-node");
    runs.answering(
        () -> {
          runs.cluster().change(state -> state.withoutFloatingIps("shop/web-0"));
          return "y";
        });

    CliFixture.Result result = runs.run("doctor", "--fix", "--keep", "shop/web-0");

    assertThat(result.code()).isEqualTo(ExitCode.CONFLICT);
    assertThat(runs.annotation("shop/web-2")).contains("[\"203.0.113.10\"]");
  }

  @Test
  void a_lock_that_somebody_has_renewed_is_left_to_them() {
    CliFixture runs = broken("lock-left");
    runs.answering(
        () -> {
          runs.cluster()
              .change(
                  state ->
                      state.edit(
                          Kind.LEASES,
                          "fipctl-system",
                          "fip-203-0-113-10",
                          lease -> new ApiObject(lease.tree())));
          return "y";
        });

    CliFixture.Result result = runs.run("doctor", "--fix");

    assertThat(result.code()).isEqualTo(ExitCode.CONFLICT);
    assertThat(
            runs.cluster()
                .get(Kind.LEASES, "fipctl-system", "fip-203-0-113-10")
                .flatMap(lease -> lease.text("spec", "holderIdentity")))
        .contains("somebody@elsewhere:4711");
  }

  @Test
  void other_connections_live_on() {
    CliFixture runs = broken("flow-stale");
    long all = flows(runs);

    runs.ok("doctor", "--fix", "-y");

    assertThat(flows(runs)).isEqualTo(all - 1);
    assertThat(runs.ok("node-shell", "n1", "--", "conntrack").lines().toList())
        .noneMatch(line -> line.contains("10.244.40.190"));
  }

  private static long flows(CliFixture runs) {
    return runs.ok("node-shell", "n1", "--", "conntrack").lines().count();
  }

  @Test
  void what_may_not_be_done_is_a_failure_and_stops_nothing_else() {
    CliFixture runs =
        CliFixture.on(
            CleanupTest.withLeftovers()
                .floatingIps("shop/web-2", "nonsense")
                .deny("delete", "pods"));

    CliFixture.Result result = runs.run("doctor", "--fix", "--yes");

    assertThat(result.code()).isEqualTo(ExitCode.FORBIDDEN);
    assertThat(result.out()).contains("done FIP-201", "failed FIP-003", "verbs: [\"delete\"]");
  }

  @Test
  void a_document_says_what_was_done_and_how_it_is_now() throws IOException {
    CliFixture runs = broken("annotation-malformed");

    CliFixture.Result result = runs.run("doctor", "--fix", "--yes", "-o", "json");

    JsonNode document = new ObjectMapper().readTree(result.out());
    assertThat(document.path("exitCode").asInt()).isEqualTo(result.exitCode()).isZero();
    assertThat(document.path("success").asBoolean()).isTrue();
    assertThat(document.path("fixes").path(0).path("outcome").asText()).isEqualTo("done");
    assertThat(document.path("fixes").path(0).path("checks").toString()).isEqualTo("[\"FIP-201\"]");
    assertThat(new ObjectMapper().readTree(runs.ok("doctor", "-o", "json")).has("fixes")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "doctor --fix --from src/test/resources/nodes/v3.33-healthy",
        "doctor --dry-run",
        "doctor --keep shop/web-0",
      })
  void what_does_not_go_together_is_refused(String line) {
    CliFixture.Result result = CliFixture.on(LabState.healthy()).run(line.split(" "));

    assertThat(result.code()).isEqualTo(ExitCode.USAGE);
    assertThat(result.out()).isEmpty();
  }
}
