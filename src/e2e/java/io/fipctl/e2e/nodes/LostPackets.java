package io.fipctl.e2e.nodes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What became of a flow of 200 packets a second while its address went to another pod, by each way
 * of doing it: a table, printed and put into {@code lost-packets.txt}, which {@code run.sh} shows
 * at its end.
 */
final class LostPackets {
  private static final String ROW = "%-28s %-12s %6s %6s   %s%n";

  private final List<String> rows = new ArrayList<>();

  /** Takes down one flow. */
  PacketFlow.Report note(String way, String to, PacketFlow.Report report) {
    List<String> answered = new ArrayList<>();
    for (PacketFlow.Change change : report.changes()) {
      String by = change.by().isEmpty() ? "nobody" : change.by();
      answered.add("%s from %.2f s".formatted(by, change.at() / 1000.0));
    }
    String where = to.equals("web-1") ? "another node" : "same node";
    rows.add(ROW.formatted(way, where, report.sent(), report.lost(), String.join(", ", answered)));
    return report;
  }

  /** Prints what was taken down. */
  void show() {
    StringBuilder table =
        new StringBuilder(ROW.formatted("moved by", "to", "sent", "lost", "answered by"));
    rows.stream().sorted().forEach(table::append);
    System.out.print(table);
    try {
      Path file = Nodes.OUTPUT.resolve("lost-packets.txt");
      Files.writeString(file, table);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
