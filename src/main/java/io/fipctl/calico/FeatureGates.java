package io.fipctl.calico;

import io.fipctl.kube.Cluster;
import io.fipctl.kube.Kind;
import io.fipctl.model.ApiObject;
import io.fipctl.model.CniTemplate;
import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import io.fipctl.model.Pod;
import io.fipctl.model.ShellCommand;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Both gates as they are: the CNI gate in its template and on every node's disk, and Felix's gate
 * with the source that decides it on every node. Read once, judged by whoever asks.
 */
public record FeatureGates(
    CalicoInstall install, Template template, FelixSettings settings, List<NodeGates> nodes) {
  /** The annotation in which the ConfigMap keeps the template as it was before fipctl. */
  public static final String KEPT_ORIGINAL = "fipctl.io/original-cni-network-config";

  /** The CNI network config in its ConfigMap. */
  public sealed interface Template {
    /** As it stands there now. */
    record Editable(CniConfig.InConfigMap place, CniTemplate template, ApiObject configMap)
        implements Template {
      public boolean immutable() {
        return configMap.flag("immutable");
      }

      public Optional<String> keptOriginal() {
        return configMap.annotation(KEPT_ORIGINAL);
      }
    }

    /** Why it cannot be edited: exit 9 for whoever wants to. */
    record Refused(FipctlException why) implements Template {}

    default Editable orRefuse() {
      return switch (this) {
        case Editable editable -> editable;
        case Refused refused -> throw refused.why();
      };
    }

    /** Whether the next pod of calico-node writes the gate on. */
    default boolean isOn() {
      return this instanceof Editable editable && editable.template().gate().isOn();
    }

    /** Whether the next pod of calico-node writes no gate; what cannot be read has none of ours. */
    default boolean isOff() {
      return !(this instanceof Editable editable) || editable.template().gate().isOff();
    }
  }

  /**
   * One node of the cluster.
   *
   * @param calicoNode the pod of calico-node on it, the newest when one is just going
   */
  public record NodeGates(
      String node,
      Map<String, String> labels,
      boolean nodeReady,
      Optional<Pod> calicoNode,
      CniOnNode cni,
      FelixGate felix) {
    public boolean windows() {
      return "windows".equals(labels.get("kubernetes.io/os"));
    }
  }

  public FeatureGates {
    nodes = List.copyOf(nodes);
  }

  /** Reads everything, with one visit to each node. */
  public static FeatureGates read(Cluster cluster) {
    CalicoInstall install = CalicoInstall.discover(cluster);
    FelixSettings settings = settings(cluster, install);
    Map<String, Pod> pods = byNode(install.pods(cluster));
    Map<String, CniOnNode> cni = CniOnNode.read(cluster.nodes(), pods.keySet());
    List<NodeGates> nodes = new ArrayList<>();
    cluster.list(Kind.NODES).stream()
        .sorted(Comparator.comparing(ApiObject::name))
        .forEach(node -> nodes.add(node(node, settings, pods, cni)));
    return new FeatureGates(install, template(cluster, install), settings, nodes);
  }

  /** The nodes that run calico-node: those the gates are for. */
  public List<NodeGates> calicoNodes() {
    return nodes.stream().filter(node -> node.calicoNode().isPresent()).toList();
  }

  /** Whether every node's next pod may have a floating IP, and will have one too. */
  public boolean cniOnEverywhere() {
    return template.isOn() && calicoNodes().stream().allMatch(node -> node.cni().isOn());
  }

  /** Whether every node, and every later pod of calico-node, is known to have the CNI gate off. */
  public boolean cniOffEverywhere() {
    return template.isOff() && calicoNodes().stream().allMatch(node -> node.cni().isOff());
  }

  public boolean felixEverywhere(FelixGate.State state) {
    return calicoNodes().stream().allMatch(node -> node.felix().state() == state);
  }

  /** Whether Felix's eBPF dataplane, which knows no floating IPs, runs anywhere. */
  public List<String> bpfNodes() {
    return calicoNodes().stream()
        .filter(node -> settings.isOn("bpfEnabled", node.node(), node.labels()))
        .map(NodeGates::node)
        .toList();
  }

  /** Everything that Felix takes its parameters from; nothing with an etcd datastore. */
  public static FelixSettings settings(Cluster cluster, CalicoInstall install) {
    List<ApiObject> configurations =
        install.datastore() == CalicoInstall.Datastore.KUBERNETES
            ? cluster.list(Kind.FELIX_CONFIGURATIONS.in(install.group()))
            : List.of();
    return new FelixSettings(configurations, install.env(), install.knowsSelectors());
  }

  /** One pod for each node: of several, one that is not going, then the newest. */
  public static Map<String, Pod> byNode(List<Pod> pods) {
    Comparator<Pod> better =
        Comparator.comparing((Pod pod) -> !pod.terminating())
            .thenComparing(pod -> pod.created().map(Object::toString).orElse(""));
    return pods.stream()
        .collect(
            Collectors.toMap(
                pod -> pod.node().orElseThrow(),
                Function.identity(),
                (one, other) -> better.compare(one, other) >= 0 ? one : other,
                TreeMap::new));
  }

  private static NodeGates node(
      ApiObject node, FelixSettings settings, Map<String, Pod> pods, Map<String, CniOnNode> cni) {
    Map<String, String> labels = node.map("metadata", "labels");
    boolean ready =
        node.objects("status", "conditions").stream()
            .filter(condition -> condition.text("type").equals(Optional.of("Ready")))
            .anyMatch(condition -> condition.text("status").equals(Optional.of("True")));
    CniOnNode read =
        cni.getOrDefault(
            node.name(),
            new CniOnNode.Unknown(
                FipctlException.notSeen(
                    "NoCalicoNode", "node " + node.name() + " runs no calico-node")));
    return new NodeGates(
        node.name(),
        labels,
        ready,
        Optional.ofNullable(pods.get(node.name())),
        read,
        FelixGate.of(settings, node.name(), labels));
  }

  /** The CNI network config where the DaemonSet has it from. */
  public static Template template(Cluster cluster, CalicoInstall install) {
    try {
      CniConfig.InConfigMap place = install.cni().editable();
      ApiObject map =
          cluster
              .get(Kind.CONFIG_MAPS, place.namespace(), place.name())
              .orElseThrow(() -> missing(place));
      String text = map.text("data", place.key()).orElseThrow(() -> missing(place));
      return new Template.Editable(place, CniTemplate.parse(text), map);
    } catch (FipctlException e) {
      if (e.exitCode() != ExitCode.UNSUPPORTED && e.exitCode() != ExitCode.FORBIDDEN) {
        throw e;
      }
      return new Template.Refused(e);
    }
  }

  private static FipctlException missing(CniConfig.InConfigMap place) {
    return FipctlException.unsupported(
        "CniConfigMissing",
        "calico-node takes its CNI network config from " + place + ", which is not there",
        ShellCommand.of("kubectl get configmap %s -n %s", place.name(), place.namespace()));
  }
}
