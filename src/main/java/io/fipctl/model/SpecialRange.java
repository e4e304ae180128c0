package io.fipctl.model;

import java.util.List;
import java.util.Optional;

/**
 * A range of which no address can be a floating IP in any cluster (RFC 6890). IPv4-mapped IPv6
 * addresses are not among them: {@link IpAddress} does not take them for addresses.
 *
 * @param what such an address is, with its article
 * @param why it cannot be given to a pod, to follow a colon
 */
public record SpecialRange(Cidr range, String what, String why) {
  private static final String LINK_LOCAL = "no router forwards packets to it";

  private static final List<SpecialRange> ALL =
      List.of(
          // Routed by Linux since 5.3 and by nothing else: BIRD's ip4_classify calls it invalid.
          of("0.0.0.0/8", "an address of 'this network'", "it is only a source, before DHCP"),
          of("127.0.0.0/8", "a loopback address", "it never leaves the host that uses it"),
          of(
              "169.254.0.0/16",
              "a link-local address",
              LINK_LOCAL + ", and clouds serve their metadata at 169.254.169.254"),
          of("224.0.0.0/4", "a multicast address", "it stands for a group, not for one pod"),
          of("255.255.255.255/32", "the broadcast address", "it stands for every host of a link"),
          // Linux routes it; Calico's BIRD does not: ip4_classify in lib/ip.c knows no host above
          // 223.255.255.255, so that the kernel's route is never learnt and nobody is told of it.
          of("240.0.0.0/4", "a reserved address", "BIRD never announces it"),
          of("::/128", "the unspecified address", "it means that there is no address"),
          of("::1/128", "the loopback address", "it never leaves the host that uses it"),
          of("fe80::/10", "a link-local address", LINK_LOCAL),
          of("ff00::/8", "a multicast address", "it stands for a group, not for one pod"));

  private static SpecialRange of(String range, String what, String why) {
    return new SpecialRange(Cidr.parse(range), what, why);
  }

  /** The range an address lies in, the most telling one; empty for one that a pod may have. */
  public static Optional<SpecialRange> of(IpAddress address) {
    return ALL.stream().filter(special -> special.range.contains(address)).findFirst();
  }

  /** {@code a loopback address (127.0.0.0/8): it never leaves the host that uses it}. */
  @Override
  public String toString() {
    return "%s (%s): %s".formatted(what, range, why);
  }
}
