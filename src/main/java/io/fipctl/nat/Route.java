package io.fipctl.nat;

import io.fipctl.model.Cidr;
import io.fipctl.model.IpAddress;
import java.util.List;
import java.util.Optional;

/**
 * A route of a node.
 *
 * @param type {@code unicast}, {@code blackhole}, {@code local}, …
 * @param table {@code main}, {@code local} or another, by name or number
 * @param protocol who made it, such as {@code bird}; what an administrator made has none
 * @param metric the smaller is taken; 0 when none is printed
 * @param hops where it leads to: none for a blackhole, several for multipath
 */
public record Route(
    Cidr destination,
    String type,
    String table,
    Optional<String> protocol,
    Optional<String> scope,
    long metric,
    List<Hop> hops) {
  public Route {
    hops = List.copyOf(hops);
  }

  /** One way on: over a gateway, through an interface, or both. */
  public record Hop(Optional<IpAddress> gateway, Optional<String> dev) {}

  /** Whether packets end here: dropped, or refused with an answer. */
  public boolean discards() {
    return type.equals("blackhole") || type.equals("unreachable") || type.equals("prohibit");
  }

  /** Whether one of its hops leads through an interface whose name begins so. */
  public boolean leadsThrough(String interfacePrefix) {
    return hops.stream()
        .flatMap(hop -> hop.dev().stream())
        .anyMatch(dev -> dev.startsWith(interfacePrefix));
  }

  /** Whether one of its hops is this gateway. */
  public boolean leadsVia(IpAddress gateway) {
    return hops.stream().anyMatch(hop -> hop.gateway().equals(Optional.of(gateway)));
  }
}
