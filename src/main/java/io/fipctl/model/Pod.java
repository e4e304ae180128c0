package io.fipctl.model;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A pod, as far as floating IPs are concerned.
 *
 * @param resourceVersion of the object as it was read, for guarded writes
 * @param node the node it is scheduled to
 * @param addresses the pod's own IPs; none before the network is set up
 * @param annotation the raw value of {@link FloatingIps#KEY}
 * @param fence the raw value of {@link #FENCE}
 * @param controller the owner that replaces the pod under another UID, such as a ReplicaSet
 */
public record Pod(
    PodRef ref,
    String uid,
    String resourceVersion,
    Optional<String> node,
    boolean hostNetwork,
    String phase,
    boolean terminating,
    boolean ready,
    List<IpAddress> addresses,
    Optional<String> annotation,
    Optional<String> fence,
    boolean hasAnnotations,
    Map<String, String> labels,
    Optional<Owner> controller,
    Optional<Instant> created) {
  /** The annotation that says under which lock fipctl wrote to the pod last. */
  public static final String FENCE = "fipctl.io/fence";

  /** The kind that controls the mirrors of static pods. */
  private static final String NODE = "Node";

  /** The object that controls a pod. */
  public record Owner(String kind, String name) {
    @Override
    public String toString() {
      return kind + "/" + name;
    }
  }

  public static Pod of(ApiObject object) {
    return new Pod(
        new PodRef(object.namespace(), object.name()),
        object.uid(),
        object.resourceVersion(),
        object.text("spec", "nodeName"),
        object.flag("spec", "hostNetwork"),
        object.text("status", "phase").orElse("Unknown"),
        object.has("metadata", "deletionTimestamp"),
        isReady(object),
        addresses(object),
        object.annotation(FloatingIps.KEY),
        object.annotation(FENCE),
        object.has("metadata", "annotations"),
        object.map("metadata", "labels"),
        controller(object),
        object.text("metadata", "creationTimestamp").map(Instant::parse));
  }

  /** What Calico makes of the pod's annotation. */
  public FloatingIps floatingIps() {
    return FloatingIps.read(annotation, addresses);
  }

  /** Whether the pod has ended: Calico withdraws its addresses (conversion.go, IsFinished). */
  public boolean finished() {
    return phase.equals("Succeeded") || phase.equals("Failed");
  }

  /**
   * The floating IPs the pod holds: those of its annotation, until it is gone or finished. A pod
   * without a network yet holds what it claims, whatever its family will be.
   */
  public List<IpAddress> held() {
    return finished() || hostNetwork ? List.of() : floatingIps().addresses();
  }

  /**
   * Whether it only mirrors a static pod: the kubelet makes the mirror from a file, and makes it
   * again without the annotations of others (kubernetes pkg/kubelet/pod/mirror_client.go).
   */
  public boolean isMirror() {
    return controller.filter(owner -> owner.kind().equals(NODE)).isPresent();
  }

  public boolean holds(IpAddress address) {
    return held().contains(address);
  }

  /** The pod's own address of a family. Of several the last counts, as for Calico. */
  public Optional<IpAddress> address(IpAddress.Family family) {
    return addresses.stream().filter(ip -> ip.family() == family).reduce((first, second) -> second);
  }

  private static boolean isReady(ApiObject object) {
    return object.objects("status", "conditions").stream()
        .anyMatch(
            condition ->
                condition.text("type").equals(Optional.of("Ready"))
                    && condition.text("status").equals(Optional.of("True")));
  }

  private static List<IpAddress> addresses(ApiObject object) {
    List<IpAddress> addresses = new ArrayList<>();
    for (ApiObject podIp : object.objects("status", "podIPs")) {
      podIp.text("ip").flatMap(IpAddress::tryParse).ifPresent(addresses::add);
    }
    if (addresses.isEmpty()) {
      object.text("status", "podIP").flatMap(IpAddress::tryParse).ifPresent(addresses::add);
    }
    return List.copyOf(addresses);
  }

  private static Optional<Owner> controller(ApiObject object) {
    if (object.annotation("kubernetes.io/config.mirror").isPresent()) {
      return Optional.of(new Owner(NODE, object.text("spec", "nodeName").orElse("?")));
    }
    return object.objects("metadata", "ownerReferences").stream()
        .filter(owner -> owner.flag("controller") || owner.text("kind").equals(Optional.of(NODE)))
        .map(owner -> new Owner(owner.text("kind").orElse("?"), owner.text("name").orElse("?")))
        .findFirst();
  }
}
