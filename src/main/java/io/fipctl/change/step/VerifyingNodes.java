package io.fipctl.change.step;

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
public record VerifyingNodes(List<String> others, Optional<IpAddress> node) {
  public static final VerifyingNodes NONE = new VerifyingNodes(List.of(), Optional.empty());

  public VerifyingNodes {
    others = List.copyOf(others);
  }

  /** The same with one more node, where any route is expected. */
  public VerifyingNodes and(Optional<String> other) {
    return node.isEmpty()
        ? this
        : new VerifyingNodes(
            Stream.concat(other.stream(), others.stream()).distinct().toList(), node);
  }

  IpAddress nextHop() {
    return node.orElseThrow();
  }
}
