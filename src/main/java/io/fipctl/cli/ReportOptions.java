package io.fipctl.cli;

import io.fipctl.doctor.Report;
import io.fipctl.model.ExitCode;
import io.fipctl.render.Examinations;
import io.fipctl.render.Format;
import io.fipctl.render.Marks;
import java.util.Locale;
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
    ExitCode code = report.exitCode(failOn(), strict);
    boolean problems = show == Show.problems;
    int exit = code.number();
    Marks marks = Marks.of(session.environment().variables());
    switch (session.reportFormat()) {
      case TABLE -> session.console().print(Examinations.table(report, marks, problems, exit));
      case SHORT -> session.console().print(Examinations.shortly(report, exit));
      case JSON -> session.console().print(Examinations.document(report, exit), Format.JSON);
      case YAML -> session.console().print(Examinations.document(report, exit), Format.YAML);
      case JUNIT -> session.console().print(Examinations.junit(report, failOn()));
      case MARKDOWN -> session.console().print(Examinations.markdown(report, problems, exit));
    }
    return code;
  }

  private Report.FailOn failOn() {
    return Report.FailOn.valueOf(failOn.name().toUpperCase(Locale.ROOT));
  }
}
