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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

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
    Dataplane dataplane = new Dataplane(cluster.nodes(), Duration.ofSeconds(10));
    Map<String, NodeNat> read = new LinkedHashMap<>();
    Map<String, String> unread = new LinkedHashMap<>();
    try (ExecutorService visits =
        Executors.newFixedThreadPool(PARALLEL, Thread.ofVirtual().factory())) {
      Map<String, Future<NodeNat>> answers = new LinkedHashMap<>();
      for (Node node : all) {
        if (!node.windows()) {
          answers.put(node.name(), visits.submit(() -> dataplane.look(node.name())));
        }
      }
      answers.forEach(
          (node, answer) -> {
            try {
              read.put(node, answer.get());
            } catch (ExecutionException e) {
              if (!(e.getCause() instanceof FipctlException failure)) {
                throw new IllegalStateException(e.getCause());
              }
              unread.put(node, failure.getMessage());
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
              unread.put(node, "interrupted");
            }
          });
    }
    return new Verification(read, unread);
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
