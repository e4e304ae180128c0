package io.fipctl.operation;

import io.fipctl.cluster.Cluster;
import io.fipctl.cluster.Kind;
import io.fipctl.model.FipctlException;
import io.fipctl.model.IpAddress;
import io.fipctl.model.Pod;
import io.fipctl.model.PodTarget;
import io.fipctl.operation.Change.Action;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Takes addresses away from the pods that hold them. */
public final class Release {
  /**
   * How it is done.
   *
   * @param unverified write although nobody can look at the nodes
   */
  public record Options(boolean unverified, boolean watch, Duration timeout) {}

  private Release() {}

  /**
   * Checks everything and says what would be done.
   *
   * @param target the pod to take them from; whoever holds them when empty
   * @param addresses none for everything that the target's annotation claims
   * @throws FipctlException when something is in the way; nothing was changed
   */
  public static Proposal propose(
      Cluster cluster, Optional<PodTarget> target, List<IpAddress> addresses, Options options) {
    Optional<Pod> pod = target.map(named -> Targets.resolve(cluster, named));
    List<Pod> pods = cluster.list(Kind.PODS).stream().map(Pod::of).toList();
    Site site = new Site(cluster, options.watch() && !options.unverified(), options.timeout());
    if (addresses.isEmpty()
        && pod.isPresent()
        && pod.get().annotation().isPresent()
        && hasMoreThanItHolds(pod.get())) {
      return new Proposal(List.of(clearing(site, pod.get(), pods)), List.of());
    }
    List<IpAddress> wanted = addresses.isEmpty() ? pod.map(Pod::held).orElse(List.of()) : addresses;
    List<Handover> handovers = new ArrayList<>();
    for (IpAddress address : wanted) {
      List<Pod> holders = pods.stream().filter(holder -> holder.holds(address)).toList();
      Optional<Pod> holder = pod.isPresent() ? among(holders, pod.get()) : only(address, holders);
      handovers.add(
          holder
              .map(from -> handover(site, from, address, holders))
              .orElseGet(() -> Handover.nothing(address, Action.RELEASE, pod)));
    }
    return new Proposal(handovers, List.of());
  }

  /** The steps that take every address, and every value that is none, from these pods. */
  public static List<Step> everything(Cluster cluster, List<Pod> pods, Duration timeout) {
    Site site = new Site(cluster, true, timeout);
    List<Step> steps = new ArrayList<>();
    for (Pod pod : pods) {
      if (hasMoreThanItHolds(pod)) {
        steps.add(new ClearValue(site, pod, pods));
      } else {
        for (IpAddress address : pod.held()) {
          List<Pod> holders = pods.stream().filter(other -> other.holds(address)).toList();
          steps.add(new Detach(site, pod, address, holders, false));
        }
      }
    }
    return steps;
  }

  /** The annotation holds what Calico cannot read or passes over, or nothing at all. */
  private static boolean hasMoreThanItHolds(Pod pod) {
    return !pod.floatingIps().ineffective().isEmpty() || pod.held().isEmpty();
  }

  private static Handover handover(Site site, Pod from, IpAddress address, List<Pod> holders) {
    Annotation.requireNothingForeign(from);
    site.requireSight(from);
    return new Handover(
        address.toString(),
        Action.RELEASE,
        Optional.of(from),
        Optional.empty(),
        List.of(new Detach(site, from, address, holders, true)),
        site.watchNodes(),
        List.of());
  }

  private static Handover clearing(Site site, Pod pod, List<Pod> pods) {
    boolean holds = !pod.held().isEmpty();
    if (holds) {
      site.requireSight(pod);
    }
    return new Handover(
        pod.annotation().orElseThrow(),
        Action.RELEASE,
        Optional.of(pod),
        Optional.empty(),
        List.of(new ClearValue(site, pod, pods)),
        holds && site.watchNodes(),
        List.of());
  }

  private static Optional<Pod> among(List<Pod> holders, Pod pod) {
    return holders.stream().filter(holder -> holder.uid().equals(pod.uid())).findFirst();
  }

  private static Optional<Pod> only(IpAddress address, List<Pod> holders) {
    if (holders.size() > 1) {
      throw FipctlException.conflict(
          "TwoHolders",
          "%s is held by %s"
              .formatted(
                  address,
                  String.join(", ", holders.stream().map(pod -> pod.ref().toString()).toList())),
          "fipctl release %s --pod %s   # if that one is to lose it"
              .formatted(address, holders.getLast().ref()),
          "fipctl show " + address);
    }
    return holders.stream().findFirst();
  }
}
