package io.fipctl.lab.text;

import io.fipctl.kube.Kind;
import io.fipctl.lab.simulation.Felix;
import io.fipctl.lab.simulation.LabRoutes;
import io.fipctl.lab.simulation.LabRoutes.Route;
import io.fipctl.lab.simulation.LabState;
import io.fipctl.model.ApiObject;
import io.fipctl.model.IpAddress;
import io.fipctl.model.Pod;
import io.fipctl.node.NodeCommand.Target;
import java.util.Optional;
import java.util.OptionalLong;

/** A TCP connection that a node tries: rewritten by its rules, then routed, node by node. */
final class Connecting {
  /** More nodes than a packet passes on any way that ends. */
  private static final int LONGEST = 8;

  private Connecting() {}

  /** The line that the node prints of it. */
  static String from(LabState state, String node, Target target) {
    Optional<ApiObject> pod = arrives(state, node, target.address());
    String end =
        pod.map(it -> listens(it, target.port()) ? "0 " : "1 Connection refused").orElse("124 ");
    return "%s %d %s".formatted(target.address(), target.port(), end);
  }

  private static Optional<ApiObject> arrives(LabState state, String first, IpAddress address) {
    String node = first;
    String destination = address.toString();
    for (int hop = 0; hop < LONGEST; hop++) {
      destination = state.kernel(node).dnat().getOrDefault(destination, destination);
      Optional<Route> route =
          LabRoutes.lookUp(LabRoutes.of(state, node), IpAddress.parse(destination));
      if (route.isEmpty()) {
        return Optional.empty();
      }
      if (route.get().isLocal()) {
        return having(state, destination);
      }
      Optional<String> next =
          route.get().gateways().stream()
              .flatMap(
                  gateway ->
                      state.nodeNames().stream()
                          .filter(other -> Felix.nodeAddress(state, other).equals(gateway)))
              .findFirst();
      if (next.isEmpty()) {
        return Optional.empty();
      }
      node = next.get();
    }
    return Optional.empty();
  }

  /** The running pod whose own address it is; a floating IP that was not rewritten is nobody's. */
  private static Optional<ApiObject> having(LabState state, String destination) {
    IpAddress address = IpAddress.parse(destination);
    return state.list(Kind.PODS).stream()
        .filter(object -> object.text("status", "phase").equals(Optional.of("Running")))
        .filter(object -> Pod.of(object).addresses().contains(address))
        .findFirst();
  }

  private static boolean listens(ApiObject pod, int port) {
    return pod.objects("spec", "containers").stream()
        .flatMap(container -> container.objects("ports").stream())
        .anyMatch(it -> it.number("containerPort").equals(OptionalLong.of(port)));
  }
}
