package io.fipctl.cli.address;

import io.fipctl.cli.session.Session;
import io.fipctl.kube.Cluster.Change;
import io.fipctl.kube.Cluster.Scope;
import io.fipctl.kube.Kind;
import io.fipctl.lease.AddressRecord;
import io.fipctl.lease.Assignment;
import io.fipctl.model.IpAddress;
import io.fipctl.model.Pod;
import io.fipctl.render.AssignmentsPrinter;
import io.fipctl.render.Document;
import io.fipctl.render.Format;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Prints who gains and loses addresses, as it happens: a row or a document for each change. */
final class AssignmentFeed {
  private final Session session;
  private final Scope scope;
  private final Map<IpAddress, AddressRecord> records;
  private final Set<String> seen = new HashSet<>();
  private final Map<String, List<Assignment>> known = new HashMap<>();
  private boolean titled;

  /**
   * @param records what is written down about addresses, as the feed begins
   */
  AssignmentFeed(Session session, Scope scope, List<AddressRecord> records) {
    this.session = session;
    this.scope = scope;
    this.records =
        records.stream().collect(Collectors.toMap(AddressRecord::address, Function.identity()));
  }

  /** Runs until the process is ended, or nobody reads the output any more. */
  void run() {
    session.cluster().watch(Kind.PODS, scope, this::see);
  }

  private boolean see(Change change) {
    Pod pod = Pod.of(change.object());
    List<Assignment> before = known.getOrDefault(pod.uid(), List.of());
    boolean isNew = seen.add(pod.uid());
    List<Assignment> now =
        change.type().equals("DELETED")
            ? List.of()
            : Assignment.of(pod).stream().map(it -> it.since(since(it, before, isNew))).toList();
    for (Assignment holding : now) {
      Optional<Assignment> same = with(before, holding);
      if (same.isEmpty()) {
        print("ADDED", holding);
      } else if (!looksLike(same.get(), holding)) {
        print("MODIFIED", holding);
      }
    }
    for (Assignment holding : before) {
      if (with(now, holding).isEmpty()) {
        print("DELETED", holding);
      }
    }
    if (now.isEmpty()) {
      known.remove(pod.uid());
    } else {
      known.put(pod.uid(), now);
    }
    return !session.console().isCutOff();
  }

  /** By the record, or, of what this has seen to come, from then on. */
  private Optional<Instant> since(Assignment holding, List<Assignment> before, boolean isNew) {
    return with(before, holding)
        .map(Assignment::since)
        .orElseGet(
            () ->
                isNew
                    ? holding
                        .address()
                        .map(records::get)
                        .flatMap(record -> record.heldSince(holding.pod()))
                    : Optional.of(session.pause().now()));
  }

  private static Optional<Assignment> with(List<Assignment> holdings, Assignment wanted) {
    return holdings.stream().filter(h -> h.text().equals(wanted.text())).findFirst();
  }

  private static boolean looksLike(Assignment a, Assignment b) {
    return a.state() == b.state()
        && a.pod().node().equals(b.pod().node())
        && a.pod().addresses().equals(b.pod().addresses());
  }

  private void print(String event, Assignment holding) {
    AssignmentsPrinter.Row row = new AssignmentsPrinter.Row(holding, Optional.empty());
    switch (session.format()) {
      case TABLE, WIDE -> printRow(event, row);
      case NAME -> session.console().print(AssignmentsPrinter.names(List.of(row)));
      case JSON, YAML -> {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("type", event);
        fields.put("item", AssignmentsPrinter.item(row));
        if (session.format() == Format.YAML) {
          session.console().print("---\n");
        }
        session.console().print(new Document("FloatingIPEvent", fields), session.format());
      }
    }
  }

  private void printRow(String event, AssignmentsPrinter.Row row) {
    var table =
        AssignmentsPrinter.table(
            List.of(row),
            session.options().allNamespaces,
            session.format() == Format.WIDE,
            session.pause().now());
    List<String> titles = new ArrayList<>(List.of("EVENT"));
    titles.addAll(table.titles());
    List<String> cells = new ArrayList<>(List.of(event));
    cells.addAll(table.rows().getFirst());
    session
        .console()
        .print(
            new io.fipctl.render.Table(titles, List.of(cells))
                .print(!titled && !session.options().noHeaders));
    titled = true;
  }
}
