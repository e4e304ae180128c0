package io.fipctl.nat;

import io.fipctl.model.ApiObject;
import io.fipctl.model.Cidr;
import io.fipctl.model.IpAddress;
import io.fipctl.model.IpAddress.Family;
import io.fipctl.model.JsonText;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What {@code ip -j route show table all} printed. */
public record Routes(List<Route> routes, List<Fault> faults) {
  private static final String MAIN = "main";

  public Routes {
    routes = List.copyOf(routes);
    faults = List.copyOf(faults);
  }

  /**
   * Reads the routes. Without {@code -4} or {@code -6} the tool prints those of both families.
   *
   * @param family of a {@code default} that says nothing about its own
   */
  public static Routes parse(String json, Family family) {
    List<Route> routes = new ArrayList<>();
    List<Fault> faults = new ArrayList<>();
    Places places = new Places(json);
    try {
      // Old versions of the tool print nothing at all when there is no route.
      JsonText.Value document = JsonText.parse(json.isBlank() ? "[]" : json);
      if (document instanceof JsonText.Arr list) {
        for (JsonText.Value element : list.elements()) {
          route(NftRule.object(element), family)
              .ifPresentOrElse(
                  routes::add,
                  () -> faults.add(places.fault(element.start(), "a route without destination")));
        }
      } else {
        faults.add(places.fault(document.start(), "no list of routes"));
      }
    } catch (JsonText.SyntaxException e) {
      faults.add(places.fault(e));
    }
    return new Routes(routes, faults);
  }

  /** These routes and others, each once. */
  Routes and(Routes others) {
    return new Routes(
        Stream.concat(routes.stream(), others.routes.stream()).distinct().toList(),
        Stream.concat(faults.stream(), others.faults.stream()).toList());
  }

  /**
   * The route of a floating IP to a pod of this node: exactly the address, in the main table,
   * through an interface of the prefix (felix/dataplane/linux/endpoint_mgr.go, calculateRoutes).
   */
  public Optional<Route> local(IpAddress address, String interfacePrefix) {
    return main()
        .filter(route -> route.destination().equals(address.asCidr()))
        .filter(route -> route.leadsThrough(interfacePrefix))
        .min(Comparator.comparingLong(Route::metric));
  }

  /**
   * The route that the main table has for an address: the longest prefix, of equal ones the
   * smallest metric; it may be one that discards.
   */
  public Optional<Route> to(IpAddress address) {
    return main()
        .filter(route -> route.destination().contains(address))
        .min(
            Comparator.comparingInt((Route route) -> -route.destination().prefix())
                .thenComparingLong(Route::metric));
  }

  private Stream<Route> main() {
    return routes.stream().filter(route -> route.table().equals(MAIN));
  }

  private static Optional<Route> route(ApiObject route, Family family) {
    return destination(route, family)
        .map(
            destination ->
                new Route(
                    destination,
                    route.text("type").orElse("unicast"),
                    route.text("table").orElse(MAIN),
                    route.text("protocol"),
                    route.text("scope"),
                    route.number("metric").orElse(0),
                    hops(route)));
  }

  private static Optional<Cidr> destination(ApiObject route, Family family) {
    Optional<String> text = route.text("dst");
    if (!text.equals(Optional.of("default"))) {
      return text.flatMap(Cidr::tryParse);
    }
    return Cidr.tryParse(defaultFamily(route, family) == Family.IPV4 ? "0.0.0.0/0" : "::/0");
  }

  private static Family defaultFamily(ApiObject route, Family family) {
    // Only IPv6 routes have a preference (RFC 4191); an IPv4 route may go over an IPv6 "via".
    if (route.has("pref")) {
      return Family.IPV6;
    }
    return Stream.concat(Stream.of(route), route.objects("nexthops").stream())
        .flatMap(hop -> hop.text("gateway").flatMap(IpAddress::tryParse).stream())
        .map(IpAddress::family)
        .findFirst()
        .orElse(family);
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
                        hop.text("dev")))
            .filter(hop -> hop.gateway().isPresent() || hop.dev().isPresent())
            .toList();
  }
}
