package io.fipctl.operation;

import io.fipctl.cluster.Cluster;
import io.fipctl.cluster.Kind;
import io.fipctl.model.FipctlException;
import io.fipctl.model.IpAddress;
import io.fipctl.model.Node;
import io.fipctl.nat.NodeNat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the nodes really do, beside what the annotations claim.
 *
 * @param nodes what each node said, by its name
 * @param unread why a node could not be read, by its name
 */
public record Verification(Map<String, NodeNat> nodes, Map<String, String> unread) {
  private static final int PARALLEL = 8;

  /** Whether the nodes do what a holding claims. */
  public enum Verdict {
    OK,
    /** The pod's node has no rule or no route for it, or the rule leads elsewhere. */
    MISSING,
    /** A node that hosts no holder has a rule for it. */
    STALE,
    /** Several nodes rewrite it, each to its own pod. */
    DUPLICATE,
    /** The pod's node could not be read. */
    UNKNOWN;

    @Override
    public String toString() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** Reads every Linux node, several at a time; one that does not answer costs its own limit. */
  public static Verification read(Cluster cluster) {
    List<Node> all = cluster.list(Kind.NODES).stream().map(Node::of).toList();
    Dataplane dataplane =
        new Dataplane(cluster.nodes(), new NodeInterfaces(cluster), Duration.ofSeconds(10));
    Map<String, NodeNat> read = new LinkedHashMap<>();
    Map<String, String> unread = new LinkedHashMap<>();
    List<String> linux = all.stream().filter(node -> !node.windows()).map(Node::name).toList();
    AtOnce.each(linux, PARALLEL, node -> look(dataplane, node))
        .forEach(
            (node, look) -> {
              look.nat().ifPresent(nat -> read.put(node, nat));
              look.unread().ifPresent(why -> unread.put(node, why));
            });
    return new Verification(read, unread);
  }

  /** What came of a visit: the one or the other. */
  private record Look(Optional<NodeNat> nat, Optional<String> unread) {}

  private static Look look(Dataplane dataplane, String node) {
    try {
      return new Look(Optional.of(dataplane.look(node)), Optional.empty());
    } catch (FipctlException e) {
      return new Look(Optional.empty(), Optional.of(e.getMessage()));
    }
  }

  /** Judges one holding; the holders are all pods that claim its address. */
  public Verdict judge(Holding holding, List<Holding> holders) {
    Optional<IpAddress> address = holding.address();
    Optional<String> host = holding.pod().node();
    if (!holding.isHeld()
        || address.isEmpty()
        || host.isEmpty()
        || !nodes.containsKey(host.get())) {
      return Verdict.UNKNOWN;
    }
    IpAddress wanted = address.get();
    List<String> hosts =
        holders.stream()
            .filter(other -> other.isHeld() && other.address().equals(address))
            .flatMap(other -> other.pod().node().stream())
            .toList();
    List<String> rewriting = new ArrayList<>();
    nodes.forEach(
        (node, nat) -> {
          if (!nat.nat(wanted).dnats(wanted).isEmpty()) {
            rewriting.add(node);
          }
        });
    NodeNat here = nodes.get(host.get());
    boolean leadsHere =
        here.nat(wanted).target(wanted).equals(holding.pod().address(wanted.family()))
            && here.localRoute(wanted).isPresent();
    if (!leadsHere) {
      return hosts.size() > 1 ? Verdict.DUPLICATE : Verdict.MISSING;
    }
    if (rewriting.stream().anyMatch(node -> !hosts.contains(node))) {
      return Verdict.STALE;
    }
    return hosts.size() > 1 ? Verdict.DUPLICATE : Verdict.OK;
  }
}
