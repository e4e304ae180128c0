package io.fipctl.change;

import io.fipctl.kube.Cluster;
import io.fipctl.lease.Actor;
import io.fipctl.lease.AddressLocks;
import io.fipctl.lease.Change;
import io.fipctl.lease.Leases;
import io.fipctl.lease.LockOptions;
import io.fipctl.lease.RecordEdit;
import io.fipctl.lease.RunEnvironment;
import io.fipctl.lease.UncertainWrite;
import io.fipctl.model.Clock;
import io.fipctl.model.FipctlException;
import io.fipctl.model.IpAddress;
import io.fipctl.model.Progress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A change of addresses from the first look to the last record: checked, agreed to, locked, checked
 * again, written down, carried out.
 *
 * @param means what it is done with
 * @param addresses whose locks it takes
 * @param propose checks everything and says what would be done; with and without locks
 * @param edit what else is to be written down
 */
public record AddressTransaction(
    Means means,
    List<IpAddress> addresses,
    Function<AddressLocks, ChangeProposal> propose,
    RecordEdit edit) {
  /**
   * What is the same for all that one run undertakes.
   *
   * @param author who is written down
   * @param locks how addresses are guarded
   */
  public record Means(
      Cluster cluster,
      RunEnvironment surroundings,
      Actor author,
      LockOptions locks,
      Progress progress) {}

  /** How often a writer without a lock tries again after giving way to another one. */
  private static final int TRIES = 5;

  /** What would be done, as things are now. */
  public ChangeProposal look() {
    try (AddressLocks custody = looking()) {
      return propose.apply(custody);
    }
  }

  private AddressLocks looking() {
    return AddressLocks.looking(
        leases(), addresses, !means.locks().locked(), means.author(), means.surroundings());
  }

  private Leases leases() {
    return new Leases(means.cluster(), means.locks().namespace());
  }

  /**
   * Does it.
   *
   * @param agree hears what is proposed and throws when it is not to be
   */
  public List<Change> carryOut(Consumer<ChangeProposal> agree) {
    try (AddressLocks seen = looking()) {
      if (!means.locks().locked()) {
        return withoutLock(seen, agree);
      }
      Optional<ChangeProposal> proposal = proposed(seen);
      if (proposal.isEmpty()) {
        return locked(agree);
      }
      agree.accept(proposal.get());
      if (proposal.get().isNothing()
          && addresses.stream().noneMatch(a -> edit.changes(seen.record(a)))) {
        return proposal.get().planned();
      }
      return locked(agreed -> {});
    }
  }

  /**
   * Does it as a part of something that has agreed to it: what no node was seen to do is a failure.
   *
   * @param hear hears what is proposed
   * @throws FipctlException exit 7 when a node was not seen to follow
   */
  public void carryOutSeen(Consumer<ChangeProposal> hear) {
    Optional<FipctlException> unseen =
        carryOut(hear).stream().flatMap(change -> change.unseen().stream()).findFirst();
    if (unseen.isPresent()) {
      throw unseen.get();
    }
  }

  /**
   * What is proposed without a lock. Empty while somebody is at an address: it is not as it will
   * be, and what counts comes after the wait.
   *
   * @throws FipctlException when something is in the way that nobody is just changing
   */
  private Optional<ChangeProposal> proposed(AddressLocks seen) {
    if (seen.isBusy()) {
      return Optional.empty();
    }
    try {
      return Optional.of(propose.apply(seen));
    } catch (FipctlException refusal) {
      // Somebody may have begun since the records were read: in the middle of a move nobody has it.
      try (AddressLocks now = looking()) {
        if (now.isAs(seen)) {
          throw refusal;
        }
      }
      return Optional.empty();
    }
  }

  private List<Change> locked(Consumer<ChangeProposal> agree) {
    means.surroundings().interruption().begin();
    try (AddressLocks custody =
        AddressLocks.locking(
            leases(),
            addresses,
            means.author(),
            means.locks().patience(),
            means.surroundings(),
            means.progress())) {
      try {
        ChangeProposal proposal = underLock(custody);
        agree.accept(proposal);
        return carryOut(fenced(proposal, custody), custody);
      } catch (RuntimeException e) {
        custody.letGo();
        throw e;
      }
    }
  }

  /**
   * Before what others began is ended they are kept from going on: whoever stood still since their
   * last look at the lock cannot write to the pods any more, and what was read before that is read
   * again.
   */
  private ChangeProposal fenced(ChangeProposal proposal, AddressLocks custody) {
    List<IpAddress> begun = proposal.begunBefore();
    if (begun.isEmpty()) {
      return proposal;
    }
    begun.forEach(address -> custody.fenceOff(means.cluster(), address));
    return underLock(custody);
  }

  /** Who is refused because somebody else has the lock by now is told that. */
  private ChangeProposal underLock(AddressLocks custody) {
    try {
      return propose.apply(custody);
    } catch (FipctlException refusal) {
      if (!UncertainWrite.is(refusal)) {
        addresses.forEach(custody::secure);
      }
      throw refusal;
    }
  }

  private List<Change> carryOut(ChangeProposal proposal, AddressLocks custody) {
    Clock pause = means.surroundings().pause();
    EventRecorder announcements =
        new EventRecorder(means.cluster(), means.author(), pause, means.progress());
    List<Change> changes =
        proposal.carryOut(
            new ChangeJournal(custody, means.author(), edit, announcements),
            means.progress(),
            pause);
    custody.letGo();
    return changes;
  }

  /** Writes and looks again; of several who do that at once each may give way. */
  private List<Change> withoutLock(AddressLocks custody, Consumer<ChangeProposal> agree) {
    means.surroundings().interruption().begin();
    ChangeProposal proposal = propose.apply(custody);
    agree.accept(proposal);
    for (int tries = 1; ; tries++) {
      try {
        return carryOut(proposal, custody);
      } catch (FipctlException taken) {
        if (!taken.reason().equals("AddressTaken") || tries > TRIES) {
          throw taken;
        }
        means.progress().step(taken.getMessage() + "; trying again");
      }
      long millis = (long) (means.surroundings().chance().getAsDouble() * 200 * (1 << tries));
      means.surroundings().pause().sleep(Duration.ofMillis(millis));
      proposal = propose.apply(custody);
    }
  }
}
