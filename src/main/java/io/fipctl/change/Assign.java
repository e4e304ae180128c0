package io.fipctl.change;

import io.fipctl.calico.PodLookup;
import io.fipctl.change.step.AddAddress;
import io.fipctl.change.step.Annotation;
import io.fipctl.change.step.ChangeContext;
import io.fipctl.change.step.PodAddress;
import io.fipctl.kube.Cluster;
import io.fipctl.lease.AddressLocks;
import io.fipctl.lease.AddressRecord;
import io.fipctl.lease.Change.Action;
import io.fipctl.lease.Intent;
import io.fipctl.model.FipctlException;
import io.fipctl.model.IpAddress;
import io.fipctl.model.Pod;
import io.fipctl.model.PodTarget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Gives a pod addresses that nobody else has. */
public final class Assign {
  /**
   * How it is done.
   *
   * @param steal take an address that another pod holds
   * @param fenced the node of a pod that loses an address is off for certain
   * @param unprotect take a protected address too
   * @param watch watch the nodes until they follow
   * @param timeout how long a node may take, and a pod without an IP may still take to get one
   */
  public record Options(
      boolean steal,
      Leniency leniency,
      boolean fenced,
      boolean unprotect,
      boolean watch,
      Duration timeout) {}

  private Assign() {}

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
    TargetChecks.Read read = TargetChecks.read(cluster);
    ChangeContext site = new ChangeContext(cluster, options.watch(), options.timeout(), custody);
    MovePlanner transfer = new MovePlanner(site, Intent.Ordering.EXCLUSIVE, options.fenced());
    List<AddressPlan> handovers = new ArrayList<>();
    List<String> warnings = new ArrayList<>(read.warnings());
    for (IpAddress address : addresses) {
      AddressRecord record = custody.record(address);
      if (record.isCutOff()) {
        boolean steals = options.steal() && record.intent().flatMap(Intent::from).isPresent();
        handovers.add(
            Recovery.continued(
                record,
                steals ? Action.MOVE : Action.ASSIGN,
                Optional.empty(),
                Optional.of(pod),
                read,
                transfer,
                new Recovery.Given(
                    custody.author(), options.unprotect(), options.leniency().strict())));
        continue;
      }
      Preflight.pod(pod, address, read.use().nodes());
      List<Pod> holders = HolderResolver.without(read.use().holders(address), pod);
      if (!holders.isEmpty() && (!options.steal() || holders.size() > 1)) {
        throw Preflight.held(address, holders, pod);
      }
      TargetChecks.Verdict verdict = read.judge(pod, address, options.leniency());
      if (pod.holds(address) && holders.isEmpty()) {
        handovers.add(AddressPlan.nothing(address, Action.ASSIGN, Optional.of(pod)));
        continue;
      }
      Annotation.requireNothingForeign(pod);
      warnings.addAll(verdict.warnings());
      if (holders.isEmpty()) {
        handovers.add(giving(site, pod, address, verdict));
      } else {
        Preflight.unprotected(record, options.unprotect());
        handovers.add(transfer.handover(holders.getFirst(), pod, address, verdict, read.use()));
      }
    }
    return new ChangeProposal(handovers, warnings, Intent.Ordering.EXCLUSIVE);
  }

  private static AddressPlan giving(
      ChangeContext site, Pod pod, IpAddress address, TargetChecks.Verdict verdict) {
    // The change stands when the node was not seen to follow: the pod is the rightful holder.
    PodAddress subject = new PodAddress(site, pod, address, true);
    return AddressPlan.of(
        address,
        Action.ASSIGN,
        Optional.empty(),
        Optional.of(pod),
        List.of(AddAddress.alone(subject, verdict.observers())),
        site.watchNodes(),
        verdict.warnings());
  }
}
