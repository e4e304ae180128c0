package io.fipctl.doctor;

import io.fipctl.doctor.check.Finding;
import io.fipctl.doctor.check.Severity;
import io.fipctl.evidence.Evidence;
import io.fipctl.model.ExitCode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The answer of the doctor.
 *
 * @param results one for each check that was wanted, in the catalogue's order
 * @param nodes how many nodes were looked at
 * @param addresses how many floating IPs are held
 * @param unread why a node was not looked at, by its name
 * @param suppressed how many findings the user did not want to see
 */
public record Report(
    Evidence.Origin origin,
    Optional<String> calico,
    List<Result> results,
    int nodes,
    int addresses,
    Map<String, String> unread,
    int suppressed) {
  public Report {
    results = List.copyOf(results);
    unread = Map.copyOf(unread);
  }

  /** From which severity on findings make the run fail. */
  public enum FailOn {
    ERROR,
    WARNING,
    NEVER
  }

  /** The same, with the commands of its fixes written another way. */
  public Report written(UnaryOperator<String> commands) {
    return new Report(
        origin,
        calico,
        results.stream().map(result -> result.written(commands)).toList(),
        nodes,
        addresses,
        unread,
        suppressed);
  }

  public Stream<Finding> findings() {
    return results.stream().flatMap(result -> result.findings().stream());
  }

  /** How many of the checks that can find something ended so. */
  public long count(Status status) {
    return results.stream()
        .filter(result -> !Catalogue.FIND_NOTHING.contains(result.check().id()))
        .filter(result -> result.status() == status)
        .count();
  }

  public long count(Severity severity) {
    return findings().filter(finding -> finding.severity() == severity).count();
  }

  /** Whether everything that was wanted was seen. */
  public boolean complete() {
    return results.stream().flatMap(result -> result.gaps().stream()).noneMatch(Result.Gap::blind);
  }

  /**
   * What the process ends with; the same for every format.
   *
   * @param strict whether something that could not be looked at is a failure
   */
  public ExitCode exitCode(FailOn failOn, boolean strict) {
    boolean failed =
        switch (failOn) {
          case ERROR -> count(Severity.ERROR) > 0;
          case WARNING -> findings().findAny().isPresent();
          case NEVER -> false;
        };
    if (failed) {
      return ExitCode.FINDINGS;
    }
    return strict && !complete() ? ExitCode.NOT_LOOKED : ExitCode.OK;
  }
}
