package io.fipctl.cli;

import io.fipctl.lease.Assignment;
import io.fipctl.render.Format;
import io.fipctl.render.Holdings;
import java.util.List;
import java.util.Optional;

/** Prints who has which address in the format that was asked for. */
final class HoldingRows {
  private HoldingRows() {}

  /** As the annotations say it, without a look at the nodes. */
  static List<Holdings.Row> plain(List<Assignment> holdings) {
    return holdings.stream().map(h -> new Holdings.Row(h, Optional.empty())).toList();
  }

  /** Prints the rows; of a table that would be empty only says so. */
  static void print(
      Session session, List<Holdings.Row> rows, boolean withNamespaces, String nothing) {
    switch (session.format()) {
      case TABLE, WIDE -> {
        if (!rows.isEmpty()) {
          session.print(
              Holdings.table(
                  rows, withNamespaces, session.format() == Format.WIDE, session.pause().now()));
        }
      }
      case NAME -> session.console().print(Holdings.names(rows));
      case JSON, YAML -> session.console().print(Holdings.document(rows), session.format());
    }
    if (rows.isEmpty()) {
      session.console().note(nothing);
    }
  }
}
