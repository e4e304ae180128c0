package io.fipctl.doctor;

import static org.assertj.core.api.Assertions.assertThat;

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
        .contains("## Why it matters", "## How it is seen", "## How to mend it");
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
    Status healthy = RecordingsTest.status(Situations.healthy().report(), check.id());
    for (String kind : check.kinds()) {
      Status status =
          RecordingsTest.status(
              Situations.healthy().unread(kind, new Seen.Forbidden<>("rule missing: …")).report(),
              check.id());

      assertThat(status).as("%s without %s", check.id(), kind).isNotEqualTo(Status.OK);
    }
    assertThat(healthy).isIn(Status.OK, Status.UNKNOWN, Status.SKIPPED);
  }
}
