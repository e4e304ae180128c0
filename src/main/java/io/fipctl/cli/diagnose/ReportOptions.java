package io.fipctl.cli.diagnose;

import io.fipctl.cli.session.Session;
import io.fipctl.doctor.FixResult;
import io.fipctl.doctor.Report;
import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import io.fipctl.render.DoctorReportPrinter;
import io.fipctl.render.FixResultsPrinter;
import io.fipctl.render.Format;
import io.fipctl.render.StatusSymbols;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How a report is printed, and from when on it ends in another exit code than 0. */
final class ReportOptions {
  /** What {@code --fail-on} was given. */
  enum FailOn {
    error,
    warning,
    never
  }

  /** What {@code --show} was given. */
  enum Show {
    all,
    problems
  }

  @Option(
      names = "--fail-on",
      paramLabel = "error|warning|never",
      description = "From which severity on findings end with exit code 10 (default error).")
  FailOn failOn = FailOn.error;

  @Option(
      names = "--strict",
      description = "End with exit code 11 when something could not be looked at.")
  boolean strict;

  @Option(
      names = "--show",
      paramLabel = "all|problems",
      description = "Print all checks or only those with a problem (default all).")
  Show show = Show.all;

  /** Prints it; the exit code, which does not depend on the format. */
  ExitCode print(Session session, Report report) {
    return print(session, report, Optional.empty());
  }

  /**
   * The same behind a run of {@code --fix}.
   *
   * @param treatments what it did or would do; what failed is a failure, whatever the report says
   */
  ExitCode print(Session session, Report report, List<FixResult> treatments) {
    return print(session, report, Optional.of(treatments));
  }

  private ExitCode print(Session session, Report seen, Optional<List<FixResult>> treatments) {
    Report report = seen.written(session.sameCluster());
    ExitCode code = code(report, treatments.orElse(List.of()));
    boolean problems = show == Show.problems;
    int exit = code.number();
    StatusSymbols marks = StatusSymbols.of(session.environment().variables());
    treatments.ifPresent(all -> print(session, all));
    switch (session.reportFormat()) {
      case TABLE ->
          session.console().print(DoctorReportPrinter.table(report, marks, problems, exit));
      case SHORT -> session.console().print(DoctorReportPrinter.shortly(report, exit));
      case JSON ->
          session
              .console()
              .print(DoctorReportPrinter.document(report, treatments, exit), Format.JSON);
      case YAML ->
          session
              .console()
              .print(DoctorReportPrinter.document(report, treatments, exit), Format.YAML);
      case JUNIT -> session.console().print(DoctorReportPrinter.junit(report, failOn()));
      case MARKDOWN ->
          session.console().print(DoctorReportPrinter.markdown(report, problems, exit));
    }
    return code;
  }

  private ExitCode code(Report report, List<FixResult> treatments) {
    ExitCode code = report.exitCode(failOn(), strict);
    return code == ExitCode.OK
        ? FixResult.failure(treatments).map(FipctlException::exitCode).orElse(code)
        : code;
  }

  /** For people in front of the report; documents have a place for it. */
  private static void print(Session session, List<FixResult> treatments) {
    String lines = FixResultsPrinter.lines(treatments, session.sameCluster());
    switch (session.reportFormat()) {
      case TABLE, SHORT -> session.console().print(lines);
      case JUNIT, MARKDOWN -> lines.lines().forEach(session.console()::note);
      case JSON, YAML -> {}
    }
  }

  private Report.FailOn failOn() {
    return Report.FailOn.valueOf(failOn.name().toUpperCase(Locale.ROOT));
  }
}
