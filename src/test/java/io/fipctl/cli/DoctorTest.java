package io.fipctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.RecordedNodes;
import io.fipctl.kube.DebugPod;
import io.fipctl.kube.Kind;
import io.fipctl.lab.Breakage;
import io.fipctl.lab.simulation.LabState;
import io.fipctl.model.ExitCode;
import io.fipctl.node.NodeCommand;
import io.fipctl.render.ReportFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DoctorTest {
  private static final String RULE_GONE = RecordedNodes.folder("v3.33-rule-gone").toString();
  private static final Path GOLDEN = Path.of("src/test/resources/io/fipctl/cli/doctor");

  private final CliFixture runs = CliFixture.on(LabState.healthy());

  @ParameterizedTest
  @EnumSource(ReportFormat.class)
  void prints_a_recording_in_every_format_and_ends_the_same_way(ReportFormat format)
      throws IOException {
    CliFixture.Result result =
        runs.run("doctor", "--from", RULE_GONE, "-o", format.toString(), "--parallelism", "1");

    assertThat(result.code()).isEqualTo(ExitCode.FINDINGS);
    assertThat(result.err()).isEmpty();
    Committed.isUpToDate(GOLDEN.resolve("rule-gone." + format), result.out());
  }

  @Test
  void a_healthy_lab_has_no_finding() {
    CliFixture.Result result = runs.run("doctor");

    assertThat(result.exitCode()).as(result.out()).isZero();
    assertThat(result.out())
        .contains("OK   FIP-301 each floating IP has its DNAT rule")
        .doesNotContain("WARN", "FAIL", "????");
    assertThat(result.out().lines())
        .last()
        .asString()
        .contains("3 nodes, 4 floating IPs", "exit 0");
  }

  @Test
  void marks_are_signs_where_the_terminal_has_them() {
    assertThat(runs.variable("LANG", "de_DE.UTF-8").ok("doctor")).contains("√ FIP-301");
    assertThat(runs.variable("TERM", "dumb").ok("doctor")).contains("OK   FIP-301");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "doctor --fail-on never | 0",
        "doctor --fail-on error | 10",
        "doctor --skip FIP-201 | 0",
        "doctor --check FIP-203 | 0",
        "doctor --check addresses | 10",
        "doctor --suppress FIP-201=shop/web-2 | 0",
        "doctor --suppress FIP-201=shop/web-1 | 10",
        "doctor 203.0.113.10 | 0",
        "doctor shop/web-2 | 10",
        "doctor --pre | 0",
        "doctor 203.0.113.99 | 10",
        "doctor shop/nobody | 5",
        "doctor --check FIP-999 | 2",
        "doctor --suppress nonsense | 2",
        "doctor --parallelism 0 | 2",
        "doctor 203.0.113.10 --probe | 0",
        "doctor 203.0.113.10 --probe --port 443 --strict | 0",
        "doctor --port 443 | 2",
        "doctor --probe --port 0 | 2",
        "doctor --probe --port 70000 | 2",
        "doctor --probe --port http | 2",
        "doctor --probe --from src/test/resources/nodes/v3.33-healthy | 2",
        "doctor --from /nonexistent/x | 2",
        "doctor -o wide | 2",
        "list -o junit | 2",
      })
  void ends_with(String line, int code) {
    CliFixture malformed =
        CliFixture.on(LabState.healthy().floatingIps("shop/web-2", "203.0.113.77"));

    assertThat(malformed.run(line.split(" ")).exitCode()).isEqualTo(code);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "doctor | 10",
        "doctor 203.0.113.31 | 10",
        "doctor shop/web-1 | 10",
        "doctor shop/web-2 | 0",
        "doctor --suppress FIP-204=ippool/floating | 0",
        "doctor --suppress FIP-204=203.0.113.10 --suppress FIP-204=203.0.113.21 | 10",
        "doctor --suppress FIP-204=203.0.113.10 --suppress FIP-204=203.0.113.21"
            + " --suppress FIP-204=203.0.113.31 --suppress FIP-204=203.0.113.32 | 0",
      })
  void what_is_wrong_for_several_addresses_concerns_each(String line, int code) {
    LabState state = LabState.healthy();
    Breakage.byName("pool-not-exported").orElseThrow().plant().accept(state);

    assertThat(CliFixture.on(state).run(line.split(" ")).exitCode()).isEqualTo(code);
  }

  @Test
  void a_viewer_gets_what_needs_no_more_and_the_rule_for_the_rest() {
    CliFixture viewer = CliFixture.on(LabState.healthy().deny("create", "pods/exec"));

    CliFixture.Result result = viewer.run("doctor");

    assertThat(result.exitCode()).isZero();
    assertThat(result.out())
        .contains("OK   FIP-203", "SKIP FIP-301")
        .containsPattern("skipped.*rule missing: .*pods/exec");
    assertThat(viewer.run("doctor", "--strict").code()).isEqualTo(ExitCode.NOT_LOOKED);
  }

  @Test
  void without_node_access_no_node_is_asked() {
    assertThat(runs.ok("doctor", "--node-access", "none"))
        .contains("SKIP FIP-301", "skipped", "(--node-access none)", "0 nodes");
  }

  @Test
  void a_debug_pod_sees_the_same_and_is_gone_afterwards() {
    assertThat(runs.ok("doctor", "--node-access", "pod")).isEqualTo(runs.ok("doctor"));
    assertThat(runs.ok("cleanup", "--dry-run", "-o", "name")).isEmpty();
    assertThat(runs.cluster().state().list(Kind.PODS))
        .noneMatch(pod -> pod.label(DebugPod.LABEL).isPresent());
  }

  @Test
  void a_suppressed_finding_is_counted() {
    CliFixture malformed =
        CliFixture.on(LabState.healthy().floatingIps("shop/web-2", "203.0.113.77"));

    assertThat(malformed.ok("doctor", "--suppress", "fip-201=shop/web-2")).contains("1 suppressed");
  }

  @Test
  void packets_are_sent_only_when_they_are_asked_for() {
    assertThat(runs.ok("doctor")).contains("skipped: not asked for (--probe)");
    assertThat(runs.ok("doctor", "--probe"))
        .contains("OK   FIP-501", "OK   FIP-502", "OK   FIP-503", "SKIP FIP-504", "SKIP FIP-505");
    assertThat(runs.ok("doctor", "203.0.113.10", "--probe", "--port", "443"))
        .contains("TCP port 443 of 203.0.113.10 is reached and refused: nobody listens there");
    runs.cluster().change(state -> state.ruleGone("n1", "203.0.113.10"));
    CliFixture.Result broken = runs.run("doctor", "--probe", "--check", "probes");
    assertThat(broken.code()).isEqualTo(ExitCode.FINDINGS);
    assertThat(broken.out())
        .contains("from node n1, TCP port 8080 of 203.0.113.10: no answer within 3 s");
  }

  @Test
  void explains_and_lists_without_a_cluster() {
    CliFixture nowhere = CliFixture.connecting();

    assertThat(nowhere.ok("doctor", "--explain", "fip-301")).startsWith("# FIP-301: ");
    assertThat(nowhere.ok("doctor", "--list-checks")).contains("FIP-402");
    assertThat(nowhere.ok("doctor", "--list-checks", "-o", "json"))
        .contains("\"failureModes\"", "\"number\" : 40");
  }

  @Test
  void what_is_saved_is_judged_the_same_elsewhere(@org.junit.jupiter.api.io.TempDir Path folder)
      throws IOException {
    Path seen = folder.resolve("seen");

    String here = runs.ok("doctor", "--save", seen.toString());

    assertThat(CliFixture.connecting().ok("doctor", "--from", seen.toString())).isEqualTo(here);
    assertThat(Files.readString(seen.resolve("collection.json"))).contains("\"taken\"");
    assertThat(runs.run("doctor", "--save", seen.toString()).code()).isEqualTo(ExitCode.USAGE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "FLOWS | FIP-309 | conntrack.txt line 5: not a tracked connection: odd \\u{1b}[31m",
        "SYSCTL | FIP-310 | sysctl.txt line",
        "ADDRESSES | FIP-314 | ip-addr.json line",
        "NEIGHBOURS | FIP-402 | ip-neigh.json line",
        "IPTABLES_LEGACY | FIP-301 | iptables-legacy-save line",
        "IPTABLES_LEGACY | FIP-310 | iptables-legacy-save line",
        "NFT | FIP-304 | nft-list-ruleset line",
        "NFT | FIP-305 | nft-list-ruleset line",
        "ROUTES | FIP-306 | ip-route line",
        "ROUTES | FIP-312 | ip-route line",
        "BIRD_PROTOCOLS | FIP-313 | birdcl-protocols.txt line",
        "BIRD_ROUTES | FIP-313 | birdcl-route.txt line",
      })
  void a_line_that_is_not_understood_is_no_proof_of_anything(
      NodeCommand.Section section, String check, String line) {
    runs.cluster().faults().garbleTool("n1", section, text -> text + "odd \u001b[31m line\n");
    // Where nft writes no JSON its text counts.
    runs.cluster().faults().failTools("n1", 1, NodeCommand.Section.NFT_TEXT);

    CliFixture.Result result = runs.run("doctor", "--check", check);

    assertThat(result.out()).contains("???? " + check).contains("n1/" + line);
    assertThat(runs.run("doctor", "--check", check, "--strict").code())
        .isEqualTo(ExitCode.NOT_LOOKED);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 124, 127})
  void a_node_whose_tools_all_fail_is_ok_in_nothing(int status) {
    runs.cluster().faults().failTools("n1", status);

    CliFixture.Result result = runs.run("doctor", "--strict");

    assertThat(result.code()).isEqualTo(ExitCode.NOT_LOOKED);
    assertThat(result.out())
        .contains("???? FIP-301", "???? FIP-304", "???? FIP-306", "???? FIP-309");
    assertThat(runs.ok("nat", "n1", "--no-headers").lines())
        .filteredOn(row -> row.startsWith("n1 "))
        .allMatch(row -> row.endsWith(" unknown") || row.contains("unknown"));
  }
}
