package io.fipctl.operation;

import io.fipctl.cluster.Cluster;
import io.fipctl.model.FipctlException;
import io.fipctl.model.IpAddress;
import io.fipctl.model.Node;
import io.fipctl.model.Pod;
import io.fipctl.model.PodTarget;
import io.fipctl.operation.Change.Action;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Hands addresses over from the pods that hold them. First taken away and seen gone, then given and
 * seen there: with two holders on two nodes each node would rewrite the address to its own pod.
 */
public final class Move {
  /**
   * How it is done.
   *
   * @param from the pod that must be the present holder; any when empty
   * @param unverified write although nobody can look at the nodes
   */
  public record Options(
      Optional<PodTarget> from,
      boolean strict,
      boolean allowCniGateOff,
      boolean unverified,
      boolean watch,
      Duration timeout) {}

  private Move() {}

  /**
   * Checks everything and says what would be done.
   *
   * @throws FipctlException when something is in the way; nothing was changed
   */
  public static Proposal propose(
      Cluster cluster, PodTarget target, List<IpAddress> addresses, Options options, Pause pause) {
    Pod pod =
        Receivers.awaitAddress(cluster, Targets.resolve(cluster, target), options.timeout(), pause);
    Optional<Pod> from = options.from().map(asserted -> Targets.resolve(cluster, asserted));
    Receivers.Read read = Receivers.read(cluster);
    Site site = new Site(cluster, options.watch() && !options.unverified(), options.timeout());
    List<Handover> handovers = new ArrayList<>();
    List<String> warnings = new ArrayList<>(read.notChecked());
    for (IpAddress address : addresses) {
      List<Pod> holders = read.use().holders(address);
      Optional<Pod> holder = holder(address, holders, pod, from);
      Receivers.Verdict verdict =
          read.judge(pod, address, options.allowCniGateOff(), options.strict());
      if (holder.isEmpty()) {
        handovers.add(Handover.nothing(address, Action.MOVE, Optional.of(pod)));
        continue;
      }
      Annotation.requireNothingForeign(pod);
      Annotation.requireNothingForeign(holder.get());
      requireLettingGo(holder.get(), read.use());
      warnings.addAll(verdict.warnings());
      handovers.add(handover(site, holder.get(), pod, address, verdict));
    }
    return new Proposal(handovers, warnings.stream().distinct().toList());
  }

  static Handover handover(
      Site site, Pod from, Pod to, IpAddress address, Receivers.Verdict verdict) {
    site.requireSight(from, to);
    boolean alreadyThere = to.holds(address);
    List<Pod> stay = alreadyThere ? List.of(to) : List.of();
    List<WatchedStep> steps = new ArrayList<>();
    steps.add(new Detach(site, from, address, stay, false));
    if (!alreadyThere) {
      steps.add(new Attach(site, to, address, verdict.observers(), false));
    }
    return new Handover(
        address.toString(),
        Action.MOVE,
        Optional.of(from),
        Optional.of(to),
        steps,
        site.watchNodes(),
        verdict.warnings());
  }

  /** A node that does not answer may go on rewriting packets to the old pod. */
  static void requireLettingGo(Pod holder, AddressUse use) {
    Optional<Node> node = holder.node().flatMap(use::node);
    if (node.isPresent() && !node.get().ready()) {
      throw FipctlException.conflict(
          "NodeNotReady",
          "node %s of the present holder %s is NotReady: it may still rewrite packets to it"
              .formatted(node.get().name(), holder.ref()),
          "kubectl describe node " + node.get().name(),
          "kubectl -n %s delete pod %s --force   # only when the node is off for certain"
              .formatted(holder.ref().namespace(), holder.ref().name()));
    }
  }

  /** The pod that must let go; empty when the target is the only holder already. */
  private static Optional<Pod> holder(
      IpAddress address, List<Pod> holders, Pod target, Optional<Pod> from) {
    if (holders.isEmpty()) {
      throw FipctlException.notFound(
          "NotHeld",
          "nobody holds " + address,
          "fipctl assign %s %s".formatted(target.ref(), address));
    }
    boolean targetHolds = holders.stream().anyMatch(pod -> pod.uid().equals(target.uid()));
    List<Pod> others = holders.stream().filter(pod -> !pod.uid().equals(target.uid())).toList();
    if (from.isPresent()) {
      return asserted(address, others, from.get(), targetHolds);
    }
    if (others.size() + (targetHolds ? 1 : 0) > 1) {
      throw FipctlException.conflict(
          "TwoHolders",
          "%s is held by %s"
              .formatted(
                  address,
                  String.join(", ", holders.stream().map(pod -> pod.ref().toString()).toList())),
          "fipctl move %s --from %s --to %s   # if that one is to lose it"
              .formatted(address, others.getFirst().ref(), target.ref()),
          "fipctl show " + address);
    }
    return others.stream().findFirst();
  }

  private static Optional<Pod> asserted(
      IpAddress address, List<Pod> others, Pod from, boolean targetHolds) {
    boolean fromHolds = others.stream().anyMatch(pod -> pod.uid().equals(from.uid()));
    if (!fromHolds) {
      if (targetHolds && others.isEmpty()) {
        return Optional.empty();
      }
      throw FipctlException.conflict(
          "NotTheHolder",
          "%s is held by %s, not by pod %s"
              .formatted(
                  address,
                  String.join(", ", others.stream().map(pod -> "pod " + pod.ref()).toList()),
                  from.ref()),
          "fipctl owner " + address);
    }
    if (others.size() > 1) {
      throw FipctlException.conflict(
          "TwoHolders",
          "%s would still be on two pods: %s hold it besides %s"
              .formatted(
                  address,
                  String.join(
                      ", ",
                      others.stream()
                          .filter(pod -> !pod.uid().equals(from.uid()))
                          .map(pod -> pod.ref().toString())
                          .toList()),
                  from.ref()),
          "fipctl release %s --pod %s   # and run this again"
              .formatted(
                  address,
                  others.stream()
                      .filter(pod -> !pod.uid().equals(from.uid()))
                      .findFirst()
                      .orElseThrow()
                      .ref()));
    }
    return Optional.of(from);
  }
}
