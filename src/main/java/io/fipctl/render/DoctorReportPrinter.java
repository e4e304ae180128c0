package io.fipctl.render;

import io.fipctl.doctor.FailureMode;
import io.fipctl.doctor.FixResult;
import io.fipctl.doctor.Report;
import io.fipctl.doctor.Result;
import io.fipctl.doctor.Status;
import io.fipctl.doctor.check.Advice;
import io.fipctl.doctor.check.Area;
import io.fipctl.doctor.check.Check;
import io.fipctl.doctor.check.EvidenceRef;
import io.fipctl.doctor.check.Finding;
import io.fipctl.doctor.check.FixKind;
import io.fipctl.doctor.check.Risk;
import io.fipctl.doctor.check.Subject;
import io.fipctl.evidence.Evidence;
import io.fipctl.model.PrintedText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** How the doctor's answer looks, in every format. */
public final class DoctorReportPrinter {
  /** Words in which Markdown finds nothing to do. */
  private static final Pattern PROSE =
      Pattern.compile("(?U)[\\p{L}\\p{N}'\"(][\\p{L}\\p{N} .,;:/()'\"=+%?-]*");

  private static final Pattern LINK = Pattern.compile("(?i)://|www\\.|mailto:|xmpp:");
  private static final Pattern BACKQUOTES = Pattern.compile("`+");

  private DoctorReportPrinter() {}

  /**
   * The answer for people.
   *
   * @param problemsOnly whether what is right is left out
   */
  public static String table(
      Report report, StatusSymbols marks, boolean problemsOnly, int exitCode) {
    StringBuilder text = new StringBuilder();
    for (Area area : Area.values()) {
      List<Result> results =
          report.results().stream()
              .filter(result -> result.check().area() == area)
              .filter(result -> !problemsOnly || isProblem(result))
              .toList();
      if (results.isEmpty()) {
        continue;
      }
      text.append(area.title()).append('\n').append("-".repeat(area.title().length())).append('\n');
      results.forEach(result -> result(text, result, marks, problemsOnly));
      text.append('\n');
    }
    return text.append(verdict(report, exitCode)).toString();
  }

  private static boolean isProblem(Result result) {
    return !result.findings().isEmpty() || result.status() == Status.UNKNOWN;
  }

  private static void result(
      StringBuilder text, Result result, StatusSymbols marks, boolean problemsOnly) {
    String indent = marks.indent();
    String notes =
        result.status() == Status.OK && !result.notes().isEmpty()
            ? " (" + String.join("; ", result.notes()) + ")"
            : "";
    add(
        text,
        "%s %s %s%s"
            .formatted(marks.of(result.status()), result.check().id(), result.title(), notes));
    for (Finding finding : result.findings()) {
      finding(text, finding, indent);
    }
    for (String gap : gaps(result)) {
      add(text, indent + gap);
    }
    if (!problemsOnly && result.findings().isEmpty()) {
      follows(result).forEach(line -> add(text, indent + line));
    }
    if (!result.findings().isEmpty()) {
      line(text, indent, "more", "fipctl doctor --explain " + result.check().id());
    }
  }

  private static void finding(StringBuilder text, Finding finding, String indent) {
    add(text, indent + finding.severity() + ": " + finding.subject());
    String deeper = indent + "  ";
    line(text, deeper, "observed", finding.observed());
    line(text, deeper, "expected", finding.expected());
    for (EvidenceRef proof : finding.evidence()) {
      line(
          text,
          deeper,
          "evidence",
          proof.lines().isEmpty() ? proof.source() + " (nothing in it)" : proof.source());
      proof.lines().forEach(it -> add(text, deeper + "          | " + it));
    }
    line(text, deeper, "impact", finding.impact());
    String title = "fix";
    for (Advice step : finding.fix().steps()) {
      line(text, deeper, title, step.text());
      line(text, deeper, "risk", step.risk().toString());
      title = "else";
    }
    if (!finding.consequences().isEmpty()) {
      line(text, deeper, "also causes", shortened(finding.consequences()));
    }
  }

  private static String shortened(List<String> words) {
    return words.size() <= 4
        ? String.join(", ", words)
        : "%s and %d more".formatted(String.join(", ", words.subList(0, 4)), words.size() - 4);
  }

  private static void line(StringBuilder text, String indent, String title, String value) {
    add(text, indent + "%-9s ".formatted(title + ":") + value);
  }

  /** One line, whatever others wrote into it. */
  private static void add(StringBuilder text, String line) {
    text.append(PrintedText.line(line)).append('\n');
  }

  /** What was not looked at, a line for each reason. */
  private static List<String> gaps(Result result) {
    Map<String, List<String>> byReason = new LinkedHashMap<>();
    for (Result.Gap gap : result.gaps()) {
      boolean tells = gap.unknown() || gap.blind() || result.looked() == 0;
      if (tells) {
        byReason
            .computeIfAbsent(
                (gap.unknown() ? "unknown%s: " : "skipped%s: ") + gap.reason().replace("%", "%%"),
                key -> new ArrayList<>())
            .add(gap.where());
      }
    }
    List<String> lines = new ArrayList<>();
    byReason.forEach(
        (reason, places) -> {
          List<String> named = places.stream().filter(place -> !place.isEmpty()).toList();
          lines.add(reason.formatted(named.isEmpty() ? "" : " (" + shortened(named) + ")"));
        });
    return lines;
  }

  private static List<String> follows(Result result) {
    return result.follows().stream()
        .map(it -> it.substring(it.indexOf("follows from")))
        .distinct()
        .limit(3)
        .map(it -> "skipped: " + it)
        .toList();
  }

  /** The last lines: counts, and what to type next. */
  private static String verdict(Report report, int exitCode) {
    List<String> counts = new ArrayList<>();
    for (Status status : Status.values()) {
      long count = report.count(status);
      if (count > 0 || status == Status.OK) {
        counts.add(count + " " + plural(status, count));
      }
    }
    if (report.suppressed() > 0) {
      counts.add(report.suppressed() + " suppressed");
    }
    StringBuilder text = new StringBuilder();
    text.append(counted(report.nodes(), "node"))
        .append(", ")
        .append(counted(report.addresses(), "floating IP"))
        .append(": ")
        .append(String.join(", ", counts))
        .append(" (exit ")
        .append(exitCode)
        .append(")\n");
    next(report).ifPresent(line -> add(text, line));
    return text.toString();
  }

  private static String plural(Status status, long count) {
    boolean countable = status == Status.WARNING || status == Status.ERROR;
    return status + (countable && count != 1 ? "s" : "");
  }

  private static String counted(int count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }

  /**
   * What to type first: the fix of the worst finding, the first of equals. Where that is risky, or
   * no command, it has to be read about before.
   */
  private static Optional<String> next(Report report) {
    return report
        .findings()
        .reduce((a, b) -> a.severity().compareTo(b.severity()) >= 0 ? a : b)
        .map(
            worst ->
                worst.fix().risk() == Risk.RISKY || worst.fix().command().isEmpty()
                    ? "next (%s): fipctl doctor --explain %s".formatted(Risk.SAFE, worst.check())
                    : "next (%s): %s".formatted(worst.fix().risk(), worst.fix().text()));
  }

  /** A line for each problem. */
  public static String shortly(Report report, int exitCode) {
    StringBuilder text = new StringBuilder();
    for (Result result : report.results()) {
      for (Finding finding : result.findings()) {
        add(
            text,
            "%s %s %s: %s"
                .formatted(
                    finding.severity(), finding.check(), finding.subject(), finding.observed()));
        String title = "fix";
        for (Advice step : finding.fix().steps()) {
          add(text, "  %s (%s): %s".formatted(title, step.risk(), step.text()));
          title = "else";
        }
      }
      if (result.status() == Status.UNKNOWN) {
        gaps(result).forEach(gap -> add(text, result.check().id() + " " + gap));
      }
    }
    return text.append(verdict(report, exitCode)).toString();
  }

  /**
   * {@code DoctorReport}.
   *
   * @param treatments what {@code --fix} did or would do; empty without it
   */
  public static Document document(
      Report report, Optional<List<FixResult>> treatments, int exitCode) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("success", report.findings().findAny().isEmpty());
    fields.put("complete", report.complete());
    fields.put("exitCode", exitCode);
    Map<String, Object> summary = new LinkedHashMap<>();
    for (Status status : Status.values()) {
      summary.put(status.toString(), report.count(status));
    }
    summary.put("findings", report.findings().count());
    summary.put("suppressed", report.suppressed());
    fields.put("summary", summary);
    fields.put("environment", environment(report));
    fields.put("checks", report.results().stream().map(DoctorReportPrinter::result).toList());
    treatments.ifPresent(all -> fields.put("fixes", FixResultsPrinter.items(all)));
    return new Document("DoctorReport", fields);
  }

  private static Map<String, Object> environment(Report report) {
    Evidence.Origin origin = report.origin();
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("cluster", origin.cluster());
    fields.put("server", origin.server());
    fields.put("taken", origin.taken().map(Object::toString).orElse(null));
    fields.put("calico", report.calico().orElse(null));
    fields.put("nodes", report.nodes());
    fields.put("addresses", report.addresses());
    List<Map<String, Object>> unread = new ArrayList<>();
    new TreeMap<>(report.unread())
        .forEach(
            (node, why) -> {
              Map<String, Object> one = new LinkedHashMap<>();
              one.put("node", node);
              one.put("reason", why);
              unread.add(one);
            });
    fields.put("unread", unread);
    return fields;
  }

  private static Map<String, Object> result(Result result) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("id", result.check().id());
    fields.put("area", result.check().area().toString());
    fields.put("title", result.check().title());
    fields.put("status", result.status().toString());
    fields.put("looked", result.looked());
    fields.put("findings", result.findings().stream().map(DoctorReportPrinter::finding).toList());
    fields.put("notes", result.notes());
    fields.put("gaps", result.gaps().stream().map(DoctorReportPrinter::gap).toList());
    fields.put("follows", result.follows());
    return fields;
  }

  private static Map<String, Object> gap(Result.Gap gap) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("where", gap.where().isEmpty() ? null : gap.where());
    fields.put("status", gap.unknown() ? "unknown" : "skipped");
    fields.put("reason", gap.reason());
    return fields;
  }

  private static Map<String, Object> finding(Finding finding) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("id", finding.check());
    fields.put("severity", finding.severity().toString());
    fields.put("object", subject(finding.subject()));
    fields.put("observed", finding.observed());
    fields.put("expected", finding.expected());
    fields.put("evidence", finding.evidence().stream().map(DoctorReportPrinter::proof).toList());
    fields.put("impact", finding.impact());
    fields.put("fix", finding.fix().text());
    fields.put("risk", finding.fix().risk().toString());
    fields.put("steps", finding.fix().steps().stream().map(DoctorReportPrinter::step).toList());
    fields.put("fixable", finding.remedy().isPresent());
    fields.put("consequences", finding.consequences());
    return fields;
  }

  private static Map<String, Object> step(Advice step) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("id", step.kind().map(FixKind::id).orElse(null));
    fields.put("risk", step.risk().toString());
    fields.put("command", step.command().orElse(null));
    fields.put("remark", step.remark());
    return fields;
  }

  private static Map<String, Object> subject(Subject subject) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("text", subject.toString());
    List<String> addresses = subject.addresses().stream().map(Object::toString).toList();
    fields.put("address", addresses.size() == 1 ? addresses.getFirst() : null);
    fields.put("addresses", addresses);
    fields.put("pod", subject.pod().map(Object::toString).orElse(null));
    fields.put("nodes", subject.nodes());
    fields.put("object", subject.object().orElse(null));
    return fields;
  }

  private static Map<String, Object> proof(EvidenceRef proof) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("source", proof.source());
    fields.put("lines", proof.lines());
    return fields;
  }

  /** A suite for each area, a case for each check or finding. */
  public static String junit(Report report, Report.FailOn failOn) {
    StringBuilder xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    List<String> suites = new ArrayList<>();
    int tests = 0;
    int failures = 0;
    int skipped = 0;
    for (Area area : Area.values()) {
      List<Case> cases =
          report.results().stream()
              .filter(result -> result.check().area() == area)
              .flatMap(result -> cases(result, failOn).stream())
              .toList();
      if (cases.isEmpty()) {
        continue;
      }
      int failed = (int) cases.stream().filter(it -> it.kind().equals("failure")).count();
      int left = (int) cases.stream().filter(it -> it.kind().equals("skipped")).count();
      suites.add(
          "  <testsuite name=\"%s\" tests=\"%d\" failures=\"%d\" errors=\"0\" skipped=\"%d\">\n%s  </testsuite>\n"
              .formatted(
                  xml(area.title()),
                  cases.size(),
                  failed,
                  left,
                  cases.stream().map(Case::xml).collect(Collectors.joining())));
      tests += cases.size();
      failures += failed;
      skipped += left;
    }
    xml.append(
        "<testsuites name=\"fipctl doctor\" tests=\"%d\" failures=\"%d\" errors=\"0\" skipped=\"%d\">\n"
            .formatted(tests, failures, skipped));
    suites.forEach(xml::append);
    return xml.append("</testsuites>\n").toString();
  }

  private record Case(String id, String name, String kind, String message, String body) {
    String xml() {
      String open =
          "    <testcase classname=\"%s\" name=\"%s\""
              .formatted(
                  DoctorReportPrinter.xml(id), DoctorReportPrinter.xml(PrintedText.line(name)));
      return switch (kind) {
        case "ok" -> open + "/>\n";
        case "skipped" ->
            "%s>\n      <skipped message=\"%s\"/>\n    </testcase>\n"
                .formatted(open, DoctorReportPrinter.xml(PrintedText.line(message)));
        case "failure" ->
            "%s>\n      <failure message=\"%s\">%s</failure>\n    </testcase>\n"
                .formatted(
                    open,
                    DoctorReportPrinter.xml(PrintedText.line(message)),
                    DoctorReportPrinter.xml(body));
        default ->
            "%s>\n      <system-out>%s</system-out>\n    </testcase>\n"
                .formatted(open, DoctorReportPrinter.xml(body));
      };
    }
  }

  private static List<Case> cases(Result result, Report.FailOn failOn) {
    Check check = result.check();
    if (result.findings().isEmpty()) {
      boolean ok = result.status() == Status.OK;
      String why =
          String.join(
              "; ",
              java.util.stream.Stream.concat(gaps(result).stream(), follows(result).stream())
                  .toList());
      return List.of(new Case(check.id(), check.title(), ok ? "ok" : "skipped", why, ""));
    }
    List<Case> cases = new ArrayList<>();
    for (Finding finding : result.findings()) {
      boolean fails =
          switch (failOn) {
            case NEVER -> false;
            case WARNING -> true;
            case ERROR -> finding.severity() == io.fipctl.doctor.check.Severity.ERROR;
          };
      StringBuilder body = new StringBuilder("\n");
      finding(body, finding, "");
      cases.add(
          new Case(
              check.id(),
              check.title() + ": " + finding.subject(),
              fails ? "failure" : "note",
              finding.observed(),
              body.toString()));
    }
    return cases;
  }

  /**
   * The text in XML 1.0, which has no other control characters than line ends and tabs, not even
   * escaped, and no half of a surrogate pair: they are gone before.
   */
  private static String xml(String text) {
    return PrintedText.lines(text)
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("\t", "&#9;");
  }

  /** For an issue or a chat. */
  public static String markdown(Report report, boolean problemsOnly, int exitCode) {
    StringBuilder text = new StringBuilder("# fipctl doctor\n\n");
    text.append(verdict(report, exitCode).lines().findFirst().orElse("")).append("\n");
    List<Finding> findings = report.findings().toList();
    for (Finding finding : findings) {
      text.append(
          "\n## %s %s: %s\n\n"
              .formatted(
                  finding.severity(), finding.check(), inline(finding.subject().toString())));
      text.append("- observed: ").append(inline(finding.observed())).append('\n');
      text.append("- expected: ").append(inline(finding.expected())).append('\n');
      text.append("- impact: ").append(inline(finding.impact())).append('\n');
      if (!finding.consequences().isEmpty()) {
        text.append("- also causes: ")
            .append(inline(shortened(finding.consequences())))
            .append('\n');
      }
      for (EvidenceRef proof : finding.evidence()) {
        text.append("\n%s\n".formatted(inline(proof.source())));
        block(text, proof.lines());
      }
      String title = "fix";
      for (Advice step : finding.fix().steps()) {
        text.append("\n%s (%s)".formatted(title, step.risk()));
        // A sentence is not to be pasted into a shell.
        text.append(step.command().isPresent() ? "\n" : ": " + inline(step.text()) + "\n");
        block(text, step.command().map(command -> step.text()).stream().toList());
        title = "else";
      }
    }
    if (!problemsOnly) {
      text.append("\n| check | status | |\n|---|---|---|\n");
      for (Result result : report.results()) {
        text.append(
            "| %s | %s | %s |\n"
                .formatted(
                    result.check().id(),
                    result.status(),
                    cell(
                        result.title()
                            + gaps(result).stream()
                                .map(it -> "; " + it)
                                .collect(Collectors.joining()))));
      }
    }
    return text.toString();
  }

  /** Lines as they are, behind a fence that none of them can close. */
  private static void block(StringBuilder text, List<String> lines) {
    if (!lines.isEmpty()) {
      String fence = fence(String.join("\n", lines), 3);
      text.append(fence).append('\n');
      lines.forEach(line -> add(text, line));
      text.append(fence).append('\n');
    }
  }

  /**
   * A text within a line or a cell. What could be markup, HTML, a link or somebody's name stands as
   * code, in which nothing is any of them.
   */
  private static String inline(String text) {
    String line = PrintedText.line(text);
    if (line.isEmpty() || (PROSE.matcher(line).matches() && !LINK.matcher(line).find())) {
      return line;
    }
    String fence = fence(line, 1);
    // A blank keeps the text's own backquotes from the fence and is not shown.
    String pad = line.startsWith("`") || line.endsWith("`") ? " " : "";
    return fence + pad + line + pad + fence;
  }

  /** The same in a table, whose bars end a cell even within code. */
  private static String cell(String text) {
    return inline(text).replace("|", "\\|");
  }

  private static String fence(String text, int least) {
    int longest = 0;
    Matcher runs = BACKQUOTES.matcher(text);
    while (runs.find()) {
      longest = Math.max(longest, runs.group().length());
    }
    return "`".repeat(Math.max(least, longest + 1));
  }

  /** The catalogue as a table. */
  public static Table catalogue(List<Check> checks) {
    return new Table(
        List.of("ID", "AREA", "SEVERITY", "CHECK"),
        checks.stream()
            .map(
                check ->
                    List.of(
                        check.id(),
                        check.area().toString(),
                        check.severity().toString(),
                        check.title()))
            .toList());
  }

  /** The catalogue and the failures that it finds. */
  public static Document catalogueDocument(List<Check> checks) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("items", checks.stream().map(DoctorReportPrinter::check).toList());
    fields.put("failureModes", FailureMode.ALL.stream().map(DoctorReportPrinter::mode).toList());
    return new Document("DoctorCheckList", fields);
  }

  private static Map<String, Object> check(Check check) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("id", check.id());
    fields.put("area", check.area().toString());
    fields.put("title", check.title());
    fields.put("severity", check.severity().toString());
    fields.put("kinds", check.kinds());
    fields.put("files", check.files());
    fields.put("follows", check.follows());
    fields.put("fixes", check.fixes().stream().map(DoctorReportPrinter::fix).toList());
    return fields;
  }

  private static Map<String, Object> fix(FixKind kind) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("id", kind.id());
    fields.put("risk", kind.risk().toString());
    return fields;
  }

  private static Map<String, Object> mode(FailureMode mode) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("number", mode.number());
    fields.put("name", mode.name());
    fields.put("checks", mode.checks());
    fields.put("notCheckable", mode.reason().isEmpty() ? null : mode.reason());
    return fields;
  }

  /** What one check is about. */
  public static Document explanation(Check check, String text) {
    Map<String, Object> fields = new LinkedHashMap<>(check(check));
    fields.put("text", text);
    return new Document("DoctorCheck", fields);
  }
}
