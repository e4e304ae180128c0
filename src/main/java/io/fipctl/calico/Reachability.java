package io.fipctl.calico;

import io.fipctl.model.Cidr;
import io.fipctl.model.IpAddress;
import io.fipctl.model.IpPool;
import io.fipctl.model.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether an address will be reachable from outside its node, judged from pools and routing (BIRD's
 * export filter, node/filesystem/etc/calico/confd/templates and
 * confd/pkg/backends/calico/bgp_processor.go; Felix's own routes, felix/calc/l3_route_resolver.go).
 *
 * @param routeExpected whether other nodes will hold a host route to the address
 * @param obstacles what speaks against it
 */
public record Reachability(boolean routeExpected, List<Obstacle> obstacles) {
  public Reachability {
    obstacles = List.copyOf(obstacles);
  }

  /** Something that speaks against it, in a sentence about this address. */
  public record Obstacle(Cause cause, String text) {}

  /** What is in the way, of all addresses that it is in the way of. */
  public enum Cause {
    NO_POOL,
    /** The pool is not for BIRD to tell of. */
    NOT_EXPORTED,
    /** The pool's routes are Felix's, who tells nobody. */
    ENCAPSULATED,
    /** IPAM may give the address to a pod. */
    GIVEN_TO_PODS,
    NO_BIRD
  }

  /** The sentences. */
  public List<String> doubts() {
    return obstacles.stream().map(Obstacle::text).toList();
  }

  /** Judges an address that a pod of the node holds. */
  public static Reachability of(IpAddress address, String node, AddressUse use, Support support) {
    List<Obstacle> obstacles = new ArrayList<>();
    Optional<IpPool> pool = use.pool(address);
    boolean inOwnBlock = inBlockOf(address, node, use);
    if (use.isOutsidePools(address)) {
      obstacles.add(
          new Obstacle(
              Cause.NO_POOL,
              "%s is in no IP pool: BIRD does not announce it, so only node %s reaches it"
                  .formatted(address, node)));
    }
    if (pool.isPresent()) {
      ofPool(address, pool.get(), node, inOwnBlock, support).ifPresent(obstacles::add);
      if (pool.get().allocates() && !use.isReserved(address)) {
        obstacles.add(
            new Obstacle(
                Cause.GIVEN_TO_PODS,
                "%s is in pool %s, from which IPAM may give it to a pod: reserve it, or use a pool"
                        .formatted(address, pool.get().name())
                    + " with 'disabled: true'"));
      }
    }
    if (!support.bird() && !inOwnBlock) {
      obstacles.add(
          new Obstacle(
              Cause.NO_BIRD,
              "BIRD does not run here: nobody announces %s, so only node %s reaches it"
                  .formatted(address, node)));
    }
    boolean hasPeers = use.nodes().stream().filter(Node::ready).count() > 1;
    boolean announced =
        support.bird() && pool.isPresent() && !pool.get().disableBgpExport() && !inOwnBlock;
    return new Reachability(announced && hasPeers && programmed(pool.get(), support), obstacles);
  }

  private static Optional<Obstacle> ofPool(
      IpAddress address, IpPool pool, String node, boolean inOwnBlock, Support support) {
    if (inOwnBlock) {
      return Optional.empty();
    }
    if (pool.disableBgpExport()) {
      return Optional.of(
          new Obstacle(
              Cause.NOT_EXPORTED,
              "pool %s is not exported (disableBGPExport): only node %s reaches %s"
                  .formatted(pool.name(), node, address)));
    }
    if (!programmed(pool, support)) {
      return Optional.of(
          new Obstacle(
              Cause.ENCAPSULATED,
              "pool %s is encapsulated (%s), and Felix routes floating IPs of such pools to nobody:"
                      .formatted(pool.name(), pool.vxlan() ? "VXLAN" : "IPIP")
                  + " only node %s reaches %s".formatted(node, address)));
    }
    return Optional.empty();
  }

  /** Whether other nodes take the route that BIRD tells them (filter calico_kernel_programming). */
  private static boolean programmed(IpPool pool, Support support) {
    return !pool.vxlan() && !(pool.ipip() && support.felixOwnsIpipRoutes());
  }

  /** In a block of the pod's own node the block's route leads there, and no host route is told. */
  private static boolean inBlockOf(IpAddress address, String node, AddressUse use) {
    return use.ipamBlocks().stream()
        .filter(block -> block.text("spec", "affinity").equals(Optional.of("host:" + node)))
        .flatMap(block -> block.text("spec", "cidr").flatMap(Cidr::tryParse).stream())
        .anyMatch(cidr -> cidr.contains(address));
  }
}
