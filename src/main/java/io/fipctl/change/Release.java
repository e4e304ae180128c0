package io.fipctl.change;

import io.fipctl.calico.PodLookup;
import io.fipctl.change.step.Annotation;
import io.fipctl.change.step.ChangeContext;
import io.fipctl.change.step.ClearAnnotation;
import io.fipctl.change.step.PodAddress;
import io.fipctl.change.step.RemoveAddress;
import io.fipctl.change.step.Step;
import io.fipctl.kube.Cluster;
import io.fipctl.kube.Kind;
import io.fipctl.lease.AddressLocks;
import io.fipctl.lease.AddressRecord;
import io.fipctl.lease.Change.Action;
import io.fipctl.lease.Intent;
import io.fipctl.lease.Leases;
import io.fipctl.model.IpAddress;
import io.fipctl.model.Pod;
import io.fipctl.model.PodTarget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Takes addresses away from the pods that hold them. */
public final class Release {
  /**
   * How it is done.
   *
   * @param unverified write although nobody can look at the nodes
   * @param unprotect release a protected address too
   */
  public record Options(boolean unverified, boolean unprotect, boolean watch, Duration timeout) {}

  private Release() {}

  /** The addresses that a release is about: those that are named, or all that the pod has. */
  public static List<IpAddress> concerns(
      Cluster cluster, Optional<PodTarget> target, List<IpAddress> addresses) {
    return addresses.isEmpty()
        ? target.map(named -> PodLookup.resolve(cluster, named).held()).orElse(List.of())
        : addresses;
  }

  /**
   * Checks everything and says what would be done.
   *
   * @param target the pod to take them from; whoever holds them when empty
   * @param addresses none for everything that the target's annotation claims
   * @throws io.fipctl.model.FipctlException when something is in the way; nothing was changed
   */
  public static ChangeProposal propose(
      Cluster cluster,
      Optional<PodTarget> target,
      List<IpAddress> addresses,
      Options options,
      AddressLocks custody) {
    Optional<Pod> pod = target.map(named -> PodLookup.resolve(cluster, named));
    List<Pod> pods = cluster.list(Kind.PODS).stream().map(Pod::of).toList();
    ChangeContext site =
        new ChangeContext(
            cluster, options.watch() && !options.unverified(), options.timeout(), custody);
    if (addresses.isEmpty()
        && pod.isPresent()
        && pod.get().annotation().isPresent()
        && hasMoreThanItHolds(pod.get())) {
      pod.get()
          .held()
          .forEach(held -> Preflight.unprotected(custody.record(held), options.unprotect()));
      return new ChangeProposal(
          List.of(clearing(site, pod.get(), pods)), List.of(), Intent.Ordering.EXCLUSIVE);
    }
    List<IpAddress> wanted = addresses.isEmpty() ? pod.map(Pod::held).orElse(List.of()) : addresses;
    List<AddressPlan> handovers = new ArrayList<>();
    for (IpAddress address : wanted) {
      AddressRecord record = custody.record(address);
      if (record.isCutOff()) {
        handovers.add(
            Recovery.continued(
                record,
                Action.RELEASE,
                pod,
                Optional.empty(),
                TargetChecks.read(cluster),
                new MovePlanner(site, Intent.Ordering.EXCLUSIVE, options.unverified()),
                new Recovery.Given(custody.author(), options.unprotect(), false)));
        continue;
      }
      List<Pod> holders = pods.stream().filter(holder -> holder.holds(address)).toList();
      Optional<Pod> holder =
          pod.isPresent() ? among(holders, pod.get()) : HolderResolver.only(address, holders);
      holder.ifPresent(from -> Preflight.unprotected(record, options.unprotect()));
      handovers.add(
          holder
              .map(from -> handover(site, from, address, holders))
              .orElseGet(() -> AddressPlan.nothing(address, Action.RELEASE, pod)));
    }
    return new ChangeProposal(handovers, List.of(), Intent.Ordering.EXCLUSIVE);
  }

  /**
   * The steps that take every address, and every value that is none, from these pods.
   *
   * @throws io.fipctl.model.FipctlException exit 4 when one of them is protected
   */
  public static List<Step> everything(
      AddressTransaction.Means means, List<Pod> pods, Options options) {
    Set<IpAddress> held =
        pods.stream().flatMap(pod -> pod.held().stream()).collect(Collectors.toSet());
    new Leases(means.cluster(), means.locks().namespace())
        .readableRecords().stream()
            .filter(record -> held.contains(record.address()))
            .forEach(record -> Preflight.unprotected(record, options.unprotect()));
    return pods.stream().<Step>map(pod -> new ReleaseStep(means, pod, options)).toList();
  }

  /** The annotation holds what Calico cannot read or passes over, or nothing at all. */
  static boolean hasMoreThanItHolds(Pod pod) {
    return !pod.floatingIps().ineffective().isEmpty() || pod.held().isEmpty();
  }

  private static AddressPlan handover(
      ChangeContext site, Pod from, IpAddress address, List<Pod> holders) {
    Annotation.requireNothingForeign(from);
    site.requireSight(from);
    return AddressPlan.of(
        address,
        Action.RELEASE,
        Optional.of(from),
        Optional.empty(),
        List.of(RemoveAddress.of(new PodAddress(site, from, address, true), holders)),
        site.watchNodes(),
        List.of());
  }

  private static AddressPlan clearing(ChangeContext site, Pod pod, List<Pod> pods) {
    boolean holds = !pod.held().isEmpty();
    if (holds) {
      site.requireSight(pod);
    }
    return new AddressPlan(
        pod.annotation().orElseThrow(),
        pod.held(),
        Action.RELEASE,
        Optional.of(pod),
        Optional.empty(),
        List.of(new ClearAnnotation(site, pod, pods)),
        holds && site.watchNodes(),
        false,
        List.of());
  }

  private static Optional<Pod> among(List<Pod> holders, Pod pod) {
    return holders.stream().filter(holder -> holder.uid().equals(pod.uid())).findFirst();
  }
}
