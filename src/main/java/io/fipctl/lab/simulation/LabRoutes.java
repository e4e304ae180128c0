package io.fipctl.lab.simulation;

import io.fipctl.kube.Kind;
import io.fipctl.lab.simulation.NodeState.Endpoint;
import io.fipctl.model.ApiObject;
import io.fipctl.model.Cidr;
import io.fipctl.model.IpAddress;
import io.fipctl.model.IpAddress.Family;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The routes of a node: the kernel's own, those that Felix makes and those that BIRD learns. */
public final class LabRoutes {
  /**
   * One route.
   *
   * @param gateways the next hops; none for what is on the link
   * @param device empty for a blackhole
   */
  public record Route(Cidr destination, List<String> gateways, String device, String protocol) {
    public boolean isLocal() {
      return gateways.isEmpty() && device.startsWith("cali");
    }
  }

  private LabRoutes() {}

  /** The main table but for the default route, by address. */
  public static List<Route> of(LabState state, String node) {
    List<Route> routes = new ArrayList<>();
    NodeState kernel = state.kernel(node);
    for (Endpoint endpoint : kernel.endpoints()) {
      for (String address : endpoint.addresses()) {
        routes.add(new Route(Cidr.parse(address), List.of(), endpoint.device(), ""));
      }
    }
    kernel
        .routes()
        .forEach(
            (address, device) -> routes.add(new Route(Cidr.parse(address), List.of(), device, "")));
    routes.add(new Route(Cidr.parse("172.31.99.0/24"), List.of(), "eth0", "kernel"));
    if (speaksBgp(state, node)) {
      learned(state, node, routes);
    }
    for (String address : state.node(node).blackholes()) {
      Cidr destination = Cidr.parse(address);
      routes.removeIf(route -> route.destination().equals(destination));
      routes.add(new Route(destination, List.of(), "", ""));
    }
    routes.sort(Comparator.comparing(route -> route.destination().network()));
    return routes;
  }

  private static void learned(LabState state, String node, List<Route> routes) {
    Map<Cidr, List<String>> hosts = new LinkedHashMap<>();
    for (ApiObject affinity : state.list(state.calico(Kind.BLOCK_AFFINITIES))) {
      Cidr block = Cidr.parse(affinity.text("spec", "cidr").orElseThrow());
      String owner = affinity.text("spec", "node").orElse("");
      if (owner.equals(node)) {
        routes.add(new Route(block, List.of(), "", "bird"));
      } else if (block.network().family() == Family.IPV4 && speaksBgp(state, owner)) {
        hosts.put(block, new ArrayList<>(List.of(Felix.nodeAddress(state, owner))));
      }
    }
    for (String other : state.nodeNames()) {
      for (String address : state.kernel(other).routes().keySet()) {
        IpAddress ip = IpAddress.parse(address);
        boolean here = state.kernel(node).routes().containsKey(address);
        if (!other.equals(node)
            && speaksBgp(state, other)
            && !here
            && ip.family() == Family.IPV4
            && isExported(state, other, ip)) {
          hosts
              .computeIfAbsent(ip.asCidr(), none -> new ArrayList<>())
              .add(Felix.nodeAddress(state, other));
        }
      }
    }
    hosts.forEach(
        (destination, gateways) -> routes.add(new Route(destination, gateways, "eth0", "bird")));
  }

  /** Whether BIRD of a node tells the others a /32: inside a pool, outside the node's own block. */
  public static boolean isExported(LabState state, String node, IpAddress address) {
    return state.list(state.calico(Kind.IP_POOLS)).stream()
            .filter(pool -> !pool.flag("spec", "disableBGPExport"))
            .flatMap(pool -> pool.text("spec", "cidr").stream())
            .flatMap(cidr -> Cidr.tryParse(cidr).stream())
            .anyMatch(cidr -> cidr.contains(address))
        && Ipam.blocks(state, node).stream().noneMatch(block -> block.contains(address));
  }

  /** Whether BIRD runs on a node. */
  public static boolean speaksBgp(LabState state, String node) {
    return !state.is(NodeFault.WITHOUT_BIRD, node) && usesBird(state);
  }

  private static boolean usesBird(LabState state) {
    return state
        .find(Kind.CONFIG_MAPS, "kube-system", "calico-config")
        .flatMap(map -> map.text("data", "calico_backend"))
        .filter("bird"::equals)
        .isPresent();
  }

  /** The most specific route to an address. */
  public static Optional<Route> lookUp(List<Route> routes, IpAddress address) {
    return routes.stream()
        .filter(route -> route.destination().contains(address))
        .max(Comparator.comparingInt(route -> route.destination().prefix()));
  }
}
