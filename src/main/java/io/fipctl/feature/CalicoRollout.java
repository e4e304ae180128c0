package io.fipctl.feature;

import io.fipctl.calico.CalicoInstall;
import io.fipctl.calico.CniOnNode;
import io.fipctl.calico.FeatureGates;
import io.fipctl.kube.Cluster;
import io.fipctl.kube.Kind;
import io.fipctl.model.ApiObject;
import io.fipctl.model.Clock;
import io.fipctl.model.FipctlException;
import io.fipctl.model.JsonPatch;
import io.fipctl.model.Pod;
import io.fipctl.model.Progress;
import io.fipctl.model.ShellCommand;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/**
 * Rolls calico-node, because only a new pod's init container writes the CNI config to its node, and
 * watches node by node until it lies there.
 */
final class CalicoRollout {
  private static final String RESTARTED_AT = "kubectl.kubernetes.io/restartedAt";
  private static final String[] TEMPLATE = {"spec", "template", "metadata", "annotations"};

  /** What the kubelet says of a container that will not start by itself. */
  private static final Set<String> HOPELESS =
      Set.of("CrashLoopBackOff", "CreateContainerConfigError", "InvalidImageName");

  /** What the kubelet says of a container whose turn has not come. */
  private static final Set<String> USUAL = Set.of("PodInitializing", "ContainerCreating");

  private final Cluster cluster;
  private final CalicoInstall install;
  private final Clock pause;
  private final Duration patience;
  private Optional<String> restartedBefore = Optional.empty();
  private Optional<String> restartedAt = Optional.empty();

  /**
   * @param patience how long no node may make progress
   */
  CalicoRollout(Cluster cluster, CalicoInstall install, Clock pause, Duration patience) {
    this.cluster = cluster;
    this.install = install;
    this.pause = pause;
    this.patience = patience;
  }

  /** Rolls all nodes and waits until each has a new, ready pod and the wanted CNI config. */
  void roll(Predicate<CniOnNode> wanted, Progress progress) {
    Set<String> old = new TreeSet<>();
    install.pods(cluster).forEach(pod -> old.add(pod.uid()));
    ApiObject set = daemonSet();
    restartedBefore = set.object(TEMPLATE).text(RESTARTED_AT);
    String now = pause.now().truncatedTo(ChronoUnit.MILLIS).toString();
    List<JsonPatch.Operation> operations = new ArrayList<>();
    operations.add(JsonPatch.test(set.uid(), "metadata", "uid"));
    restartedBefore.ifPresent(before -> operations.add(JsonPatch.test(before, restartPath())));
    if (!set.has(TEMPLATE)) {
      operations.add(JsonPatch.add(Map.of(), TEMPLATE));
    }
    operations.add(JsonPatch.add(now, restartPath()));
    // Noted before the write: an answer that is lost may still have been a write.
    restartedAt = Optional.of(now);
    patch(operations);
    await((node, pod) -> !old.contains(pod.uid()), (node, cni) -> wanted.test(cni), true, progress);
  }

  /**
   * Takes the restart back, so that only the nodes that it had reached roll once more, and waits
   * until each node has its CNI config of before. Does nothing when nothing was rolled.
   */
  void rollBack(BiPredicate<String, CniOnNode> wanted, Progress progress) {
    if (restartedAt.isEmpty()) {
      return;
    }
    if (daemonSet().object(TEMPLATE).text(RESTARTED_AT).equals(restartedAt)) {
      patch(
          List.of(
              JsonPatch.test(restartedAt.get(), restartPath()),
              restartedBefore
                  .map(before -> JsonPatch.replace(before, restartPath()))
                  .orElseGet(() -> JsonPatch.remove(restartPath()))));
    }
    await((node, pod) -> true, wanted, false, progress);
  }

  private void await(
      BiPredicate<String, Pod> isNew,
      BiPredicate<String, CniOnNode> wanted,
      boolean failFast,
      Progress progress) {
    Set<String> expected = new TreeSet<>();
    Set<String> done = new TreeSet<>();
    new NodeWait(pause, patience)
        .until(
            () -> {
              Map<String, Pod> pods = FeatureGates.byNode(install.pods(cluster));
              expected.addAll(pods.keySet());
              expected.removeIf(node -> !pods.containsKey(node) && isGone(node));
              Map<String, Optional<String>> seen = new TreeMap<>();
              for (String node : expected) {
                Optional<String> why =
                    hindrance(node, pods.get(node), done, isNew, wanted, failFast);
                seen.put(node, why);
                if (why.isEmpty()) {
                  done.add(node);
                }
              }
              return seen;
            },
            this::stuck,
            progress);
  }

  /** What a node still waits for; empty when it is done. */
  private Optional<String> hindrance(
      String node,
      Pod pod,
      Set<String> done,
      BiPredicate<String, Pod> isNew,
      BiPredicate<String, CniOnNode> wanted,
      boolean failFast) {
    if (pod == null || pod.terminating()) {
      return Optional.of("its calico-node pod is not there yet");
    }
    if (!isNew.test(node, pod)) {
      return Optional.of("its calico-node pod is still the old one");
    }
    if (!pod.ready()) {
      Optional<String> trouble = trouble(pod, failFast);
      return Optional.of(
          "its calico-node pod is not Ready" + trouble.map(text -> ": " + text).orElse(""));
    }
    if (done.contains(node)) {
      return Optional.empty();
    }
    CniOnNode cni = CniOnNode.read(cluster.nodes(), node);
    if (wanted.test(node, cni)) {
      return Optional.empty();
    }
    return Optional.of(
        switch (cni) {
          case CniOnNode.Calicos calicos ->
              "the gate in " + calicos.file() + " is " + calicos.gate();
          case CniOnNode.Foreign foreign -> foreign.file() + " is not Calico's";
          case CniOnNode.Unknown unknown -> unknown.why().getMessage();
        });
  }

  /**
   * What keeps a pod from getting Ready, in the kubelet's or the container's own last words.
   *
   * @throws FipctlException exit 7 when it is hopeless and {@code failFast}
   */
  private Optional<String> trouble(Pod pod, boolean failFast) {
    String namespace = pod.ref().namespace();
    ApiObject whole = cluster.get(Kind.PODS, namespace, pod.ref().name()).orElse(ApiObject.EMPTY);
    List<ApiObject> statuses = new ArrayList<>(whole.objects("status", "initContainerStatuses"));
    statuses.addAll(whole.objects("status", "containerStatuses"));
    for (ApiObject status : statuses) {
      Optional<String> reason =
          status.text("state", "waiting", "reason").filter(text -> !USUAL.contains(text));
      if (reason.isPresent()) {
        String container = status.text("name").orElse("?");
        String words =
            status
                .text("lastState", "terminated", "message")
                .or(() -> cluster.lastLogLine(namespace, pod.ref().name(), container))
                .or(() -> status.text("state", "waiting", "message"))
                .map(text -> ": " + text.strip())
                .orElse("");
        String text = "container %s: %s%s".formatted(container, reason.get(), words);
        if (failFast && HOPELESS.contains(reason.get())) {
          throw FipctlException.notSeen(
              "CalicoNodeFails",
              "calico-node does not start on node %s: %s".formatted(pod.node().orElse("?"), text),
              ShellCommand.of(
                  "kubectl logs %s -n %s -c %s", pod.ref().name(), namespace, container));
        }
        return Optional.of(text);
      }
    }
    return Optional.empty();
  }

  private FipctlException stuck(Map<String, String> waiting) {
    String nodes =
        String.join(
            "; ",
            waiting.entrySet().stream()
                .limit(3)
                .map(entry -> entry.getKey() + ": " + entry.getValue())
                .toList());
    return FipctlException.notSeen(
        "RolloutStuck",
        "no node made progress for %d s; %d left (%s)"
            .formatted(patience.toSeconds(), waiting.size(), nodes),
        ShellCommand.of("kubectl rollout status %s", install.kubectlName()),
        ShellCommand.of(
            "kubectl get pods -n %s -l %s -o wide",
            install.namespace(), ShellCommand.word(install.podSelector())));
  }

  private boolean isGone(String node) {
    return cluster.get(Kind.NODES, "", node).isEmpty();
  }

  private ApiObject daemonSet() {
    return cluster
        .get(Kind.DAEMON_SETS, install.namespace(), install.daemonSet())
        .orElseThrow(
            () ->
                FipctlException.conflict(
                    "DaemonSetGone", "the DaemonSet " + install.daemonSet() + " is gone"));
  }

  private void patch(List<JsonPatch.Operation> operations) {
    cluster.patch(
        Kind.DAEMON_SETS,
        install.namespace(),
        install.daemonSet(),
        new JsonPatch(operations),
        Cluster.WriteMode.REAL);
  }

  private static String[] restartPath() {
    return new String[] {TEMPLATE[0], TEMPLATE[1], TEMPLATE[2], TEMPLATE[3], RESTARTED_AT};
  }
}
