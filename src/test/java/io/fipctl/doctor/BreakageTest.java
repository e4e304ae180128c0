package io.fipctl.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.doctor.check.Check;
import io.fipctl.doctor.check.Facts;
import io.fipctl.doctor.check.Finding;
import io.fipctl.doctor.check.Severity;
import io.fipctl.doctor.nat.NatEntry;
import io.fipctl.doctor.nat.NatSurvey;
import io.fipctl.evidence.Evidence;
import io.fipctl.evidence.LiveEvidence;
import io.fipctl.lab.Breakage;
import io.fipctl.lab.LabCluster;
import io.fipctl.lab.simulation.LabState;
import io.fipctl.lease.LockOptions;
import io.fipctl.model.Progress;
import io.fipctl.node.NodeAccess;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Every failure of the practice cluster, judged by every check. */
class BreakageTest {
  private static final Instant NOW = Instant.parse("2026-01-05T08:00:00Z");
  private static final List<Breakage> ALL = Breakage.ALL;

  @ParameterizedTest
  @FieldSource("ALL")
  void the_doctor_finds_it_and_nothing_else(Breakage breakage) {
    Report report = report(breakage.planted(InstantSource.fixed(NOW)));

    assertThat(report.findings().map(Finding::check).toList())
        .as(breakage.name() + " " + RecordingsTest.found(report))
        .containsExactly(breakage.check());
  }

  @Test
  void a_BIRD_that_does_not_run_is_found_on_its_own_node() {
    Breakage down =
        ALL.stream().filter(each -> each.name().equals("bird-down")).findFirst().orElseThrow();

    assertThat(report(down.planted(InstantSource.fixed(NOW))).findings())
        .singleElement()
        .satisfies(finding -> assertThat(finding.subject().nodes()).containsExactly("n1"));
  }

  @Test
  void a_healthy_practice_cluster_has_no_finding() {
    assertThat(RecordingsTest.found(report(LabState.healthy()))).isEmpty();
  }

  @Test
  void the_names_are_unique_and_every_check_of_one_exists() {
    assertThat(ALL).extracting(Breakage::name).doesNotHaveDuplicates();
    assertThat(ALL).allMatch(each -> Catalogue.byId(each.check()).isPresent());
  }

  @Test
  void every_check_is_shown_or_it_is_said_why_not() {
    Set<String> shown = ALL.stream().map(Breakage::check).collect(Collectors.toSet());
    Set<String> either = new TreeSet<>(shown);
    either.addAll(Breakage.NOT_SHOWN.keySet());

    assertThat(Breakage.NOT_SHOWN.keySet()).doesNotContainAnyElementsOf(shown);
    assertThat(either).containsExactlyElementsOf(Catalogue.ALL.stream().map(Check::id).toList());
  }

  @ParameterizedTest
  @FieldSource("ALL")
  void no_address_is_ok_elsewhere_of_which_the_doctor_says_that_it_is_not(Breakage breakage) {
    LabCluster cluster = LabCluster.of(breakage.planted(InstantSource.fixed(NOW)));
    List<Finding> findings =
        Doctor.examine(evidence(cluster), Selection.ALL, 2, Progress.SILENT)
            .findings()
            .filter(found -> found.severity() == Severity.ERROR)
            .toList();
    Evidence seen =
        LiveEvidence.readRules(cluster, NodeAccess.EXEC, NatSurvey.files(), Set.of(), NOW);
    NatSurvey survey = NatSurvey.ofWhatWasSeen(seen, 2, Progress.SILENT);

    for (Facts.Held held : new Facts(seen, Set.of()).held()) {
      for (Finding found : findings) {
        boolean concerns =
            found.subject().addresses().contains(held.address())
                || found.subject().pod().filter(held.pod().ref()::equals).isPresent();
        if (concerns) {
          assertThat(survey.verdict(held.address(), held.pod()))
              .as("%s of %s: %s", held.address(), held.pod().ref(), found.observed())
              .isNotEqualTo(NatEntry.Verdict.OK);
        }
      }
    }
  }

  private static Evidence evidence(LabCluster cluster) {
    return LiveEvidence.read(
        cluster,
        NodeAccess.EXEC,
        LockOptions.NAMESPACE,
        Optional.empty(),
        Catalogue.files(check -> true),
        NOW);
  }

  private static Report report(LabState state) {
    return Doctor.examine(evidence(LabCluster.of(state)), Selection.ALL, 2, Progress.SILENT);
  }
}
