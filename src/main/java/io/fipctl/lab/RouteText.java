package io.fipctl.lab;

import io.fipctl.lab.Routes.Route;
import io.fipctl.model.IpAddress.Family;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The routes of a node as {@code ip -j route show table all} prints them. */
final class RouteText {
  private RouteText() {}

  /** All routes, or those of IPv6 only. */
  static String json(LabState state, String node, boolean onlySix) {
    List<Object> printed = new ArrayList<>();
    List<Route> routes = Routes.of(state, node);
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

  private static Map<String, Object> main(Route route, String own) {
    String destination =
        route.destination().isHost()
            ? route.destination().network().toString()
            : route.destination().toString();
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
