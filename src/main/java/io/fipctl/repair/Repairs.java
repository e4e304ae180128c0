package io.fipctl.repair;

import io.fipctl.change.ChangeProposal;
import io.fipctl.change.Release;
import io.fipctl.change.step.Annotation;
import io.fipctl.change.step.NodeDataplane;
import io.fipctl.kube.Cluster;
import io.fipctl.kube.Cluster.WriteMode;
import io.fipctl.kube.Kind;
import io.fipctl.lease.AddressLocks;
import io.fipctl.lease.Leases;
import io.fipctl.model.ApiObject;
import io.fipctl.model.FipctlException;
import io.fipctl.model.IpAddress;
import io.fipctl.model.Pod;
import io.fipctl.model.PodTarget;
import io.fipctl.model.StaleWriteException;
import io.fipctl.node.NodeShell;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What {@code doctor --fix} does besides the verbs. Each repair is told what somebody saw, and is
 * refused (exit 4) when that is no longer so: what the user agreed to was about that and no other.
 */
public final class Repairs {
  private final Cluster cluster;

  public Repairs(Cluster cluster) {
    this.cluster = cluster;
  }

  /**
   * Writes the annotation as the canonical form of what Calico programs from it, or takes it away
   * when that is nothing. No node has to follow: what it programs stays the same.
   *
   * @param seen the pod as it was judged
   */
  public void tidy(Pod seen) {
    String what = "pod " + seen.ref();
    guarded(
        what,
        () ->
            cluster.patch(
                Kind.PODS,
                seen.ref().namespace(),
                seen.ref().name(),
                Annotation.patch(seen, seen.held(), Optional.empty()),
                WriteMode.REAL));
  }

  /**
   * What takes an address from one of several holders, as long as the one that is to keep it has
   * it.
   *
   * @param from the pod that loses it
   * @param keeper the pod that keeps it
   */
  public ChangeProposal separate(
      IpAddress address, Pod from, Pod keeper, Release.Options options, AddressLocks custody) {
    for (Pod pod : List.of(from, keeper)) {
      if (now(pod).filter(one -> one.holds(address)).isEmpty()) {
        throw changed("pod %s, which held %s,".formatted(pod.ref(), address));
      }
    }
    PodTarget target = PodTarget.of(from.ref());
    return Release.propose(cluster, Optional.of(target), List.of(address), options, custody);
  }

  private Optional<Pod> now(Pod seen) {
    return cluster
        .get(Kind.PODS, seen.ref().namespace(), seen.ref().name())
        .map(Pod::of)
        .filter(pod -> pod.uid().equals(seen.uid()));
  }

  /**
   * Deletes the tracked connections of a held address that lead past its holder. The holder is
   * looked up before and after they are listed: what was stale for the same holder at both times
   * was stale in between, whoever else may be at the address.
   *
   * @return how many were deleted
   */
  public int deleteFlows(NodeShell nodes, String node, IpAddress address) {
    Pod before = holder(address);
    NodeDataplane.Stale stale =
        NodeDataplane.stale(nodes, node, address, addressOn(node, before, address));
    if (!holder(address).uid().equals(before.uid())) {
      throw changed("the holder of " + address);
    }
    return stale.delete();
  }

  private Pod holder(IpAddress address) {
    List<Pod> holders =
        cluster.list(Kind.PODS).stream().map(Pod::of).filter(pod -> pod.holds(address)).toList();
    if (holders.size() != 1
        || holders.getFirst().terminating()
        || holders.getFirst().address(address.family()).isEmpty()) {
      throw changed("who holds " + address);
    }
    return holders.getFirst();
  }

  private static Optional<IpAddress> addressOn(String node, Pod holder, IpAddress address) {
    return holder.node().equals(Optional.of(node))
        ? holder.address(address.family())
        : Optional.empty();
  }

  /**
   * Takes a lock away; its record stays.
   *
   * @param seen the Lease as it was judged
   */
  public void breakLock(IpAddress address, ApiObject seen, Instant now) {
    Leases leases = new Leases(cluster, seen.namespace());
    guarded("the lock of " + address, () -> leases.take(address, seen, "", now));
  }

  /**
   * Deletes a debug pod; one that is gone already is no failure.
   *
   * @param seen the pod as it was judged: another one of its name stays
   */
  public void deleteDebugPod(ApiObject seen) {
    guarded(
        "pod %s/%s".formatted(seen.namespace(), seen.name()),
        () -> DebugPodOrphan.delete(cluster, seen));
  }

  private static void guarded(String what, Runnable write) {
    try {
      write.run();
    } catch (StaleWriteException stale) {
      throw changed(what).causedBy(stale);
    }
  }

  private static FipctlException changed(String what) {
    return FipctlException.conflict(
        "ChangedMeanwhile",
        "nothing was done: %s has changed since the doctor looked".formatted(what),
        "fipctl doctor   # looks again");
  }
}
