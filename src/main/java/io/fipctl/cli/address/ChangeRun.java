package io.fipctl.cli.address;

import io.fipctl.change.AddressTransaction;
import io.fipctl.change.ChangeProposal;
import io.fipctl.cli.session.Session;
import io.fipctl.lease.AddressLocks;
import io.fipctl.lease.Change;
import io.fipctl.lease.Change.Outcome;
import io.fipctl.lease.RecordEdit;
import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import io.fipctl.model.IpAddress;
import io.fipctl.render.ChangesPrinter;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Carries out what assign, move, release, recover and failover propose, and answers. */
final class ChangeRun {
  private ChangeRun() {}

  /**
   * What is to be done.
   *
   * @param addresses those it is about
   * @param locked whether their locks are taken
   * @param edit what else is to be written down about them
   * @param asks whether the user is asked before this is done
   */
  record Plan(
      List<IpAddress> addresses,
      boolean locked,
      RecordEdit edit,
      Function<AddressLocks, ChangeProposal> propose,
      Predicate<ChangeProposal> asks) {}

  /** Warns, does it or only says it, prints the answer and returns the exit code. */
  static int run(Session session, Plan plan, ChangeOptions options) {
    AddressTransaction undertaking =
        new AddressTransaction(
            session.means(options.guarded(plan.locked())),
            plan.addresses(),
            plan.propose(),
            plan.edit());
    if (options.attempt.isDryRun()) {
      ChangeProposal proposal = undertaking.look();
      proposal.warnings().forEach(session.console()::warning);
      List<Change> planned =
          options.attempt.isTriedOnServer() ? proposal.tryOnServer() : proposal.planned();
      return answer(session, planned, options, Optional.empty());
    }
    try {
      List<Change> changes =
          undertaking.carryOut(
              proposal -> {
                proposal.warnings().forEach(session.console()::warning);
                if (plan.asks().test(proposal) || !proposal.concerns().isEmpty()) {
                  session.confirm(
                      Stream.concat(proposal.concerns().stream(), proposal.steps().stream())
                          .toList());
                }
              });
      return answer(session, changes, options, Optional.empty());
    } catch (ChangeProposal.PartlyDone partly) {
      return answer(session, partly.changes(), options, Optional.of(partly));
    }
  }

  private static int answer(
      Session session,
      List<Change> changes,
      ChangeOptions options,
      Optional<FipctlException> failure) {
    Optional<FipctlException> left =
        failure.or(() -> changes.stream().flatMap(change -> change.unseen().stream()).findFirst());
    switch (session.format()) {
      case TABLE, WIDE ->
          session.console().print(ChangesPrinter.lines(changes, options.attempt.isDryRun()));
      case NAME -> session.console().print(ChangesPrinter.names(changes));
      case JSON, YAML ->
          session.console().print(ChangesPrinter.document(changes, left), session.format());
    }
    if (left.isPresent()) {
      session.console().explain(left.get());
      return left.get().exitCode().number();
    }
    if (!options.attempt.isDryRun()) {
      changes.forEach(change -> sayWhatWillNotLast(session, change));
      sayWhereToLook(session, changes);
    }
    boolean nothing = changes.stream().allMatch(c -> c.outcome() == Outcome.UNCHANGED);
    return nothing ? options.attempt.unchanged() : ExitCode.OK.number();
  }

  /** Whoever did not wait for the nodes looks later. */
  private static void sayWhereToLook(Session session, List<Change> changes) {
    if (changes.stream().anyMatch(c -> c.outcome() == Outcome.DONE && c.isToBeSeen())) {
      session.console().note("nobody looked at the nodes; later: fipctl list -A --verify");
    }
  }

  private static void sayWhatWillNotLast(Session session, Change change) {
    if (change.outcome() == Outcome.DONE
        && change.action() != Change.Action.RELEASE
        && change.pod().isPresent()
        && !change.survivesReplacement()) {
      session
          .console()
          .note(
              "note: %s replaces pod %s under another UID some day, and %s will not follow it"
                  .formatted(
                      change.pod().orElseThrow().controller().orElseThrow(),
                      change.pod().orElseThrow().ref(),
                      change.address()));
    }
  }
}
