package io.fipctl.change.step;

import io.fipctl.calico.NodeInterfaces;
import io.fipctl.kube.Cluster;
import io.fipctl.lease.AddressLocks;
import io.fipctl.model.IpAddress.Family;
import io.fipctl.model.Pod;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Where a change is made and how: the cluster, whether its nodes are watched, and what guards it.
 *
 * @param watchNodes false with {@code --wait=false}: the write is all
 * @param timeout how long a node may take to follow
 */
public record ChangeContext(
    Cluster cluster,
    boolean watchNodes,
    Duration timeout,
    AddressLocks custody,
    NodeInterfaces interfaces) {
  public ChangeContext(
      Cluster cluster, boolean watchNodes, Duration timeout, AddressLocks custody) {
    this(cluster, watchNodes, timeout, custody, new NodeInterfaces(cluster));
  }

  /** Refuses when the pods' nodes must be watched and cannot be looked at. */
  public void requireSight(Pod... pods) {
    if (watchNodes) {
      Map<String, Set<Family>> nodes = new TreeMap<>();
      for (Pod pod : pods) {
        pod.node()
            .map(node -> nodes.computeIfAbsent(node, key -> EnumSet.noneOf(Family.class)))
            .ifPresent(families -> pod.addresses().forEach(own -> families.add(own.family())));
      }
      nodes.forEach(dataplane()::requireSight);
    }
  }

  /** The same without anybody who looks. */
  public ChangeContext unwatched() {
    return new ChangeContext(cluster, false, timeout, custody, interfaces);
  }

  NodeDataplane dataplane() {
    return new NodeDataplane(cluster.nodes(), interfaces, timeout);
  }
}
