package io.fipctl.change.step;

import io.fipctl.calico.NodeInterfaces;
import io.fipctl.model.Durations;
import io.fipctl.model.FipctlException;
import io.fipctl.model.IpAddress;
import io.fipctl.model.IpAddress.Family;
import io.fipctl.model.PodInterfaces;
import io.fipctl.model.ShellCommand;
import io.fipctl.node.NodeCommand;
import io.fipctl.node.NodeCommand.Await;
import io.fipctl.node.NodeCommand.Await.Wanted;
import io.fipctl.node.NodeCommand.DeleteFlows;
import io.fipctl.node.NodeCommand.Section;
import io.fipctl.node.NodeShell;
import io.fipctl.nodeoutput.Conntrack;
import io.fipctl.nodeoutput.Flow;
import io.fipctl.nodeoutput.NodeDump;
import io.fipctl.nodeoutput.ParseProblem;
import io.fipctl.packet.NodeNat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the nodes do with an address: waits for it, looks at it, deletes tracked connections that
 * lead elsewhere.
 */
public final class NodeDataplane {
  private final NodeShell nodes;
  private final NodeInterfaces interfaces;
  private final Duration timeout;

  NodeDataplane(NodeShell nodes, NodeInterfaces interfaces, Duration timeout) {
    this.nodes = nodes;
    this.interfaces = interfaces;
    this.timeout = timeout;
  }

  /** A wait that runs on a node since before the write whose effect it waits for. */
  final class Expectation implements AutoCloseable {
    private final String node;
    private final IpAddress address;
    private final Wanted wanted;
    private final PodInterfaces pods;
    private final NodeShell.Running running;
    private boolean awaited;

    private Expectation(String node, IpAddress address, Wanted wanted) {
      this.node = node;
      this.address = address;
      this.wanted = wanted;
      this.pods = interfaces.on(node);
      this.running = nodes.start(node, new Await(address, wanted, pods, timeout));
    }

    /** {@code node n1 leads 203.0.113.10 to 10.244.40.130}. */
    String describe() {
      return switch (wanted) {
        case Wanted.LeadsTo pod ->
            "node %s leads %s to %s".formatted(node, address, pod.podAddress());
        case Wanted.Gone gone -> "node %s has let go of %s".formatted(node, address);
        case Wanted.RoutedVia via ->
            "node %s routes %s to %s".formatted(node, address, via.nextHop());
      };
    }

    /** Waits until somebody looks on the node: what is written from then on is seen at once. */
    void awaitBegun() {
      running.awaitBegun();
    }

    /** Whether it was waited for already. */
    boolean isAwaited() {
      return awaited;
    }

    /**
     * Waits until the node says that it is as wanted, and has deleted what is stale there.
     *
     * @return how many stale connections it deleted
     * @throws FipctlException exit 7 with what was seen instead
     */
    int await() {
      NodeShell.Output output = running.output();
      awaited = true;
      if (output.exitCode() != 0) {
        confirm(wanted, " after " + Durations.print(timeout));
      }
      return Conntrack.parse(output.stdout()).flows().size();
    }

    /**
     * Convinces itself by what the node's own tools print, and deletes what has become stale since.
     *
     * @return how many stale connections it deleted
     * @throws FipctlException exit 7 with what was seen instead
     */
    int confirm() {
      return confirm(wanted);
    }

    /** The same when the node must have become another one since. */
    int confirm(Wanted atLast) {
      confirm(atLast, "");
      return deleteStale(atLast);
    }

    private void confirm(Wanted expected, String when) {
      NodeNat seen = look(node);
      Optional<String> missing =
          seen.doubt(address)
              .map(doubt -> "was not read whole (%s)".formatted(doubt))
              .or(() -> missing(seen, expected));
      if (missing.isPresent()) {
        throw FipctlException.notSeen(
            "NotSeenOnNode",
            "node %s %s%s".formatted(node, missing.get(), when),
            "fipctl status   # are both gates on, on every node?",
            ShellCommand.of(
                "kubectl get pods -A -l k8s-app=calico-node -o wide --field-selector spec.nodeName=%s   # then its kubectl logs",
                node));
      }
    }

    private int deleteStale(Wanted expected) {
      Optional<IpAddress> holderHere =
          expected instanceof Wanted.LeadsTo pod ? Optional.of(pod.podAddress()) : Optional.empty();
      return stale(nodes, node, address, holderHere).delete();
    }

    private Optional<String> missing(NodeNat nat, Wanted expected) {
      return switch (expected) {
        case Wanted.LeadsTo pod -> missingRule(nat, pod.podAddress());
        case Wanted.Gone gone ->
            nat.nat(address).isFree(address) && nat.localRoute(address, pods).isEmpty()
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
        return Optional.of(
            nat.nat(address).dnats(address).isEmpty()
                ? "has no DNAT rule for " + address
                : "has a DNAT rule for %s of which it does not show where it leads"
                    .formatted(address));
      }
      if (!target.get().equals(podAddress)) {
        return Optional.of(
            "rewrites %s to %s, not to %s".formatted(address, target.get(), podAddress));
      }
      return nat.localRoute(address, pods).isEmpty()
          ? Optional.of("has the DNAT rule for %s but no route".formatted(address))
          : Optional.empty();
    }

    @Override
    public void close() {
      running.close();
    }
  }

  /** The tracked connections of an address that lead elsewhere on a node, by their full tuples. */
  public record Stale(NodeShell nodes, String node, List<List<String>> tuples) {
    /**
     * Deletes them, one by one.
     *
     * @return how many
     */
    public int delete() {
      for (int done = 0; done < tuples.size(); done += DeleteFlows.MOST) {
        int end = Math.min(tuples.size(), done + DeleteFlows.MOST);
        nodes.run(node, new DeleteFlows(tuples.subList(done, end)));
      }
      return tuples.size();
    }
  }

  /**
   * Lists the tracked connections that lead elsewhere.
   *
   * @param holderHere the pod address of the holder, when it runs on this node
   * @throws FipctlException exit 7 when they could not all be read: one that is not known may lead
   *     elsewhere
   */
  public static Stale stale(
      NodeShell nodes, String node, IpAddress address, Optional<IpAddress> holderHere) {
    NodeShell.Output output = nodes.run(node, new NodeCommand.Flows(address));
    Conntrack read = Conntrack.parse(output.stdout());
    Optional<String> unread =
        output.exitCode() != 0
            ? Optional.of(NodeDump.ended(output.exitCode()))
            : read.faults().stream().findFirst().map(ParseProblem::toString);
    if (unread.isPresent()) {
      throw FipctlException.notSeen(
          "FlowsNotSeen",
          "the tracked connections of %s on node %s were not read (conntrack: %s)"
              .formatted(address, node, unread.get()),
          ShellCommand.of("fipctl nat %s", address));
    }
    return new Stale(
        nodes,
        node,
        read.flows().stream()
            .filter(flow -> flow.isStale(address, holderHere))
            .map(Flow::deleteArguments)
            .toList());
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
   * @param families of the addresses that matter: all that could show one must be readable
   * @throws FipctlException exit 6 when it is not allowed, exit 7 when the node does not answer or
   *     its tools fail
   */
  void requireSight(String node, Set<Family> families) {
    try {
      NodeNat seen = look(node);
      for (Family family : families) {
        Optional<String> doubt = seen.doubt(family);
        if (doubt.isPresent()) {
          throw FipctlException.notSeen(
              "NodeNotReadable",
              "node %s was not read whole (%s)".formatted(node, doubt.get()),
              ShellCommand.of("fipctl nat %s", node));
        }
      }
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
