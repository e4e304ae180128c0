package io.fipctl.change;

import io.fipctl.lease.Actor;
import io.fipctl.lease.AddressLocks;
import io.fipctl.lease.AddressRecord;
import io.fipctl.lease.AddressRecord.Entry;
import io.fipctl.lease.Change;
import io.fipctl.lease.Intent;
import io.fipctl.lease.Intent.Ordering;
import io.fipctl.lease.LockLost;
import io.fipctl.lease.PodIdentity;
import io.fipctl.lease.RecordEdit;
import io.fipctl.lease.UncertainWrite;
import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import io.fipctl.model.IpAddress;
import io.fipctl.model.JsonText;
import io.fipctl.model.Pod;
import io.fipctl.model.ShellCommand;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Writes a change into the records of its addresses: before its first write, and at its end. */
record ChangeJournal(
    AddressLocks custody, Actor author, RecordEdit edit, EventRecorder announcements) {

  /** Does something to an address between the intent and its end. */
  Change enter(AddressPlan handover, Ordering ordering, Supplier<Change> work) {
    if (handover.isNothing()) {
      return nothing(handover);
    }
    Change change;
    try {
      if (!handover.continues()) {
        Intent intent = handover.intent(ordering, author, custody.pause());
        handover.concerns().forEach(address -> custody.begin(address, intent, edit.annotations()));
      }
      change = work.get();
    } catch (LockLost lost) {
      throw lost;
    } catch (RuntimeException failure) {
      requireLocks(handover, failure);
      List<IpAddress> open = giveUp(handover, failure);
      throw failure instanceof FipctlException known
          ? advised(stillOpen(UncertainWrite.settled(known), open), handover)
          : failure;
    }
    for (IpAddress address : handover.concerns()) {
      close(address, change);
    }
    if (change.outcome() == Change.Outcome.DONE) {
      announcements.announce(change);
    }
    return change;
  }

  /**
   * Who fails because somebody else has the lock by now is told that, and not what that one did.
   */
  private void requireLocks(AddressPlan handover, RuntimeException failure) {
    if (failure instanceof FipctlException known && !UncertainWrite.is(known)) {
      try {
        for (IpAddress address : handover.concerns()) {
          custody
              .loss(address)
              .ifPresent(
                  loss -> {
                    throw new LockLost(address, loss.to());
                  });
        }
      } catch (LockLost lost) {
        throw lost;
      } catch (FipctlException alsoThis) {
        failure.addSuppressed(alsoThis);
      }
    }
  }

  private Change nothing(AddressPlan handover) {
    boolean edited = false;
    for (IpAddress address : handover.concerns()) {
      boolean changes = custody.isLocked() && edit.changes(custody.record(address));
      edited |= changes;
      custody.finish(address, changes ? edit.annotations() : Map.of());
    }
    return edited ? handover.recorded() : handover.planned();
  }

  /**
   * Undone as a whole it leaves no trace; else the intent stays for whoever ends it.
   *
   * @return the addresses whose intent should have gone and stands
   */
  private List<IpAddress> giveUp(AddressPlan handover, RuntimeException failure) {
    boolean isWhole =
        !handover.continues()
            && !(failure instanceof FipctlException known
                && known.exitCode() == ExitCode.HALF_DONE);
    List<IpAddress> open = new ArrayList<>();
    for (IpAddress address : handover.concerns()) {
      boolean isOpen = custody.isBegun(address);
      try {
        if (isWhole) {
          custody.cancel(address);
        } else {
          custody.leave(address);
        }
      } catch (LockLost alsoThis) {
        // Whoever has the lock by now meets the intent.
        failure.addSuppressed(alsoThis);
      } catch (FipctlException alsoThis) {
        failure.addSuppressed(alsoThis);
        if (isWhole && isOpen) {
          open.add(address);
        }
      }
    }
    return open;
  }

  /** A change that was taken back, and of which the record still says that it goes on. */
  private static FipctlException stillOpen(FipctlException failure, List<IpAddress> open) {
    return open.isEmpty()
        ? failure
        : FipctlException.halfDone(
                "RecordNotClosed",
                "%s, but the record of %s could not be closed"
                    .formatted(
                        failure.getMessage(),
                        String.join(", ", open.stream().map(IpAddress::toString).toList())),
                failure.hints().toArray(String[]::new))
            .causedBy(failure);
  }

  /** Where the intent is kept the way on is to end it. */
  private FipctlException advised(FipctlException failure, AddressPlan handover) {
    if (failure.exitCode() != ExitCode.HALF_DONE || !custody.isGuarding()) {
      return failure;
    }
    List<String> hints = new ArrayList<>();
    handover
        .concerns()
        .forEach(address -> hints.add(ShellCommand.of("fipctl recover %s", address)));
    hints.addAll(failure.hints());
    FipctlException advised =
        new FipctlException(
                failure.exitCode(),
                failure.reason(),
                failure.getMessage(),
                hints.stream().distinct().toArray(String[]::new))
            .causedBy(failure);
    return failure.changed() ? advised.leavingAChange() : advised;
  }

  private void close(IpAddress address, Change change) {
    Map<String, Optional<String>> outcome = new LinkedHashMap<>();
    Optional<Pod> holder =
        change.action() == Change.Action.RELEASE ? Optional.empty() : change.pod();
    if (change.outcome() == Change.Outcome.DONE) {
      outcome.put(
          AddressRecord.HOLDER, holder.map(pod -> JsonText.write(PodIdentity.of(pod).tree())));
    }
    outcome.put(
        AddressRecord.HISTORY, Optional.of(custody.record(address).historyWith(entry(change))));
    outcome.putAll(edit.annotations());
    try {
      custody.finish(address, outcome);
    } catch (LockLost lost) {
      throw lost;
    } catch (FipctlException failure) {
      throw FipctlException.halfDone(
              "NotRecorded",
              "%s is %s, but the record could not be closed: %s"
                  .formatted(
                      address,
                      change.action().done(),
                      UncertainWrite.settled(failure).getMessage()),
              ShellCommand.of("fipctl recover %s   # closes it", address))
          .causedBy(failure)
          .leavingAChange();
    }
  }

  private Entry entry(Change change) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("when", custody.pause().now().truncatedTo(ChronoUnit.SECONDS).toString());
    tree.put("who", author.who());
    tree.put("action", change.action().word());
    Optional<Pod> from =
        change.action() == Change.Action.RELEASE ? change.pod() : change.previous();
    from.ifPresent(pod -> tree.put("from", PodIdentity.of(pod).tree()));
    if (change.action() != Change.Action.RELEASE) {
      change.pod().ifPresent(pod -> tree.put("to", PodIdentity.of(pod).tree()));
    }
    tree.put("version", author.version());
    return new Entry(tree);
  }
}
