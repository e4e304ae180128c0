package io.fipctl.operation;

import io.fipctl.model.IpAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Who besides the pod's node must be seen to follow a change.
 *
 * @param others nodes that must route the address to the pod's node; none where no route is
 *     expected or there is no other Ready node
 * @param node the address of the pod's node that the others route to
 */
record Observers(List<String> others, Optional<IpAddress> node) {
  static final Observers NONE = new Observers(List.of(), Optional.empty());

  Observers {
    others = List.copyOf(others);
  }

  /** The same with one more node, where any route is expected. */
  Observers and(Optional<String> other) {
    return node.isEmpty()
        ? this
        : new Observers(Stream.concat(other.stream(), others.stream()).distinct().toList(), node);
  }

  IpAddress nextHop() {
    return node.orElseThrow();
  }
}
