package io.fipctl.calico;

import io.fipctl.kube.Cluster;
import io.fipctl.kube.Kind;
import io.fipctl.model.FipctlException;
import io.fipctl.model.Node;
import io.fipctl.model.PodInterfaces;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How pods' interfaces are named on each node. Read when it is first asked for, and only once:
 * Felix would restart on every node if it changed.
 */
public final class NodeInterfaces {
  private final Cluster cluster;
  private final Map<String, PodInterfaces> known = new ConcurrentHashMap<>();
  private Optional<FelixSettings> settings = Optional.empty();

  public NodeInterfaces(Cluster cluster) {
    this.cluster = cluster;
  }

  /** Of a node; unknown where the settings may not be read. */
  public PodInterfaces on(String node) {
    return known.computeIfAbsent(node, this::read);
  }

  private PodInterfaces read(String node) {
    try {
      Map<String, String> labels =
          cluster.get(Kind.NODES, "", node).map(Node::of).map(Node::labels).orElse(Map.of());
      return of(settings(), node, labels);
    } catch (FipctlException e) {
      // Whoever may not read them sees a route that is left all the same, under any name.
      return switch (e.exitCode()) {
        case FORBIDDEN, UNSUPPORTED -> PodInterfaces.UNKNOWN;
        default -> throw e;
      };
    }
  }

  private synchronized FelixSettings settings() {
    if (settings.isEmpty()) {
      settings = Optional.of(FeatureGates.settings(cluster, CalicoInstall.discover(cluster)));
    }
    return settings.get();
  }

  /** What Felix's parameter says of a node. */
  static PodInterfaces of(FelixSettings settings, String node, Map<String, String> labels) {
    return PodInterfaces.of(settings.of("interfacePrefix", node, labels).value().orElse(""));
  }
}
