package io.fipctl.lab.simulation;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What one node has beside its object in the API.
 *
 * @param kernel what Felix programmed and what packets left there
 * @param stuck whether Felix does nothing
 * @param calicoNodeDown whether the image of calico-node cannot be pulled there
 * @param sysctls the kernel's switches that somebody set
 * @param blackholes the addresses that somebody had dropped by hand
 */
public record LabNode(
    NodeState kernel,
    boolean stuck,
    boolean calicoNodeDown,
    Map<String, String> sysctls,
    Set<String> blackholes,
    Set<NodeFault> oddities) {
  /** A node as it is when it is new. */
  static final LabNode PLAIN =
      new LabNode(NodeState.EMPTY, false, false, Map.of(), Set.of(), Set.of());

  public LabNode {
    sysctls = new TreeMap<>(sysctls);
    blackholes = new TreeSet<>(blackholes);
    oddities = new TreeSet<>(oddities);
  }

  LabNode with(NodeState other) {
    return new LabNode(other, stuck, calicoNodeDown, sysctls, blackholes, oddities);
  }

  LabNode stuck(boolean whether) {
    return new LabNode(kernel, whether, calicoNodeDown, sysctls, blackholes, oddities);
  }

  LabNode withCalicoNodeDown() {
    return new LabNode(kernel, stuck, true, sysctls, blackholes, oddities);
  }

  LabNode sysctl(String key, String value) {
    Map<String, String> more = new TreeMap<>(sysctls);
    more.put(key, value);
    return new LabNode(kernel, stuck, calicoNodeDown, more, blackholes, oddities);
  }

  LabNode blackhole(String address) {
    Set<String> more = new TreeSet<>(blackholes);
    more.add(address);
    return new LabNode(kernel, stuck, calicoNodeDown, sysctls, more, oddities);
  }

  /** With a new pod of calico-node, which programs the node anew. */
  LabNode restarted() {
    Set<NodeFault> rest = new TreeSet<>(oddities);
    rest.removeIf(NodeFault::endsWithCalicoNode);
    return new LabNode(kernel, false, calicoNodeDown, sysctls, blackholes, rest);
  }

  LabNode odd(NodeFault oddity) {
    Set<NodeFault> more = new TreeSet<>(oddities);
    more.add(oddity);
    return new LabNode(kernel, stuck, calicoNodeDown, sysctls, blackholes, more);
  }
}
