package io.fipctl.change;

import io.fipctl.calico.PodLookup;
import io.fipctl.change.step.Annotation;
import io.fipctl.change.step.ChangeContext;
import io.fipctl.kube.Cluster;
import io.fipctl.lease.AddressLocks;
import io.fipctl.lease.AddressRecord;
import io.fipctl.lease.Change.Action;
import io.fipctl.lease.Intent.Ordering;
import io.fipctl.model.FipctlException;
import io.fipctl.model.IpAddress;
import io.fipctl.model.Pod;
import io.fipctl.model.PodTarget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Hands addresses over from the pods that hold them. */
public final class Move {
  /**
   * How it is done.
   *
   * @param from the pod that must be the present holder; any when empty
   * @param unverified write although nobody can look at the nodes
   * @param fenced the node of the old pod is off for certain
   * @param unprotect move a protected address too
   */
  public record Options(
      Optional<PodTarget> from,
      Ordering ordering,
      Leniency leniency,
      boolean unverified,
      boolean fenced,
      boolean unprotect,
      boolean watch,
      Duration timeout) {}

  private Move() {}

  /**
   * Checks everything and says what would be done.
   *
   * @throws FipctlException when something is in the way; nothing was changed
   */
  public static ChangeProposal propose(
      Cluster cluster,
      PodTarget target,
      List<IpAddress> addresses,
      Options options,
      AddressLocks custody) {
    addresses.forEach(Preflight::usable);
    Pod pod =
        TargetChecks.awaitAddress(
            cluster, PodLookup.resolve(cluster, target), options.timeout(), custody.pause());
    Optional<Pod> from = options.from().map(asserted -> PodLookup.resolve(cluster, asserted));
    TargetChecks.Read read = TargetChecks.read(cluster);
    ChangeContext site =
        new ChangeContext(
            cluster, options.watch() && !options.unverified(), options.timeout(), custody);
    MovePlanner transfer = new MovePlanner(site, options.ordering(), options.fenced());
    List<AddressPlan> handovers = new ArrayList<>();
    List<String> warnings = new ArrayList<>(read.warnings());
    for (IpAddress address : addresses) {
      AddressRecord record = custody.record(address);
      if (record.isCutOff()) {
        handovers.add(
            Recovery.continued(
                record,
                Action.MOVE,
                from,
                Optional.of(pod),
                read,
                transfer,
                new Recovery.Given(
                    custody.author(), options.unprotect(), options.leniency().strict())));
        continue;
      }
      Optional<Pod> holder = HolderResolver.of(address, read.use().holders(address), pod, from);
      TargetChecks.Verdict verdict = read.judge(pod, address, options.leniency());
      if (holder.isEmpty()) {
        handovers.add(AddressPlan.nothing(address, Action.MOVE, Optional.of(pod)));
        continue;
      }
      Preflight.unprotected(record, options.unprotect());
      Annotation.requireNothingForeign(pod);
      Annotation.requireNothingForeign(holder.get());
      warnings.addAll(verdict.warnings());
      handovers.add(transfer.handover(holder.get(), pod, address, verdict, read.use()));
    }
    return new ChangeProposal(handovers, warnings, options.ordering());
  }
}
