package io.fipctl.doctor;

import io.fipctl.doctor.check.Check;
import io.fipctl.doctor.check.Finding;
import io.fipctl.doctor.check.Severity;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * What one check says.
 *
 * @param findings the worst first
 * @param notes worth knowing, of what is right
 * @param gaps what was not looked at, and why
 * @param looked how many things were seen, right or wrong
 * @param follows what was found and only follows from another finding, in words
 */
public record Result(
    Check check,
    List<Finding> findings,
    List<String> notes,
    List<Gap> gaps,
    int looked,
    List<String> follows) {
  public Result {
    findings = List.copyOf(findings);
    notes = List.copyOf(notes);
    gaps = List.copyOf(gaps);
    follows = List.copyOf(follows);
  }

  /**
   * Something that was not looked at.
   *
   * @param where {@code node/n1}, or empty when it is the whole check
   * @param unknown whether it was to be seen; else it was left out on purpose or by lack of right
   * @param blind whether that leaves something to be looked at: false when there is nothing
   */
  public record Gap(String where, String reason, boolean unknown, boolean blind) {}

  Result written(UnaryOperator<String> commands) {
    return new Result(
        check,
        findings.stream().map(finding -> finding.written(commands)).toList(),
        notes,
        gaps,
        looked,
        follows);
  }

  public Status status() {
    if (findings.stream().anyMatch(finding -> finding.severity() == Severity.ERROR)) {
      return Status.ERROR;
    }
    if (!findings.isEmpty()) {
      return Status.WARNING;
    }
    if (gaps.stream().anyMatch(Gap::unknown)) {
      return Status.UNKNOWN;
    }
    if (!follows.isEmpty()) {
      return Status.SKIPPED;
    }
    boolean blind = gaps.stream().anyMatch(Gap::blind);
    return looked > 0 && !blind ? Status.OK : Status.SKIPPED;
  }

  /** The fact, or the problem where one was found. */
  public String title() {
    return findings.isEmpty() ? check.title() : check.problem();
  }
}
