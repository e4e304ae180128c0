package io.fipctl.kube;

import io.fipctl.model.ApiObject;
import io.fipctl.model.FipctlException;
import io.fipctl.model.PodRef;
import io.fipctl.model.ShellCommand;
import io.fipctl.node.NodeShell;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Which pod of calico-node's DaemonSet a node is looked at from. */
public final class CalicoNodePod {
  private CalicoNodePod() {}

  /**
   * The DaemonSet whose pods may be entered.
   *
   * @throws FipctlException exit 7 ({@link NodeShell#NO_CALICO_NODE}) when there is none, else as
   *     {@link Cluster#readCalicoDaemonSet}
   */
  public static CalicoDaemonSet owner(Cluster cluster, String node) {
    try {
      return cluster.calicoDaemonSet();
    } catch (FipctlException e) {
      if (!e.reason().equals(CalicoDaemonSet.NONE)) {
        throw e;
      }
      throw FipctlException.notSeen(
              NodeShell.NO_CALICO_NODE,
              "node %s has no calico-node to look from: %s".formatted(node, e.getMessage()),
              e.hints().toArray(String[]::new))
          .causedBy(e);
    }
  }

  /**
   * The pod on a node that runs; of several, as during a rollout, one that is ready.
   *
   * @param pods any pods, which nobody has looked at yet
   * @throws FipctlException exit 7 ({@link NodeShell#NO_CALICO_NODE}) when none runs
   */
  public static ApiObject on(String node, CalicoDaemonSet owner, List<ApiObject> pods) {
    List<ApiObject> own =
        pods.stream()
            .filter(pod -> pod.text("spec", "nodeName").equals(Optional.of(node)))
            .filter(owner::owns)
            .filter(pod -> CalicoDaemonSet.container(pod).isPresent())
            .toList();
    return own.stream()
        .filter(CalicoNodePod::isRunning)
        .max(Comparator.comparing(pod -> status(pod).flag("ready")))
        .orElseThrow(() -> notReadable(node, owner, own));
  }

  private static FipctlException notReadable(
      String node, CalicoDaemonSet owner, List<ApiObject> own) {
    if (own.isEmpty()) {
      return FipctlException.notSeen(
          NodeShell.NO_CALICO_NODE,
          "node %s has no pod of DaemonSet %s to look from".formatted(node, owner.name()),
          ShellCommand.of(
              "see kubectl get pods -n %s -o wide --field-selector spec.nodeName=%s",
              owner.namespace(), node));
    }
    ApiObject pod = own.getFirst();
    return FipctlException.notSeen(
        NodeShell.NO_CALICO_NODE,
        "%s on node %s is not running: pod %s is %s"
            .formatted(
                CalicoDaemonSet.CONTAINER,
                node,
                new PodRef(pod.namespace(), pod.name()),
                state(pod)),
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
        .filter(each -> each.text("name").equals(Optional.of(CalicoDaemonSet.CONTAINER)))
        .findFirst()
        .orElse(ApiObject.EMPTY);
  }

  private static boolean isRunning(ApiObject pod) {
    return pod.text("status", "phase").equals(Optional.of("Running"))
        && !pod.has("metadata", "deletionTimestamp")
        && status(pod).has("state", "running");
  }
}
