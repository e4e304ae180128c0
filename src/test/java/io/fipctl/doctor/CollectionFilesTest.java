package io.fipctl.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fipctl.evidence.Evidence;
import io.fipctl.evidence.LiveEvidence;
import io.fipctl.evidence.SavedEvidence;
import io.fipctl.lab.LabCluster;
import io.fipctl.lab.simulation.LabState;
import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import io.fipctl.model.FloatingIps;
import io.fipctl.model.Progress;
import io.fipctl.model.ShellCommand;
import io.fipctl.node.NodeAccess;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A collection that somebody else made, and one that somebody else would like to read. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class CollectionFilesTest {
  private static final Instant NOW = Instant.parse("2026-01-05T09:00:00Z");

  @TempDir Path folder;

  private void isRefused(String why) {
    assertThatThrownBy(() -> SavedEvidence.open(folder))
        .isInstanceOfSatisfying(
            FipctlException.class,
            refusal -> assertThat(refusal.exitCode()).isEqualTo(ExitCode.USAGE))
        .hasMessageContaining(why);
  }

  private Path collection() throws IOException {
    Files.createDirectories(folder.resolve("api"));
    Files.writeString(folder.resolve("api/pods.json"), "{\"items\":[]}");
    return Files.createDirectories(folder.resolve("n1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"../../etc", "..", ".", "/etc", "a/b", "", "n1\\n", "-n"})
  void a_nodes_name_that_leads_elsewhere_is_refused(String node) throws IOException {
    collection();
    Files.writeString(folder.resolve("collection.json"), "{\"nodes\":{\"" + node + "\":{}}}");

    isRefused("is no name of a node");
  }

  @ParameterizedTest
  @ValueSource(strings = {"n2", "n1/conntrack.txt", "api/nodes.json", "collection.json"})
  void a_link_is_refused_wherever_it_stands(String place) throws IOException {
    collection();
    Files.createSymbolicLink(folder.resolve(place), Path.of("/etc"));

    isRefused(place + " is a link");
  }

  @Test
  void a_FIFO_is_refused_and_not_waited_for() throws Exception {
    Path fifo = collection().resolve("conntrack.txt");
    assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();

    isRefused("conntrack.txt is a FIFO or device");
  }

  @Test
  void a_file_that_is_too_large_is_refused_before_it_is_read() throws IOException {
    Path large = collection().resolve("conntrack.txt");
    try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
      file.setLength((256L << 20) + 1);
    }

    isRefused("conntrack.txt is too large: a collection has files of up to 256 MiB");
  }

  @Test
  void what_is_saved_nobody_else_may_read() throws IOException {
    Path target = folder.resolve("seen");
    SavedEvidence.Writer writer = SavedEvidence.writer(target);
    Evidence kept =
        writer.keep(
            LiveEvidence.read(
                LabCluster.of(LabState.healthy()),
                NodeAccess.EXEC,
                "fipctl-system",
                Optional.empty(),
                Catalogue.files(check -> true),
                NOW));
    Doctor.examine(kept, Selection.ALL, 2, Progress.SILENT);
    writer.finish(kept);

    try (Stream<Path> made = Files.walk(target)) {
      for (Path path : made.toList()) {
        assertThat(
                PosixFilePermissions.toString(
                    Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS)))
            .as(path.toString())
            .isEqualTo(Files.isDirectory(path) ? "rwx------" : "rw-------");
      }
    }
    assertThat(target.resolve("n1")).isNotEmptyDirectory();
  }

  @Test
  void nothing_is_saved_through_a_link() throws IOException {
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), elsewhere);

    assertThatThrownBy(() -> SavedEvidence.writer(link)).hasMessageContaining("is a link");
    assertThat(elsewhere).isEmptyDirectory();
  }

  @Test
  void a_collection_puts_no_command_into_a_fix() throws IOException {
    String name = "x;reboot #";
    EvidenceBuilder.healthy()
        .set("pods", "web-0", "none", "metadata", "annotations", FloatingIps.KEY)
        .set("pods", "web-0", name, "metadata", "name")
        .save(folder);

    Report report = Doctor.examine(SavedEvidence.open(folder), Selection.ALL, 2, Progress.SILENT);

    assertThat(report.findings().flatMap(finding -> finding.fix().steps().stream()))
        .isNotEmpty()
        .noneMatch(step -> step.text().contains("reboot"))
        .anyMatch(step -> ShellCommand.NONE.endsWith(step.remark()));
  }
}
