package io.fipctl.lab.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one node has beside its API objects: the files of CNI and what Felix programmed, which stays
 * as it is while Felix does not run.
 *
 * @param cniFiles the directory of CNI configurations, by file name
 * @param endpoints the pods Felix knows there, in the order of their interfaces
 * @param dnat floating IP to pod IP, in the order in which Felix writes the rules
 * @param snat pod IP to the floating IP it speaks to itself from
 * @param routes floating IP to the interface it leads to
 * @param flows tracked connections
 */
public record NodeState(
    Map<String, String> cniFiles,
    List<Endpoint> endpoints,
    Map<String, String> dnat,
    Map<String, String> snat,
    Map<String, String> routes,
    List<Flow> flows) {

  static final NodeState EMPTY =
      new NodeState(Map.of(), List.of(), Map.of(), Map.of(), Map.of(), List.of());

  public NodeState {
    cniFiles = new TreeMap<>(cniFiles);
    endpoints = List.copyOf(endpoints);
    dnat = new TreeMap<>(dnat);
    snat = new TreeMap<>(snat);
    routes = new TreeMap<>(routes);
    flows = List.copyOf(flows);
  }

  /** A pod's interface and the addresses routed to it. */
  public record Endpoint(String pod, String device, List<String> addresses) {}

  /**
   * A tracked connection.
   *
   * @param replySource where answers are expected from: the pod where the destination was
   *     rewritten, the destination itself where it was not
   */
  public record Flow(
      String protocol,
      String source,
      int sourcePort,
      String destination,
      int destinationPort,
      String replySource) {

    boolean isRewritten() {
      return !replySource.equals(destination);
    }

    /** A line of {@code conntrack -L -o extended}. */
    public String printed() {
      boolean answered = isRewritten();
      return "%s %s      17 29 src=%s dst=%s sport=%d dport=%d packets=98 bytes=2930 %s"
              .formatted(
                  destination.contains(":") ? "ipv6     10" : "ipv4     2",
                  protocol,
                  source,
                  destination,
                  sourcePort,
                  destinationPort,
                  answered ? "" : "[UNREPLIED] ")
          + "src=%s dst=%s sport=%d dport=%d packets=%s mark=0 use=1\n"
              .formatted(
                  replySource,
                  source,
                  destinationPort,
                  sourcePort,
                  answered ? "98 bytes=3518" : "0 bytes=0");
    }

    boolean isOfSameTuple(Flow other) {
      return protocol.equals(other.protocol)
          && source.equals(other.source)
          && sourcePort == other.sourcePort
          && destination.equals(other.destination)
          && destinationPort == other.destinationPort;
    }
  }

  NodeState withCniFile(String name, String text) {
    Map<String, String> files = new TreeMap<>(cniFiles);
    files.put(name, text);
    return new NodeState(files, endpoints, dnat, snat, routes, flows);
  }

  public NodeState withFlows(List<Flow> others) {
    return new NodeState(cniFiles, endpoints, dnat, snat, routes, others);
  }

  public NodeState plus(Flow flow) {
    List<Flow> more = new ArrayList<>(flows);
    more.add(flow);
    return withFlows(more);
  }

  NodeState withoutRule(String address) {
    Map<String, String> rest = new TreeMap<>(dnat);
    rest.remove(address);
    return new NodeState(cniFiles, endpoints, rest, snat, routes, flows);
  }
}
