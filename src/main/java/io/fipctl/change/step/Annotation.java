package io.fipctl.change.step;

import io.fipctl.kube.Cluster;
import io.fipctl.kube.Cluster.WriteMode;
import io.fipctl.kube.Kind;
import io.fipctl.lease.Fence;
import io.fipctl.lease.LockLost;
import io.fipctl.lease.UncertainWrite;
import io.fipctl.model.FipctlException;
import io.fipctl.model.FloatingIps;
import io.fipctl.model.IpAddress;
import io.fipctl.model.JsonPatch;
import io.fipctl.model.Pod;
import io.fipctl.model.ShellCommand;
import io.fipctl.model.StaleWriteException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The only writer of a pod's annotation: guarded, and always the canonical form or no key. */
public final class Annotation {
  private Annotation() {}

  /**
   * Refuses a value that holds something Calico ignores or cannot read. Nothing is repaired on the
   * side: that would bring an address to life that nobody has checked.
   */
  public static void requireNothingForeign(Pod pod) {
    Fence.requireKnown(pod);
    List<String> foreign = pod.floatingIps().ineffective();
    if (!foreign.isEmpty()) {
      throw FipctlException.conflict(
          "ForeignEntry",
          "the annotation of pod %s holds what Calico does not program: %s"
              .formatted(pod.ref(), pod.annotation().orElse("")),
          waysOut(pod));
    }
  }

  /** To keep the working entries there must be some: an empty value is never written. */
  private static String[] waysOut(Pod pod) {
    String clear =
        ShellCommand.of(
            "fipctl release --pod %s   # takes every address and the key away", pod.ref());
    List<IpAddress> working = pod.floatingIps().addresses();
    if (working.isEmpty()) {
      return new String[] {clear};
    }
    String keep =
        ShellCommand.of(
            "kubectl -n %s annotate pod %s --overwrite %s   # keeps the working ones",
            pod.ref().namespace(),
            pod.ref().name(),
            ShellCommand.word(FloatingIps.KEY + "=" + FloatingIps.write(working)));
    return new String[] {clear, keep};
  }

  /**
   * Stands right before each request that writes to a pod, behind the look at the pod that decided
   * on it.
   */
  @FunctionalInterface
  interface Guard {
    /** Without a lock. */
    Guard NONE = Optional::empty;

    /**
     * Lets the request be made, or not.
     *
     * @return what is put up on the pod; nothing without a lock
     * @throws LockLost when it must not be written any more
     */
    Optional<Fence> enter();
  }

  /**
   * The patch that makes the pod hold exactly these addresses: made only if it is still the same
   * pod (by UID) with the same value, and nobody has put up another fence. Where there is no value
   * that could be tested, the resource version is.
   */
  public static JsonPatch patch(Pod pod, List<IpAddress> addresses, Optional<Fence> fence) {
    String[] key = {"metadata", "annotations", FloatingIps.KEY};
    List<JsonPatch.Operation> operations = new ArrayList<>();
    operations.add(JsonPatch.test(pod.uid(), "metadata", "uid"));
    if (pod.annotation().isPresent()) {
      operations.add(JsonPatch.test(pod.annotation().get(), key));
    }
    if (pod.annotation().isEmpty() || (pod.fence().isEmpty() && fence.isPresent())) {
      operations.add(JsonPatch.test(pod.resourceVersion(), "metadata", "resourceVersion"));
    }
    operations.addAll(Fence.tests(pod));
    if (addresses.isEmpty()) {
      if (pod.annotation().isPresent()) {
        operations.add(JsonPatch.remove(key));
      }
      operations.addAll(Fence.removed(pod));
    } else if (pod.hasAnnotations()) {
      operations.add(JsonPatch.add(FloatingIps.write(addresses), key));
      fence.ifPresent(own -> operations.addAll(own.written(pod)));
    } else {
      Map<String, Object> annotations = new LinkedHashMap<>();
      annotations.put(FloatingIps.KEY, FloatingIps.write(addresses));
      fence.ifPresent(own -> annotations.put(Pod.FENCE, own.text()));
      operations.add(JsonPatch.add(annotations, "metadata", "annotations"));
    }
    return new JsonPatch(operations);
  }

  /**
   * Changes the addresses of a pod. When somebody else wrote between the read and the write, it is
   * read and decided again; an answer that got lost is looked up before anything is claimed.
   *
   * @param change the addresses to hold, made from those that the pod holds when it is written
   * @return whether anything was written; false when it is so already
   */
  static boolean change(
      Cluster cluster,
      Pod pod,
      UnaryOperator<List<IpAddress>> change,
      Guard guard,
      WriteMode mode) {
    Pod now = pod;
    for (int tries = 0; ; tries++) {
      try {
        return write(cluster, now, change, guard, mode);
      } catch (StaleWriteException stale) {
        if (tries == Fence.TRIES) {
          throw FipctlException.conflict(
                  "ChangedMeanwhile",
                  "somebody else wrote to pod %s again and again while this ran"
                      .formatted(pod.ref()),
                  "run the same command again")
              .causedBy(stale);
        }
        now = reread(cluster, now);
      }
    }
  }

  /** The same, unless anybody has written to the pod since it was read; whether it was. */
  static boolean isMadeAtOnce(Cluster cluster, Pod pod, UnaryOperator<List<IpAddress>> change) {
    try {
      return write(cluster, pod, change, Guard.NONE, WriteMode.REAL);
    } catch (StaleWriteException other) {
      return false;
    }
  }

  /** The change that adds an address behind the others. */
  static UnaryOperator<List<IpAddress>> adding(IpAddress address) {
    return present -> {
      List<IpAddress> more = new ArrayList<>(present);
      if (!present.contains(address)) {
        more.add(address);
      }
      return more;
    };
  }

  /** The change that takes an address out. */
  static UnaryOperator<List<IpAddress>> removing(IpAddress address) {
    return present -> present.stream().filter(other -> !other.equals(address)).toList();
  }

  /**
   * The pod as it is now.
   *
   * @throws FipctlException exit 4 when it is gone, or another pod of the same name
   */
  public static Pod reread(Cluster cluster, Pod pod) {
    Optional<Pod> now =
        cluster.get(Kind.PODS, pod.ref().namespace(), pod.ref().name()).map(Pod::of);
    if (now.isEmpty()) {
      throw FipctlException.conflict(
          "PodGone", "pod %s was deleted meanwhile".formatted(pod.ref()), "fipctl list -A");
    }
    if (!now.get().uid().equals(pod.uid())) {
      throw FipctlException.conflict(
          "PodReplaced",
          "pod %s was deleted and made again meanwhile: it is another pod (UID %s, was %s)"
              .formatted(pod.ref(), now.get().uid(), pod.uid()),
          ShellCommand.of(
              "kubectl -n %s get pod %s -o wide   # then run the command again",
              pod.ref().namespace(), pod.ref().name()));
    }
    return now.get();
  }

  private static boolean write(
      Cluster cluster,
      Pod pod,
      UnaryOperator<List<IpAddress>> change,
      Guard guard,
      WriteMode mode) {
    requireNothingForeign(pod);
    List<IpAddress> addresses = change.apply(pod.floatingIps().addresses());
    if (addresses.equals(pod.floatingIps().addresses())) {
      return false;
    }
    JsonPatch patch = patch(pod, addresses, guard.enter());
    try {
      cluster.patch(Kind.PODS, pod.ref().namespace(), pod.ref().name(), patch, mode);
    } catch (FipctlException lost) {
      if (!UncertainWrite.is(lost) || mode != WriteMode.REAL || !wasMade(cluster, pod, addresses)) {
        throw lost;
      }
    }
    return true;
  }

  private static boolean wasMade(Cluster cluster, Pod pod, List<IpAddress> addresses) {
    return reread(cluster, pod).floatingIps().addresses().equals(addresses);
  }
}
