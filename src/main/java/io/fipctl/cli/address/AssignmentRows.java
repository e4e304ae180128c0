package io.fipctl.cli.address;

import io.fipctl.cli.session.Session;
import io.fipctl.lease.Assignment;
import io.fipctl.render.AssignmentsPrinter;
import io.fipctl.render.Format;
import java.util.List;
import java.util.Optional;

/** Prints who has which address in the format that was asked for. */
final class AssignmentRows {
  private AssignmentRows() {}

  /** As the annotations say it, without a look at the nodes. */
  static List<AssignmentsPrinter.Row> plain(List<Assignment> holdings) {
    return holdings.stream().map(h -> new AssignmentsPrinter.Row(h, Optional.empty())).toList();
  }

  /** Prints the rows; of a table that would be empty only says so. */
  static void print(
      Session session, List<AssignmentsPrinter.Row> rows, boolean withNamespaces, String nothing) {
    switch (session.format()) {
      case TABLE, WIDE -> {
        if (!rows.isEmpty()) {
          session.print(
              AssignmentsPrinter.table(
                  rows, withNamespaces, session.format() == Format.WIDE, session.pause().now()));
        }
      }
      case NAME -> session.console().print(AssignmentsPrinter.names(rows));
      case JSON, YAML ->
          session.console().print(AssignmentsPrinter.document(rows), session.format());
    }
    if (rows.isEmpty()) {
      session.console().note(nothing);
    }
  }
}
