package io.fipctl.lab.text;

import io.fipctl.lab.simulation.Felix;
import io.fipctl.lab.simulation.Json;
import io.fipctl.lab.simulation.LabRoutes;
import io.fipctl.lab.simulation.LabRoutes.Route;
import io.fipctl.lab.simulation.LabState;
import io.fipctl.model.IpAddress.Family;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The routes of a node as {@code ip route} prints them: as JSON of all tables, or plain. */
final class PrintedRoutes {
  private PrintedRoutes() {}

  /** All routes, or those of IPv6 only. */
  static String json(LabState state, String node, boolean onlySix) {
    List<Object> printed = new ArrayList<>();
    List<Route> routes = LabRoutes.of(state, node);
    String own = Felix.nodeAddress(state, node);
    if (!onlySix) {
      printed.add(route("", "default", "172.31.99.1", "eth0", ""));
      routes.stream()
          .filter(route -> route.destination().network().family() == Family.IPV4)
          .forEach(route -> printed.add(main(route, own)));
      printed.add(local("127.0.0.0/8", "lo", "127.0.0.1"));
      printed.add(local("127.0.0.1", "lo", "127.0.0.1"));
      printed.add(local(own, "eth0", own));
    }
    routes.stream()
        .filter(route -> route.destination().network().family() == Family.IPV6)
        .forEach(route -> printed.add(main(route, own)));
    Set<String> devices = new TreeSet<>(Set.of("eth0"));
    state.kernel(node).endpoints().forEach(endpoint -> devices.add(endpoint.device()));
    for (String device : devices) {
      Map<String, Object> link = route("", "fe80::/64", "", device, "kernel");
      link.put("metric", 256);
      link.put("pref", "medium");
      printed.add(link);
    }
    return Json.print(printed) + "\n";
  }

  /** {@code ip route show}: the main table of IPv4. */
  static String plain(LabState state, String node) {
    StringBuilder text = new StringBuilder("default via 172.31.99.1 dev eth0 \n");
    String own = Felix.nodeAddress(state, node);
    for (Route route : LabRoutes.of(state, node)) {
      if (route.destination().network().family() == Family.IPV4) {
        text.append(line(route, own));
      }
    }
    return text.toString();
  }

  private static String line(Route route, String own) {
    String protocol = route.protocol().isEmpty() ? "" : "proto " + route.protocol() + " ";
    String destination = shortened(route);
    if (route.device().isEmpty()) {
      return "blackhole " + destination + " " + protocol + "\n";
    }
    if (route.gateways().isEmpty()) {
      String source = route.protocol().equals("kernel") ? "src " + own + " " : "";
      return "%s dev %s %sscope link %s\n".formatted(destination, route.device(), protocol, source);
    }
    if (route.gateways().size() == 1) {
      return "%s via %s dev %s %s\n"
          .formatted(destination, route.gateways().getFirst(), route.device(), protocol);
    }
    StringBuilder text = new StringBuilder(destination + " " + protocol + "\n");
    for (String gateway : route.gateways()) {
      text.append("\tnexthop via %s dev %s weight 1 \n".formatted(gateway, route.device()));
    }
    return text.toString();
  }

  /** As {@code ip} writes a destination: that of a host without its length. */
  private static String shortened(Route route) {
    return route.destination().isHost()
        ? route.destination().network().toString()
        : route.destination().toString();
  }

  private static Map<String, Object> main(Route route, String own) {
    String destination = shortened(route);
    if (route.gateways().size() > 1) {
      return split(route, destination);
    }
    String gateway = route.gateways().isEmpty() ? "" : route.gateways().getFirst();
    Map<String, Object> printed =
        route(
            route.device().isEmpty() ? "blackhole" : "",
            destination,
            gateway,
            route.device(),
            route.protocol());
    if (gateway.isEmpty() && !route.device().isEmpty()) {
      Object flags = printed.remove("flags");
      printed.put("scope", "link");
      if (route.protocol().equals("kernel")) {
        printed.put("prefsrc", own);
      }
      printed.put("flags", flags);
    }
    return printed;
  }

  private static Map<String, Object> split(Route route, String destination) {
    Map<String, Object> printed = route("", destination, "", "", route.protocol());
    List<Object> hops = new ArrayList<>();
    for (String gateway : route.gateways()) {
      Map<String, Object> hop = new LinkedHashMap<>();
      hop.put("gateway", gateway);
      hop.put("dev", route.device());
      hop.put("weight", 1);
      hop.put("flags", List.of());
      hops.add(hop);
    }
    printed.put("nexthops", hops);
    return printed;
  }

  private static Map<String, Object> local(String destination, String device, String source) {
    Map<String, Object> printed = route("local", destination, "", device, "");
    printed.remove("flags");
    printed.put("table", "local");
    printed.put("protocol", "kernel");
    printed.put("scope", "host");
    printed.put("prefsrc", source);
    printed.put("flags", List.of());
    return printed;
  }

  private static Map<String, Object> route(
      String type, String destination, String gateway, String device, String protocol) {
    Map<String, Object> printed = new LinkedHashMap<>();
    put(printed, "type", type);
    put(printed, "dst", destination);
    put(printed, "gateway", gateway);
    put(printed, "dev", device);
    put(printed, "protocol", protocol);
    printed.put("flags", List.of());
    return printed;
  }

  private static void put(Map<String, Object> printed, String field, String value) {
    if (!value.isEmpty()) {
      printed.put(field, value);
    }
  }
}
