package io.fipctl.cluster;

import io.fipctl.cluster.Cluster.Scope;
import io.fipctl.model.ApiObject;
import io.fipctl.model.FipctlException;
import io.fipctl.model.PodRef;
import io.fipctl.model.ShellCommand;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Runs commands in the calico-node container that each node has: it shares the node's network and
 * brings the tools of every dataplane.
 */
final class CalicoNodeShell implements NodeShell, Visit.Entry {
  static final String CONTAINER = "calico-node";

  /** Of the manifests and the operator, and of canal. */
  static final String LABELS = "k8s-app in (calico-node,canal)";

  private static final Kind PODS =
      new Kind(
          "",
          "v1",
          "pods",
          "Pod",
          true,
          Fields.parse(
              "metadata(name,namespace,deletionTimestamp),spec(nodeName,containers(name)),"
                  + "status(phase,reason,containerStatuses(name,ready,state))"));

  private final KubernetesCluster cluster;
  private final ApiServer server;
  private final Map<String, PodRef> found = new ConcurrentHashMap<>();

  CalicoNodeShell(KubernetesCluster cluster, ApiServer server) {
    this.cluster = cluster;
    this.server = server;
  }

  @Override
  public Running start(String node, NodeCommand command) {
    return new Visit(this, node, command);
  }

  @Override
  public int attach(String node, List<String> argv, Streams streams) {
    return AttachedSession.run(target(node), argv, streams);
  }

  @Override
  public ExecTarget target(String node) {
    return new ExecTarget(server, node, pod(node), CONTAINER);
  }

  /** The pod to run commands in; asked for once a run. */
  private PodRef pod(String node) {
    PodRef known = found.get(node);
    if (known != null) {
      return known;
    }
    PodRef pod = find(node);
    found.put(node, pod);
    return pod;
  }

  @Override
  public void forget(String node) {
    found.remove(node);
  }

  private PodRef find(String node) {
    List<ApiObject> labelled = calicoPods(node, Scope.ALL.labelled(LABELS));
    // Somebody else's manifest has other labels; a node has few enough pods to look at each.
    List<ApiObject> pods = labelled.isEmpty() ? calicoPods(node, Scope.ALL) : labelled;
    return pods.stream()
        .filter(CalicoNodeShell::isRunning)
        .max(Comparator.comparing(pod -> status(pod).flag("ready")))
        .map(pod -> new PodRef(pod.namespace(), pod.name()))
        .orElseThrow(() -> notReadable(node, pods));
  }

  private static FipctlException notReadable(String node, List<ApiObject> pods) {
    if (pods.isEmpty()) {
      return FipctlException.notSeen(
          NO_CALICO_NODE,
          "node " + node + " has no pod with a container " + CONTAINER + " to look from",
          ShellCommand.of(
              "see kubectl get pods -A -o wide --field-selector spec.nodeName=%s", node));
    }
    ApiObject pod = pods.getFirst();
    String name = new PodRef(pod.namespace(), pod.name()).toString();
    return FipctlException.notSeen(
        NO_CALICO_NODE,
        CONTAINER + " on node " + node + " is not running: pod " + name + " is " + state(pod),
        ShellCommand.of("see kubectl describe pod -n %s %s", pod.namespace(), pod.name()));
  }

  private static String state(ApiObject pod) {
    ApiObject state = status(pod).object("state");
    return pod.has("metadata", "deletionTimestamp")
        ? "terminating"
        : state
            .text("waiting", "reason")
            .or(() -> state.text("terminated", "reason"))
            .or(() -> pod.text("status", "reason"))
            .or(() -> pod.text("status", "phase"))
            .orElse("in no known state");
  }

  private static ApiObject status(ApiObject pod) {
    return pod.objects("status", "containerStatuses").stream()
        .filter(CalicoNodeShell::isCalicoNode)
        .findFirst()
        .orElse(ApiObject.EMPTY);
  }

  private static boolean isCalicoNode(ApiObject container) {
    return container.text("name").equals(Optional.of(CONTAINER));
  }

  private List<ApiObject> calicoPods(String node, Scope scope) {
    // From the API server's cache, which has an index by node: else it reads every pod of the
    // cluster for each node. One that has gone meanwhile says so and is asked for again.
    String onNode =
        "&resourceVersion=0&fieldSelector=" + ApiServer.encoded("spec.nodeName=" + node);
    return cluster.listing(PODS, scope, onNode).items().stream()
        .filter(pod -> pod.text("spec", "nodeName").equals(Optional.of(node)))
        .filter(
            pod ->
                pod.objects("spec", "containers").stream().anyMatch(CalicoNodeShell::isCalicoNode))
        .toList();
  }

  private static boolean isRunning(ApiObject pod) {
    return pod.text("status", "phase").equals(Optional.of("Running"))
        && !pod.has("metadata", "deletionTimestamp")
        && status(pod).has("state", "running");
  }
}
