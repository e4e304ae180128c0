package io.fipctl.cli.diagnose;

import io.fipctl.change.AddressTransaction;
import io.fipctl.change.Assign;
import io.fipctl.change.ChangeProposal;
import io.fipctl.change.Leniency;
import io.fipctl.change.Release;
import io.fipctl.cli.session.RecordOptions;
import io.fipctl.cli.session.Session;
import io.fipctl.doctor.Fix;
import io.fipctl.doctor.check.Remedy;
import io.fipctl.feature.Enable;
import io.fipctl.feature.GateOptions;
import io.fipctl.feature.GatePlan;
import io.fipctl.kube.Cluster;
import io.fipctl.lease.AddressLocks;
import io.fipctl.lease.RecordEdit;
import io.fipctl.model.FipctlException;
import io.fipctl.model.IpAddress;
import io.fipctl.model.Pod;
import io.fipctl.model.PodTarget;
import io.fipctl.model.ShellCommand;
import io.fipctl.node.NodeAccess;
import io.fipctl.repair.LockOrphan;
import io.fipctl.repair.Repairs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** Carries out each remedy of the doctor by what the verbs are made of. */
final class Remedies {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Session session;
  private final NodeAccess access;
  private final AddressTransaction.Means means;
  private final Cluster cluster;
  private final Repairs mending;

  Remedies(Session session, NodeAccess access, RecordOptions records) {
    this.session = session;
    this.access = access;
    this.means = session.means(records.locks());
    this.cluster = session.cluster();
    this.mending = new Repairs(cluster);
  }

  /** A fix that can be begun: what the user should know of it, and the work. */
  record Prepared(Fix fix, List<String> lines, Runnable work) {}

  /**
   * Makes a fix ready.
   *
   * @throws FipctlException when it cannot be begun
   */
  Prepared prepare(Fix fix) {
    return switch (fix.remedy()) {
      case Remedy.Enable enable -> enable(fix, enable);
      case Remedy.Separate separate ->
          separate.keeper().isPresent()
              ? ready(fix, () -> separate(separate, separate.keeper().get()))
              : undecided(separate);
      case Remedy.Tidy tidy -> ready(fix, () -> tidy(tidy));
      case Remedy.DeleteFlows flows ->
          ready(
              fix, () -> mending.deleteFlows(cluster.nodes(access), flows.node(), flows.address()));
      case Remedy.BreakLock lock ->
          ready(
              fix,
              () -> {
                session.pause().sleep(LockOrphan.TERM);
                mending.breakLock(lock.address(), lock.lease(), session.pause().now());
              });
      case Remedy.DeletePod debug -> ready(fix, () -> mending.deleteDebugPod(debug.pod()));
    };
  }

  private static Prepared ready(Fix fix, Runnable work) {
    return new Prepared(
        fix, List.of("%s (%s)".formatted(fix.remedy().describe(), fix.risk())), work);
  }

  private static Prepared undecided(Remedy.Separate separate) {
    throw FipctlException.conflict(
        "NotDecided",
        "only you can say which pod keeps " + separate.address(),
        separate.holders().stream()
            .map(
                pod ->
                    ShellCommand.of(
                        "fipctl doctor %s --fix --keep %s", separate.address(), pod.ref()))
            .toArray(String[]::new));
  }

  private Prepared enable(Fix fix, Remedy.Enable enable) {
    GateOptions options = GateOptions.DEFAULT;
    options = enable.cniOnly() ? options.cniOnly() : options;
    options = enable.includeOverrides() ? options.includingOverrides() : options;
    GatePlan plan = Enable.plan(cluster, options, session.pause());
    List<String> lines =
        new ArrayList<>(List.of("%s (%s):".formatted(fix.remedy().describe(), fix.risk())));
    Stream.concat(
            plan.plan().steps().stream().map(step -> step.describe()),
            Stream.of(plan.consequence()).filter(text -> !text.isEmpty()))
        .forEach(line -> lines.add("  " + line));
    plan.warnings().forEach(session.console()::warning);
    return new Prepared(fix, lines, () -> plan.plan().apply(session.progress()));
  }

  private void tidy(Remedy.Tidy tidy) {
    mending.tidy(tidy.pod());
    if (tidy.revived().isEmpty()) {
      return;
    }
    try {
      Assign.Options options =
          new Assign.Options(false, Leniency.NONE, false, false, true, PATIENCE);
      carryOut(
          tidy.revived(),
          custody ->
              Assign.propose(
                  cluster, PodTarget.of(tidy.pod().ref()), tidy.revived(), options, custody));
    } catch (FipctlException refusal) {
      throw new FipctlException(
              refusal.exitCode(),
              refusal.reason(),
              "the annotation is in order, but " + refusal.getMessage(),
              refusal.hints().toArray(String[]::new))
          .causedBy(refusal)
          .leavingAChange();
    }
  }

  private void separate(Remedy.Separate separate, Pod keeper) {
    Release.Options options = new Release.Options(false, false, true, PATIENCE);
    for (Pod loser : separate.losers()) {
      carryOut(
          List.of(separate.address()),
          custody -> mending.separate(separate.address(), loser, keeper, options, custody));
    }
  }

  private void carryOut(List<IpAddress> addresses, Function<AddressLocks, ChangeProposal> propose) {
    new AddressTransaction(means, addresses, propose, RecordEdit.NONE)
        .carryOutSeen(proposal -> proposal.warnings().forEach(session.console()::warning));
  }
}
