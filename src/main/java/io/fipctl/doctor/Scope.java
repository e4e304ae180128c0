package io.fipctl.doctor;

import io.fipctl.doctor.check.Facts;
import io.fipctl.evidence.Evidence;
import io.fipctl.evidence.MissingEvidence;
import io.fipctl.model.FipctlException;
import io.fipctl.model.IpAddress;
import io.fipctl.model.Pod;
import io.fipctl.model.PodRef;
import io.fipctl.model.PodTarget;
import io.fipctl.model.ShellCommand;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The addresses and pods that a run is about: those that were named, with the pods that hold such
 * an address and the addresses that such a pod holds. Both empty when nothing was named.
 */
public record Scope(Set<IpAddress> addresses, Set<PodRef> pods) {
  /**
   * Finds them in the evidence.
   *
   * @param targets with their namespaces
   * @throws FipctlException exit 5 when there is no such pod
   */
  public static Scope of(
      Evidence evidence, Collection<IpAddress> named, Collection<PodTarget> targets) {
    Set<IpAddress> addresses = new TreeSet<>(named);
    Set<PodRef> pods = new TreeSet<>();
    if (named.isEmpty() && targets.isEmpty()) {
      return new Scope(addresses, pods);
    }
    Facts facts = new Facts(evidence, Set.of());
    try {
      for (PodTarget target : targets) {
        Set<PodRef> found = new TreeSet<>();
        facts.pods().stream().filter(pod -> isMeant(target, pod)).forEach(p -> found.add(p.ref()));
        if (found.isEmpty()) {
          throw FipctlException.notFound(
              "PodNotFound",
              "there is no %s in namespace %s"
                  .formatted(target, target.namespace().orElse("default")),
              ShellCommand.of("kubectl get pods -n %s", target.namespace().orElse("default")));
        }
        pods.addAll(found);
      }
      facts.held().stream()
          .filter(held -> pods.contains(held.pod().ref()))
          .forEach(held -> addresses.add(held.address()));
      facts.held().stream()
          .filter(held -> addresses.contains(held.address()))
          .forEach(held -> pods.add(held.pod().ref()));
    } catch (MissingEvidence e) {
      throw FipctlException.notSeen(
          "PodsNotRead", "pods were not read, so none can be named: " + e.getMessage());
    }
    return new Scope(addresses, pods);
  }

  private static boolean isMeant(PodTarget target, Pod pod) {
    if (!target.namespace().equals(Optional.of(pod.ref().namespace()))) {
      return false;
    }
    if (target.isPod()) {
      return pod.ref().name().equals(target.name());
    }
    return pod.controller()
        .filter(
            owner ->
                target.kind().equals("StatefulSet")
                    ? owner.kind().equals("StatefulSet") && owner.name().equals(target.name())
                    // A ReplicaSet is named after its Deployment and the template's hash.
                    : owner.kind().equals("ReplicaSet")
                        && owner
                            .name()
                            .matches(java.util.regex.Pattern.quote(target.name()) + "-[a-z0-9]+"))
        .isPresent();
  }
}
