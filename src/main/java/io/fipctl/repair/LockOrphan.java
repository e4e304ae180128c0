package io.fipctl.repair;

import io.fipctl.calico.AddressUse;
import io.fipctl.kube.Cluster;
import io.fipctl.kube.Cluster.Scope;
import io.fipctl.kube.Kind;
import io.fipctl.lease.AddressLock;
import io.fipctl.lease.AddressRecord;
import io.fipctl.lease.Leases;
import io.fipctl.model.ApiObject;
import io.fipctl.model.IpAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A lock that nobody has renewed for so long that its run is gone, however much clocks differ. Only
 * the lock goes: the Lease stays, because it is the address's record as well.
 *
 * @param lease as it was seen
 * @param renewed when it was last renewed
 * @param now when it was seen
 */
public record LockOrphan(
    ApiObject lease, IpAddress address, String holder, Instant renewed, Instant now)
    implements Cleanup.Leftover {
  /** For how long it has to be seen not to be renewed before it is taken away. */
  public static final Duration TERM = AddressLock.TERM;

  /** Far more than a term and the difference of two clocks. */
  private static final Duration SILENCE = Duration.ofMinutes(10);

  /** The lock of a Lease, if it has been left. */
  public static Optional<LockOrphan> of(ApiObject lease, Instant now) {
    return Leases.address(lease)
        .flatMap(
            address ->
                AddressRecord.of(address, lease)
                    .lock()
                    .flatMap(
                        lock ->
                            lock.lastRenewal()
                                .map(at -> new LockOrphan(lease, address, lock.holder(), at, now))))
        .filter(lock -> lock.renewed().plus(SILENCE).isBefore(now));
  }

  /** Those of a namespace; a change that was cut off is only told of, since it is to be ended. */
  static Cleanup.Found find(Cluster cluster, String records, Instant now) {
    List<Cleanup.Leftover> leftovers = new ArrayList<>();
    List<String> spared = new ArrayList<>();
    AddressUse.unlessForbidden(() -> cluster.list(Kind.LEASES, Scope.in(records)))
        .ifPresentOrElse(
            leases ->
                leases.forEach(
                    lease -> {
                      of(lease, now).ifPresent(leftovers::add);
                      cutOff(lease, now).ifPresent(spared::add);
                    }),
            () ->
                spared.add("locks were not looked at: no permission to list Leases in " + records));
    return new Cleanup.Found(leftovers, spared);
  }

  private static Optional<String> cutOff(ApiObject lease, Instant now) {
    return Leases.address(lease)
        .map(address -> AddressRecord.of(address, lease).asOf(now))
        .filter(AddressRecord::isCutOff)
        .map(
            record ->
                "%s of %s was cut off; fipctl recover %s ends it"
                    .formatted(record.begun(), record.address(), record.address()));
  }

  @Override
  public String kind() {
    return "lock";
  }

  @Override
  public String namespace() {
    return lease.namespace();
  }

  @Override
  public String name() {
    return address.toString();
  }

  @Override
  public String why() {
    return "%s has not renewed it since %s".formatted(holder, renewed);
  }

  @Override
  public void remove(Cluster cluster) {
    new Repairs(cluster).breakLock(address, lease, now);
  }
}
