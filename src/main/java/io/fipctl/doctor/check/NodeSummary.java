package io.fipctl.doctor.check;

import io.fipctl.model.IpAddress;
import java.util.List;
import java.util.Map;

/**
 * The floating IPs that a node takes for itself: little enough to keep of every node.
 *
 * @param ways how it does so, such as {@code DNAT to 10.0.0.1}
 */
public record NodeSummary(String node, Map<IpAddress, List<String>> ways) {
  public NodeSummary {
    ways = Map.copyOf(ways);
  }
}
