package io.fipctl.operation;

import io.fipctl.cluster.NodeCommand;
import io.fipctl.cluster.NodeCommand.Await;
import io.fipctl.cluster.NodeCommand.Await.Wanted;
import io.fipctl.cluster.NodeCommand.Section;
import io.fipctl.cluster.NodeShell;
import io.fipctl.model.FipctlException;
import io.fipctl.model.IpAddress;
import io.fipctl.nat.Conntrack;
import io.fipctl.nat.Flow;
import io.fipctl.nat.NodeDump;
import io.fipctl.nat.NodeNat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the nodes do with an address: waits for it, looks at it, deletes tracked connections that
 * lead elsewhere.
 */
public final class Dataplane {
  private final NodeShell nodes;
  private final Duration timeout;

  public Dataplane(NodeShell nodes, Duration timeout) {
    this.nodes = nodes;
    this.timeout = timeout;
  }

  /** A wait that runs on a node since before the write whose effect it waits for. */
  final class Expectation implements AutoCloseable {
    private final String node;
    private final IpAddress address;
    private final Wanted wanted;
    private final NodeShell.Running running;

    private Expectation(String node, IpAddress address, Wanted wanted) {
      this.node = node;
      this.address = address;
      this.wanted = wanted;
      this.running = nodes.start(node, new Await(address, wanted, timeout));
    }

    /**
     * Waits until the node is as wanted, and convinces itself by what the node's own tools print.
     *
     * @throws FipctlException exit 7 with what was seen instead
     */
    void confirm() {
      boolean triggered = running.output().exitCode() == 0;
      NodeNat nat = look(node);
      Optional<String> missing = missing(nat);
      if (missing.isPresent()) {
        throw FipctlException.notSeen(
            "NotSeenOnNode",
            "node %s %s%s"
                .formatted(node, missing.get(), triggered ? "" : " after " + Spans.print(timeout)),
            "fipctl status   # are both gates on, on every node?",
            "kubectl -n kube-system logs -l k8s-app=calico-node --field-selector spec.nodeName=%s"
                .formatted(node));
      }
    }

    /**
     * Deletes the node's tracked connections to the address that lead elsewhere than is wanted.
     *
     * @return how many there were
     */
    int deleteStale() {
      Optional<IpAddress> holderHere =
          wanted instanceof Wanted.LeadsTo pod ? Optional.of(pod.podAddress()) : Optional.empty();
      List<List<String>> stale =
          Conntrack.parse(nodes.run(node, new NodeCommand.Flows(address)).stdout()).flows().stream()
              .filter(flow -> flow.isStale(address, holderHere))
              .map(Flow::deleteArguments)
              .toList();
      if (!stale.isEmpty()) {
        nodes.run(node, new NodeCommand.DeleteFlows(stale));
      }
      return stale.size();
    }

    private Optional<String> missing(NodeNat nat) {
      return switch (wanted) {
        case Wanted.LeadsTo pod -> missingRule(nat, pod.podAddress());
        case Wanted.Gone gone ->
            nat.nat(address).dnats(address).isEmpty() && nat.localRoute(address).isEmpty()
                ? Optional.empty()
                : Optional.of("still has the rule or route of " + address);
        case Wanted.RoutedVia via ->
            nat.routeTo(address).filter(route -> route.leadsVia(via.nextHop())).isPresent()
                ? Optional.empty()
                : Optional.of("has no route for %s to %s".formatted(address, via.nextHop()));
      };
    }

    private Optional<String> missingRule(NodeNat nat, IpAddress podAddress) {
      Optional<IpAddress> target = nat.nat(address).target(address);
      if (target.isEmpty()) {
        return Optional.of("has no DNAT rule for " + address);
      }
      if (!target.get().equals(podAddress)) {
        return Optional.of(
            "rewrites %s to %s, not to %s".formatted(address, target.get(), podAddress));
      }
      return nat.localRoute(address).isEmpty()
          ? Optional.of("has the DNAT rule for %s but no route".formatted(address))
          : Optional.empty();
    }

    @Override
    public void close() {
      running.close();
    }
  }

  /** Starts to wait on a node. */
  Expectation expect(String node, IpAddress address, Wanted wanted) {
    return new Expectation(node, address, wanted);
  }

  /**
   * What a node's NAT rules and routes of both families are now.
   *
   * @throws FipctlException exit 6 or 7 when nobody could look
   */
  public NodeNat look(String node) {
    NodeCommand.Read read =
        NodeCommand.Read.of(
            Section.IPTABLES_NFT,
            Section.IPTABLES_LEGACY,
            Section.IP6TABLES_NFT,
            Section.IP6TABLES_LEGACY,
            Section.NFT,
            Section.ROUTES,
            Section.ROUTES6);
    return NodeNat.of(NodeDump.parse(nodes.run(node, read).stdout()));
  }

  /**
   * Makes sure that a node can be looked at, before anything is written whose effect must be seen.
   *
   * @throws FipctlException exit 6 when it is not allowed, exit 7 when the node does not answer
   */
  void requireSight(String node) {
    try {
      nodes.run(node, NodeCommand.Read.of(Section.ROUTES));
    } catch (FipctlException blind) {
      List<String> hints = new ArrayList<>(blind.hints());
      hints.add(
          "add --unverified to write all the same: running flows may die or stay where they are");
      throw new FipctlException(
              blind.exitCode(),
              blind.reason(),
              "nothing was changed: " + blind.getMessage(),
              hints.toArray(String[]::new))
          .causedBy(blind);
    }
  }
}
