package io.fipctl.nodeoutput;

import io.fipctl.model.ApiObject;
import io.fipctl.model.Cidr;
import io.fipctl.model.IpAddress;
import io.fipctl.model.IpAddress.Family;
import io.fipctl.model.PodInterfaces;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What {@code ip route} printed, of one table or of all. */
public record Routes(List<Route> routes, List<ParseProblem> faults) implements Parsed {
  public Routes {
    routes = List.copyOf(routes);
    faults = List.copyOf(faults);
  }

  /**
   * Reads the JSON form. Without {@code -4} or {@code -6} the tool prints those of both families.
   *
   * @param family of a {@code default} that says nothing about its own
   */
  public static Routes parse(String json, Family family) {
    JsonList<Route> list =
        JsonList.read(json, "routes", "a route without destination", route -> route(route, family));
    return new Routes(list.elements(), list.faults());
  }

  /** Reads the text form, that of {@code ip route} without {@code -j}. */
  public static Routes parseText(String text, Family family) {
    return new RouteText(family).read(text);
  }

  /** These routes and others, each once. */
  public Routes and(Routes others) {
    return new Routes(
        Stream.concat(routes.stream(), others.routes.stream()).distinct().toList(),
        Stream.concat(faults.stream(), others.faults.stream()).toList());
  }

  /**
   * The route of a floating IP to a pod of this node: exactly the address, in the main table,
   * through an interface of pods (felix/dataplane/linux/endpoint_mgr.go, calculateRoutes).
   */
  public Optional<Route> local(IpAddress address, PodInterfaces interfaces) {
    return in(Route.MAIN)
        .filter(route -> route.destination().equals(address.asCidr()))
        .filter(route -> route.leadsThrough(interfaces))
        .min(Comparator.comparingLong(Route::metric));
  }

  /**
   * The route that the main table has for an address: the longest prefix, of equal ones the
   * smallest metric; it may be one that discards.
   */
  public Optional<Route> to(IpAddress address) {
    return to(address, Route.MAIN);
  }

  /** The same of another table, by name or number. */
  public Optional<Route> to(IpAddress address, String table) {
    return in(Route.tableName(table))
        .filter(route -> route.destination().contains(address))
        .filter(Route::isTaken)
        .min(
            Comparator.comparingInt((Route route) -> -route.destination().prefix())
                .thenComparingLong(Route::metric));
  }

  private Stream<Route> in(String table) {
    return routes.stream().filter(route -> route.table().equals(table));
  }

  private static Optional<Route> route(ApiObject route, Family family) {
    return destination(route, family)
        .map(
            destination ->
                new Route(
                    destination,
                    route.text("type").orElse(Route.UNICAST),
                    Route.tableName(route.text("table").orElse(Route.MAIN)),
                    route.text("protocol"),
                    route.text("scope"),
                    route.number("metric").orElse(0),
                    route.text("tos"),
                    hops(route)));
  }

  private static Optional<Cidr> destination(ApiObject route, Family family) {
    Stream<IpAddress> gateways =
        Stream.concat(Stream.of(route), route.objects("nexthops").stream())
            .flatMap(hop -> hop.text("gateway").flatMap(IpAddress::tryParse).stream());
    return route
        .text("dst")
        .flatMap(text -> destination(text, gateways.findFirst(), route.has("pref"), family));
  }

  /**
   * The range of a destination as printed.
   *
   * @param gateway of the same family; an IPv4 route may go over an IPv6 "via", which is none
   * @param preferred whether it has a preference (RFC 4191), as only IPv6 routes do
   */
  static Optional<Cidr> destination(
      String text, Optional<IpAddress> gateway, boolean preferred, Family family) {
    if (!text.equals("default")) {
      return Cidr.tryParse(text);
    }
    Family own = preferred ? Family.IPV6 : gateway.map(IpAddress::family).orElse(family);
    return Cidr.tryParse(own == Family.IPV4 ? "0.0.0.0/0" : "::/0");
  }

  private static List<Route.Hop> hops(ApiObject route) {
    List<ApiObject> several = route.objects("nexthops");
    return (several.isEmpty() ? List.of(route) : several)
        .stream()
            .map(
                hop ->
                    new Route.Hop(
                        hop.text("gateway")
                            .or(() -> hop.text("via", "host"))
                            .flatMap(IpAddress::tryParse),
                        hop.text("dev"),
                        new HashSet<>(hop.texts("flags"))))
            .filter(hop -> hop.gateway().isPresent() || hop.dev().isPresent())
            .toList();
  }
}
