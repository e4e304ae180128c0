package io.fipctl.operation;

import io.fipctl.kube.Cluster;
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
record Site(
    Cluster cluster,
    boolean watchNodes,
    Duration timeout,
    Custody custody,
    NodeInterfaces interfaces) {
  Site(Cluster cluster, boolean watchNodes, Duration timeout, Custody custody) {
    this(cluster, watchNodes, timeout, custody, new NodeInterfaces(cluster));
  }

  /** Refuses when the pods' nodes must be watched and cannot be looked at. */
  void requireSight(Pod... pods) {
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
  Site unwatched() {
    return new Site(cluster, false, timeout, custody, interfaces);
  }

  Dataplane dataplane() {
    return new Dataplane(cluster.nodes(), interfaces, timeout);
  }
}
