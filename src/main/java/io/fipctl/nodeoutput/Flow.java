package io.fipctl.nodeoutput;

import io.fipctl.model.IpAddress;
import io.fipctl.model.IpAddress.Family;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A tracked connection.
 *
 * @param protocol by name, {@code unknown} where the tool has none
 * @param protocolNumber of IP
 * @param timeout seconds until it is forgotten; an offloaded one has none
 * @param state of protocols that have one, such as {@code ESTABLISHED}
 * @param original as the first packet came
 * @param reply as the answers come: its source is where the packets really go
 * @param flags such as {@code ASSURED} and {@code UNREPLIED}
 * @param attributes the rest: {@code mark}, {@code zone}, {@code use}
 */
public record Flow(
    Family family,
    String protocol,
    int protocolNumber,
    OptionalLong timeout,
    Optional<String> state,
    Tuple original,
    Tuple reply,
    Set<String> flags,
    Map<String, String> attributes) {
  public Flow {
    flags = Set.copyOf(flags);
    attributes = Map.copyOf(attributes);
  }

  /**
   * One direction.
   *
   * @param fields what else it says: {@code sport}, {@code dport}, {@code type}, {@code packets}, …
   */
  public record Tuple(IpAddress source, IpAddress destination, Map<String, String> fields) {
    public Tuple {
      fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    public Optional<String> field(String name) {
      return Optional.ofNullable(fields.get(name));
    }
  }

  public boolean isAssured() {
    return flags.contains("ASSURED");
  }

  public boolean isUnreplied() {
    return flags.contains("UNREPLIED");
  }

  /**
   * Whether packets to the floating IP would still go where they no longer belong. On the holder's
   * node they belong to the pod, so neither an entry that rewrites to another pod nor one that
   * rewrites to nothing is right; any other node only forwards and must not rewrite.
   *
   * @param holderHere the pod address of the holder, when it runs on the node of this flow
   */
  public boolean isStale(IpAddress floatingIp, Optional<IpAddress> holderHere) {
    return original.destination().equals(floatingIp)
        && !reply.source().equals(holderHere.orElse(floatingIp));
  }

  /**
   * The full original tuple as arguments of {@code conntrack -D}. Protocols that the tool cannot
   * tell apart any further are named by number and addresses: for GRE it ignores the keys, for DCCP
   * port 0.
   */
  public List<String> deleteArguments() {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("-f", family == Family.IPV4 ? "ipv4" : "ipv6"));
    Map<String, String> options = options();
    arguments.addAll(List.of("-p", options.isEmpty() ? String.valueOf(protocolNumber) : protocol));
    arguments.addAll(List.of("--orig-src", original.source().toString()));
    arguments.addAll(List.of("--orig-dst", original.destination().toString()));
    options.forEach(
        (option, field) ->
            original.field(field).ifPresent(value -> arguments.addAll(List.of(option, value))));
    zone(arguments, "-w", "zone");
    zone(arguments, "--orig-zone", "zone-orig");
    zone(arguments, "--reply-zone", "zone-reply");
    return List.copyOf(arguments);
  }

  private void zone(List<String> arguments, String option, String attribute) {
    if (attributes.containsKey(attribute)) {
      arguments.addAll(List.of(option, attributes.get(attribute)));
    }
  }

  /** The options of the tool for the protocol, each with the field that it takes. */
  private Map<String, String> options() {
    Map<String, String> options = new LinkedHashMap<>();
    switch (protocol) {
      case "tcp", "udp", "udplite", "sctp" -> {
        options.put("--sport", "sport");
        options.put("--dport", "dport");
      }
      case "icmp", "icmpv6" -> {
        options.put("--" + protocol + "-type", "type");
        options.put("--" + protocol + "-code", "code");
        options.put("--" + protocol + "-id", "id");
      }
      default -> {
        // Addresses only.
      }
    }
    return options;
  }
}
