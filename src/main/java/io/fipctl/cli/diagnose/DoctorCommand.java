package io.fipctl.cli.diagnose;

import io.fipctl.cli.session.RecordOptions;
import io.fipctl.cli.session.ReportCommand;
import io.fipctl.cli.session.Session;
import io.fipctl.doctor.Catalogue;
import io.fipctl.doctor.Doctor;
import io.fipctl.doctor.Report;
import io.fipctl.doctor.Selection;
import io.fipctl.evidence.Evidence;
import io.fipctl.evidence.LiveEvidence;
import io.fipctl.evidence.SavedEvidence;
import io.fipctl.model.ExitCode;
import io.fipctl.model.PodTarget;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

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
      "--fix removes malformed values, makes others canonical, takes a duplicate claim away from",
      "all pods but the one to --keep, turns the gates on, deletes stale tracked connections and",
      "what killed runs have left. Rules and routes are Felix's: it never writes those.",
      "",
      "Examples:",
      "  fipctl doctor",
      "  fipctl doctor 203.0.113.10             # only what concerns this address",
      "  fipctl doctor 203.0.113.10 --probe --port 443    # the nodes try to connect as well",
      "  fipctl doctor --explain FIP-301",
      "  fipctl doctor --fix --dry-run          # what it would do; then without --dry-run",
      "  fipctl doctor --save /tmp/seen         # then, elsewhere: fipctl doctor --from /tmp/seen",
      "  fipctl doctor -o junit --fail-on warning > doctor.xml"
    })
public final class DoctorCommand implements Callable<Integer>, ReportCommand {
  @Mixin SelectionOptions about = new SelectionOptions();
  @Mixin ReportOptions printed = new ReportOptions();
  @Mixin EvidenceOptions source = new EvidenceOptions();
  @Mixin RecordOptions records = new RecordOptions();

  @Option(
      names = "--save",
      paramLabel = "DIR",
      description = "Keep what was read, without secrets, in a new folder.")
  Path save;

  @Mixin FixOptions fixes = new FixOptions();
  @Mixin ProbeOptions probes = new ProbeOptions();
  @Mixin CatalogueOptions catalogue = new CatalogueOptions();

  private final Session session;

  public DoctorCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    Selection selection = about.selection();
    if (catalogue.answer(session, selection)) {
      return ExitCode.OK.number();
    }
    fixes.check(source.from);
    probes.check(source.from);
    Evidence evidence = evidence(selection);
    Optional<SavedEvidence.Writer> writer = Optional.ofNullable(save).map(SavedEvidence::writer);
    Evidence read = writer.map(it -> it.keep(evidence)).orElse(evidence);
    Report report = examined(read, selection);
    writer.ifPresent(it -> it.finish(read));
    return fixes.fix
        ? fixed(report, () -> examined(evidence(selection), selection))
        : printed.print(session, report).number();
  }

  private Report examined(Evidence read, Selection selection) {
    Selection scoped = about.scoped(selection, read, this::located);
    return Doctor.examine(read, scoped, source.parallelism, session.progress());
  }

  private int fixed(Report report, Supplier<Report> again) {
    Remedies remedies = new Remedies(session, source.access.access(session), records);
    FixRun.Done done = new FixRun(session, remedies).run(report, fixes, again);
    return printed.print(session, done.report(), done.treatments()).number();
  }

  private Evidence evidence(Selection selection) {
    return source.evidence(
        session,
        access ->
            LiveEvidence.read(
                session.cluster(),
                access,
                records.recordNamespace,
                probes.probing(api -> about.scoped(selection, api, this::located)),
                save == null ? Catalogue.files(selection::wants) : LiveEvidence.everyFile(),
                session.pause().now()));
  }

  private PodTarget located(PodTarget target) {
    if (source.from == null) {
      return session.located(target);
    }
    return target.namespace().isPresent()
        ? target
        : target.in(session.options().namespace().orElse("default"));
  }
}
