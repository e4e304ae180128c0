package io.fipctl.cli;

import io.fipctl.doctor.Area;
import io.fipctl.doctor.Catalogue;
import io.fipctl.doctor.Check;
import io.fipctl.doctor.Doctor;
import io.fipctl.doctor.Evidence;
import io.fipctl.doctor.LiveEvidence;
import io.fipctl.doctor.Report;
import io.fipctl.doctor.SavedEvidence;
import io.fipctl.doctor.Scope;
import io.fipctl.doctor.Selection;
import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import io.fipctl.model.IpAddress;
import io.fipctl.model.PodTarget;
import io.fipctl.render.Examinations;
import io.fipctl.render.Format;
import io.fipctl.render.Marks;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fipctl doctor}. */
@Command(
    name = "doctor",
    description = "Find out why a floating IP does not answer.",
    footer = {
      "",
      "Reads the API and each node once, then judges: every finding says what was seen and where,",
      "what it breaks, and what to type. What only follows from something else is not a finding of",
      "its own. What was not seen is never ok. fipctl-checks(7) lists the checks.",
      "",
      "Examples:",
      "  fipctl doctor",
      "  fipctl doctor 203.0.113.10             # only what concerns this address",
      "  fipctl doctor --explain FIP-301",
      "  fipctl doctor --save /tmp/seen         # then, elsewhere: fipctl doctor --from /tmp/seen",
      "  fipctl doctor -o junit --fail-on warning > doctor.xml"
    })
final class DoctorCommand implements Callable<Integer> {
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

  @Parameters(
      arity = "0..*",
      paramLabel = "[IP|POD...]",
      hideParamSyntax = true,
      description = "Only what concerns these addresses and pods; without any, everything.")
  List<String> words = List.of();

  @Option(
      names = "--pre",
      description = "Only whether the cluster can have floating IPs; no node is visited.")
  boolean before;

  @Option(names = "--node", paramLabel = "NODE", description = "Visit only this node; repeatable.")
  List<String> nodes = List.of();

  @Option(
      names = "--check",
      paramLabel = "ID|AREA",
      description = "Run only this check or area; may be repeated.")
  List<String> checks = List.of();

  @Option(
      names = "--skip",
      paramLabel = "ID|AREA",
      description = "Leave this check or area out; may be repeated.")
  List<String> skipped = List.of();

  @Option(
      names = "--suppress",
      paramLabel = "ID=OBJECT",
      description = "Leave out a finding about NS/POD, an address or a node; only counted.")
  List<String> suppressed = List.of();

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

  @Option(names = "--no-node-access", description = "Judge by the API alone; visit no node.")
  boolean noNodeAccess;

  @Option(
      names = "--parallelism",
      paramLabel = "N",
      description = "How many nodes to visit at once (default 8).")
  int parallelism = 8;

  @Option(
      names = "--save",
      paramLabel = "DIR",
      description = "Keep what was read, without secrets, in a new folder.")
  Path save;

  @Option(
      names = "--from",
      paramLabel = "DIR",
      description = "Judge what --save kept; no cluster is needed.")
  Path from;

  @Option(names = "--list-checks", description = "List the checks and do nothing else.")
  boolean listChecks;

  @Option(
      names = "--explain",
      paramLabel = "ID",
      description = "Explain one check and do nothing else.")
  String explain;

  private final Session session;

  DoctorCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    if (listChecks) {
      return listed(wanted());
    }
    if (explain != null) {
      return explained(check(explain));
    }
    Selection selection = selection();
    Evidence evidence = evidence();
    Optional<SavedEvidence.Writer> writer = Optional.ofNullable(save).map(SavedEvidence::writer);
    Evidence read = writer.map(it -> it.keep(evidence)).orElse(evidence);
    Report report = Doctor.examine(read, scoped(selection, read), parallelism, session.progress());
    writer.ifPresent(it -> it.finish(read));
    ExitCode code = report.exitCode(failOn(), strict);
    print(report, code);
    return code.number();
  }

  private Evidence evidence() {
    if (parallelism < 1) {
      throw FipctlException.usage("--parallelism must be at least 1", "--parallelism 8");
    }
    return from == null
        ? LiveEvidence.read(session.cluster(), !noNodeAccess, session.pause().now())
        : SavedEvidence.open(from);
  }

  private Selection selection() {
    checks.forEach(this::checkOrArea);
    skipped.forEach(this::checkOrArea);
    List<Selection.Suppression> known = new ArrayList<>();
    for (String text : suppressed) {
      int equals = text.indexOf('=');
      if (equals < 1 || equals == text.length() - 1) {
        throw FipctlException.usage(
            "'" + text + "' suppresses nothing", "write ID=NS/POD, such as FIP-401=shop/web-0");
      }
      known.add(
          new Selection.Suppression(
              check(text.substring(0, equals)).id(), text.substring(equals + 1)));
    }
    return new Selection(checks, skipped, Set.copyOf(nodes), Set.of(), Set.of(), known, before);
  }

  /** With what the words mean, which only the evidence tells. */
  private Selection scoped(Selection selection, Evidence evidence) {
    List<IpAddress> addresses = new ArrayList<>();
    List<PodTarget> pods = new ArrayList<>();
    for (String word : words) {
      Arguments arguments = Arguments.read(List.of(word));
      addresses.addAll(arguments.addresses());
      arguments.pod().map(this::located).ifPresent(pods::add);
    }
    Scope scope = Scope.of(evidence, addresses, pods);
    return new Selection(
        selection.checks(),
        selection.skipped(),
        selection.nodes(),
        scope.addresses(),
        scope.pods(),
        selection.suppressed(),
        selection.before());
  }

  private PodTarget located(PodTarget target) {
    if (from == null) {
      return session.located(target);
    }
    return target.namespace().isPresent()
        ? target
        : target.in(session.options().namespace().orElse("default"));
  }

  private void checkOrArea(String word) {
    if (Arrays.stream(Area.values()).noneMatch(area -> area.toString().equalsIgnoreCase(word))) {
      check(word);
    }
  }

  private static Check check(String id) {
    return Catalogue.byId(id)
        .orElseThrow(
            () ->
                FipctlException.usage(
                    "there is no check '" + id + "'", "fipctl doctor --list-checks"));
  }

  private List<Check> wanted() {
    Selection selection = selection();
    return Catalogue.ALL.stream().filter(selection::wants).toList();
  }

  private Report.FailOn failOn() {
    return Report.FailOn.valueOf(failOn.name().toUpperCase(Locale.ROOT));
  }

  private void print(Report report, ExitCode code) {
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
  }

  private int listed(List<Check> catalogue) {
    if (session.format().isDocument()) {
      session.console().print(Examinations.catalogueDocument(catalogue), session.format());
    } else {
      session.print(Examinations.catalogue(catalogue));
    }
    return ExitCode.OK.number();
  }

  private int explained(Check check) {
    String text = Catalogue.explanation(check);
    if (session.format().isDocument()) {
      session.console().print(Examinations.explanation(check, text), session.format());
    } else {
      session.console().print(text);
    }
    return ExitCode.OK.number();
  }
}
