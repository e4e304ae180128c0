package io.fipctl.lease;

import io.fipctl.kube.Cluster;
import io.fipctl.kube.Cluster.WriteMode;
import io.fipctl.kube.Kind;
import io.fipctl.model.Clock;
import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import io.fipctl.model.IpAddress;
import io.fipctl.model.JsonPatch;
import io.fipctl.model.JsonText;
import io.fipctl.model.Pod;
import io.fipctl.model.StaleWriteException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a pod carries of the lock under which it was last written to. Every write tests that it is
 * still what it was when the pod was read, so that a process which stood still between its look at
 * the lock and its request cannot write any more once somebody else has put up their own: the API
 * server refuses it, however late it comes. No value ever comes back, so one of them on a pod is
 * enough for all of its addresses.
 *
 * <p>It is compared and never believed: whose the lock is, its Lease says.
 *
 * @param transitions how often the lock had changed hands
 * @param run the nonce of the run that had it
 */
public record Fence(IpAddress address, long transitions, String run) {
  /** How often a pod is read again because somebody else wrote to it. */
  public static final int TRIES = 5;

  private static final String[] KEY = {"metadata", "annotations", Pod.FENCE};

  /** As it is written. */
  public String text() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put(RecordFormat.FIELD, RecordFormat.VERSION);
    tree.put("address", address.toString());
    tree.put("transitions", transitions);
    tree.put("run", run);
    return JsonText.write(tree);
  }

  /**
   * Refuses a pod that a later fipctl has written to in a form that this one does not know; what is
   * in no form at all is only compared.
   */
  public static void requireKnown(Pod pod) {
    if (pod.fence().flatMap(RecordFormat::tree).filter(RecordFormat::isNewer).isPresent()) {
      throw RecordFormat.newer("the annotation %s of pod %s".formatted(Pod.FENCE, pod.ref()));
    }
  }

  /**
   * The test that holds as long as nobody has put up another one since the pod was read. Where
   * there is none the resource version has to be tested, which is another one with every status
   * that the kubelet writes.
   */
  public static List<JsonPatch.Operation> tests(Pod pod) {
    return pod.fence().map(text -> List.of(JsonPatch.test(text, KEY))).orElse(List.of());
  }

  /** The operations that leave this one on a pod which keeps an address, or none where it is so. */
  public List<JsonPatch.Operation> written(Pod pod) {
    return pod.fence().equals(Optional.of(text()))
        ? List.of()
        : List.of(JsonPatch.add(text(), KEY));
  }

  /** The operations that leave none on a pod. */
  public static List<JsonPatch.Operation> removed(Pod pod) {
    return pod.fence().isPresent() ? List.of(JsonPatch.remove(KEY)) : List.of();
  }

  /**
   * Puts it up on a pod: whoever read the pod before cannot write to it any more. A pod that is
   * gone needs none.
   *
   * @param patience how long the API server may not answer
   */
  void putUp(Cluster cluster, PodIdentity party, Clock pause, Duration patience) {
    Duration end = pause.uptime().plus(patience);
    for (int tries = 0; ; ) {
      try {
        Optional<Pod> pod = now(cluster, party);
        if (pod.isPresent()) {
          requireKnown(pod.get());
          patch(cluster, pod.get(), onto(pod.get()));
        }
        return;
      } catch (StaleWriteException other) {
        if (++tries > TRIES) {
          throw other;
        }
      } catch (FipctlException failure) {
        if (failure.exitCode() == ExitCode.NOT_FOUND) {
          return;
        }
        if (!UncertainWrite.is(failure) || pause.uptime().compareTo(end) >= 0) {
          throw failure;
        }
        pause.sleep(UncertainWrite.LOOK_AGAIN);
      }
    }
  }

  /** Unguarded: that it is another one than was read is all that counts. */
  private List<JsonPatch.Operation> onto(Pod pod) {
    return pod.hasAnnotations()
        ? written(pod)
        : List.of(
            unchanged(pod), JsonPatch.add(Map.of(Pod.FENCE, text()), "metadata", "annotations"));
  }

  private static JsonPatch.Operation unchanged(Pod pod) {
    return JsonPatch.test(pod.resourceVersion(), "metadata", "resourceVersion");
  }

  /** Takes it off a pod that has no address, where that is possible: it harms nobody. */
  static void takeDown(Cluster cluster, PodIdentity party) {
    try {
      now(cluster, party)
          .filter(pod -> pod.annotation().isEmpty() && pod.fence().isPresent())
          .ifPresent(
              pod ->
                  patch(
                      cluster,
                      pod,
                      Stream.concat(Stream.of(unchanged(pod)), removed(pod).stream()).toList()));
    } catch (FipctlException e) {
      // The next address of the pod takes it along.
    }
  }

  private static Optional<Pod> now(Cluster cluster, PodIdentity party) {
    return cluster
        .get(Kind.PODS, party.ref().namespace(), party.ref().name())
        .map(Pod::of)
        .filter(party::is);
  }

  private static void patch(Cluster cluster, Pod pod, List<JsonPatch.Operation> changes) {
    if (changes.isEmpty()) {
      return;
    }
    List<JsonPatch.Operation> operations = new ArrayList<>();
    operations.add(JsonPatch.test(pod.uid(), "metadata", "uid"));
    operations.addAll(changes);
    cluster.patch(
        Kind.PODS,
        pod.ref().namespace(),
        pod.ref().name(),
        new JsonPatch(operations),
        WriteMode.REAL);
  }
}
