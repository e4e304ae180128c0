package io.fipctl.nodeoutput;

import io.fipctl.model.ApiObject;
import io.fipctl.model.Cidr;
import io.fipctl.model.IpAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What {@code ip -j addr} printed: the interfaces of a node with their addresses. */
public record Interfaces(List<Link> links, List<ParseProblem> faults) implements Parsed {
  public Interfaces {
    links = List.copyOf(links);
    faults = List.copyOf(faults);
  }

  /**
   * An interface.
   *
   * @param flags such as {@code UP} and {@code LOWER_UP}
   * @param state {@code UP}, {@code DOWN}, {@code UNKNOWN}, …
   */
  public record Link(
      String name,
      Set<String> flags,
      String state,
      long mtu,
      Optional<String> mac,
      List<Address> addresses) {
    public Link {
      flags = Set.copyOf(flags);
      addresses = List.copyOf(addresses);
    }

    public boolean isUp() {
      return flags.contains("UP");
    }
  }

  /**
   * An address of an interface.
   *
   * @param network the range that is reached through the interface
   * @param scope {@code global}, {@code link} or {@code host}
   */
  public record Address(IpAddress address, Cidr network, String scope) {}

  public static Interfaces parse(String json) {
    JsonList<Link> list =
        JsonList.read(json, "interfaces", "an interface without name", Interfaces::link);
    // With a filter, the tool prints an empty object in the place of what it leaves out.
    return new Interfaces(
        list.elements().stream().filter(link -> !link.name().isEmpty()).toList(), list.faults());
  }

  public Optional<Link> link(String name) {
    return links.stream().filter(link -> link.name().equals(name)).findFirst();
  }

  /** The interface that has an address. */
  public Optional<Link> with(IpAddress address) {
    return links.stream()
        .filter(link -> link.addresses().stream().anyMatch(own -> own.address().equals(address)))
        .findFirst();
  }

  private static Optional<Link> link(ApiObject link) {
    if (link.text("ifname").isEmpty() && !link.tree().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Link(
            link.text("ifname").orElse(""),
            Set.copyOf(link.texts("flags")),
            link.text("operstate").orElse(""),
            link.number("mtu").orElse(0),
            link.text("address"),
            link.objects("addr_info").stream().flatMap(own -> address(own).stream()).toList()));
  }

  private static Optional<Address> address(ApiObject address) {
    return address
        .text("local")
        .flatMap(IpAddress::tryParse)
        .flatMap(
            local ->
                // On a line to one peer, "address" is the peer and the prefix is of its network.
                Cidr.tryParse(
                        address.text("address").orElse(local.toString())
                            + "/"
                            + address.number("prefixlen").orElse(local.family().bits()))
                    .map(range -> new Address(local, range, address.text("scope").orElse(""))));
  }
}
