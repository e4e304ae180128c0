package io.fipctl.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.doctor.check.Finding;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What real nodes printed is judged rightly. */
class RecordingsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "iptables-nft-healthy",
        "iptables-legacy-healthy",
        "nftables-healthy",
        "v3.33-healthy"
      })
  void a_healthy_cluster_has_no_finding(String situation) {
    Report report = EvidenceBuilder.recorded(situation).report();

    assertThat(report.findings()).isEmpty();
    assertThat(report.nodes()).isEqualTo(3);
    assertThat(report.count(Status.OK)).isGreaterThan(27);
    assertThat(report.results().stream().flatMap(result -> result.follows().stream())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "v3.33-rule-gone | FIP-301 203.0.113.10 pod/shop/web-0 node/n1",
        "v3.33-bird-stopped | FIP-313 node/n1",
        "v3.33-policy-deny | FIP-401 pod/shop/web-0 node/n1, FIP-401 pod/shop/web-1 node/n2",
        "iptables-duplicate-same-node | FIP-203 203.0.113.10",
        "iptables-duplicate-two-nodes | FIP-203 203.0.113.10",
        "stale-conntrack-after-move | FIP-309 203.0.113.10 pod/shop/web-1 node/n1,"
            + " FIP-309 203.0.113.10 pod/shop/web-1 node/n2",
      })
  void a_broken_one_has_the_right_ones_and_no_other(String situation, String findings) {
    assertThat(found(EvidenceBuilder.recorded(situation).report()))
        .containsExactly(findings.split(", (?=FIP)"));
  }

  @Test
  void what_follows_is_told_with_its_cause() {
    Report report = EvidenceBuilder.recorded("v3.33-bird-stopped").report();

    assertThat(report.findings().findFirst().orElseThrow().consequences())
        .containsExactly(
            "FIP-312 203.0.113.10 pod/shop/web-0 node/n2",
            "FIP-312 203.0.113.10 pod/shop/web-0 node/n3",
            "FIP-313 node/n2",
            "FIP-313 node/n3");
    assertThat(status(report, "FIP-312")).isEqualTo(Status.SKIPPED);
    assertThat(
            EvidenceBuilder.recorded("iptables-duplicate-two-nodes")
                .report()
                .findings()
                .flatMap(finding -> finding.consequences().stream()))
        .contains("FIP-305 203.0.113.10");
  }

  @Test
  void the_lines_that_tell_stand_in_the_finding() {
    Finding stale =
        EvidenceBuilder.recorded("stale-conntrack-after-move")
            .report()
            .findings()
            .findFirst()
            .get();

    assertThat(stale.evidence().getFirst().source()).isEqualTo("n1/conntrack.txt");
    assertThat(stale.evidence().getFirst().lines())
        .singleElement()
        .asString()
        .contains("udp", "dst=203.0.113.10", "src=10.244.40.130");
    assertThat(stale.fix().text())
        .endsWith(
            "-c calico-node -- conntrack -D -f ipv4 --orig-dst 203.0.113.10 --reply-src"
                + " 10.244.40.130");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 8})
  void the_report_does_not_depend_on_how_many_nodes_are_looked_at_at_once(int parallelism) {
    EvidenceBuilder situation = EvidenceBuilder.recorded("v3.33-bird-stopped");

    assertThat(
            Doctor.examine(
                situation.evidence(), Selection.ALL, parallelism, io.fipctl.model.Progress.SILENT))
        .isEqualTo(situation.report());
  }

  static List<String> found(Report report) {
    return report.findings().map(finding -> finding.check() + " " + finding.subject()).toList();
  }

  static Status status(Report report, String id) {
    return report.results().stream()
        .filter(result -> result.check().id().equals(id))
        .findFirst()
        .orElseThrow()
        .status();
  }
}
