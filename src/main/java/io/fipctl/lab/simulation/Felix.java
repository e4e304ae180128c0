package io.fipctl.lab.simulation;

import io.fipctl.kube.Kind;
import io.fipctl.lab.simulation.NodeState.Endpoint;
import io.fipctl.lab.simulation.NodeState.Flow;
import io.fipctl.model.ApiObject;
import io.fipctl.model.FloatingIps;
import io.fipctl.model.IpAddress;
import io.fipctl.model.Pod;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The simulated Felix: what it programs on a node for the pods there (felix/dataplane/linux,
 * floating_ip_mgr.go and endpoint_mgr.go).
 */
public final class Felix {
  private Felix() {}

  static void step(LabState state) {
    for (String node : state.nodeNames()) {
      if (!state.isStuck(node)) {
        state.kernel(node, program(state, node));
      }
    }
  }

  private static NodeState program(LabState state, String node) {
    boolean isEnabled = setting(state, node, "floatingIPs").equalsIgnoreCase("Enabled");
    boolean six = setting(state, node, "ipv6Support").equalsIgnoreCase("true");
    List<Endpoint> endpoints = new ArrayList<>();
    Map<String, String> dnat = new TreeMap<>();
    Map<String, String> routes = new TreeMap<>();
    for (Pod pod : workloads(state, node)) {
      List<String> addresses =
          pod.addresses().stream()
              .filter(ip -> six || ip.family() == IpAddress.Family.IPV4)
              .map(IpAddress::toString)
              .toList();
      Endpoint endpoint = new Endpoint(pod.ref().toString(), pod.ref().hostInterface(), addresses);
      endpoints.add(endpoint);
      for (IpAddress address : isEnabled ? pod.floatingIps().addresses() : List.<IpAddress>of()) {
        Optional<IpAddress> own = pod.address(address.family());
        if (own.isPresent() && addresses.contains(own.get().toString())) {
          // Two pods of one node: the textually smaller address has the rule, the interface that
          // was made last has the route (felix/routetable/route_table.go).
          dnat.merge(address.toString(), own.get().toString(), Felix::smaller);
          routes.put(address.toString(), endpoint.device());
        }
      }
    }
    Map<String, String> snat = new TreeMap<>();
    dnat.forEach((address, own) -> snat.merge(own, address, Felix::smaller));
    NodeState before = state.kernel(node);
    return new NodeState(before.cniFiles(), endpoints, dnat, snat, routes, kept(before, endpoints));
  }

  /** The pods of which Felix knows an endpoint, in the order of their interfaces. */
  private static List<Pod> workloads(LabState state, String node) {
    return state.pods().stream()
        .filter(pod -> pod.node().equals(Optional.of(node)))
        .filter(pod -> !pod.hostNetwork() && !pod.finished() && !pod.addresses().isEmpty())
        // A value that is no JSON array takes the whole endpoint away.
        .filter(pod -> !(pod.floatingIps() instanceof FloatingIps.Malformed))
        .sorted(Comparator.comparing(Pod::uid))
        .toList();
  }

  /**
   * Felix flushes the flows of a pod address whose route goes (felix/conntrack/conntrack.go), and
   * no others: those of a floating IP that moves between two live pods stay.
   */
  private static List<Flow> kept(NodeState before, List<Endpoint> endpoints) {
    Set<String> gone = new HashSet<>();
    before.endpoints().forEach(endpoint -> gone.addAll(endpoint.addresses()));
    endpoints.forEach(endpoint -> gone.removeAll(endpoint.addresses()));
    return before.flows().stream().filter(flow -> !gone.contains(flow.replySource())).toList();
  }

  private static String smaller(String one, String other) {
    return one.compareTo(other) <= 0 ? one : other;
  }

  /**
   * The value Felix runs with on a node: environment, then the node's own FelixConfiguration, then
   * the one of all (felix/config/config_params.go).
   */
  public static String setting(LabState state, String node, String field) {
    String variable = "FELIX_" + field.toUpperCase(Locale.ROOT);
    return DaemonSetRollout.calicoNode(state, node)
        .flatMap(pod -> DaemonSetRollout.container(pod, "calico-node"))
        .flatMap(
            container ->
                container.objects("env").stream()
                    .filter(
                        env ->
                            env.text("name").orElse("").toUpperCase(Locale.ROOT).equals(variable))
                    .findFirst())
        .flatMap(env -> env.text("value"))
        .filter(value -> !value.isEmpty())
        .or(() -> configured(state, "node." + node, field))
        .or(() -> configured(state, "default", field))
        .orElse("");
  }

  private static Optional<String> configured(LabState state, String name, String field) {
    return state
        .find(state.calico(Kind.FELIX_CONFIGURATIONS), "", name)
        .flatMap(object -> object.text("spec", field));
  }

  public static Dataplane dataplane(LabState state) {
    return Dataplane.of(
        state.find(state.calico(Kind.FELIX_CONFIGURATIONS), "", "default").orElse(ApiObject.EMPTY));
  }

  /** The InternalIP of a node. */
  public static String nodeAddress(LabState state, String node) {
    return state.find(Kind.NODES, "", node).stream()
        .flatMap(object -> object.objects("status", "addresses").stream())
        .filter(address -> address.text("type").equals(Optional.of("InternalIP")))
        .flatMap(address -> address.text("address").stream())
        .findFirst()
        .orElse("");
  }
}
