package io.fipctl.feature;

import io.fipctl.calico.CalicoInstall;
import io.fipctl.calico.CniOnNode;
import io.fipctl.calico.FeatureGates;
import io.fipctl.calico.FelixGate;
import io.fipctl.kube.Cluster;
import io.fipctl.model.Clock;
import io.fipctl.model.FipctlException;
import io.fipctl.model.ShellCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Turns both gates on: the CNI gate first, seen on every node, and only then Felix's. So there is
 * no moment in which an annotated pod works and could not be created again.
 */
public final class Enable {
  private Enable() {}

  /**
   * Plans it.
   *
   * @throws FipctlException exit 9 when this cluster cannot carry floating IPs, 4 when something
   *     would take the change back, 7 when a node cannot be seen, 6 when a right is missing
   */
  public static GatePlan plan(Cluster cluster, GateOptions options, Clock pause) {
    return plan(cluster, FeatureGates.read(cluster), options, pause);
  }

  static GatePlan plan(Cluster cluster, FeatureGates gates, GateOptions options, Clock pause) {
    refuseUnsupported(gates, options);
    List<String> warnings = new ArrayList<>(warnings(gates));
    boolean cni = options.cni() && !gates.cniOnEverywhere();
    boolean edit = cni && !gates.template().isOn();
    boolean roll = cni && options.restart();
    if (edit) {
      GateChecks.mutable(gates.template().orRefuse());
    }
    if (roll) {
      GateChecks.rollable(gates);
    }
    List<FelixChange> changes = felixChanges(gates, options, cni && !roll, warnings);
    if (edit || roll || !changes.isEmpty()) {
      warnings.addAll(GateChecks.keepers(gates, options, edit || roll, changes));
      GateChecks.rights(cluster, gates, edit, roll, changes);
    }

    GateSteps steps = new GateSteps(cluster, gates, options, pause);
    if (edit || roll) {
      steps.cni(true, roll, () -> {});
    }
    if (cni && !roll) {
      steps.rollIsLeft();
      if (options.felix()) {
        steps.isLeft("fipctl enable  # Felix's gate, once every node has the CNI gate");
      }
    }
    return steps
        .felix(
            changes,
            FelixGate.State.ON,
            nodesWith(FelixGate.State.ON, GateChecks.after(gates, changes)))
        .plan(warnings);
  }

  private static void refuseUnsupported(FeatureGates gates, GateOptions options) {
    CalicoInstall install = gates.install();
    if (install.operatorManaged()) {
      throw FipctlException.unsupported(
          "OperatorManaged",
          "the Tigera operator manages this Calico (Installation default); it takes the CNI gate"
              + " back, and Calico does not support floating IPs there",
          "https://docs.tigera.io/calico/latest/networking/ipam/add-floating-ip");
    }
    List<String> bpf = gates.bpfNodes();
    if (!bpf.isEmpty()) {
      throw FipctlException.unsupported(
          "EbpfDataplane",
          "Felix runs its eBPF dataplane on %s, which knows no floating IPs"
              .formatted(String.join(", ", bpf)),
          "fipctl status");
    }
    GateChecks.datastore(install, options, "Enabled");
    if (gates.calicoNodes().isEmpty()) {
      throw FipctlException.unsupported(
          "NoCalicoNodes",
          "the DaemonSet %s/%s has no pod on any node"
              .formatted(install.namespace(), install.daemonSet()),
          ShellCommand.of("kubectl get %s", install.kubectlName()));
    }
    for (FeatureGates.NodeGates node : gates.calicoNodes()) {
      if (node.cni() instanceof CniOnNode.Foreign foreign) {
        throw FipctlException.unsupported(
            "ForeignCniConfig",
            "node %s takes %s first, which is not Calico's: the CNI gate has no effect there"
                .formatted(node.node(), foreign.file()),
            "fipctl status");
      }
    }
    if (options.cni()) {
      gates.template().orRefuse();
    } else if (!gates.cniOnEverywhere()) {
      GateChecks.seen(gates);
      throw FipctlException.conflict(
          "CniGateOff",
          "the CNI gate is not seen on every node, and with Felix's gate alone a pod with a"
              + " floating IP works until it is created again, and then never starts",
          "fipctl enable");
    }
  }

  /** Empty when Felix's gate is on already, is not wanted, or has to wait for the nodes. */
  private static List<FelixChange> felixChanges(
      FeatureGates gates, GateOptions options, boolean cniLeft, List<String> warnings) {
    if (!options.felix() || cniLeft || gates.felixEverywhere(FelixGate.State.ON)) {
      return List.of();
    }
    List<FelixChange> changes = GateChecks.felixChanges(gates, "Enabled", options);
    List<FeatureGates.NodeGates> after = GateChecks.after(gates, changes);
    List<FeatureGates.NodeGates> off =
        after.stream().filter(node -> node.felix().state() != FelixGate.State.ON).toList();
    if (off.size() == after.size()) {
      FelixGate gate = off.getFirst().felix();
      throw FipctlException.unsupported(
          "Overridden",
          "on every node Felix takes the value from somewhere else: %s".formatted(gate.source()),
          GateChecks.overrideHint(gates, gate.source()));
    }
    for (FeatureGates.NodeGates node : off) {
      warnings.add(
          "node %s stays without floating IPs: %s (%s)"
              .formatted(
                  node.node(),
                  node.felix().source(),
                  GateChecks.overrideHint(gates, node.felix().source())));
    }
    return changes;
  }

  private static List<String> warnings(FeatureGates gates) {
    List<String> warnings = new ArrayList<>(gates.install().passedOver());
    if (gates.template() instanceof FeatureGates.Template.Editable editable) {
      editable
          .template()
          .misplaced()
          .forEach(
              gate ->
                  warnings.add(
                      "%s in line %d of %s has no effect there"
                          .formatted(gate.path(), gate.line(), editable.place())));
    }
    gates.nodes().stream()
        .filter(node -> node.calicoNode().isEmpty() && !node.windows())
        .forEach(node -> warnings.add("node " + node.node() + " runs no calico-node"));
    gates
        .settings()
        .overrides(FelixGate.FIELD)
        .forEach(source -> warnings.add("override: " + source));
    return warnings;
  }

  private static Set<String> nodesWith(FelixGate.State state, List<FeatureGates.NodeGates> nodes) {
    return nodes.stream()
        .filter(node -> node.felix().state() == state)
        .map(FeatureGates.NodeGates::node)
        .collect(Collectors.toSet());
  }
}
