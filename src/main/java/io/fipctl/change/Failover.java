package io.fipctl.change;

import io.fipctl.kube.Cluster;
import io.fipctl.kube.Cluster.Scope;
import io.fipctl.kube.Kind;
import io.fipctl.lease.AddressLocks;
import io.fipctl.lease.AddressRecord;
import io.fipctl.lease.Change.Action;
import io.fipctl.lease.Intent;
import io.fipctl.model.ApiObject;
import io.fipctl.model.FipctlException;
import io.fipctl.model.IpAddress;
import io.fipctl.model.Pod;
import io.fipctl.model.PodTarget;
import io.fipctl.model.ShellCommand;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Hands an address over when its pod has gone or is not Ready, and else leaves it alone. */
public final class Failover {
  /**
   * When and how it is done.
   *
   * @param candidates the label selector of the pods that may have it
   * @param notReadyFor how long the present pod must not have been Ready
   */
  public record Options(
      String candidates,
      Duration notReadyFor,
      Leniency leniency,
      boolean fenced,
      boolean unprotect,
      boolean watch,
      Duration timeout) {}

  private Failover() {}

  /**
   * Checks everything and says what would be done.
   *
   * @throws FipctlException exit 5 when nobody has had it, or nobody could get it; exit 2 when the
   *     selector of the candidates is empty
   */
  public static ChangeProposal propose(
      Cluster cluster, IpAddress address, Options options, AddressLocks custody) {
    if (options.candidates().isBlank()) {
      throw FipctlException.usage(
          "--candidates is empty, which would select every pod of the namespace",
          "write a label selector, such as --candidates app=web");
    }
    Preflight.usable(address);
    AddressRecord record = custody.record(address);
    List<Pod> holders =
        cluster.list(Kind.PODS).stream().map(Pod::of).filter(pod -> pod.holds(address)).toList();
    if (record.isCutOff()) {
      throw Recovery.cutOff(record);
    }
    if (holders.isEmpty() && record.holder().isEmpty()) {
      throw FipctlException.notFound(
          "NotHeld",
          "nobody holds %s, and nobody is written down for it".formatted(address),
          ShellCommand.of("fipctl assign POD %s", address));
    }
    Optional<Pod> holder = HolderResolver.only(address, holders);
    if (holder.isPresent() && isHealthy(cluster, holder.get(), options, custody.pause().now())) {
      return new ChangeProposal(
          List.of(AddressPlan.nothing(address, Action.MOVE, holder)),
          List.of(),
          Intent.Ordering.EXCLUSIVE);
    }
    Pod candidate = candidate(cluster, options.candidates(), holder);
    PodTarget target = PodTarget.parse(candidate.ref().toString());
    if (holder.isEmpty()) {
      return Assign.propose(
          cluster,
          target,
          List.of(address),
          new Assign.Options(
              false, options.leniency(), false, false, options.watch(), options.timeout()),
          custody);
    }
    return Move.propose(
        cluster,
        target,
        List.of(address),
        new Move.Options(
            Optional.empty(),
            Intent.Ordering.EXCLUSIVE,
            options.leniency(),
            false,
            options.fenced(),
            options.unprotect(),
            options.watch(),
            options.timeout()),
        custody);
  }

  /** Ready, or not for as long as it takes yet. */
  private static boolean isHealthy(Cluster cluster, Pod holder, Options options, Instant now) {
    if (holder.ready()) {
      return true;
    }
    return cluster
        .get(Kind.PODS, holder.ref().namespace(), holder.ref().name())
        .flatMap(Failover::since)
        .map(since -> since.plus(options.notReadyFor()).isAfter(now))
        .orElse(false);
  }

  /** Since when the pod is not Ready, as the cluster's own clock says. */
  private static Optional<Instant> since(ApiObject pod) {
    return pod.objects("status", "conditions").stream()
        .filter(condition -> condition.text("type").equals(Optional.of("Ready")))
        .flatMap(condition -> condition.text("lastTransitionTime").stream())
        .findFirst()
        .flatMap(Failover::time);
  }

  private static Optional<Instant> time(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  private static Pod candidate(Cluster cluster, String selector, Optional<Pod> holder) {
    String namespace = cluster.endpoint().namespace();
    List<Pod> pods =
        cluster.list(Kind.PODS, Scope.in(namespace).labelled(selector)).stream()
            .map(Pod::of)
            .filter(pod -> holder.filter(one -> one.uid().equals(pod.uid())).isEmpty())
            .toList();
    return pods.stream()
        .filter(pod -> pod.ready() && !pod.terminating() && !pod.finished())
        .min(Comparator.comparing(Pod::ref))
        .orElseThrow(
            () ->
                FipctlException.notFound(
                    "NoCandidate",
                    "of %d pods with '%s' in namespace %s none is Ready"
                        .formatted(pods.size(), selector, namespace),
                    ShellCommand.of(
                        "kubectl -n %s get pods -l %s", namespace, ShellCommand.word(selector))));
  }
}
