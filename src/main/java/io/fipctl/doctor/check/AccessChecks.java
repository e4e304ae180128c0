package io.fipctl.doctor.check;

import io.fipctl.evidence.Fetched;
import io.fipctl.evidence.MissingEvidence;
import io.fipctl.kube.DebugPod;
import io.fipctl.kube.Kind;
import io.fipctl.lease.AddressRecord;
import io.fipctl.lease.Leases;
import io.fipctl.lease.LockOptions;
import io.fipctl.model.ApiObject;
import io.fipctl.model.ShellCommand;
import io.fipctl.repair.LockOrphan;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** What could be read at all, and what earlier runs left behind. */
public final class AccessChecks {
  /** How long the run of a debug pod that has ended may take to delete it. */
  private static final Duration DELETING = Duration.ofSeconds(30);

  private AccessChecks() {}

  /** FIP-001. */
  public static List<Outcome> answers(Facts facts) {
    List<Outcome> outcomes = new ArrayList<>();
    new TreeMap<>(facts.evidence().kinds())
        .forEach(
            (kind, seen) -> {
              if (seen instanceof Fetched.Missing<List<ApiObject>> missing) {
                outcomes.add(
                    Finding.error(Subject.ofObject(kind))
                        .observed("%s could not be listed: %s", kind, missing.why())
                        .expected("the API server lists %s", kind)
                        .proof(new EvidenceRef("api/" + kind + ".json", List.of()))
                        .impact("Whatever depends on %s is not checked.", kind)
                        .fix(FixKind.LIST_KIND.advice(all(kind))));
              }
            });
    if (outcomes.isEmpty()) {
      boolean any =
          facts.evidence().kinds().values().stream().anyMatch(Fetched.Read.class::isInstance);
      outcomes.add(
          any
              ? Outcome.ok(Subject.CLUSTER, facts.evidence().origin().server())
              : new Outcome.Unknown(Subject.CLUSTER, "nothing was read of the API"));
    }
    return outcomes;
  }

  /** Everything of a kind, as kubectl is asked for it. */
  private static ShellCommand.Part all(String plural) {
    return ShellCommand.part(Kind.isNamespaced(plural) ? "%s -A" : "%s", plural);
  }

  /** FIP-002. */
  public static List<Outcome> permissions(Facts facts) {
    List<Outcome> outcomes = new ArrayList<>();
    new TreeMap<>(facts.evidence().kinds())
        .forEach(
            (kind, seen) -> {
              if (seen instanceof Fetched.Forbidden<List<ApiObject>> forbidden) {
                outcomes.add(
                    new Outcome.Skipped(
                        Subject.ofObject(kind), forbidden.rule(), Outcome.Skipped.Why.FORBIDDEN));
              }
            });
    if (outcomes.isEmpty()) {
      outcomes.add(Outcome.ok(Subject.CLUSTER));
    }
    return outcomes;
  }

  /** FIP-003. */
  public static List<Outcome> leftovers(Facts facts) {
    Instant now =
        facts
            .evidence()
            .origin()
            .taken()
            .orElseThrow(
                () ->
                    new MissingEvidence(
                        MissingEvidence.Kind.DECLINED,
                        "the collection does not say when it was made"));
    List<Outcome> outcomes = new ArrayList<>();
    facts.need(Kind.PODS).stream()
        .filter(DebugPod::isOne)
        .forEach(pod -> leftPod(pod, now).ifPresent(outcomes::add));
    try {
      facts.need(Kind.LEASES).forEach(lease -> leftLock(lease, now).ifPresent(outcomes::add));
    } catch (MissingEvidence e) {
      // What is known of pods is worth saying all the same.
      outcomes.add(Outcome.of(e, Subject.CLUSTER));
    }
    if (outcomes.isEmpty()) {
      outcomes.add(Outcome.ok(Subject.CLUSTER));
    }
    return outcomes;
  }

  /** One that has ended, or should have: one that is within its time may be somebody's shell. */
  private static Optional<Outcome> leftPod(ApiObject object, Instant now) {
    DebugPod pod = DebugPod.of(object);
    Optional<Instant> created = created(object);
    Optional<Instant> over = pod.isFinished() ? ended(object).or(() -> created) : pod.ends();
    if (created.isEmpty() || over.filter(at -> at.plus(DELETING).isBefore(now)).isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        Finding.warning(Subject.ofObject("pod/" + pod.ref()))
            .observed("debug pod %s of %s is there since %s", pod.ref(), pod.by(), created.get())
            .expected("a debug pod is deleted by the run that made it")
            .proof(EvidenceRef.api("pods", pod.ref() + " " + DebugPod.LABEL + ": fipctl"))
            .impact("A privileged pod stays on node %s.", pod.node())
            .remedy(new Remedy.DeletePod(object))
            .fix(FixKind.CLEAN_UP.advice(pod.ref().namespace())));
  }

  private static Optional<Instant> ended(ApiObject pod) {
    return pod.objects("status", "containerStatuses").stream()
        .flatMap(status -> status.text("state", "terminated", "finishedAt").stream())
        .flatMap(text -> instant(text).stream())
        .max(Comparator.naturalOrder());
  }

  private static Optional<Outcome> leftLock(ApiObject lease, Instant now) {
    Optional<AddressRecord> cutOff =
        Leases.address(lease)
            .map(address -> AddressRecord.of(address, lease).asOf(now))
            .filter(AddressRecord::isCutOff);
    return cutOff.isPresent()
        ? cutOff.map(record -> cutOff(lease, record))
        : LockOrphan.of(lease, now).map(AccessChecks::leftLock);
  }

  private static Outcome leftLock(LockOrphan lock) {
    return ofRecord(lock.lease())
        .observed("%s holds the lock since %s and renews it no more", lock.holder(), lock.renewed())
        .expected("a lock is given back when its run ends")
        .proof(proof(lock.lease(), "holderIdentity: " + lock.holder()))
        .impact("The next change of the address has to wait until it takes the lock over.")
        .remedy(new Remedy.BreakLock(lock.lease(), lock.address()))
        .fix(
            FixKind.BREAK_LOCK
                .advice(lock.address(), inNamespace(lock.lease()))
                .remark("a run that still goes on is stopped by it"));
  }

  private static Outcome cutOff(ApiObject lease, AddressRecord record) {
    return ofRecord(lease)
        .observed("%s of %s was cut off", record.begun(), record.address())
        .expected("a change that was begun is ended or taken back")
        .proof(proof(lease, "the intent is still open"))
        .impact(
            "%s may be with either pod or with none, and every other change of it is refused.",
            record.address())
        .fix(
            FixKind.RECOVER
                .advice(record.address(), inNamespace(lease))
                .remark("it shows what it would do, and asks"));
  }

  private static Finding.Draft ofRecord(ApiObject lease) {
    return Finding.warning(Subject.ofObject("lease/" + lease.namespace() + "/" + lease.name()));
  }

  private static EvidenceRef proof(ApiObject lease, String line) {
    return EvidenceRef.api("leases", "%s/%s %s".formatted(lease.namespace(), lease.name(), line));
  }

  private static ShellCommand.Part inNamespace(ApiObject lease) {
    return lease.namespace().equals(LockOptions.NAMESPACE)
        ? ShellCommand.part("")
        : ShellCommand.part(" --record-namespace %s", lease.namespace());
  }

  static Optional<Instant> created(ApiObject object) {
    return object.text("metadata", "creationTimestamp").flatMap(AccessChecks::instant);
  }

  private static Optional<Instant> instant(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
