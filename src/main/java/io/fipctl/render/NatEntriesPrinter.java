package io.fipctl.render;

import io.fipctl.doctor.nat.NatEntry;
import io.fipctl.doctor.nat.NatEntry.Jumps;
import io.fipctl.doctor.nat.NatEntry.Rules;
import io.fipctl.doctor.nat.NatEntry.Verdict;
import io.fipctl.doctor.nat.NatEntry.Way;
import io.fipctl.model.IpAddress;
import io.fipctl.model.PodRef;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** How it looks what nodes do with floating IPs. */
public final class NatEntriesPrinter {
  private static final String NONE = "<none>";
  private static final String ANY = "<any>";

  /** Columns are many here, and the usual {@code <unknown>} is wider than most of them. */
  private static final String UNKNOWN = "?";

  private static final String NOT_APPLICABLE = "-";

  private NatEntriesPrinter() {}

  /** A row for each; when wide with the pod, the whole route and the reason. */
  public static Table table(List<NatEntry> entries, boolean wide) {
    List<String> titles = new ArrayList<>(List.of("NODE", "ADDRESS"));
    if (wide) {
      titles.add("POD");
    }
    titles.addAll(List.of("BACKEND", "DNAT", "SNAT", "JUMPS", "ROUTE", "FLOWS", "VERDICT"));
    if (wide) {
      titles.add("REASON");
    }
    return new Table(titles, entries.stream().map(entry -> cells(entry, wide)).toList());
  }

  private static List<String> cells(NatEntry entry, boolean wide) {
    List<String> cells = new ArrayList<>();
    cells.add(entry.node());
    cells.add(entry.address().map(IpAddress::toString).orElse(ANY));
    if (wide) {
      cells.add(entry.pods().isEmpty() ? NONE : pods(entry));
    }
    // Of what was not read nothing is said to be absent.
    String absent = entry.verdict() == Verdict.UNKNOWN ? UNKNOWN : NONE;
    cells.add(entry.rules().map(Rules::backend).orElse(absent));
    cells.add(entry.rules().map(NatEntriesPrinter::targets).orElse(absent));
    cells.add(
        entry.rules().isPresent()
            ? entry
                .rules()
                .flatMap(Rules::hairpin)
                .map(there -> there ? "yes" : "no")
                .orElse(NOT_APPLICABLE)
            : absent);
    cells.add(entry.rules().map(rules -> jumps(rules.jumps())).orElse(absent));
    cells.add(entry.way().map(way -> wide ? whole(way) : shortly(way)).orElse(UNKNOWN));
    cells.add(entry.flows().isPresent() ? String.valueOf(entry.flows().getAsInt()) : UNKNOWN);
    cells.add(entry.verdict().toString());
    if (wide) {
      cells.add(entry.reason().isEmpty() ? NONE : entry.reason());
    }
    return cells;
  }

  private static String pods(NatEntry entry) {
    return entry.pods().stream().map(PodRef::toString).collect(Collectors.joining(","));
  }

  private static String targets(Rules rules) {
    if (rules.targetsHidden()) {
      return UNKNOWN;
    }
    return rules.targets().isEmpty()
        ? NONE
        : rules.targets().stream().map(IpAddress::toString).collect(Collectors.joining(","));
  }

  private static String jumps(Jumps jumps) {
    return jumps.count() == 3 ? "ok" : jumps.count() + "/3";
  }

  private static String shortly(Way way) {
    return switch (way.kind()) {
      case POD -> "pod";
      case GATEWAY -> "via " + way.to();
      case DEFAULT -> "default";
      case INTERFACE, DISCARD -> way.to();
      case NONE -> NONE;
    };
  }

  private static String whole(Way way) {
    return way.text().isEmpty() ? NONE : way.text();
  }

  /** What is wrong, a line for each thing; nothing when nothing is. */
  public static String reasons(List<NatEntry> entries) {
    Map<String, List<NatEntry>> byReason =
        entries.stream()
            .filter(entry -> !entry.reason().isEmpty())
            .collect(
                Collectors.groupingBy(
                    entry -> entry.node() + " " + entry.reason(),
                    LinkedHashMap::new,
                    Collectors.toList()));
    Lines text = new Lines();
    byReason
        .values()
        .forEach(
            same ->
                text.add(
                    "%s%s: %s"
                        .formatted(
                            same.getFirst().node(),
                            same.stream()
                                .flatMap(entry -> entry.address().stream())
                                .map(address -> " " + address)
                                .collect(Collectors.joining(",")),
                            same.getFirst().reason())));
    return text.toString();
  }

  /** The addresses for {@code -o name}, each once. */
  public static String names(List<NatEntry> entries) {
    return entries.stream()
        .flatMap(entry -> entry.address().stream())
        .distinct()
        .map(address -> address + "\n")
        .collect(Collectors.joining());
  }

  public static Document document(List<NatEntry> entries) {
    return Document.list("NatEntryList", entries.stream().map(NatEntriesPrinter::item).toList());
  }

  private static Map<String, Object> item(NatEntry entry) {
    Map<String, Object> item = new LinkedHashMap<>();
    item.put("node", entry.node());
    item.put("address", entry.address().map(IpAddress::toString).orElse(null));
    item.put("pods", entry.pods().stream().map(PodRef::toString).toList());
    item.put("rules", entry.rules().map(NatEntriesPrinter::rules).orElse(null));
    item.put("route", entry.way().map(NatEntriesPrinter::way).orElse(null));
    item.put("flows", entry.flows().isPresent() ? entry.flows().getAsInt() : null);
    item.put("verdict", entry.verdict().toString());
    item.put("reason", Optional.of(entry.reason()).filter(text -> !text.isEmpty()).orElse(null));
    return item;
  }

  private static Map<String, Object> rules(Rules rules) {
    Map<String, Object> jumps = new LinkedHashMap<>();
    jumps.put("prerouting", rules.jumps().prerouting());
    jumps.put("output", rules.jumps().output());
    jumps.put("postrouting", rules.jumps().postrouting());
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("backend", rules.backend());
    fields.put("targets", rules.targets().stream().map(IpAddress::toString).toList());
    fields.put("targetsHidden", rules.targetsHidden());
    fields.put("hairpin", rules.hairpin().orElse(null));
    fields.put("jumps", jumps);
    return fields;
  }

  private static Map<String, Object> way(Way way) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("kind", way.kind().name().toLowerCase(Locale.ROOT));
    fields.put("to", way.to());
    fields.put("text", way.text());
    return fields;
  }
}
