package io.fipctl.operation;

import io.fipctl.kube.Cluster;
import io.fipctl.model.FipctlException;
import io.fipctl.model.IpAddress;
import io.fipctl.model.Pod;
import io.fipctl.model.PodTarget;
import io.fipctl.operation.Change.Action;
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
  public static Proposal propose(
      Cluster cluster,
      PodTarget target,
      List<IpAddress> addresses,
      Options options,
      Custody custody) {
    addresses.forEach(Preflight::usable);
    Pod pod =
        Receivers.awaitAddress(
            cluster, Targets.resolve(cluster, target), options.timeout(), custody.pause());
    Receivers.Read read = Receivers.read(cluster);
    Site site = new Site(cluster, options.watch(), options.timeout(), custody);
    Transfer transfer = new Transfer(site, Intent.Ordering.EXCLUSIVE, options.fenced());
    List<Handover> handovers = new ArrayList<>();
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
      List<Pod> holders = Incumbent.without(read.use().holders(address), pod);
      if (!holders.isEmpty() && (!options.steal() || holders.size() > 1)) {
        throw Preflight.held(address, holders, pod);
      }
      Receivers.Verdict verdict = read.judge(pod, address, options.leniency());
      if (pod.holds(address) && holders.isEmpty()) {
        handovers.add(Handover.nothing(address, Action.ASSIGN, Optional.of(pod)));
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
    return new Proposal(handovers, warnings, Intent.Ordering.EXCLUSIVE);
  }

  private static Handover giving(Site site, Pod pod, IpAddress address, Receivers.Verdict verdict) {
    // The change stands when the node was not seen to follow: the pod is the rightful holder.
    Subject subject = new Subject(site, pod, address, true);
    return Handover.of(
        address,
        Action.ASSIGN,
        Optional.empty(),
        Optional.of(pod),
        List.of(Attach.alone(subject, verdict.observers())),
        site.watchNodes(),
        verdict.warnings());
  }
}
