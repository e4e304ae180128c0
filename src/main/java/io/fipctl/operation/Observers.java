package io.fipctl.operation;

import io.fipctl.model.IpAddress;
import java.util.Optional;

/**
 * Who besides the pod's node must be seen to follow a change.
 *
 * @param other a node that must route the address to the pod's node; empty where no route is
 *     expected or there is no other Ready node
 * @param node the address of the pod's node that the other one routes to
 */
record Observers(Optional<String> other, Optional<IpAddress> node) {
  static final Observers NONE = new Observers(Optional.empty(), Optional.empty());

  IpAddress nextHop() {
    return node.orElseThrow();
  }
}
