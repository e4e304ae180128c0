package io.fipctl.cli.diagnose;

import io.fipctl.cli.session.Session;
import io.fipctl.doctor.nat.NatEntry;
import io.fipctl.doctor.nat.NatEntry.Verdict;
import io.fipctl.doctor.nat.NatSurvey;
import io.fipctl.model.IpAddress;
import io.fipctl.render.Format;
import io.fipctl.render.NatEntriesPrinter;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Answers {@code fipctl nat}: the rows, what is not among them, and what to type next. */
record NatRun(Session session) {
  void print(NatSurvey survey) {
    List<NatEntry> entries = survey.entries();
    switch (session.format()) {
      case TABLE, WIDE -> table(entries, session.format() == Format.WIDE);
      case NAME -> session.console().print(NatEntriesPrinter.names(entries));
      case JSON, YAML ->
          session.console().print(NatEntriesPrinter.document(entries), session.format());
    }
    if (entries.isEmpty()) {
      session
          .console()
          .note(
              "No node has anything of a floating IP (%d nodes looked at)."
                  .formatted(survey.nodes()));
    }
    survey.nobodys().forEach(address -> session.console().note("no pod holds " + address));
    if (survey.leftOut() > 0) {
      session
          .console()
          .note(
              "not shown: %d rows of nodes that only pass an address on (fipctl nat IP or NODE)"
                  .formatted(survey.leftOut()));
    }
    next(entries);
  }

  private void table(List<NatEntry> entries, boolean wide) {
    if (entries.isEmpty()) {
      return;
    }
    session.print(NatEntriesPrinter.table(entries, wide));
    String reasons = NatEntriesPrinter.reasons(entries);
    if (!wide && !session.options().noHeaders && !reasons.isEmpty()) {
      session.console().print("\n" + reasons);
    }
  }

  private void next(List<NatEntry> entries) {
    Set<IpAddress> wrong =
        entries.stream()
            .filter(entry -> entry.verdict() != Verdict.OK && entry.verdict() != Verdict.UNKNOWN)
            .flatMap(entry -> entry.address().stream())
            .collect(Collectors.toCollection(TreeSet::new));
    if (!wrong.isEmpty()) {
      session
          .console()
          .note("next: fipctl doctor" + (wrong.size() == 1 ? " " + wrong.iterator().next() : ""));
    }
  }
}
