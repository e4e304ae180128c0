package io.fipctl.repair;

import io.fipctl.kube.Cluster;
import io.fipctl.kube.Cluster.Scope;
import io.fipctl.kube.DebugPod;
import io.fipctl.kube.Kind;
import io.fipctl.kube.RunId;
import io.fipctl.model.ApiObject;
import io.fipctl.model.StaleWriteException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A debug pod whose run is over.
 *
 * @param seen the pod as it was judged
 */
record DebugPodOrphan(ApiObject seen, DebugPod pod, String why) implements Cleanup.Leftover {
  /** Those that have ended or whose run has; a run on another machine may still be going on. */
  static Cleanup.Found find(Cluster cluster, Scope scope, Instant now) {
    List<Cleanup.Leftover> leftovers = new ArrayList<>();
    List<String> spared = new ArrayList<>();
    cluster.list(DebugPod.KIND, new Scope(scope.namespace(), DebugPod.ALL.labels())).stream()
        .filter(DebugPod::isOne)
        .forEach(
            object -> {
              DebugPod pod = DebugPod.of(object);
              why(pod, now)
                  .ifPresentOrElse(
                      why -> leftovers.add(new DebugPodOrphan(object, pod, why)),
                      () ->
                          spared.add(
                              "debug pod %s of %s may still be in use: it ends by itself%s"
                                  .formatted(pod.ref(), pod.by(), at(pod))));
            });
    return new Cleanup.Found(leftovers, spared);
  }

  private static String at(DebugPod pod) {
    return pod.ends().map(end -> " at " + end).orElse("");
  }

  /** How it is known that nobody uses it; empty when somebody may. */
  static Optional<String> why(DebugPod pod, Instant now) {
    if (pod.isFinished()) {
      return Optional.of("it has ended");
    }
    Optional<Instant> over = pod.ends().filter(end -> !end.isAfter(now));
    if (over.isPresent()) {
      return Optional.of(
          "its deadline was %d minutes ago"
              .formatted(Duration.between(over.get(), now).toMinutes()));
    }
    return pod.run()
        .filter(RunId::hasEnded)
        .map(run -> "the run of %s that made it has ended".formatted(pod.by()));
  }

  @Override
  public String kind() {
    return "pod";
  }

  @Override
  public String namespace() {
    return pod.ref().namespace();
  }

  @Override
  public String name() {
    return pod.ref().name();
  }

  @Override
  public void remove(Cluster cluster) {
    try {
      delete(cluster, seen);
    } catch (StaleWriteException e) {
      // It has gone; another one has its name now, which nobody has judged.
      return;
    }
  }

  /**
   * Deletes a debug pod; one that is gone already is no failure.
   *
   * @param seen the pod as it was judged
   * @throws StaleWriteException when another one has its name now, which stays
   */
  static void delete(Cluster cluster, ApiObject seen) {
    cluster.delete(Kind.PODS, seen);
  }
}
