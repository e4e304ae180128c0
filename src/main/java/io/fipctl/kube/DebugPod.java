package io.fipctl.kube;

import io.fipctl.kube.Cluster.Scope;
import io.fipctl.model.ApiObject;
import io.fipctl.model.PodRef;
import io.fipctl.node.NodeAccess;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A debug pod of fipctl: how it is made, and what is known of one that is there.
 *
 * @param node where it is
 * @param by who started it
 * @param run the process that started it
 * @param ends when it ends by itself
 * @param isFinished whether it has ended already
 */
public record DebugPod(
    PodRef ref,
    String node,
    String by,
    Optional<RunId> run,
    Optional<Instant> ends,
    boolean isFinished) {
  /** The label of everything that fipctl makes. */
  public static final String LABEL = "app.kubernetes.io/managed-by";

  public static final String CONTAINER = "debug";

  private static final String BY = "fipctl.io/started-by";
  private static final String RUN = "fipctl.io/run";

  /** All of them, of every run, and whatever else has the label: {@link #isOne} tells. */
  public static final Scope ALL = Scope.ALL.labelled(LABEL + "=fipctl");

  /** The kind with the fields that {@link #of} looks at. */
  public static final Kind KIND =
      new Kind(
          "",
          "v1",
          "pods",
          "Pod",
          true,
          FieldMask.parse(
              "metadata(name,namespace,uid,creationTimestamp,annotations(fipctl.io/*),labels),"
                  + "spec(nodeName,activeDeadlineSeconds),status(phase)"));

  /**
   * The places of calico-node that fipctl's commands look at: the CNI directory, BIRD's sockets and
   * the CNI plugin's log; the lock that iptables takes, and modules for tools that ask for one.
   */
  private static final List<String> PLACES =
      List.of(
          "/host/etc/cni/net.d",
          "/var/run/calico",
          "/var/log/calico/cni",
          "/run/xtables.lock",
          "/lib/modules");

  /** The only place that is written to: iptables opens its lock for writing. */
  private static final String LOCK = "/run/xtables.lock";

  /**
   * Whether fipctl made it, of whatever version: it says of which run it is. The label is one that
   * any tool may use.
   */
  public static boolean isOne(ApiObject pod) {
    return pod.label(LABEL).equals(Optional.of("fipctl"))
        && pod.annotation(RUN).flatMap(RunId::parse).isPresent();
  }

  /** What a list or {@link #spec} has of a debug pod. */
  public static DebugPod of(ApiObject pod) {
    Optional<Instant> created = pod.text("metadata", "creationTimestamp").flatMap(DebugPod::time);
    return new DebugPod(
        new PodRef(pod.namespace(), pod.name()),
        pod.text("spec", "nodeName").orElse(""),
        pod.annotation(BY).orElse("somebody"),
        pod.annotation(RUN).flatMap(RunId::parse),
        created.flatMap(
            start ->
                pod.number("spec", "activeDeadlineSeconds").stream()
                    .mapToObj(start::plusSeconds)
                    .findFirst()),
        Set.of("Failed", "Succeeded").contains(pod.text("status", "phase").orElse("")));
  }

  private static Optional<Instant> time(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  /**
   * The object to create.
   *
   * @param calicoNode the pods of Calico's own DaemonSet: the debug pod sees of the node what its
   *     container sees, so that the same commands print the same; empty when there is none
   */
  public static ApiObject spec(
      PodRef ref, String node, String by, RunId run, NodeAccess access, ApiObject calicoNode) {
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("name", ref.name());
    metadata.put("namespace", ref.namespace());
    metadata.put("labels", Map.of(LABEL, "fipctl", "app.kubernetes.io/name", "fipctl-debug"));
    metadata.put("annotations", Map.of(BY, by, RUN, run.toString()));
    List<Object> volumes = new ArrayList<>();
    List<Object> mounts = new ArrayList<>();
    mount(calicoNode, volumes, mounts);
    Map<String, Object> container = new LinkedHashMap<>();
    container.put("name", CONTAINER);
    container.put("image", image(access, calicoNode).orElseThrow());
    access.pullPolicy().ifPresent(policy -> container.put("imagePullPolicy", policy));
    // It ends by itself even where no kubelet enforces the deadline.
    container.put("command", List.of("sleep", seconds(access.deadline()).toString()));
    // The node's iptables and conntrack are for root alone, whatever user the image names.
    container.put("securityContext", Map.of("privileged", true, "runAsUser", 0));
    container.put("volumeMounts", mounts);
    Map<String, Object> spec = new LinkedHashMap<>();
    spec.put("nodeName", node);
    spec.put("hostNetwork", true);
    spec.put("hostPID", true);
    spec.put("restartPolicy", "Never");
    spec.put("activeDeadlineSeconds", seconds(access.deadline()));
    spec.put("terminationGracePeriodSeconds", 1);
    spec.put("automountServiceAccountToken", false);
    spec.put("enableServiceLinks", false);
    spec.put("tolerations", List.of(Map.of("operator", "Exists")));
    List<Object> secrets = secrets(ref.namespace(), access, calicoNode);
    if (!secrets.isEmpty()) {
      spec.put("imagePullSecrets", secrets);
    }
    spec.put("containers", List.of(container));
    spec.put("volumes", volumes);
    return new ApiObject(Map.of("metadata", metadata, "spec", spec));
  }

  private static Long seconds(Duration duration) {
    return Math.max(1, duration.toSeconds());
  }

  public static Optional<String> image(NodeAccess access, ApiObject calicoNode) {
    return access
        .image()
        .or(
            () ->
                CalicoDaemonSet.container(calicoNode)
                    .flatMap(container -> container.text("image")));
  }

  /** Those of calico-node are good for its own image, in its own namespace. */
  private static List<Object> secrets(String namespace, NodeAccess access, ApiObject calicoNode) {
    Stream<String> own =
        namespace.equals(calicoNode.namespace())
            ? calicoNode.objects("spec", "imagePullSecrets").stream()
                .flatMap(secret -> secret.text("name").stream())
            : Stream.of();
    return access
        .pullSecret()
        .map(Stream::of)
        .orElse(own)
        .<Object>map(name -> Map.of("name", name))
        .toList();
  }

  /** Mounts what calico-node mounts of the node at {@link #PLACES}, to read. */
  private static void mount(ApiObject calicoNode, List<Object> volumes, List<Object> mounts) {
    Map<String, ApiObject> known = new LinkedHashMap<>();
    calicoNode
        .objects("spec", "volumes")
        .forEach(volume -> known.put(volume.text("name").orElse(""), volume));
    ApiObject container = CalicoDaemonSet.container(calicoNode).orElse(ApiObject.EMPTY);
    for (ApiObject mount : container.objects("volumeMounts")) {
      String path = mount.text("mountPath").orElse("");
      ApiObject volume = known.getOrDefault(mount.text("name").orElse(""), ApiObject.EMPTY);
      if (PLACES.contains(path) && volume.has("hostPath")) {
        volumes.add(volume.tree());
        Map<String, Object> copy = new LinkedHashMap<>();
        copy.put("name", volume.text("name").orElse(""));
        copy.put("mountPath", path);
        copy.put("readOnly", !path.equals(LOCK));
        mounts.add(copy);
      }
    }
  }
}
