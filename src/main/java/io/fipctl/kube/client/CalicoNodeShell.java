package io.fipctl.kube.client;

import io.fipctl.kube.CalicoDaemonSet;
import io.fipctl.kube.CalicoNodePod;
import io.fipctl.kube.Cluster;
import io.fipctl.kube.Cluster.Scope;
import io.fipctl.kube.FieldMask;
import io.fipctl.kube.Kind;
import io.fipctl.model.ApiObject;
import io.fipctl.model.PodRef;
import io.fipctl.node.NodeCommand;
import io.fipctl.node.NodeShell;
import io.fipctl.node.Streams;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Runs commands in the calico-node container that each node has: it shares the node's network and
 * brings the tools of every dataplane. Only a pod that Calico's own DaemonSet controls is entered.
 */
final class CalicoNodeShell implements NodeShell, RunningCommand.Entry {
  private static final Kind PODS =
      new Kind(
          "",
          "v1",
          "pods",
          "Pod",
          true,
          FieldMask.parse(
              "metadata(name,namespace,deletionTimestamp,ownerReferences),"
                  + "spec(nodeName,hostNetwork,containers(name)),"
                  + "status(phase,reason,containerStatuses(name,ready,state))"));

  private final Cluster cluster;
  private final ApiReader reader;
  private final ApiServer server;
  private final Map<String, PodRef> found = new ConcurrentHashMap<>();

  CalicoNodeShell(Cluster cluster, ApiReader reader, ApiServer server) {
    this.cluster = cluster;
    this.reader = reader;
    this.server = server;
  }

  @Override
  public Running start(String node, NodeCommand command) {
    return new RunningCommand(this, node, command);
  }

  @Override
  public int attach(String node, List<String> argv, Streams streams) {
    return AttachedSession.run(target(node), argv, streams);
  }

  @Override
  public ExecTarget target(String node) {
    return new ExecTarget(server, node, pod(node), CalicoDaemonSet.CONTAINER);
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
    CalicoDaemonSet owner = CalicoNodePod.owner(cluster, node);
    // From the API server's cache, which has an index by node: else it reads every pod of the
    // namespace for each node. One that has gone meanwhile says so and is asked for again.
    String onNode =
        "&resourceVersion=0&fieldSelector=" + ApiServer.encoded("spec.nodeName=" + node);
    ApiObject pod =
        CalicoNodePod.on(
            node, owner, reader.list(PODS, Scope.in(owner.namespace()), onNode).items());
    return new PodRef(pod.namespace(), pod.name());
  }
}
