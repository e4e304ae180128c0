package io.fipctl.lease;

import io.fipctl.model.ApiObject;
import io.fipctl.model.Pod;
import io.fipctl.model.PodRef;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A pod as a record names it. Another pod of the same name is not it: the UID decides. */
public record PodIdentity(PodRef ref, String uid, Optional<String> node) {
  public static PodIdentity of(Pod pod) {
    return new PodIdentity(pod.ref(), pod.uid(), pod.node());
  }

  /** What was written; empty when it does not name one pod. */
  static Optional<PodIdentity> read(ApiObject tree) {
    Optional<String> namespace = tree.text("namespace").filter(text -> !text.isEmpty());
    Optional<String> name = tree.text("name").filter(text -> !text.isEmpty());
    Optional<String> uid = tree.text("uid").filter(text -> !text.isEmpty());
    return namespace.isEmpty() || name.isEmpty() || uid.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new PodIdentity(new PodRef(namespace.get(), name.get()), uid.get(), tree.text("node")));
  }

  /** As it is written and printed. */
  public Map<String, Object> tree() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("namespace", ref.namespace());
    tree.put("name", ref.name());
    tree.put("uid", uid);
    node.ifPresent(name -> tree.put("node", name));
    return tree;
  }

  public boolean is(Pod pod) {
    return uid.equals(pod.uid()) && ref.equals(pod.ref());
  }

  /** The same pod among those that there are. */
  public Optional<Pod> among(Collection<Pod> pods) {
    return pods.stream().filter(this::is).findFirst();
  }

  /** The pod as far as it is remembered, now that there is none. */
  Pod asItWas() {
    return new Pod(
        ref,
        uid,
        "",
        node,
        false,
        "Unknown",
        false,
        false,
        List.of(),
        Optional.empty(),
        Optional.empty(),
        false,
        Map.of(),
        Optional.empty(),
        Optional.empty());
  }

  @Override
  public String toString() {
    return ref.toString();
  }
}
