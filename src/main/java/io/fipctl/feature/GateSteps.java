package io.fipctl.feature;

import io.fipctl.calico.FeatureGates;
import io.fipctl.calico.FelixGate;
import io.fipctl.change.step.ChangePlan;
import io.fipctl.change.step.Step;
import io.fipctl.kube.Cluster;
import io.fipctl.model.Clock;
import io.fipctl.model.ShellCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The steps at the gates as they are put in order, with what each shows and what it means for the
 * nodes.
 */
final class GateSteps {
  private final Cluster cluster;
  private final FeatureGates gates;
  private final GateOptions options;
  private final Clock pause;
  private final List<Step> steps = new ArrayList<>();
  private final StringBuilder diff = new StringBuilder();
  private final List<String> consequences = new ArrayList<>();
  private final List<String> left = new ArrayList<>();

  GateSteps(Cluster cluster, FeatureGates gates, GateOptions options, Clock pause) {
    this.cluster = cluster;
    this.gates = gates;
    this.options = options;
    this.pause = pause;
  }

  /** Steps that go before, and are not the gates'. */
  GateSteps first(List<Step> others) {
    steps.addAll(others);
    return this;
  }

  /**
   * The CNI gate, rolled out unless {@code --no-restart} leaves that to the user.
   *
   * @param last what has to hold right before it is written
   */
  GateSteps cni(boolean on, boolean roll, Runnable last) {
    Optional<CalicoRollout> rollout =
        roll
            ? Optional.of(new CalicoRollout(cluster, gates.install(), pause, options.patience()))
            : Optional.empty();
    CniGateStep step = new CniGateStep(cluster, gates, on, rollout, last);
    steps.add(step);
    diff.append(step.diff());
    if (roll) {
      consequences.add("calico-node rolls on %d nodes one after another".formatted(nodes()));
    }
    return this;
  }

  /** Felix's gate, seen in this state on these nodes; nothing when there is nothing to change. */
  GateSteps felix(List<FelixChange> changes, FelixGate.State state, Set<String> seenOn) {
    if (!changes.isEmpty()) {
      FelixGateStep step =
          new FelixGateStep(
              cluster, gates.install(), changes, state, seenOn, pause, options.patience());
      steps.add(step);
      diff.append(step.diff());
      consequences.add("Felix restarts on all %d nodes at once".formatted(nodes()));
    }
    return this;
  }

  /** The roll of calico-node is left to the user. */
  GateSteps rollIsLeft() {
    left.add(ShellCommand.of("kubectl rollout restart %s", gates.install().kubectlName()));
    return this;
  }

  GateSteps isLeft(String command) {
    left.add(command);
    return this;
  }

  GatePlan plan(List<String> warnings) {
    return new GatePlan(
        new ChangePlan(steps), diff.toString(), String.join(", ", consequences), warnings, left);
  }

  private int nodes() {
    return gates.calicoNodes().size();
  }
}
