package io.fipctl.operation;

import io.fipctl.cluster.Cluster;
import java.time.Duration;

/**
 * Where a change is made and how: the cluster, and whether its nodes are watched.
 *
 * @param watchNodes false with {@code --wait=false}: the write is all
 * @param timeout how long a node may take to follow
 */
record Site(Cluster cluster, boolean watchNodes, Duration timeout) {
  Dataplane dataplane() {
    return new Dataplane(cluster.nodes(), timeout);
  }
}
