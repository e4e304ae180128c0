package io.fipctl.doctor.check;

import io.fipctl.model.ApiObject;
import io.fipctl.model.FloatingIps;
import io.fipctl.model.IpAddress;
import io.fipctl.model.Pod;
import io.fipctl.model.PodRef;
import io.fipctl.model.ShellCommand;
import java.util.List;
import java.util.Optional;

/**
 * All that {@code doctor --fix} may do about a finding: never to a rule or a route, which are
 * Felix's. Each carries what was seen, so that nothing is done to what has become another thing.
 */
public sealed interface Remedy {
  /** What it does, in the imperative. */
  String describe();

  /** What may go wrong when it is done. */
  Risk risk();

  /** Takes a lock away that nobody renews. */
  record BreakLock(ApiObject lease, IpAddress address) implements Remedy {
    @Override
    public Risk risk() {
      return Risk.DISRUPTIVE;
    }

    @Override
    public String describe() {
      return "break the lock of %s, which %s has left"
          .formatted(address, lease.text("spec", "holderIdentity").orElse("somebody"));
    }
  }

  /**
   * Turns the gates on as {@code fipctl enable} does.
   *
   * @param cniOnly whether Felix's gate is none of the matter
   * @param includeOverrides whether FelixConfigurations other than {@code default} are changed too
   */
  record Enable(boolean cniOnly, boolean includeOverrides) implements Remedy {
    @Override
    public Risk risk() {
      return Risk.DISRUPTIVE;
    }

    @Override
    public String describe() {
      return ShellCommand.of("fipctl enable%s", ShellCommand.part(flags()));
    }

    /** What stands behind the verb. */
    String flags() {
      return (cniOnly ? " --cni-only" : "") + (includeOverrides ? " --include-overrides" : "");
    }

    /** One run of it that does what both want. */
    public Enable with(Enable other) {
      return new Enable(cniOnly && other.cniOnly, includeOverrides || other.includeOverrides);
    }
  }

  /**
   * Leaves of a pod's annotation what has an effect, in canonical form; nothing of one that has
   * none.
   *
   * @param revived addresses that the annotation means and Calico does not take from it: the pod is
   *     given them afterwards, with all checks of {@code fipctl assign}
   */
  record Tidy(Pod pod, List<IpAddress> revived) implements Remedy {
    public Tidy {
      revived = List.copyOf(revived);
    }

    @Override
    public Risk risk() {
      return Risk.SAFE;
    }

    @Override
    public String describe() {
      String what =
          pod.held().isEmpty()
              ? "remove the annotation of pod %s".formatted(pod.ref())
              : "make the annotation of pod %s %s"
                  .formatted(pod.ref(), FloatingIps.write(pod.held()));
      String then =
          revived.isEmpty() ? "" : ", then fipctl assign %s %s".formatted(pod.ref(), joined());
      return "%s (it is %s)%s".formatted(what, pod.annotation().orElse(""), then);
    }

    private String joined() {
      return String.join(",", revived.stream().map(IpAddress::toString).toList());
    }
  }

  /**
   * Takes an address that several pods claim away from all but one.
   *
   * @param keeper who is to keep it; nobody but the user can say
   */
  record Separate(IpAddress address, List<Pod> holders, Optional<Pod> keeper) implements Remedy {
    public Separate {
      holders = List.copyOf(holders);
    }

    /** The same with an answer. */
    public Separate keptBy(Pod pod) {
      return new Separate(address, holders, Optional.of(pod));
    }

    /** Who loses it. */
    public List<Pod> losers() {
      return holders.stream()
          .filter(pod -> keeper.filter(one -> one.uid().equals(pod.uid())).isEmpty())
          .toList();
    }

    @Override
    public Risk risk() {
      return Risk.DISRUPTIVE;
    }

    @Override
    public String describe() {
      return keeper
          .map(
              one ->
                  "take %s away from %s; %s keeps it"
                      .formatted(address, names(losers()), one.ref()))
          .orElseGet(() -> "leave %s to one of %s".formatted(address, names(holders)));
    }

    private static String names(List<Pod> pods) {
      return String.join(", ", pods.stream().map(Pod::ref).map(PodRef::toString).toList());
    }
  }

  /** Deletes the tracked connections of an address that lead elsewhere, on one node. */
  record DeleteFlows(String node, IpAddress address) implements Remedy {
    @Override
    public Risk risk() {
      return Risk.DISRUPTIVE;
    }

    @Override
    public String describe() {
      return "delete the stale tracked connections of %s on node %s".formatted(address, node);
    }
  }

  /** Deletes a debug pod whose run is over. */
  record DeletePod(ApiObject pod) implements Remedy {
    @Override
    public Risk risk() {
      return Risk.SAFE;
    }

    @Override
    public String describe() {
      return "delete debug pod %s/%s".formatted(pod.namespace(), pod.name());
    }
  }
}
