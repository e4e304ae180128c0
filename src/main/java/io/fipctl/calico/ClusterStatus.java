package io.fipctl.calico;

import io.fipctl.kube.Cluster;
import io.fipctl.kube.Kind;
import io.fipctl.model.ApiObject;
import io.fipctl.model.CniTemplate;
import io.fipctl.model.FipctlException;
import io.fipctl.model.FloatingIps;
import io.fipctl.model.IpAddress;
import io.fipctl.model.Pod;
import io.fipctl.model.ShellCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What {@code fipctl status} tells: the gates and everything else that decides whether floating IPs
 * can work here.
 *
 * @param addresses all that are held
 * @param holders the pods that hold one
 * @param guards admission policies that judge the annotation; absent when they cannot be read
 * @param overrides whatever changes the meaning of FelixConfiguration {@code default}
 */
public record ClusterStatus(
    FeatureGates gates,
    Dataplane dataplane,
    Set<IpAddress> addresses,
    int holders,
    Optional<List<String>> guards,
    List<FelixSettings.Source> overrides,
    List<Problem> problems) {

  /** What programs the rules. */
  public enum Dataplane {
    IPTABLES,
    NFTABLES,
    /** Nftables where kube-proxy uses it, else iptables (the default since 3.32). */
    AUTO,
    EBPF
  }

  /** Something that is in the way, or could not be seen, of the cluster or of one node. */
  public record Problem(String object, String text, Optional<String> fix) {
    static Problem of(String object, String text) {
      return new Problem(object, text, Optional.empty());
    }

    static Problem of(String object, FipctlException why) {
      return new Problem(object, why.getMessage(), why.hint());
    }
  }

  public static ClusterStatus read(Cluster cluster) {
    FeatureGates gates = FeatureGates.read(cluster);
    Set<IpAddress> addresses = new TreeSet<>();
    List<Pod> holders =
        cluster.list(Kind.PODS).stream().map(Pod::of).filter(pod -> !pod.held().isEmpty()).toList();
    holders.forEach(pod -> addresses.addAll(pod.held()));
    return new ClusterStatus(
        gates,
        dataplane(gates),
        addresses,
        holders.size(),
        AddressUse.unlessForbidden(() -> guards(cluster)),
        gates.settings().overrides(FelixGate.FIELD),
        problems(gates));
  }

  /** A policy guards the annotation when its text names it. */
  private static List<String> guards(Cluster cluster) {
    return cluster.list(Kind.ADMISSION_POLICIES).stream()
        .filter(policy -> policy.tree().toString().contains(FloatingIps.KEY))
        .map(ApiObject::name)
        .toList();
  }

  static Dataplane dataplane(FeatureGates gates) {
    if (!gates.bpfNodes().isEmpty()) {
      return Dataplane.EBPF;
    }
    String mode =
        gates.calicoNodes().stream()
            .findFirst()
            .flatMap(
                node -> gates.settings().of("nftablesMode", node.node(), node.labels()).value())
            .orElse(gates.install().knowsSelectors() ? "Auto" : "Disabled");
    return switch (mode) {
      case "Enabled" -> Dataplane.NFTABLES;
      case "Auto" -> Dataplane.AUTO;
      default -> Dataplane.IPTABLES;
    };
  }

  static List<Problem> problems(FeatureGates gates) {
    List<Problem> problems = new ArrayList<>();
    CalicoInstall install = gates.install();
    if (install.operatorManaged()) {
      problems.add(Problem.of("cluster", "managed by the Tigera operator: no floating IPs"));
    }
    gates.bpfNodes().forEach(n -> problems.add(Problem.of("node " + n, "eBPF: no floating IPs")));
    if (install.datastore() == CalicoInstall.Datastore.ETCD) {
      problems.add(
          Problem.of("cluster", "etcd datastore: an annotation counts at a pod's creation only"));
    }
    if (install.datastoreReady().equals(Optional.of(false))) {
      problems.add(Problem.of("cluster", "datastoreReady is false: a migration is going on"));
    }
    switch (gates.template()) {
      case FeatureGates.Template.Refused refused ->
          problems.add(Problem.of("CNI network config", refused.why()));
      case FeatureGates.Template.Editable editable -> template(editable, problems);
    }
    gates.nodes().forEach(node -> node(node, gates, problems));
    return problems;
  }

  private static void template(FeatureGates.Template.Editable editable, List<Problem> problems) {
    CniTemplate.Gate gate = editable.template().gate();
    if (gate.state() == CniTemplate.State.BROKEN) {
      problems.add(
          new Problem(
              editable.place().toString(),
              "floating_ips is %s in line %d and no flag: no pod can be created on a node that has it"
                  .formatted(gate.literal(), gate.line()),
              Optional.of("fipctl enable")));
    }
    for (CniTemplate.Misplaced misplaced : editable.template().misplaced()) {
      problems.add(
          Problem.of(
              editable.place().toString(),
              "%s in line %d has no effect there".formatted(misplaced.path(), misplaced.line())));
    }
  }

  private static void node(
      FeatureGates.NodeGates node, FeatureGates gates, List<Problem> problems) {
    if (node.windows()) {
      return;
    }
    String name = "node " + node.node();
    switch (node.cni()) {
      case CniOnNode.Unknown unknown -> problems.add(Problem.of(name, unknown.why()));
      case CniOnNode.Foreign foreign ->
          problems.add(
              Problem.of(
                  name,
                  foreign.file() + " comes first and is not Calico's: the CNI gate has no effect"));
      case CniOnNode.Calicos calicos -> {
        if (calicos.gate() == CniTemplate.State.BROKEN) {
          problems.add(Problem.of(name, "no pod can be created: floating_ips is no flag"));
        } else if (calicos.gate() == CniTemplate.State.ON != gates.template().isOn()
            && gates.template() instanceof FeatureGates.Template.Editable) {
          problems.add(
              new Problem(
                  name,
                  "its CNI config is older than the template: calico-node has not rolled since",
                  Optional.of(
                      gates.template().isOn()
                          ? ShellCommand.of(
                              "kubectl rollout restart %s", gates.install().kubectlName())
                          // A rollout would take the gate away from this node too.
                          : "fipctl enable --cni-only")));
        }
        if (node.felix().state() == FelixGate.State.ON
            && !calicos.gate().equals(CniTemplate.State.ON)) {
          problems.add(
              new Problem(
                  name,
                  "Felix's gate is on and the CNI gate is not: a pod with a floating IP works until"
                      + " it is created again",
                  Optional.of("fipctl enable")));
        }
      }
    }
    if (node.calicoNode().isPresent()) {
      node.felix().warnings().forEach(warning -> problems.add(Problem.of(name, warning)));
    }
  }
}
