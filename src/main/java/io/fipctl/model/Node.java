package io.fipctl.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A node, as far as floating IPs are concerned.
 *
 * @param addresses its InternalIPs
 * @param subnets the networks its BGP addresses are in, as far as Calico has written their prefix
 *     lengths (node/pkg/lifecycle/startup/autodetection)
 * @param otherAddresses further addresses that are its own, each with what it is: external ones and
 *     Calico's BGP and tunnel addresses (node annotations {@code projectcalico.org/…})
 */
public record Node(
    String name,
    boolean ready,
    boolean windows,
    Map<String, String> labels,
    List<IpAddress> addresses,
    List<Cidr> subnets,
    Map<IpAddress, String> otherAddresses) {

  private static final Map<String, String> CALICO_ANNOTATIONS =
      Map.of(
          "projectcalico.org/IPv4Address", "BGP address",
          "projectcalico.org/IPv6Address", "BGP address",
          "projectcalico.org/IPv4IPIPTunnelAddr", "IPIP tunnel address",
          "projectcalico.org/IPv4VXLANTunnelAddr", "VXLAN tunnel address",
          "projectcalico.org/IPv6VXLANTunnelAddr", "VXLAN tunnel address",
          "projectcalico.org/IPv4WireguardInterfaceAddr", "WireGuard address",
          "projectcalico.org/IPv6WireguardInterfaceAddr", "WireGuard address");

  private static final List<String> BGP_ADDRESSES =
      List.of("projectcalico.org/IPv4Address", "projectcalico.org/IPv6Address");

  public static Node of(ApiObject object) {
    List<IpAddress> internal = new ArrayList<>();
    Map<IpAddress, String> others = new LinkedHashMap<>();
    for (ApiObject address : object.objects("status", "addresses")) {
      Optional<IpAddress> ip = address.text("address").flatMap(IpAddress::tryParse);
      String type = address.text("type").orElse("");
      if (type.equals("InternalIP")) {
        ip.ifPresent(internal::add);
      } else {
        ip.ifPresent(it -> others.put(it, type));
      }
    }
    CALICO_ANNOTATIONS.forEach(
        (key, what) ->
            object
                .annotation(key)
                // The BGP address is written with the prefix length of its network.
                .map(value -> value.split("/", 2)[0])
                .flatMap(IpAddress::tryParse)
                .filter(ip -> !internal.contains(ip))
                .ifPresent(ip -> others.put(ip, what)));
    boolean ready =
        object.objects("status", "conditions").stream()
            .anyMatch(
                condition ->
                    condition.text("type").equals(Optional.of("Ready"))
                        && condition.text("status").equals(Optional.of("True")));
    boolean windows =
        object.label("kubernetes.io/os").equals(Optional.of("windows"))
            || object.text("status", "nodeInfo", "operatingSystem").equals(Optional.of("windows"));
    return new Node(
        object.name(),
        ready,
        windows,
        object.map("metadata", "labels"),
        List.copyOf(internal),
        BGP_ADDRESSES.stream()
            .flatMap(key -> object.annotation(key).stream())
            .filter(value -> value.indexOf('/') >= 0)
            .flatMap(value -> Cidr.tryParse(value).stream())
            .toList(),
        Map.copyOf(others));
  }

  /**
   * Why no host of the node's networks may have an address: it is a network's own, or its broadcast
   * address. Networks of one or two addresses have neither (RFC 3021, RFC 6164).
   */
  public Optional<String> unusable(IpAddress address) {
    for (Cidr subnet : subnets) {
      if (subnet.prefix() < subnet.network().family().bits() - 1) {
        boolean four = address.family() == IpAddress.Family.IPV4;
        if (address.equals(subnet.network())) {
          return Optional.of(
              "the %s of node %s's subnet %s"
                  .formatted(
                      four ? "network address" : "subnet-router anycast address", name, subnet));
        }
        if (four && address.equals(subnet.last())) {
          return Optional.of(
              "the broadcast address of node %s's subnet %s".formatted(name, subnet));
        }
      }
    }
    return Optional.empty();
  }

  /** The node's own address of a family, to which others route what it hosts. */
  public Optional<IpAddress> address(IpAddress.Family family) {
    return addresses.stream().filter(ip -> ip.family() == family).findFirst();
  }
}
