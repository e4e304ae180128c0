package io.fipctl.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.doctor.check.Check;
import io.fipctl.evidence.Fetched;
import io.fipctl.evidence.LiveEvidence;
import io.fipctl.evidence.NodeEvidence;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class CatalogueTest {
  private static final List<Check> ALL = Catalogue.ALL;

  @Test
  void ids_are_unique_and_in_order() {
    List<String> ids = ALL.stream().map(Check::id).toList();

    assertThat(ids).doesNotHaveDuplicates().isSorted().allMatch(id -> id.matches("FIP-\\d{3}"));
  }

  @ParameterizedTest
  @FieldSource("ALL")
  void a_check_has_a_title_a_judge_and_an_explanation(Check check) {
    assertThat(check.title()).isNotBlank().doesNotEndWith(".");
    assertThat(check.judges()).isNotEmpty();
    assertThat(Catalogue.explanation(check))
        .startsWith("# " + check.id() + ": " + check.title() + "\n")
        .contains("## Why it matters", "## Detection", "## Fix");
  }

  @Test
  void no_check_follows_from_itself_over_others() {
    for (Check check : ALL) {
      Set<String> above = new HashSet<>();
      List<String> open = new ArrayList<>(others(check));
      while (!open.isEmpty()) {
        String next = open.removeFirst();
        if (above.add(next)) {
          open.addAll(others(Catalogue.byId(next).orElseThrow()));
        }
      }
      assertThat(above).as(check.id()).doesNotContain(check.id());
    }
  }

  private static List<String> others(Check check) {
    return check.follows().stream().filter(id -> !id.equals(check.id())).toList();
  }

  @Test
  void forty_failures_are_known_and_each_is_found_or_told_why_not() {
    assertThat(FailureMode.ALL.stream().map(FailureMode::number))
        .containsExactlyElementsOf(IntStream.rangeClosed(1, 40).boxed().toList());
    for (FailureMode mode : FailureMode.ALL) {
      assertThat(mode.checks().isEmpty()).as(mode.name()).isEqualTo(!mode.reason().isEmpty());
      assertThat(mode.checks()).allMatch(id -> Catalogue.byId(id).isPresent());
    }
  }

  @ParameterizedTest
  @FieldSource("ALL")
  void a_kind_that_a_check_cannot_do_without_leaves_it_without_an_answer(Check check) {
    Status healthy = RecordingsTest.status(EvidenceBuilder.healthy().report(), check.id());
    for (String kind : check.kinds()) {
      Status status =
          RecordingsTest.status(
              EvidenceBuilder.healthy()
                  .unread(kind, new Fetched.Forbidden<>("rule missing: …"))
                  .report(),
              check.id());

      assertThat(status).as("%s without %s", check.id(), kind).isNotEqualTo(Status.OK);
    }
    assertThat(healthy).isIn(Status.OK, Status.UNKNOWN, Status.SKIPPED);
  }

  /** What nobody reads of a node unless it is kept for somebody who does. */
  private static final Set<String> ONLY_KEPT =
      Set.of(
          "ip_tables_names.txt",
          "ip6_tables_names.txt",
          "nft-list-ruleset.txt",
          "ip-rule.json",
          "ip6-rule.json",
          "cni-net.d.txt",
          "cni-log.txt",
          "felix-readiness.txt");

  @Test
  void every_section_of_a_node_has_a_check_that_reads_it_or_is_only_kept() {
    Set<String> read = Catalogue.files(check -> true);

    assertThat(read).doesNotContainAnyElementsOf(ONLY_KEPT);
    Set<String> either = new HashSet<>(read);
    either.addAll(ONLY_KEPT);
    assertThat(LiveEvidence.everyFile()).containsExactlyInAnyOrderElementsOf(either);
  }

  @ParameterizedTest
  @FieldSource("ALL")
  void a_check_reads_the_files_that_it_names_and_no_others(Check check) {
    Status healthy = RecordingsTest.status(EvidenceBuilder.healthy().report(), check.id());
    EvidenceBuilder others = EvidenceBuilder.healthy();
    for (String node : List.of("n1", "n2", "n3")) {
      others.files(
          node,
          files -> {
            files.keySet().retainAll(check.files());
            return files;
          });
    }

    assertThat(RecordingsTest.status(others.report(), check.id())).isEqualTo(healthy);
    for (String file : check.files()) {
      boolean spare =
          file.indexOf("6") >= 0
              || file.equals("ip-route.txt")
              // Only where an address is in the network of a node's own interface.
              || (check.id().equals("FIP-314") && file.equals("sysctl.txt"));
      EvidenceBuilder failed = EvidenceBuilder.healthy();
      List.of("n1", "n2", "n3")
          .forEach(
              node ->
                  failed.files(
                      node,
                      files -> {
                        files.put(file, new NodeEvidence.Text("", 124));
                        return files;
                      }));
      if (!spare && healthy == Status.OK) {
        assertThat(RecordingsTest.status(failed.report(), check.id()))
            .as("%s without %s", check.id(), file)
            // That BIRD alone lets its client wait says something of BIRD.
            .isEqualTo(file.equals("birdcl-protocols.txt") ? Status.ERROR : Status.UNKNOWN);
      }
    }
  }
}
