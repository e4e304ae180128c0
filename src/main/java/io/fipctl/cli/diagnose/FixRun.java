package io.fipctl.cli.diagnose;

import io.fipctl.cli.session.Session;
import io.fipctl.doctor.Fix;
import io.fipctl.doctor.FixResult;
import io.fipctl.doctor.Report;
import io.fipctl.doctor.check.Remedy;
import io.fipctl.model.FipctlException;
import io.fipctl.model.Pod;
import io.fipctl.model.PodRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Shows, asks and does what {@code doctor --fix} may do about a report, and looks again. */
final class FixRun {
  private final Session session;
  private final Remedies remedies;

  FixRun(Session session, Remedies remedies) {
    this.session = session;
    this.remedies = remedies;
  }

  /** What was done, and the cluster as it is afterwards. */
  record Done(List<FixResult> treatments, Report report) {}

  /**
   * Does it. Fixes do not depend on each other: one that fails stops none of the others.
   *
   * @param again examines the cluster once more
   * @throws FipctlException when the user does not agree, or the run is to end or loses the API
   *     server; then it says what was done before
   */
  Done run(Report report, FixOptions options, Supplier<Report> again) {
    List<FixResult> treatments = new ArrayList<>();
    List<Remedies.Prepared> ready = new ArrayList<>();
    for (Fix fix : Fix.of(report, options.keepers(session))) {
      prepare(options.isDryRun() ? fix : decided(fix), treatments).ifPresent(ready::add);
    }
    if (options.isDryRun() || ready.isEmpty()) {
      ready.forEach(prepared -> treatments.add(FixResult.planned(prepared.fix())));
      return new Done(treatments, report);
    }
    session.confirm(ready.stream().flatMap(prepared -> prepared.lines().stream()).toList());
    session.surroundings().interruption().begin();
    try {
      ready.forEach(prepared -> treatments.add(carryOut(prepared)));
      return new Done(treatments, again.get());
    } catch (FipctlException ended) {
      throw saying(treatments, ended);
    }
  }

  /** What cannot be done is left; the reason stands beside it. */
  private Optional<Remedies.Prepared> prepare(Fix fix, List<FixResult> treatments) {
    try {
      return Optional.of(remedies.prepare(fix));
    } catch (FipctlException refusal) {
      if (endsAll(refusal)) {
        throw refusal;
      }
      treatments.add(FixResult.left(fix, refusal));
      return Optional.empty();
    }
  }

  private static FixResult carryOut(Remedies.Prepared prepared) {
    try {
      prepared.work().run();
      return FixResult.done(prepared.fix());
    } catch (FipctlException failure) {
      if (endsAll(failure)) {
        throw failure;
      }
      return FixResult.failed(prepared.fix(), failure);
    }
  }

  private static boolean endsAll(FipctlException failure) {
    return switch (failure.exitCode()) {
      case INTERRUPTED, TERMINATED, UNREACHABLE -> true;
      default -> false;
    };
  }

  private static FipctlException saying(List<FixResult> treatments, FipctlException ended) {
    List<String> done =
        treatments.stream()
            .filter(treatment -> treatment.state() == FixResult.State.DONE)
            .map(treatment -> treatment.fix().remedy().describe())
            .toList();
    return done.isEmpty()
        ? ended
        : new FipctlException(
                ended.exitCode(),
                ended.reason(),
                "done: %s; then: %s".formatted(String.join("; ", done), ended.getMessage()),
                ended.hints().toArray(String[]::new))
            .causedBy(ended)
            .leavingAChange();
  }

  /** Asks the user, where there is one, which pod keeps an address. */
  private Fix decided(Fix fix) {
    if (fix.undecided().isEmpty() || session.options().yes || !session.console().canAsk()) {
      return fix;
    }
    Remedy.Separate separate = fix.undecided().get();
    session.console().note("%s is held by".formatted(separate.address()));
    List<PodRef> holders = separate.holders().stream().map(Pod::ref).toList();
    return session
        .console()
        .choose("Which pod keeps it?", holders)
        .flatMap(
            chosen ->
                separate.holders().stream().filter(pod -> pod.ref().equals(chosen)).findFirst())
        .map(pod -> new Fix(separate.keptBy(pod), fix.checks()))
        .orElse(fix);
  }
}
