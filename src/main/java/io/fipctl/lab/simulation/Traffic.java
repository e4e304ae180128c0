package io.fipctl.lab.simulation;

import io.fipctl.lab.simulation.LabRoutes.Route;
import io.fipctl.lab.simulation.NodeState.Flow;
import io.fipctl.model.IpAddress;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * A client outside that keeps one UDP flow to every floating IP: each packet goes through a node
 * that does not host the address, as routers send it, then to the one that does, and connection
 * tracking does on both what a kernel does. The first packet of a flow decides, rules are asked
 * once; so after a move by plain annotation the old entries stay and swallow the flow.
 */
final class Traffic {
  static final String CLIENT = "172.31.99.2";
  static final String CLIENT6 = "fd00:172:31:99::2";
  private static final int CLIENT_PORT = 40000;
  private static final int SERVER_PORT = 9000;

  private Traffic() {}

  static void step(LabState state) {
    TreeSet<String> addresses = new TreeSet<>();
    state.nodeNames().forEach(node -> addresses.addAll(state.kernel(node).routes().keySet()));
    for (String address : addresses) {
      packet(state, IpAddress.parse(address));
    }
  }

  private static void packet(LabState state, IpAddress address) {
    List<String> hosts =
        state.nodeNames().stream()
            .filter(node -> state.kernel(node).routes().containsKey(address.toString()))
            .toList();
    if (hosts.stream().noneMatch(host -> LabRoutes.isExported(state, host, address))) {
      // No router outside has a route to it.
      return;
    }
    String here =
        state.nodeNames().stream()
            .filter(node -> state.isReady(node) && !hosts.contains(node))
            .filter(node -> address.family() == IpAddress.Family.IPV4)
            .findFirst()
            .orElse(hosts.getFirst());
    Optional<String> next = at(state, here, address);
    while (next.isPresent()) {
      next = at(state, next.get(), address);
    }
  }

  /** The packet passes a node; where it goes from there, if anywhere. */
  private static Optional<String> at(LabState state, String node, IpAddress address) {
    NodeState kernel = state.kernel(node);
    String own = address.toString();
    Flow fresh = flow(address, kernel.dnat().getOrDefault(own, own));
    Optional<Flow> tracked = kernel.flows().stream().filter(fresh::isOfSameTuple).findFirst();
    Optional<Route> route = LabRoutes.lookUp(LabRoutes.of(state, node), address);
    boolean leaves = route.isPresent() && !route.get().gateways().isEmpty();
    if (tracked.isEmpty() && (leaves || fresh.isRewritten())) {
      state.kernel(node, kernel.plus(fresh));
    }
    // Rewritten to a pod, or un-rewritten at the pod's own interface: it ends here.
    boolean ends = tracked.orElse(fresh).isRewritten() || !leaves;
    return ends ? Optional.empty() : node(state, route.get().gateways().getFirst());
  }

  static Flow flow(IpAddress address, String replySource) {
    String client = address.family() == IpAddress.Family.IPV4 ? CLIENT : CLIENT6;
    return new Flow("udp", client, CLIENT_PORT, address.toString(), SERVER_PORT, replySource);
  }

  private static Optional<String> node(LabState state, String address) {
    return state.nodeNames().stream()
        .filter(node -> Felix.nodeAddress(state, node).equals(address))
        .findFirst();
  }
}
