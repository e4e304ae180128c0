package io.fipctl.feature;

import io.fipctl.kube.Cluster;
import io.fipctl.kube.Kind;
import io.fipctl.model.ApiObject;
import io.fipctl.model.FloatingIps;
import io.fipctl.model.Pod;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * An object that asks for floating IPs: a pod, or a workload whose pods will. With the CNI gate off
 * none of them starts again.
 *
 * @param object {@code pod/web-0 -n shop}
 * @param value of the annotation
 */
public record AnnotatedWorkload(String object, String value) {
  private static final String[] TEMPLATE = {"spec", "template"};
  private static final Map<Kind, String[]> WORKLOADS =
      Map.of(
          Kind.DEPLOYMENTS, TEMPLATE,
          Kind.STATEFUL_SETS, TEMPLATE,
          Kind.DAEMON_SETS, TEMPLATE,
          Kind.REPLICA_SETS, TEMPLATE,
          Kind.JOBS, TEMPLATE,
          Kind.CRON_JOBS, new String[] {"spec", "jobTemplate", "spec", "template"});

  /** The pods that carry the annotation and have not ended. */
  static List<Pod> pods(Cluster cluster) {
    return cluster.list(Kind.PODS).stream()
        .map(Pod::of)
        .filter(pod -> !pod.finished() && !pod.hostNetwork())
        // Calico's CNI plugin lets the empty text pass the gate (cni-plugin/pkg/k8s/k8s.go).
        .filter(pod -> pod.annotation().filter(value -> !value.isEmpty()).isPresent())
        .toList();
  }

  static AnnotatedWorkload of(Pod pod) {
    return new AnnotatedWorkload(
        "pod/" + pod.ref().name() + " -n " + pod.ref().namespace(), pod.annotation().orElse(""));
  }

  /** The workloads that would make such pods. */
  static List<AnnotatedWorkload> workloads(Cluster cluster) {
    List<AnnotatedWorkload> claims = new ArrayList<>();
    WORKLOADS.forEach(
        (kind, path) ->
            cluster.list(kind).stream()
                .filter(workload -> !isOver(kind, workload))
                .forEach(
                    workload ->
                        workload
                            .object(path)
                            .annotation(FloatingIps.KEY)
                            .filter(value -> !value.isEmpty())
                            .ifPresent(
                                value ->
                                    claims.add(
                                        new AnnotatedWorkload(name(kind, workload), value)))));
    return claims;
  }

  @Override
  public String toString() {
    return object;
  }

  /** An old revision of a Deployment, or a Job that has ended: it makes no more pods by itself. */
  private static boolean isOver(Kind kind, ApiObject workload) {
    if (kind.equals(Kind.REPLICA_SETS)) {
      return workload.number("spec", "replicas").orElse(1) == 0
          && workload.objects("metadata", "ownerReferences").stream()
              .anyMatch(owner -> owner.flag("controller"));
    }
    return kind.equals(Kind.JOBS)
        && workload.objects("status", "conditions").stream()
            .filter(condition -> condition.text("status").equals(Optional.of("True")))
            .flatMap(condition -> condition.text("type").stream())
            .anyMatch(type -> type.equals("Complete") || type.equals("Failed"));
  }

  private static String name(Kind kind, ApiObject workload) {
    return kind.name().toLowerCase(Locale.ROOT)
        + "/"
        + workload.name()
        + " -n "
        + workload.namespace();
  }
}
