package io.fipctl.cli.diagnose;

import io.fipctl.cli.session.DryRunOptions;
import io.fipctl.cli.session.RecordOptions;
import io.fipctl.cli.session.Session;
import io.fipctl.kube.Cluster;
import io.fipctl.kube.Cluster.Scope;
import io.fipctl.model.Durations;
import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import io.fipctl.render.OrphansPrinter;
import io.fipctl.repair.Cleanup;
import io.fipctl.repair.Cleanup.Found;
import io.fipctl.repair.Cleanup.Leftover;
import io.fipctl.repair.LockOrphan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code fipctl cleanup}. */
@Command(
    name = "cleanup",
    description = "Delete what killed runs of fipctl have left: debug pods and locks.",
    footer = {
      "",
      "Only what nobody can need any more: debug pods that have ended or are past their deadline,",
      "and those of a process of this machine that is gone; locks that nobody has renewed for ten",
      "minutes by the cluster's clock, nor while this looked on for 15 seconds. What is written down about an address stays. Shows them and asks; -n looks in one",
      "namespace only.",
      "",
      "Examples:",
      "  fipctl cleanup --dry-run",
      "  fipctl cleanup --yes"
    })
public final class CleanupCommand implements Callable<Integer> {
  @Option(
      names = "--dry-run",
      paramLabel = "none|client|server",
      description = "Only show what would be deleted; alone it means client.")
  DryRunOptions.DryRun dryRun = DryRunOptions.DryRun.none;

  @Mixin RecordOptions records = new RecordOptions();

  private final Session session;

  public CleanupCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    Cluster cluster = session.cluster();
    Scope scope = session.options().namespace().map(Scope::in).orElse(Scope.ALL);
    Duration began = session.pause().uptime();
    Found found = Cleanup.find(cluster, scope, records.recordNamespace, session.pause().now());
    found.spared().forEach(session.console()::note);
    if (dryRun != DryRunOptions.DryRun.none || found.leftovers().isEmpty()) {
      answer(found.leftovers(), "planned");
      return ExitCode.OK.number();
    }
    session.confirm(
        found.leftovers().stream()
            .map(each -> "delete %s: %s".formatted(OrphansPrinter.named(each), each.why()))
            .toList());
    awaitRenewals(found.leftovers(), began);
    List<Leftover> removed = new ArrayList<>();
    try {
      for (Leftover leftover : found.leftovers()) {
        if (isRemoved(leftover, cluster)) {
          removed.add(leftover);
        }
      }
    } catch (FipctlException e) {
      throw removed.isEmpty() ? e : stopped(removed, e);
    }
    answer(removed, "deleted");
    return ExitCode.OK.number();
  }

  /**
   * Whose clock is right nobody knows: a lock is one that nobody renews when it was seen not to be
   * renewed for its whole term, by the clock of whoever looked.
   */
  private void awaitRenewals(List<Leftover> leftovers, Duration began) {
    Duration left = LockOrphan.TERM.minus(session.pause().uptime().minus(began));
    if (leftovers.stream().anyMatch(LockOrphan.class::isInstance) && left.isPositive()) {
      session
          .console()
          .note("waiting %s to see whether a lock is renewed".formatted(Durations.print(left)));
      session.pause().sleep(left);
    }
  }

  /** What has changed since it was looked at is somebody's. */
  private boolean isRemoved(Leftover leftover, Cluster cluster) {
    try {
      leftover.remove(cluster);
      return true;
    } catch (FipctlException changed) {
      if (!changed.reason().equals("ChangedMeanwhile")) {
        throw changed;
      }
      session.console().note(OrphansPrinter.named(leftover) + " is in use and left alone");
      return false;
    }
  }

  private static FipctlException stopped(List<Leftover> removed, FipctlException cause) {
    return FipctlException.halfDone(
            "CleanupStopped",
            "deleted %s, then: %s"
                .formatted(
                    String.join(", ", removed.stream().map(OrphansPrinter::named).toList()),
                    cause.getMessage()),
            cause.hints().toArray(String[]::new))
        .causedBy(cause)
        .leavingAChange();
  }

  private void answer(List<Leftover> leftovers, String outcome) {
    switch (session.format()) {
      case TABLE, WIDE -> {
        if (leftovers.isEmpty()) {
          session.console().note("nothing is left over");
        } else {
          session.print(OrphansPrinter.table(leftovers, outcome));
        }
      }
      case NAME -> session.console().print(OrphansPrinter.names(leftovers));
      case JSON, YAML ->
          session.console().print(OrphansPrinter.document(leftovers, outcome), session.format());
    }
  }
}
