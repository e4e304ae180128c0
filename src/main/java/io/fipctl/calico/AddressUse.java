package io.fipctl.calico;

import io.fipctl.kube.CalicoGroup;
import io.fipctl.kube.Cluster;
import io.fipctl.kube.Kind;
import io.fipctl.model.ApiObject;
import io.fipctl.model.Cidr;
import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import io.fipctl.model.IpAddress;
import io.fipctl.model.IpPool;
import io.fipctl.model.Node;
import io.fipctl.model.Pod;
import io.fipctl.model.SpecialRange;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Who uses which address in the cluster: everything that a floating IP must not collide with, and
 * the pools it should lie in. A value: judged without another look at the cluster.
 *
 * @param pools absent when they could not be read: then nothing is known to be outside of them
 * @param serviceRanges from which Services get their addresses, and which BGP announces for them
 * @param apiServers the addresses of the API server, each with how it is known
 * @param notChecked what could not be read, each with the reason
 */
public record AddressUse(
    List<Pod> pods,
    List<Node> nodes,
    List<ApiObject> services,
    List<ApiObject> ipamBlocks,
    Optional<List<IpPool>> pools,
    List<Cidr> reserved,
    List<ServiceRange> serviceRanges,
    Map<IpAddress, String> apiServers,
    List<String> notChecked) {

  /** Of the EndpointSlices those of Service kubernetes, which leads to the API servers. */
  public static final Cluster.Scope API_SERVERS =
      Cluster.Scope.in("default").labelled("kubernetes.io/service-name=kubernetes");

  /** Something other than a floating-IP annotation that has the address. */
  public record Claim(String owner, String how) {
    @Override
    public String toString() {
      return owner + " (" + how + ")";
    }
  }

  /**
   * Reads it all.
   *
   * @throws FipctlException exit 6 when pods of all namespaces may not be listed: without them
   *     nobody knows who holds an address. Other kinds that cannot be read are named in {@link
   *     #notChecked}.
   */
  public static AddressUse read(Cluster cluster, CalicoGroup group) {
    List<String> notChecked = new ArrayList<>();
    Function<Kind, List<ApiObject>> read = kind -> readable(cluster, kind, notChecked);
    List<Pod> pods = cluster.list(Kind.PODS).stream().map(Pod::of).toList();
    List<ApiObject> bgp = read.apply(Kind.BGP_CONFIGURATIONS.in(group));
    List<ServiceRange> ranges = new ArrayList<>(ServiceRange.read(cluster, notChecked));
    ranges.addAll(ServiceRange.announced(bgp));
    Optional<List<ApiObject>> pools = maybe(cluster, Kind.IP_POOLS.in(group), notChecked);
    return new AddressUse(
        pods,
        read.apply(Kind.NODES).stream().map(Node::of).toList(),
        read.apply(Kind.SERVICES),
        read.apply(Kind.IPAM_BLOCKS.in(group)),
        pools.map(list -> list.stream().flatMap(pool -> IpPool.of(pool).stream()).toList()),
        read.apply(Kind.IP_RESERVATIONS.in(group)).stream()
            .flatMap(reservation -> reservation.texts("spec", "reservedCIDRs").stream())
            .flatMap(text -> Cidr.tryParse(text).stream())
            .toList(),
        List.copyOf(ranges),
        apiServers(cluster, notChecked),
        List.copyOf(notChecked));
  }

  private static List<ApiObject> readable(Cluster cluster, Kind kind, List<String> notChecked) {
    return maybe(cluster, kind, notChecked).orElse(List.of());
  }

  private static Optional<List<ApiObject>> maybe(
      Cluster cluster, Kind kind, List<String> notChecked) {
    Optional<List<ApiObject>> objects = unlessForbidden(() -> cluster.list(kind));
    if (objects.isEmpty()) {
      notChecked.add(kind.resource() + ": no permission to list them");
    }
    return objects;
  }

  /** Where it is reached from here, and where Service kubernetes in default leads to. */
  private static Map<IpAddress, String> apiServers(Cluster cluster, List<String> notChecked) {
    Map<IpAddress, String> addresses = new LinkedHashMap<>();
    String server = cluster.endpoint().server();
    cluster
        .serverAddresses()
        .ifPresentOrElse(
            known -> known.forEach(address -> addresses.put(address, "reached at " + server)),
            () ->
                notChecked.add(
                    "the API server's own address: %s does not resolve here".formatted(server)));
    unlessForbidden(() -> cluster.list(Kind.ENDPOINT_SLICES, API_SERVERS))
        .orElseGet(
            () -> {
              notChecked.add(
                  Kind.ENDPOINT_SLICES.resource() + ": no permission to list them in default");
              return List.of();
            })
        .forEach(
            slice ->
                slice.objects("endpoints").stream()
                    .flatMap(endpoint -> endpoint.texts("addresses").stream())
                    .flatMap(text -> IpAddress.tryParse(text).stream())
                    .forEach(
                        address ->
                            addresses.putIfAbsent(
                                address, "endpoint of service/default/kubernetes")));
    return Map.copyOf(addresses);
  }

  /** What a call gives, or empty when RBAC forbids it. */
  public static <T> Optional<T> unlessForbidden(Supplier<T> call) {
    try {
      return Optional.of(call.get());
    } catch (FipctlException e) {
      if (e.exitCode() == ExitCode.FORBIDDEN) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** The pods that hold the address as a floating IP. */
  public List<Pod> holders(IpAddress address) {
    return pods.stream().filter(pod -> pod.holds(address)).toList();
  }

  public Optional<Node> node(String name) {
    return nodes.stream().filter(node -> node.name().equals(name)).findFirst();
  }

  /** The pool an address lies in; empty when it lies in none, or nobody may see them. */
  public Optional<IpPool> pool(IpAddress address) {
    return pools.flatMap(list -> IpPool.containing(list, address));
  }

  /** Whether it is known that an address lies in no pool. */
  public boolean isOutsidePools(IpAddress address) {
    return pools.isPresent() && pool(address).isEmpty();
  }

  /** Why no pod of any cluster, or of this one, may have an address; empty when one may. */
  public Optional<String> unusable(IpAddress address) {
    return SpecialRange.of(address)
        .map(SpecialRange::toString)
        .or(() -> nodes.stream().flatMap(node -> node.unusable(address).stream()).findFirst());
  }

  public boolean isReserved(IpAddress address) {
    return reserved.stream().anyMatch(range -> range.contains(address));
  }

  /** Who has the address in another way than as a floating IP; the most telling first. */
  public List<Claim> otherClaims(IpAddress address) {
    List<Claim> claims = new ArrayList<>();
    for (Pod pod : pods) {
      // Pods on the host's network have the node's address, which the node itself answers for.
      if (!pod.finished() && !pod.hostNetwork() && pod.addresses().contains(address)) {
        claims.add(new Claim("pod/" + pod.ref(), "its own pod IP"));
      }
    }
    for (Node node : nodes) {
      if (node.addresses().contains(address)) {
        claims.add(new Claim("node/" + node.name(), "its InternalIP"));
      } else if (node.otherAddresses().containsKey(address)) {
        claims.add(new Claim("node/" + node.name(), "its " + node.otherAddresses().get(address)));
      }
    }
    if (claims.isEmpty()) {
      // Where nodes are not read, their addresses are seen at pods that share them.
      pods.stream()
          .filter(pod -> pod.hostNetwork() && !pod.finished())
          .filter(pod -> pod.addresses().contains(address))
          .findFirst()
          .flatMap(Pod::node)
          .ifPresent(node -> claims.add(new Claim("node/" + node, "its address, as pods have it")));
    }
    if (apiServers.containsKey(address)) {
      claims.add(new Claim("the API server", apiServers.get(address)));
    }
    for (ApiObject service : services) {
      serviceUse(service, address)
          .ifPresent(
              how ->
                  claims.add(
                      new Claim("service/" + service.namespace() + "/" + service.name(), how)));
    }
    if (claims.isEmpty()) {
      ipamBlocks.stream()
          .flatMap(block -> allocation(block, address).stream())
          .forEach(claims::add);
    }
    for (ServiceRange range : serviceRanges) {
      if (range.range().contains(address)) {
        claims.add(new Claim(range.source(), "inside its service range " + range.range()));
      }
    }
    return claims;
  }

  private static Optional<String> serviceUse(ApiObject service, IpAddress address) {
    Map<String, List<String>> addresses =
        Map.of(
            "its cluster IP", service.texts("spec", "clusterIPs"),
            "its external IP", service.texts("spec", "externalIPs"),
            "its load-balancer IP",
                service.objects("status", "loadBalancer", "ingress").stream()
                    .flatMap(ingress -> ingress.text("ip").stream())
                    .toList());
    Optional<String> listed =
        addresses.entrySet().stream()
            .filter(
                entry ->
                    entry.getValue().stream()
                        .anyMatch(text -> IpAddress.tryParse(text).equals(Optional.of(address))))
            .map(Map.Entry::getKey)
            .findFirst();
    return listed
        .or(() -> named(service, address, "its cluster IP", "clusterIP"))
        .or(() -> named(service, address, "its requested load-balancer IP", "loadBalancerIP"));
  }

  private static Optional<String> named(
      ApiObject service, IpAddress address, String what, String field) {
    return service
        .text("spec", field)
        .flatMap(IpAddress::tryParse)
        .filter(address::equals)
        .map(found -> what);
  }

  /**
   * The owner that an IPAM block records for the address: {@code allocations[address - base]} is an
   * index into {@code attributes} (internalapi/ipam_block.go).
   */
  private static Optional<Claim> allocation(ApiObject block, IpAddress address) {
    Optional<Cidr> cidr =
        block.text("spec", "cidr").flatMap(Cidr::tryParse).filter(range -> range.contains(address));
    if (cidr.isEmpty()) {
      return Optional.empty();
    }
    List<?> allocations = block.list("spec", "allocations");
    long ordinal = distance(cidr.get().network(), address);
    if (ordinal >= allocations.size()
        || !(allocations.get((int) ordinal) instanceof Number attribute)) {
      return Optional.empty();
    }
    List<ApiObject> attributes = block.objects("spec", "attributes");
    if (attribute.intValue() < 0 || attribute.intValue() >= attributes.size()) {
      return Optional.of(new Claim("IPAM block " + cidr.get(), "allocated"));
    }
    ApiObject owner = attributes.get(attribute.intValue());
    String name =
        owner
            .text("secondary", "pod")
            .map(pod -> "pod/" + owner.text("secondary", "namespace").orElse("?") + "/" + pod)
            .or(() -> owner.text("secondary", "node").map(node -> "node/" + node))
            .or(() -> owner.text("handle_id"))
            .orElse("IPAM block " + cidr.get());
    return Optional.of(new Claim(name, "allocated to it by IPAM"));
  }

  private static long distance(IpAddress base, IpAddress address) {
    byte[] from = base.bytes();
    byte[] to = address.bytes();
    long distance = 0;
    // Blocks have at most 2^12 addresses, so the last four bytes tell the distance.
    for (int i = from.length - 4; i < from.length; i++) {
      distance = (distance << 8) + (to[i] & 255) - (from[i] & 255);
    }
    return distance;
  }
}
