package io.fipctl.operation;

import io.fipctl.cluster.Cluster;
import io.fipctl.model.Pod;
import java.time.Duration;
import java.util.stream.Stream;

/**
 * Where a change is made and how: the cluster, whether its nodes are watched, and what guards it.
 *
 * @param watchNodes false with {@code --wait=false}: the write is all
 * @param timeout how long a node may take to follow
 */
record Site(Cluster cluster, boolean watchNodes, Duration timeout, Custody custody) {
  /** Refuses when the pods' nodes must be watched and cannot be looked at. */
  void requireSight(Pod... pods) {
    if (watchNodes) {
      Stream.of(pods)
          .flatMap(pod -> pod.node().stream())
          .distinct()
          .forEach(dataplane()::requireSight);
    }
  }

  /** The same without anybody who looks. */
  Site unwatched() {
    return new Site(cluster, false, timeout, custody);
  }

  Dataplane dataplane() {
    return new Dataplane(cluster.nodes(), timeout);
  }
}
