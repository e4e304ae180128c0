package io.fipctl.doctor.check;

import io.fipctl.kube.Kind;
import io.fipctl.lease.AddressRecord;
import io.fipctl.lease.Leases;
import io.fipctl.lease.PodIdentity;
import io.fipctl.model.IpAddress;
import io.fipctl.model.Pod;
import java.util.List;
import java.util.Optional;

/**
 * Which of several pods that claim an address should keep it, and how that is known. Where neither
 * the address's record nor the times of the claims tell, nothing is guessed.
 *
 * @param because in words
 * @param proof where it was read
 */
record Rightful(Pod pod, String because, EvidenceRef proof) {

  static Optional<Rightful> of(Facts facts, IpAddress address, List<Pod> claimants) {
    return byRecord(facts, address, claimants).or(() -> byTime(facts, address, claimants));
  }

  /** Whom the address's Lease names; by UID, so a pod that was made again is not it. */
  static Optional<Rightful> byRecord(Facts facts, IpAddress address, List<Pod> claimants) {
    return facts.maybe(Kind.LEASES).stream()
        .filter(lease -> Leases.address(lease).equals(Optional.of(address)))
        .flatMap(
            lease ->
                AddressRecord.of(address, lease).holder().stream()
                    .flatMap(
                        holder ->
                            claimants.stream()
                                .filter(pod -> isSame(holder, pod))
                                .map(
                                    pod ->
                                        new Rightful(
                                            pod,
                                            "it is the recorded holder",
                                            EvidenceRef.api(
                                                "leases",
                                                "%s/%s holder: %s"
                                                    .formatted(
                                                        lease.namespace(),
                                                        lease.name(),
                                                        holder))))))
        .findFirst();
  }

  private static boolean isSame(PodIdentity holder, Pod pod) {
    return holder.uid().equals(pod.uid()) && holder.ref().equals(pod.ref());
  }

  /**
   * Who had claimed it before each of the others was there: a pod's own time of creation is the
   * server's, while anybody who may edit a pod may claim an address at any time of its life. Pods
   * that a template gives the address are one workload's: the newer ones are to replace the older.
   */
  private static Optional<Rightful> byTime(Facts facts, IpAddress address, List<Pod> claimants) {
    if (AddressChecks.isInTemplate(facts, address)) {
      return Optional.empty();
    }
    return claimants.stream()
        .flatMap(
            pod ->
                facts.claimed(pod).stream()
                    .filter(
                        since ->
                            claimants.stream()
                                .filter(other -> !other.equals(pod))
                                .allMatch(
                                    other -> other.created().filter(since::isBefore).isPresent()))
                    .map(
                        since ->
                            new Rightful(
                                pod,
                                "it claims it since " + since,
                                EvidenceRef.api(
                                    "pods",
                                    "%s annotated %s, the others created later"
                                        .formatted(pod.ref(), since)))))
        .findFirst();
  }
}
