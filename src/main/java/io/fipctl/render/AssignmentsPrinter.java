package io.fipctl.render;

import io.fipctl.doctor.nat.NatEntry;
import io.fipctl.lease.Assignment;
import io.fipctl.model.Durations;
import io.fipctl.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How lists of held addresses look. */
public final class AssignmentsPrinter {
  private static final String NONE = "<none>";

  private AssignmentsPrinter() {}

  /** One row of a list. */
  public record Row(Assignment holding, Optional<NatEntry.Verdict> dataplane) {}

  /**
   * The rows as a table.
   *
   * @param now what ages are counted to
   */
  public static Table table(List<Row> rows, boolean allNamespaces, boolean wide, Instant now) {
    boolean verified = rows.stream().anyMatch(row -> row.dataplane().isPresent());
    List<String> titles = new ArrayList<>();
    if (allNamespaces) {
      titles.add("NAMESPACE");
    }
    titles.addAll(List.of("ADDRESS", "POD", "NODE", "STATUS"));
    if (verified) {
      titles.add("DATAPLANE");
    }
    if (wide) {
      titles.addAll(List.of("POD-IP", "CONTROLLER"));
    }
    titles.add("AGE");
    return new Table(
        titles, rows.stream().map(row -> cells(row, allNamespaces, verified, wide, now)).toList());
  }

  private static List<String> cells(
      Row row, boolean allNamespaces, boolean verified, boolean wide, Instant now) {
    Assignment holding = row.holding();
    Pod pod = holding.pod();
    List<String> cells = new ArrayList<>();
    if (allNamespaces) {
      cells.add(pod.ref().namespace());
    }
    cells.add(holding.text().isEmpty() ? "\"\"" : holding.text());
    cells.add(pod.ref().name());
    cells.add(pod.node().orElse(NONE));
    cells.add(holding.state().toString());
    if (verified) {
      cells.add(row.dataplane().map(Object::toString).orElse(NONE));
    }
    if (wide) {
      cells.add(
          holding
              .address()
              .flatMap(address -> pod.address(address.family()))
              .map(Object::toString)
              .orElse(NONE));
      cells.add(pod.controller().map(Object::toString).orElse(NONE));
    }
    cells.add(
        holding
            .since()
            .map(since -> Durations.age(Duration.between(since, now)))
            .orElse("<unknown>"));
    return cells;
  }

  public static Map<String, Object> item(Row row) {
    Assignment holding = row.holding();
    Map<String, Object> item = new LinkedHashMap<>();
    item.put("address", holding.text());
    item.put("status", holding.state().toString());
    item.put("pod", ChangesPrinter.pod(holding.pod()));
    item.put(
        "podIP",
        holding
            .address()
            .flatMap(address -> holding.pod().address(address.family()))
            .map(Object::toString)
            .orElse(null));
    item.put("controller", holding.pod().controller().map(Object::toString).orElse(null));
    item.put("survivesReplacement", holding.pod().controller().isEmpty());
    item.put("since", holding.since().map(Object::toString).orElse(null));
    row.dataplane().ifPresent(verdict -> item.put("dataplane", verdict.toString()));
    return item;
  }

  public static Document document(List<Row> rows) {
    return Document.list("FloatingIPList", rows.stream().map(AssignmentsPrinter::item).toList());
  }

  /** The names for {@code -o name}: the addresses, a line each. */
  public static String names(List<Row> rows) {
    Lines text = new Lines();
    rows.forEach(row -> text.add(row.holding().text()));
    return text.toString();
  }
}
