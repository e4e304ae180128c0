package io.fipctl.change;

import io.fipctl.change.step.ChangeContext;
import io.fipctl.kube.Cluster;
import io.fipctl.lease.AddressLocks;
import io.fipctl.lease.AddressRecord;
import io.fipctl.lease.Change.Action;
import io.fipctl.lease.Intent;
import io.fipctl.lease.Leases;
import io.fipctl.model.IpAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Ends changes that were cut off, in one of the two whole states: as wanted, or as before. */
public final class Recover {
  /** Which of the two whole states it ends in. */
  public enum Direction {
    /** As the change wanted it. */
    FORWARD,
    /** As it was before. */
    BACK
  }

  /**
   * How it is done.
   *
   * @param direction which of the two; forward where that is possible when empty
   * @param unverified write although nobody can look at the nodes
   * @param fenced the node of a pod that loses the address is off for certain
   * @param unprotect take a protected address too
   */
  public record Options(
      Optional<Direction> direction,
      boolean unverified,
      boolean fenced,
      boolean unprotect,
      boolean watch,
      Duration timeout) {}

  private Recover() {}

  /** The addresses with an open change, of which nobody says that they are at it. */
  public static List<IpAddress> cutOff(Leases leases) {
    return leases.records().stream()
        .filter(AddressRecord::isOpen)
        .map(AddressRecord::address)
        .toList();
  }

  /**
   * Checks everything and says what would be done.
   *
   * @throws io.fipctl.model.FipctlException when it cannot end as it is told to
   */
  public static ChangeProposal propose(
      Cluster cluster, List<IpAddress> addresses, Options options, AddressLocks custody) {
    ChangeContext site =
        new ChangeContext(
            cluster, options.watch() && !options.unverified(), options.timeout(), custody);
    MovePlanner transfer = new MovePlanner(site, Intent.Ordering.EXCLUSIVE, options.fenced());
    List<AddressPlan> handovers = new ArrayList<>();
    List<String> others = new ArrayList<>();
    Optional<TargetChecks.Read> read = Optional.empty();
    for (IpAddress address : addresses) {
      AddressRecord record = custody.record(address);
      if (!record.isOpen()) {
        handovers.add(AddressPlan.nothing(address, Action.RECOVER, Optional.empty()));
        continue;
      }
      read = read.or(() -> Optional.of(TargetChecks.read(cluster)));
      TargetChecks.Read seen = read.get();
      handovers.add(
          Recovery.neverBegan(record, seen.use().pods())
              .orElseGet(
                  () ->
                      Recovery.handover(
                          record,
                          Action.RECOVER,
                          options.direction(),
                          seen,
                          transfer,
                          new Recovery.Given(custody.author(), options.unprotect(), false))));
      if (!record.intent().map(Intent::by).map(custody.author()::isNamedBy).orElse(false)) {
        others.add(
            "%s of %s was begun by somebody else".formatted(record.begun(), record.address()));
      }
    }
    return new ChangeProposal(handovers, List.of(), Intent.Ordering.EXCLUSIVE).asking(others);
  }
}
