package io.fipctl.nodeoutput;

import io.fipctl.model.Cidr;
import io.fipctl.model.IpAddress;
import io.fipctl.model.PodInterfaces;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A route of a node.
 *
 * @param type {@code unicast}, {@code blackhole}, {@code local}, …
 * @param table {@code main}, {@code local} or another, by name or number
 * @param protocol who made it, such as {@code bird}; what an administrator made has none
 * @param metric the smaller is taken; 0 when none is printed
 * @param tos for packets of that type of service only
 * @param hops where it leads to: none for a blackhole, several for multipath
 */
public record Route(
    Cidr destination,
    String type,
    String table,
    Optional<String> protocol,
    Optional<String> scope,
    long metric,
    Optional<String> tos,
    List<Hop> hops) {
  static final String MAIN = "main";
  static final String UNICAST = "unicast";

  public Route {
    hops = List.copyOf(hops);
  }

  /**
   * One way on: over a gateway, through an interface, or both.
   *
   * @param flags such as {@code onlink}, {@code linkdown} and {@code dead}
   */
  public record Hop(Optional<IpAddress> gateway, Optional<String> dev, Set<String> flags) {
    public Hop {
      flags = Set.copyOf(flags);
    }

    /** Whether the kernel takes it: not when its interface is down. */
    public boolean isAlive() {
      return !flags.contains("dead");
    }
  }

  /** The name that a table has in {@code rt_tables} everywhere, or its number. */
  static String tableName(String nameOrNumber) {
    return switch (nameOrNumber) {
      case "253" -> "default";
      case "254" -> MAIN;
      case "255" -> "local";
      default -> nameOrNumber;
    };
  }

  /** Whether packets end here: dropped, or refused with an answer. */
  public boolean discards() {
    return type.equals("blackhole") || type.equals("unreachable") || type.equals("prohibit");
  }

  /** Whether the search goes on with the next rule, as if the table had no route. */
  public boolean isThrow() {
    return type.equals("throw");
  }

  /** Whether one of its hops leads through this interface. */
  public boolean leadsThrough(String dev) {
    return hops.stream().anyMatch(hop -> hop.dev().equals(Optional.of(dev)));
  }

  /**
   * Whether one of its hops leads to a pod of this node. Where nobody knows how pods' interfaces
   * begin, every hop without a gateway may.
   */
  public boolean leadsThrough(PodInterfaces interfaces) {
    boolean known = !interfaces.equals(PodInterfaces.UNKNOWN);
    return hops.stream()
        .filter(hop -> known || hop.gateway().isEmpty())
        .flatMap(hop -> hop.dev().stream())
        .anyMatch(interfaces::include);
  }

  /** Whether one of its hops is this gateway. */
  public boolean leadsVia(IpAddress gateway) {
    return hops.stream().anyMatch(hop -> hop.gateway().equals(Optional.of(gateway)));
  }

  /** Whether the kernel takes it for a packet without a type of service. */
  boolean isTaken() {
    return tos.isEmpty() && (hops.isEmpty() || hops.stream().anyMatch(Hop::isAlive));
  }
}
