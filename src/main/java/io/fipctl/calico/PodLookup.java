package io.fipctl.calico;

import io.fipctl.kube.Cluster;
import io.fipctl.kube.Cluster.Scope;
import io.fipctl.kube.Kind;
import io.fipctl.model.ApiObject;
import io.fipctl.model.FipctlException;
import io.fipctl.model.Pod;
import io.fipctl.model.PodSelector;
import io.fipctl.model.PodTarget;
import io.fipctl.model.ShellCommand;
import java.util.List;
import java.util.stream.Collectors;

/** Finds the pod that a user means. */
public final class PodLookup {
  private PodLookup() {}

  /**
   * The pod of a target, in its own namespace or else the cluster's default one.
   *
   * @throws FipctlException exit 5 when there is none, exit 4 when a workload has not exactly one
   *     Ready pod; both name what there is
   */
  public static Pod resolve(Cluster cluster, PodTarget target) {
    String namespace = target.namespace().orElse(cluster.endpoint().namespace());
    if (target.isPod()) {
      return cluster
          .get(Kind.PODS, namespace, target.name())
          .map(Pod::of)
          .orElseThrow(() -> noSuchPod(cluster, namespace, target.name()));
    }
    Kind kind = target.kind().equals("Deployment") ? Kind.DEPLOYMENTS : Kind.STATEFUL_SETS;
    ApiObject workload =
        cluster
            .get(kind, namespace, target.name())
            .orElseThrow(
                () ->
                    FipctlException.notFound(
                        "WorkloadNotFound",
                        "there is no %s in namespace %s".formatted(target, namespace),
                        ShellCommand.of("kubectl -n %s get %s", namespace, kind.plural())));
    return onlyReadyPod(target, namespace, podsOf(cluster, namespace, workload));
  }

  private static List<Pod> podsOf(Cluster cluster, String namespace, ApiObject workload) {
    String selector = podSelector(workload);
    return cluster.list(Kind.PODS, Scope.in(namespace).labelled(selector)).stream()
        .map(Pod::of)
        .filter(pod -> !pod.finished() && !pod.terminating())
        .toList();
  }

  private static Pod onlyReadyPod(PodTarget target, String namespace, List<Pod> pods) {
    List<Pod> ready = pods.stream().filter(Pod::ready).toList();
    if (ready.size() == 1) {
      return ready.getFirst();
    }
    throw FipctlException.conflict(
        "NotOnePod",
        "%s in namespace %s has %d Ready pods, not exactly one%s"
            .formatted(target, namespace, ready.size(), names(ready.isEmpty() ? pods : ready)),
        "name the pod itself: NS/NAME");
  }

  private static String names(List<Pod> pods) {
    return pods.isEmpty()
        ? ""
        : pods.stream()
            .map(pod -> pod.ref() + (pod.ready() ? "" : " (not Ready)"))
            .collect(Collectors.joining(", ", ": ", ""));
  }

  private static FipctlException noSuchPod(Cluster cluster, String namespace, String name) {
    List<String> elsewhere =
        AddressUse.unlessForbidden(() -> cluster.list(Kind.PODS)).orElse(List.of()).stream()
            .filter(pod -> pod.name().equals(name))
            .map(pod -> pod.namespace() + "/" + name)
            .sorted()
            .toList();
    String message = "there is no pod %s in namespace %s".formatted(name, namespace);
    return elsewhere.isEmpty()
        ? FipctlException.notFound(
            "PodNotFound", message, ShellCommand.of("kubectl -n %s get pods", namespace))
        : FipctlException.notFound(
            "PodNotFound",
            message + ", but there is " + String.join(", ", elsewhere),
            "name it with its namespace: " + elsewhere.getFirst());
  }

  /**
   * The selector of a workload's pods, in the syntax of list calls.
   *
   * @throws FipctlException exit 9 when it would select every pod of the namespace, or cannot be
   *     understood
   */
  static String podSelector(ApiObject workload) {
    String why;
    try {
      PodSelector selector = PodSelector.of(workload.object("spec", "selector"));
      if (!selector.isEmpty()) {
        return selector.toString();
      }
      why = "its selector is empty";
    } catch (IllegalArgumentException e) {
      why = e.getMessage();
    }
    throw FipctlException.unsupported(
        "PodsUnknown",
        "which pods belong to %s %s/%s is not known: %s"
            .formatted(
                workload.text("kind").orElse("workload"),
                workload.namespace(),
                workload.name(),
                why),
        ShellCommand.of(
            "kubectl -n %s get pods --show-labels   # name the pod itself", workload.namespace()));
  }
}
