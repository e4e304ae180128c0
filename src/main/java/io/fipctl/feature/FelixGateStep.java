package io.fipctl.feature;

import io.fipctl.calico.CalicoInstall;
import io.fipctl.calico.FeatureGates;
import io.fipctl.calico.FelixGate;
import io.fipctl.calico.FelixSettings;
import io.fipctl.change.step.Step;
import io.fipctl.kube.Cluster;
import io.fipctl.kube.Kind;
import io.fipctl.model.ApiObject;
import io.fipctl.model.Clock;
import io.fipctl.model.FipctlException;
import io.fipctl.model.Pod;
import io.fipctl.model.Progress;
import io.fipctl.model.StaleWriteException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Turns Felix's gate on or off, and waits until every node concerned has that value and its Felix
 * is back from the restart that the change makes it do.
 */
final class FelixGateStep implements Step {
  /** Felix sleeps 2 s before it ends itself, and its rules stand after about 4.5 s. */
  private static final Duration RESTART = Duration.ofSeconds(5);

  private final Cluster cluster;
  private final CalicoInstall install;
  private final List<FelixChange> changes;
  private final FelixGate.State wanted;
  private final Set<String> nodes;
  private final Clock pause;
  private final Duration patience;
  private int written;

  /**
   * @param nodes those that shall have the wanted state afterwards
   */
  FelixGateStep(
      Cluster cluster,
      CalicoInstall install,
      List<FelixChange> changes,
      FelixGate.State wanted,
      Set<String> nodes,
      Clock pause,
      Duration patience) {
    this.cluster = cluster;
    this.install = install;
    this.changes = List.copyOf(changes);
    this.wanted = wanted;
    this.nodes = Set.copyOf(nodes);
    this.pause = pause;
    this.patience = patience;
  }

  @Override
  public String describe() {
    return String.join("; ", changes.stream().map(FelixChange::describe).toList())
        + " (Felix restarts on %d nodes at once)".formatted(nodes.size());
  }

  @Override
  public String byHand() {
    return wanted == FelixGate.State.ON ? "fipctl disable" : "fipctl enable";
  }

  String diff() {
    return String.join("", changes.stream().map(FelixChange::diff).toList());
  }

  @Override
  public void tryOnServer() {
    changes.forEach(change -> change.write(cluster, Cluster.WriteMode.SERVER_DRY_RUN));
  }

  @Override
  public void apply(Progress progress) {
    for (FelixChange change : changes) {
      written++;
      try {
        change.write(cluster, Cluster.WriteMode.REAL);
      } catch (StaleWriteException e) {
        written--;
        throw e;
      }
    }
    pause.sleep(RESTART);
    await(true, progress);
  }

  @Override
  public void undo(Progress progress) {
    if (written == 0) {
      return;
    }
    for (int i = written - 1; i >= 0; i--) {
      changes.get(i).takeBack(cluster);
    }
    pause.sleep(RESTART);
    await(false, progress);
  }

  private void await(boolean withValue, Progress progress) {
    new NodeWait(pause, patience)
        .until(
            () -> {
              Map<String, String> wrong = withValue ? wrongValue() : Map.of();
              Map<String, Pod> pods = FeatureGates.byNode(install.pods(cluster));
              Map<String, Optional<String>> seen = new TreeMap<>();
              for (String node : nodes) {
                boolean ready = pods.containsKey(node) && pods.get(node).ready();
                seen.put(
                    node,
                    Optional.ofNullable(
                        wrong.getOrDefault(node, ready ? null : "its calico-node is not Ready")));
              }
              return seen;
            },
            waiting ->
                FipctlException.notSeen(
                    "FelixNotSeen",
                    "Felix's gate is not %s on every node: %s".formatted(wanted, waiting),
                    "fipctl status"),
            progress);
  }

  /** The nodes that read something else, by the objects as the API server has them now. */
  private Map<String, String> wrongValue() {
    FelixSettings settings = FeatureGates.settings(cluster, install);
    Map<String, String> wrong = new TreeMap<>();
    for (ApiObject node : cluster.list(Kind.NODES)) {
      FelixGate gate = FelixGate.of(settings, node.name(), node.map("metadata", "labels"));
      if (nodes.contains(node.name()) && gate.state() != wanted) {
        wrong.put(node.name(), gate.state() + " by " + gate.source());
      }
    }
    return wrong;
  }
}
