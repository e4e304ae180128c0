package io.fipctl.feature;

import io.fipctl.calico.CalicoInstall;
import io.fipctl.calico.FeatureGates;
import io.fipctl.calico.FelixGate;
import io.fipctl.change.step.Step;
import io.fipctl.kube.Cluster;
import io.fipctl.model.Clock;
import io.fipctl.model.FipctlException;
import io.fipctl.model.Pod;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Turns both gates off: Felix's first, the CNI gate after it. The other order would have a time in
 * which a pod with a floating IP works and, once its sandbox is gone, never starts again; this one
 * has a time in which an annotation does nothing and every pod starts.
 */
public final class Disable {
  private Disable() {}

  /**
   * Plans it; refused while anything asks for floating IPs.
   *
   * @param release makes the steps that take the addresses from these pods, which then go first;
   *     absent when pods with addresses are a reason to refuse
   * @throws FipctlException exit 4 naming the pods and workloads that would never start again, and
   *     else as {@link Enable#plan}
   */
  public static GatePlan plan(
      Cluster cluster,
      GateOptions options,
      Clock pause,
      Optional<Function<List<Pod>, List<Step>>> release) {
    FeatureGates gates = FeatureGates.read(cluster);
    GateChecks.datastore(gates.install(), options, "Disabled");
    List<Pod> pods = AnnotatedWorkload.pods(cluster);
    refuseClaims(
        Stream.concat(
            release.isPresent() ? Stream.of() : pods.stream().map(AnnotatedWorkload::of),
            AnnotatedWorkload.workloads(cluster).stream()));

    boolean cni = options.cni() && !gates.cniOffEverywhere();
    boolean edit = cni && !gates.template().isOff();
    boolean roll = cni && options.restart();
    if (cni) {
      GateChecks.mutable(gates.template().orRefuse());
    }
    if (roll) {
      GateChecks.rollable(gates);
    }
    List<FelixChange> changes = felixChanges(gates, options);
    List<String> warnings = new ArrayList<>(gates.install().passedOver());
    if (edit || roll || !changes.isEmpty()) {
      warnings.addAll(GateChecks.keepers(gates, options, edit || roll, changes));
      GateChecks.rights(cluster, gates, edit, roll, changes);
    }

    GateSteps steps = new GateSteps(cluster, gates, options, pause);
    if (!pods.isEmpty()) {
      release.map(make -> make.apply(pods)).ifPresent(steps::first);
    }
    steps.felix(
        changes,
        FelixGate.State.OFF,
        gates.calicoNodes().stream().map(FeatureGates.NodeGates::node).collect(Collectors.toSet()));
    if (edit || roll) {
      steps.cni(false, roll, () -> refuseNewClaims(cluster));
    }
    if (cni && !roll) {
      steps.rollIsLeft();
    }
    return steps.plan(warnings);
  }

  private static List<FelixChange> felixChanges(FeatureGates gates, GateOptions options) {
    boolean off = gates.felixEverywhere(FelixGate.State.OFF);
    if (!options.felix()) {
      if (!off && gates.install().datastore() == CalicoInstall.Datastore.KUBERNETES) {
        throw FipctlException.conflict(
            "FelixGateOn",
            "Felix's gate is on, and with the CNI gate alone off a pod with a floating IP works"
                + " until it is created again, and then never starts",
            "fipctl disable");
      }
      return List.of();
    }
    if (off) {
      return List.of();
    }
    List<FelixChange> changes = GateChecks.felixChanges(gates, "Disabled", options);
    for (FeatureGates.NodeGates node : GateChecks.after(gates, changes)) {
      if (node.felix().state() != FelixGate.State.OFF) {
        throw FipctlException.conflict(
            "Overridden",
            "on node %s Felix's gate would stay on: %s"
                .formatted(node.node(), node.felix().source()),
            GateChecks.overrideHint(gates, node.felix().source()));
      }
    }
    return changes;
  }

  /** Felix's gate is off by then, so what was claimed since the plan does not work either. */
  private static void refuseNewClaims(Cluster cluster) {
    refuseClaims(
        Stream.concat(
            AnnotatedWorkload.pods(cluster).stream().map(AnnotatedWorkload::of),
            AnnotatedWorkload.workloads(cluster).stream()));
  }

  private static void refuseClaims(Stream<AnnotatedWorkload> found) {
    List<String> claims = found.map(AnnotatedWorkload::object).sorted().toList();
    if (!claims.isEmpty()) {
      String more = claims.size() > 5 ? " and %d more".formatted(claims.size() - 5) : "";
      throw FipctlException.conflict(
          "StillClaimed",
          "with the CNI gate off these would never start again: %s%s"
              .formatted(claims.stream().limit(5).collect(Collectors.joining(", ")), more),
          "fipctl disable --release-all  # for the pods",
          "take the annotation out of the workload templates");
    }
  }
}
