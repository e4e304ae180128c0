package io.fipctl.feature;

import io.fipctl.calico.CalicoInstall;
import io.fipctl.calico.CniOnNode;
import io.fipctl.calico.FeatureGates;
import io.fipctl.calico.FelixGate;
import io.fipctl.calico.FelixSettings;
import io.fipctl.calico.ManagedBy;
import io.fipctl.kube.Cluster;
import io.fipctl.kube.Kind;
import io.fipctl.model.ApiObject;
import io.fipctl.model.FipctlException;
import io.fipctl.model.Pod;
import io.fipctl.model.ShellCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The refusals that {@link Enable} and {@link Disable} share; all of them come before any write.
 */
final class GateChecks {
  private GateChecks() {}

  /** Felix's configuration is in the API, and writes to it are welcome. */
  static void datastore(CalicoInstall install, GateOptions options, String value) {
    if (options.felix() && install.datastore() == CalicoInstall.Datastore.ETCD) {
      throw FipctlException.unsupported(
          "EtcdDatastore",
          "Calico keeps Felix's configuration in etcd, where fipctl cannot write",
          "calicoctl patch felixconfiguration default -p '{\"spec\":{\"floatingIPs\":\"%s\"}}'"
              .formatted(value),
          "add --cni-only to change the CNI gate alone");
    }
    if (install.datastoreReady().equals(Optional.of(false))) {
      throw FipctlException.unsupported(
          "DatastoreNotReady",
          "ClusterInformation default says datastoreReady: false: a migration or an upgrade is"
              + " going on",
          ShellCommand.of(
              "kubectl get clusterinformations.%s default -o yaml", install.group().group()));
    }
  }

  /** The nodes can be rolled, and what is on their disks can be seen. */
  static void rollable(FeatureGates gates) {
    CalicoInstall install = gates.install();
    if (install.updateStrategy().equals("OnDelete")) {
      throw FipctlException.unsupported(
          "OnDeleteStrategy",
          "the DaemonSet %s/%s has the update strategy OnDelete: its pods do not roll by themselves"
              .formatted(install.namespace(), install.daemonSet()),
          "add --no-restart, and delete its pods one by one yourself");
    }
    seen(gates);
    for (FeatureGates.NodeGates node : gates.calicoNodes()) {
      Pod pod = node.calicoNode().orElseThrow();
      if (!pod.ready()) {
        throw FipctlException.notSeen(
            "CalicoNodeNotReady",
            "calico-node is not Ready on node %s, so that a rollout would stop there"
                .formatted(node.node()),
            ShellCommand.of(
                "kubectl describe pod %s -n %s", pod.ref().name(), pod.ref().namespace()),
            "add --no-restart to leave the rollout to yourself");
      }
    }
  }

  /** What is on the disk of every node is known. */
  static void seen(FeatureGates gates) {
    for (FeatureGates.NodeGates node : gates.calicoNodes()) {
      if (node.cni() instanceof CniOnNode.Unknown unknown) {
        List<String> hints = new ArrayList<>(unknown.why().hints());
        hints.add("fipctl status");
        throw new FipctlException(
                unknown.why().exitCode(),
                unknown.why().reason(),
                "the CNI config of node %s could not be seen: %s"
                    .formatted(node.node(), unknown.why().getMessage()),
                hints.toArray(String[]::new))
            .causedBy(unknown.why());
      }
    }
  }

  static void mutable(FeatureGates.Template.Editable template) {
    if (template.immutable()) {
      throw FipctlException.unsupported(
          "ImmutableConfigMap",
          template.place() + " is immutable",
          "make it anew from its source, with feature_control.floating_ips in it");
    }
  }

  /** Whatever puts the objects back by itself; returns the warnings about the others. */
  static List<String> keepers(
      FeatureGates gates, GateOptions options, boolean cni, List<FelixChange> changes) {
    List<ManagedBy> keepers = new ArrayList<>(cni ? gates.install().keepers() : List.of());
    for (FelixChange change : changes) {
      change
          .seen()
          .map(seen -> ManagedBy.of("FelixConfiguration " + change.name(), seen))
          .ifPresent(keepers::addAll);
    }
    Optional<ManagedBy> strong = keepers.stream().filter(ManagedBy::byItself).findFirst();
    if (strong.isPresent() && !options.evenIfManaged()) {
      throw FipctlException.conflict(
          "Managed",
          strong.get().sentence(),
          "fipctl enable --print-source kustomize   # what to change in its source",
          "add --even-if-managed to change it all the same");
    }
    return keepers.stream().map(ManagedBy::sentence).distinct().toList();
  }

  /** Every right that the steps need, asked for before the first of them. */
  static void rights(
      Cluster cluster, FeatureGates gates, boolean edit, boolean roll, List<FelixChange> changes) {
    if (edit) {
      require(cluster, "patch", Kind.CONFIG_MAPS, gates.install().namespace());
    }
    if (roll) {
      require(cluster, "patch", Kind.DAEMON_SETS, gates.install().namespace());
    }
    for (FelixChange change : changes) {
      Kind kind = Kind.FELIX_CONFIGURATIONS.in(gates.install().group());
      require(cluster, change.seen().isPresent() ? "patch" : "create", kind, "");
    }
  }

  /**
   * The writes that give Felix's gate a value: {@code default} always, of the others those that set
   * it, when the user wants them too.
   */
  static List<FelixChange> felixChanges(FeatureGates gates, String value, GateOptions options) {
    List<FelixChange> changes = new ArrayList<>();
    FelixSettings settings = gates.settings();
    boolean all = options.includeOverrides();
    changes.addAll(
        FelixChange.to(value, gates.install().group(), "default", settings.named("default"), all));
    if (all) {
      for (ApiObject config : settings.configurations()) {
        if (!config.name().equals("default") && settings.isRead(config)) {
          FelixChange.to(value, gates.install().group(), config.name(), Optional.of(config), true)
              .stream()
              .filter(change -> change.before().isPresent())
              .forEach(changes::add);
        }
      }
    }
    return changes;
  }

  /** Felix's gate on every node with calico-node, once the changes are made. */
  static List<FeatureGates.NodeGates> after(FeatureGates gates, List<FelixChange> changes) {
    FelixSettings settings = gates.settings();
    for (FelixChange change : changes) {
      settings = change.in(settings);
    }
    List<FeatureGates.NodeGates> nodes = new ArrayList<>();
    for (FeatureGates.NodeGates node : gates.calicoNodes()) {
      nodes.add(
          new FeatureGates.NodeGates(
              node.node(),
              node.labels(),
              node.nodeReady(),
              node.calicoNode(),
              node.cni(),
              FelixGate.of(settings, node.node(), node.labels())));
    }
    return nodes;
  }

  /** How to get rid of what overrides FelixConfiguration {@code default}. */
  static String overrideHint(FeatureGates gates, String source) {
    return source.startsWith("environment")
        ? ShellCommand.of(
            "kubectl set env %s %s-",
            gates.install().kubectlName(),
            ShellCommand.word(source.substring(source.lastIndexOf(' ') + 1)))
        : "add --include-overrides";
  }

  private static void require(Cluster cluster, String verb, Kind kind, String namespace) {
    Cluster.Access access = Cluster.Access.to(verb, kind, namespace);
    if (!cluster.allowed(access)) {
      throw FipctlException.forbidden(
          "MissingRight",
          "this needs the right to %s %s%s"
              .formatted(verb, kind.resource(), namespace.isEmpty() ? "" : " in " + namespace),
          access.missingRule());
    }
  }
}
