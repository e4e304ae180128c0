package io.fipctl.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fipctl.evidence.Evidence;
import io.fipctl.evidence.Fetched;
import io.fipctl.evidence.LiveEvidence;
import io.fipctl.evidence.Redaction;
import io.fipctl.evidence.SavedEvidence;
import io.fipctl.lab.LabCluster;
import io.fipctl.lab.simulation.LabState;
import io.fipctl.model.FipctlException;
import io.fipctl.model.Progress;
import io.fipctl.node.NodeAccess;
import io.fipctl.render.DoctorReportPrinter;
import io.fipctl.render.StatusSymbols;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SavedEvidenceTest {
  private static final Instant NOW = Instant.parse("2026-01-05T09:00:00Z");

  @TempDir Path folder;

  private static String told(Evidence evidence) {
    Report report = Doctor.examine(evidence, Selection.ALL, 2, Progress.SILENT);
    return DoctorReportPrinter.table(report, StatusSymbols.WORDS, false, 0)
        + DoctorReportPrinter.junit(report, Report.FailOn.ERROR)
        + DoctorReportPrinter.document(report, Optional.empty(), 0);
  }

  @Test
  void a_saved_cluster_is_judged_elsewhere_word_for_word() {
    LabCluster cluster =
        LabCluster.of(LabState.healthy().floatingIps("shop/web-2", "203.0.113.77"));
    SavedEvidence.Writer writer = SavedEvidence.writer(folder.resolve("seen"));
    Evidence live =
        writer.keep(
            LiveEvidence.read(
                cluster,
                NodeAccess.EXEC,
                "fipctl-system",
                Optional.empty(),
                Catalogue.files(check -> true),
                NOW));

    String here = told(live);
    writer.finish(live);

    assertThat(here).contains("FIP-201", "pod/shop/web-2");
    assertThat(told(SavedEvidence.open(folder.resolve("seen")))).isEqualTo(here);
  }

  @Test
  void why_something_was_not_read_is_kept_as_well() {
    LabCluster cluster =
        LabCluster.of(LabState.healthy().deny("list", "services").deny("create", "pods/exec"));
    SavedEvidence.Writer writer = SavedEvidence.writer(folder.resolve("seen"));
    Evidence live =
        writer.keep(
            LiveEvidence.read(
                cluster,
                NodeAccess.EXEC,
                "fipctl-system",
                Optional.empty(),
                Catalogue.files(check -> true),
                NOW));

    String here = told(live);
    writer.finish(live);

    assertThat(here).contains("rule missing: {apiGroups: [\"\"], resources: [\"services\"]");
    assertThat(told(SavedEvidence.open(folder.resolve("seen")))).isEqualTo(here);
  }

  @Test
  void no_secret_is_written() throws IOException {
    EvidenceBuilder.healthy()
        .env("SOME_TOKEN", "eyJhbGciOiJIUzI1NiJ9.s3cr3t-one.x")
        .set(
            "pods",
            "web-0",
            "s3cr3t-two",
            "metadata",
            "annotations",
            "kubectl.kubernetes.io/last-applied-configuration")
        .save(folder.resolve("raw"));
    Evidence opened = SavedEvidence.open(folder.resolve("raw"));
    SavedEvidence.Writer writer = SavedEvidence.writer(folder.resolve("clean"));
    told(writer.keep(opened));
    writer.finish(opened);

    try (Stream<Path> files = Files.walk(folder.resolve("clean"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(file))
            .as(file.toString())
            .doesNotContain("s3cr3t", "managedFields", "last-applied");
      }
    }
  }

  @Test
  void texts_of_nodes_lose_tokens_and_keys() {
    String config =
        "{\"k8s_auth_token\": \"abc\", \"type\": \"calico\", \"x\": \"Bearer abcdefghijk\"}";

    assertThat(Redaction.text(config))
        .isEqualTo(
            "{\"k8s_auth_token\": \"(removed)\", \"type\": \"calico\", \"x\": \"(removed)\"}");
  }

  @Test
  void a_folder_that_holds_something_is_not_written_to_and_an_empty_one_not_judged()
      throws IOException {
    Files.writeString(folder.resolve("x"), "x");

    assertThatThrownBy(() -> SavedEvidence.writer(folder)).isInstanceOf(FipctlException.class);
    assertThatThrownBy(() -> SavedEvidence.open(folder.resolve("nothing")))
        .isInstanceOf(FipctlException.class)
        .hasMessageContaining("holds no collection");
  }

  @Test
  void a_node_that_does_not_answer_is_unknown_once_and_the_rest_is_told() {
    Report report =
        EvidenceBuilder.healthy()
            .node("n3", new Fetched.Missing<>("node n3 did not answer within 20 s"))
            .report();

    assertThat(report.nodes()).isEqualTo(2);
    assertThat(report.unread()).containsOnlyKeys("n3");
    assertThat(RecordingsTest.status(report, "FIP-301")).isEqualTo(Status.UNKNOWN);
    assertThat(RecordingsTest.status(report, "FIP-203")).isEqualTo(Status.OK);
    assertThat(report.exitCode(Report.FailOn.ERROR, true).number()).isEqualTo(11);
    assertThat(report.exitCode(Report.FailOn.ERROR, false).number()).isZero();
  }

  @Test
  void only_the_node_files_that_are_missing_leave_a_check_without_an_answer() {
    Report report =
        EvidenceBuilder.healthy()
            .files(
                "n1",
                files -> {
                  files.keySet().removeAll(List.of("conntrack.txt", "ip-addr.json"));
                  return files;
                })
            .report();

    assertThat(RecordingsTest.status(report, "FIP-309")).isEqualTo(Status.UNKNOWN);
    assertThat(RecordingsTest.status(report, "FIP-314")).isEqualTo(Status.UNKNOWN);
    assertThat(RecordingsTest.status(report, "FIP-301")).isEqualTo(Status.OK);
  }
}
