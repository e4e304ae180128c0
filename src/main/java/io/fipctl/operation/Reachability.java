package io.fipctl.operation;

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
 * @param doubts what speaks against it, a sentence each
 */
public record Reachability(boolean routeExpected, List<String> doubts) {

  /** Judges an address that a pod of the node holds. */
  public static Reachability of(IpAddress address, String node, AddressUse use, Support support) {
    List<String> doubts = new ArrayList<>();
    Optional<IpPool> pool = use.pool(address);
    boolean inOwnBlock = inBlockOf(address, node, use);
    if (pool.isEmpty()) {
      doubts.add(
          "%s is in no IP pool: BIRD does not announce it, so only node %s reaches it"
              .formatted(address, node));
    } else {
      doubts.addAll(poolDoubts(address, pool.get(), node, inOwnBlock, support));
      if (pool.get().allocates() && !use.isReserved(address)) {
        doubts.add(
            "%s is in pool %s, from which IPAM may give it to a pod: reserve it, or use a pool with"
                    .formatted(address, pool.get().name())
                + " 'disabled: true'");
      }
    }
    if (!support.bird() && !inOwnBlock) {
      doubts.add(
          "BIRD does not run here: nobody announces %s, so only node %s reaches it"
              .formatted(address, node));
    }
    boolean hasPeers = use.nodes().stream().filter(Node::ready).count() > 1;
    boolean announced =
        support.bird() && pool.isPresent() && !pool.get().disableBgpExport() && !inOwnBlock;
    return new Reachability(
        announced && hasPeers && programmed(pool.get(), support), List.copyOf(doubts));
  }

  private static List<String> poolDoubts(
      IpAddress address, IpPool pool, String node, boolean inOwnBlock, Support support) {
    if (inOwnBlock) {
      return List.of();
    }
    if (pool.disableBgpExport()) {
      return List.of(
          "pool %s is not exported (disableBGPExport): only node %s reaches %s"
              .formatted(pool.name(), node, address));
    }
    if (!programmed(pool, support)) {
      return List.of(
          "pool %s is encapsulated (%s), and Felix routes floating IPs of such pools to nobody: only"
                  .formatted(pool.name(), pool.vxlan() ? "VXLAN" : "IPIP")
              + " node %s reaches %s".formatted(node, address));
    }
    return List.of();
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
