package io.fipctl.operation;

import io.fipctl.cluster.Cluster;
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
   * @param strict refuse what would only be warned of
   * @param watch watch the nodes until they follow
   * @param timeout how long a node may take, and a pod without an IP may still take to get one
   */
  public record Options(
      boolean steal, boolean strict, boolean allowCniGateOff, boolean watch, Duration timeout) {}

  private Assign() {}

  /**
   * Checks everything and says what would be done.
   *
   * @throws FipctlException when something is in the way; nothing was changed
   */
  public static Proposal propose(
      Cluster cluster, PodTarget target, List<IpAddress> addresses, Options options, Pause pause) {
    Pod pod =
        Receivers.awaitAddress(cluster, Targets.resolve(cluster, target), options.timeout(), pause);
    Receivers.Read read = Receivers.read(cluster);
    Site site = new Site(cluster, options.watch(), options.timeout());
    List<Handover> handovers = new ArrayList<>();
    List<String> warnings = new ArrayList<>(read.notChecked());
    for (IpAddress address : addresses) {
      Preflight.pod(pod, address, read.use().nodes());
      List<Pod> holders = others(read.use().holders(address), pod);
      if (!holders.isEmpty() && (!options.steal() || holders.size() > 1)) {
        throw Preflight.held(address, holders, pod);
      }
      Receivers.Verdict verdict =
          read.judge(pod, address, options.allowCniGateOff(), options.strict());
      if (pod.holds(address) && holders.isEmpty()) {
        handovers.add(Handover.nothing(address, Action.ASSIGN, Optional.of(pod)));
        continue;
      }
      Annotation.requireNothingForeign(pod);
      holders.forEach(holder -> Move.requireLettingGo(holder, read.use()));
      warnings.addAll(verdict.warnings());
      handovers.add(handover(site, pod, address, holders, verdict));
    }
    return new Proposal(handovers, warnings.stream().distinct().toList());
  }

  private static Handover handover(
      Site site, Pod pod, IpAddress address, List<Pod> holders, Receivers.Verdict verdict) {
    if (!holders.isEmpty()) {
      return Move.handover(site, holders.getFirst(), pod, address, verdict);
    }
    // The change stands when the node was not seen to follow: the pod is the rightful holder.
    Attach attach = new Attach(site, pod, address, verdict.observers(), true);
    return new Handover(
        address.toString(),
        Action.ASSIGN,
        Optional.empty(),
        Optional.of(pod),
        List.of(attach),
        site.watchNodes(),
        verdict.warnings());
  }

  private static List<Pod> others(List<Pod> holders, Pod pod) {
    return holders.stream().filter(holder -> !holder.uid().equals(pod.uid())).toList();
  }
}
