package io.fipctl.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.doctor.check.Finding;
import io.fipctl.evidence.Evidence;
import io.fipctl.evidence.LiveEvidence;
import io.fipctl.evidence.NodeEvidence;
import io.fipctl.lab.Breakage;
import io.fipctl.lab.LabCluster;
import io.fipctl.lease.LockOptions;
import io.fipctl.model.Progress;
import io.fipctl.node.NodeAccess;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What came of real packets is judged by what the pod's own address gives. */
class ProbeChecksTest {
  private static final String FILE = "tcp-connect.txt";
  private static final String POD = "10.244.40.128";
  private static final String FLOATING = "203.0.113.10";
  private static final Instant NOW = Instant.parse("2026-01-05T08:00:00Z");

  /** What the two connections to web-0 came to from its node n1, or from n3, and what is found. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "n1 | 0 | 0 | -",
        "n1 | 1 Connection refused | 1 Connection refused | -",
        "n1 | 124 | 124 | FIP-501 pod/shop/web-0 node/n1",
        "n1 | 1 No route to host | 124 | FIP-501 pod/shop/web-0 node/n1",
        "n1 | 0 | 124 | FIP-502 203.0.113.10 pod/shop/web-0 node/n1",
        "n1 | 0 | 1 No route to host | FIP-502 203.0.113.10 pod/shop/web-0 node/n1",
        "n1 | 0 | 1 Connection refused | FIP-502 203.0.113.10 pod/shop/web-0 node/n1",
        "n1 | 1 Connection refused | 124 | FIP-502 203.0.113.10 pod/shop/web-0 node/n1",
        "n3 | 0 | 0 | -",
        "n3 | 1 Connection refused | 1 Connection refused | -",
        "n3 | 0 | 124 | FIP-503 203.0.113.10 pod/shop/web-0 node/n3",
        "n3 | 124 | 124 | -",
      })
  void finds(String node, String own, String floating, String finding) {
    EvidenceBuilder situation = connected(EvidenceBuilder.healthy(), node, own, floating);

    assertThat(RecordingsTest.found(situation.report()))
        .isEqualTo(finding == null ? List.of() : List.of(finding));
  }

  @Test
  void a_finding_has_the_line_and_what_to_type() {
    Finding finding =
        connected(EvidenceBuilder.healthy(), "n3", "0", "124")
            .report()
            .findings()
            .findFirst()
            .orElseThrow();

    assertThat(finding.observed())
        .isEqualTo("from node n3, TCP port 8080 of 203.0.113.10: no answer within 3 s");
    assertThat(finding.expected()).isEqualTo("what the pod's own address gives: connected");
    assertThat(finding.evidence().getFirst().source()).isEqualTo("n3/" + FILE);
    assertThat(finding.evidence().getFirst().lines()).containsExactly("203.0.113.10 8080 124");
    assertThat(finding.fix().text()).isEqualTo("fipctl nat 203.0.113.10");
  }

  @Test
  void a_pod_that_does_not_answer_at_all_says_nothing_of_its_floating_IP() {
    Report report = connected(EvidenceBuilder.healthy(), "n3", "124", "124").report();

    assertThat(gaps(report, "FIP-503"))
        .contains(
            "from node n3 the pod's own address does not answer either (no answer within 3 s)");
    assertThat(RecordingsTest.status(report, "FIP-503")).isEqualTo(Status.UNKNOWN);
  }

  @Test
  void a_refusal_is_an_answer_and_is_told() {
    assertThat(
            result(
                connected(
                    EvidenceBuilder.healthy(),
                    "n1",
                    "1 Connection refused",
                    "1 Connection refused"),
                "FIP-502"))
        .satisfies(
            result ->
                assertThat(result.notes())
                    .containsExactly(
                        "TCP port 8080 of 203.0.113.10 is reached and refused: nobody listens"
                            + " there"));
  }

  @ParameterizedTest
  @CsvSource({"FIP-501", "FIP-502", "FIP-503", "FIP-504", "FIP-505"})
  void what_nobody_asked_for_is_skipped(String check) {
    Report report = EvidenceBuilder.healthy().report();

    assertThat(RecordingsTest.status(report, check)).isEqualTo(Status.SKIPPED);
    assertThat(gaps(report, check)).containsExactly("not asked for (--probe)");
    assertThat(report.complete()).isTrue();
  }

  @Test
  void without_a_port_it_is_skipped_and_says_so() {
    EvidenceBuilder tried = EvidenceBuilder.healthy();
    List.of("n1", "n2", "n3").forEach(node -> tried.edit(node, FILE, t -> ""));

    assertThat(gaps(tried.report(), "FIP-502"))
        .contains("its pod names no containerPort for TCP (--port P)");
    assertThat(gaps(tried.report(), "FIP-504"))
        .singleElement()
        .asString()
        .startsWith("it begins in the pod");
  }

  @Test
  void what_there_was_no_time_for_is_unknown() {
    EvidenceBuilder late =
        EvidenceBuilder.healthy()
            .files(
                "n1",
                files -> {
                  files.put(FILE, new NodeEvidence.Text("", 124));
                  return files;
                });

    assertThat(gaps(late.report(), "FIP-501")).contains("node n1 had no time for it");
  }

  static List<Breakage> failures() {
    return Breakage.ALL;
  }

  /** Packets find nothing that the other checks do not explain. */
  @ParameterizedTest
  @MethodSource("failures")
  void of_a_failure_that_is_found_the_packets_tell_no_second_one(Breakage breakage) {
    Evidence evidence =
        LiveEvidence.read(
            LabCluster.of(breakage.planted(InstantSource.fixed(NOW))),
            NodeAccess.EXEC,
            LockOptions.NAMESPACE,
            Optional.of(new HolderProbes(OptionalInt.empty(), api -> Selection.ALL)),
            Catalogue.files(check -> true),
            NOW);

    assertThat(
            Doctor.examine(evidence, Selection.ALL, 2, Progress.SILENT)
                .findings()
                .map(Finding::check)
                .distinct())
        .containsExactly(breakage.check());
  }

  @Test
  void only_what_the_run_is_about_is_connected_to() {
    Evidence api = EvidenceBuilder.healthy().evidence();
    HolderProbes probing =
        new HolderProbes(
            OptionalInt.of(443),
            it ->
                Selection.ALL.about(
                    Scope.of(it, List.of(io.fipctl.model.IpAddress.parse(FLOATING)), List.of())));

    assertThat(probing.targets(api).stream().map(it -> it.address() + " " + it.port()))
        .containsExactly(POD + " 443", FLOATING + " 443");
  }

  @Test
  void the_port_is_the_first_that_the_pod_names_for_TCP() {
    EvidenceBuilder named =
        EvidenceBuilder.healthy()
            .set(
                "pods",
                "web-0",
                List.of(
                    Map.of("name", "side"),
                    Map.of(
                        "name",
                        "web",
                        "ports",
                        List.of(
                            Map.of("containerPort", 53, "protocol", "UDP"),
                            Map.of("containerPort", 8443, "protocol", "TCP"),
                            Map.of("containerPort", 8080)))),
                "spec",
                "containers")
            .set("pods", "web-1", List.of(), "spec", "containers");

    assertThat(
            new HolderProbes(OptionalInt.empty(), it -> Selection.ALL)
                .targets(named.evidence()).stream().map(it -> it.address() + " " + it.port()))
        .containsExactly(POD + " 8443", FLOATING + " 8443");
  }

  /** All connections go well but those of one node to web-0. */
  static EvidenceBuilder connected(
      EvidenceBuilder situation, String node, String own, String floating) {
    for (String each : List.of("n1", "n2", "n3")) {
      boolean here = each.equals(node);
      situation.edit(
          each,
          FILE,
          t ->
              line(POD, here ? own : "0")
                  + line(FLOATING, here ? floating : "0")
                  + line("10.244.217.0", "0")
                  + line("203.0.113.31", "0")
                  + line("203.0.113.32", "0"));
    }
    return situation;
  }

  private static String line(String address, String end) {
    return address + " 8080 " + end + " \n";
  }

  private static Result result(EvidenceBuilder situation, String check) {
    return situation.report().results().stream()
        .filter(result -> result.check().id().equals(check))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> gaps(Report report, String check) {
    return report.results().stream()
        .filter(result -> result.check().id().equals(check))
        .flatMap(result -> result.gaps().stream())
        .map(Result.Gap::reason)
        .distinct()
        .toList();
  }
}
