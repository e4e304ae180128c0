package io.fipctl.lease;

import io.fipctl.model.ApiObject;
import io.fipctl.model.Clock;
import io.fipctl.model.Durations;
import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import io.fipctl.model.IpAddress;
import io.fipctl.model.Progress;
import io.fipctl.model.ShellCommand;
import io.fipctl.model.StaleWriteException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The lock of one address, held by this run. It ends {@link #TERM} after its last renewal; whoever
 * waits for it measures that with a clock of their own, from when they last saw it change, so that
 * clocks may differ.
 */
public final class AddressLock {
  public static final Duration TERM = Duration.ofSeconds(15);
  static final Duration RENEWAL = Duration.ofSeconds(5);

  /** With less than this left it is renewed before a write: some of it is lost on the way. */
  private static final Duration MARGIN = Duration.ofSeconds(9);

  /** With less than this left nothing is written, however long the renewal took. */
  static final Duration LEAST = Duration.ofSeconds(5);

  private static final Duration LOOK_AGAIN = Duration.ofMillis(250);

  private final Leases leases;
  private final IpAddress address;
  private final RunEnvironment surroundings;
  private ApiObject lease;
  private Duration renewed;
  private Instant renewedAt;
  private boolean held = true;

  private AddressLock(
      Leases leases,
      IpAddress address,
      RunEnvironment surroundings,
      ApiObject lease,
      Moment since) {
    this.leases = leases;
    this.address = address;
    this.surroundings = surroundings;
    this.lease = lease;
    this.renewed = since.uptime();
    this.renewedAt = since.wall();
  }

  /**
   * A moment before a request was sent, by both clocks of this machine and by the cluster's, which
   * is what is written down.
   */
  private record Moment(Duration uptime, Instant wall, Instant now) {
    static Moment now(RunEnvironment surroundings) {
      Clock pause = surroundings.pause();
      return new Moment(pause.uptime(), pause.wall(), pause.now());
    }
  }

  /**
   * A lock that went to somebody else.
   *
   * @param to who has it now; empty when they have let go of it again
   * @param open whether what this run wrote down is still open, so that it will be ended
   */
  public record Loss(Optional<String> to, boolean open) {}

  /** A try to take the lock of which nobody knows whether it was made. */
  private record Attempt(long transitions, Moment sent) {
    boolean wasMade(ApiObject lease, String me) {
      return Leases.transitions(lease) == transitions
          && lease.text("spec", "holderIdentity").equals(Optional.of(me));
    }
  }

  /**
   * Takes the lock, waiting for whoever has it. One that was not renewed for its whole term is
   * taken over.
   *
   * @throws FipctlException exit 4 when somebody has it for longer than the patience
   */
  static AddressLock take(
      Leases leases,
      IpAddress address,
      String me,
      Duration patience,
      RunEnvironment surroundings,
      Progress progress) {
    Clock pause = surroundings.pause();
    Duration start = pause.uptime();
    String seen = "";
    Duration seenAt = start;
    Optional<Attempt> doubtful = Optional.empty();
    while (true) {
      Optional<ApiObject> found = leases.find(address);
      Moment before = Moment.now(surroundings);
      if (doubtful.isPresent() && found.isPresent() && doubtful.get().wasMade(found.get(), me)) {
        Moment sent = doubtful.get().sent();
        return new AddressLock(leases, address, surroundings, found.get(), sent);
      }
      long next = found.map(lease -> Leases.transitions(lease) + 1).orElse(0L);
      try {
        if (found.isEmpty()) {
          ApiObject made = leases.create(address, me, before.now());
          return new AddressLock(leases, address, surroundings, made, before);
        }
        ApiObject lease = found.get();
        Optional<AddressRecord.Lock> holder = AddressRecord.of(address, lease).lock();
        if (!lease.resourceVersion().equals(seen)) {
          seen = lease.resourceVersion();
          seenAt = before.uptime();
        }
        boolean isOver = before.uptime().minus(seenAt).compareTo(term(lease)) >= 0;
        if (holder.isEmpty() || isOver) {
          ApiObject mine = leases.take(address, lease, me, before.now());
          holder.ifPresent(
              dead ->
                  progress.warning(
                      "took over the lock of %s from %s, who did not renew it for %s"
                          .formatted(address, dead.holder(), Durations.print(term(lease)))));
          return new AddressLock(leases, address, surroundings, mine, before);
        }
        if (before.uptime().minus(start).compareTo(patience) >= 0) {
          throw held(address, holder.get());
        }
        progress.step("waiting for the lock of %s: %s".formatted(address, holder.get().holder()));
      } catch (StaleWriteException other) {
        progress.step("somebody else took the lock of " + address);
      } catch (FipctlException failure) {
        if (UncertainWrite.is(failure) && doubtful.isEmpty()) {
          doubtful = Optional.of(new Attempt(next, before));
        } else if (!failure.reason().equals("AlreadyExists")) {
          throw failure;
        }
      }
      long more = (long) (surroundings.chance().getAsDouble() * LOOK_AGAIN.toMillis());
      pause.sleep(LOOK_AGAIN.plusMillis(more));
    }
  }

  /** What the Lease says, but never less than what fipctl writes. */
  private static Duration term(ApiObject lease) {
    long seconds = lease.number("spec", "leaseDurationSeconds").orElse(0);
    return seconds > TERM.toSeconds() ? Duration.ofSeconds(Math.min(seconds, 86_400)) : TERM;
  }

  private static FipctlException held(IpAddress address, AddressRecord.Lock holder) {
    return FipctlException.conflict(
        "LockHeld",
        "%s is being changed by %s since %s".formatted(address, holder.holder(), holder.since()),
        "wait, or give --lock-timeout more time",
        ShellCommand.of("fipctl lock break %s   # when that one is gone for certain", address));
  }

  IpAddress address() {
    return address;
  }

  AddressRecord record() {
    return AddressRecord.of(address, lease).unlocked();
  }

  /** How often the lock had changed hands when this run got it. */
  long transitions() {
    return Leases.transitions(lease);
  }

  /**
   * Makes sure, right before a write, that the lock is still this run's, as its Lease says in this
   * moment, and will be for some time.
   *
   * @param patience how long the API server may not answer
   * @throws LockLost when it is somebody else's
   */
  synchronized void secure(Duration patience) {
    Duration end = surroundings.pause().uptime().plus(patience);
    do {
      if (!held || left().compareTo(MARGIN) < 0) {
        write(Map.of(), patience);
      } else {
        requireMine(now(end));
      }
      if (left().compareTo(LEAST) >= 0) {
        return;
      }
    } while (surroundings.pause().uptime().compareTo(end) < 0);
    throw FipctlException.unreachable(
        "the API server takes so long to renew the lock of %s that less than %s are left of it"
            .formatted(address, Durations.print(LEAST)),
        "run the same command again when it is faster");
  }

  /**
   * Looks, right behind a write, whether the lock was still this run's.
   *
   * @param patience how long the API server may not answer
   */
  synchronized Optional<Loss> loss(Duration patience) {
    Optional<ApiObject> now = now(surroundings.pause().uptime().plus(patience));
    if (now.filter(this::isMine).isPresent()) {
      return Optional.empty();
    }
    held = false;
    boolean open =
        now.flatMap(other -> other.annotation(AddressRecord.INTENT))
            .filter(text -> lease.annotation(AddressRecord.INTENT).equals(Optional.of(text)))
            .isPresent();
    return Optional.of(new Loss(now.flatMap(AddressLock::holder), open));
  }

  private Duration left() {
    return TERM.minus(age());
  }

  private boolean isMine(ApiObject now) {
    return Leases.transitions(now) == transitions() && holder(now).equals(Optional.of(me()));
  }

  private static Optional<String> holder(ApiObject lease) {
    return lease.text("spec", "holderIdentity").filter(text -> !text.isEmpty());
  }

  private void requireMine(Optional<ApiObject> now) {
    if (now.filter(this::isMine).isEmpty()) {
      throw lost(now.flatMap(AddressLock::holder));
    }
    // What others have written into the record since is to be seen in the next write.
    lease = now.get();
  }

  /** The Lease as it is now, asked for until then. */
  private Optional<ApiObject> now(Duration end) {
    Clock pause = surroundings.pause();
    while (true) {
      try {
        return leases.find(address);
      } catch (FipctlException failure) {
        if (!UncertainWrite.is(failure) || pause.uptime().compareTo(end) >= 0) {
          throw failure;
        }
        pause.sleep(UncertainWrite.LOOK_AGAIN);
      }
    }
  }

  /** The greater of what both clocks say: the one stands still while a machine sleeps. */
  private Duration age() {
    Duration uptime = surroundings.pause().uptime().minus(renewed);
    Duration wall = Duration.between(renewedAt, surroundings.pause().wall());
    return uptime.compareTo(wall) > 0 ? uptime : wall;
  }

  /** Renews the lock, in the background: who has lost it is told before the next write. */
  synchronized void renew() {
    if (held) {
      try {
        put(me(), Map.of());
      } catch (FipctlException notNow) {
        // Asked again before a write, which then must not be made.
        renewed = renewed.minus(notNow instanceof StaleWriteException ? TERM : Duration.ZERO);
      }
    }
  }

  /**
   * Writes into the record, which renews the lock.
   *
   * @throws LockLost when it is somebody else's
   */
  synchronized void write(Map<String, Optional<String>> record, Duration patience) {
    persistently(me(), record, patience);
  }

  /** What a holder and one more entry of a history may need, with the longest names. */
  private static final int LITTLE = 8 * 1024;

  /**
   * Refuses a change whose end could not be written down: others have filled the Lease.
   *
   * @throws FipctlException exit 4 when there is no room
   */
  synchronized void requireRoom(Map<String, Optional<String>> more) {
    Map<String, String> annotations = new LinkedHashMap<>(lease.map("metadata", "annotations"));
    more.forEach((key, value) -> annotations.put(key, value.orElse("")));
    long bytes = LITTLE;
    for (Map.Entry<String, String> each : annotations.entrySet()) {
      bytes += RecordEdit.bytes(each.getKey()) + RecordEdit.bytes(each.getValue());
    }
    if (bytes > AddressRecord.ALL_ROOM) {
      throw FipctlException.conflict(
          "RecordFull",
          "nothing was changed: the annotations of lease %s/%s leave no room for what is to be"
                  .formatted(lease.namespace(), lease.name())
              + " written down",
          ShellCommand.of(
              "kubectl -n %s get lease %s -o yaml   # what has filled it?",
              lease.namespace(), lease.name()));
    }
  }

  /** Writes into the record and lets go of the lock, in one write. */
  synchronized void release(Map<String, Optional<String>> record, Duration patience) {
    if (held) {
      persistently("", record, patience);
      held = false;
    }
  }

  /** Lets go of the lock where that is possible; whether it was. */
  boolean tryToRelease() {
    try {
      release(Map.of(), Duration.ZERO);
      return true;
    } catch (FipctlException e) {
      // What is going on is told by whoever lets go.
      return false;
    }
  }

  private String me() {
    return lease.text("spec", "holderIdentity").orElse("");
  }

  private void persistently(
      String holder, Map<String, Optional<String>> record, Duration patience) {
    Clock pause = surroundings.pause();
    Duration end = pause.uptime().plus(patience);
    while (true) {
      try {
        put(holder, record);
        return;
      } catch (StaleWriteException stale) {
        if (isDone(reread(), holder)) {
          return;
        }
      } catch (FipctlException failure) {
        if (failure.exitCode() == ExitCode.NOT_FOUND) {
          throw lost(Optional.empty());
        }
        if (!UncertainWrite.is(failure) || pause.uptime().compareTo(end) >= 0) {
          throw failure;
        }
        pause.sleep(UncertainWrite.LOOK_AGAIN);
      }
    }
  }

  private void put(String holder, Map<String, Optional<String>> record) {
    Moment before = Moment.now(surroundings);
    lease = leases.renew(address, lease, holder, record, before.now());
    renewed = before.uptime();
    renewedAt = before.wall();
  }

  /** Whether the write that was not made had been made before, its answer lost. */
  private boolean isDone(ApiObject now, String holder) {
    boolean isFree = holder(now).isEmpty();
    if (holder.isEmpty() && isFree && Leases.transitions(now) == transitions()) {
      return true;
    }
    // Still this run's: somebody else wrote into the record.
    requireMine(Optional.of(now));
    return false;
  }

  private ApiObject reread() {
    return leases.find(address).orElseThrow(() -> lost(Optional.empty()));
  }

  private LockLost lost(Optional<String> to) {
    held = false;
    return new LockLost(address, to);
  }
}
