package io.fipctl.cli.diagnose;

import io.fipctl.cli.session.Session;
import io.fipctl.doctor.Catalogue;
import io.fipctl.doctor.Selection;
import io.fipctl.doctor.check.Check;
import io.fipctl.render.DoctorReportPrinter;
import java.util.List;
import picocli.CommandLine.Option;

/** The questions about the checks themselves, which need no cluster. */
final class CatalogueOptions {
  @Option(names = "--list-checks", description = "List the checks and do nothing else.")
  boolean listChecks;

  @Option(
      names = "--explain",
      paramLabel = "ID",
      description = "Explain one check and do nothing else.")
  String explain;

  /** Answers them; whether one was asked, and so nothing else is to be done. */
  boolean answer(Session session, Selection selection) {
    if (listChecks) {
      list(session, Catalogue.ALL.stream().filter(selection::wants).toList());
    } else if (explain != null) {
      explain(session, SelectionOptions.check(explain));
    }
    return listChecks || explain != null;
  }

  private static void list(Session session, List<Check> catalogue) {
    if (session.format().isDocument()) {
      session.console().print(DoctorReportPrinter.catalogueDocument(catalogue), session.format());
    } else {
      session.print(DoctorReportPrinter.catalogue(catalogue));
    }
  }

  private static void explain(Session session, Check check) {
    String text = Catalogue.explanation(check);
    if (session.format().isDocument()) {
      session.console().print(DoctorReportPrinter.explanation(check, text), session.format());
    } else {
      session.console().print(text);
    }
  }
}
