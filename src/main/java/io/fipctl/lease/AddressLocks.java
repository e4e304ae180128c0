package io.fipctl.lease;

import io.fipctl.kube.Cluster;
import io.fipctl.model.Clock;
import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import io.fipctl.model.IpAddress;
import io.fipctl.model.Progress;
import io.fipctl.model.UncertainWriteException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * What one run has of the addresses it is about: their records and, while it changes them, their
 * locks. Every write and every wait of a change passes here.
 */
public final class AddressLocks implements AutoCloseable {
  /** How long the API server may not answer while a lock is held. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final RunEnvironment surroundings;
  private final Actor author;
  private String nonce = "";
  private final Map<IpAddress, AddressRecord> records = new TreeMap<>();
  private final Map<IpAddress, AddressLock> locks = new ConcurrentSkipListMap<>();
  private final Map<PodIdentity, Cluster> fencedOff = new LinkedHashMap<>();
  private boolean guarding;
  private AutoCloseable renewing = () -> {};

  private AddressLocks(Actor author, RunEnvironment surroundings) {
    this.author = author;
    this.surroundings = surroundings;
  }

  /** Of nothing: for what is guarded in another way. */
  public static AddressLocks none(Actor author, RunEnvironment surroundings) {
    return new AddressLocks(author, surroundings);
  }

  /** The records as they are, without any lock. */
  public static AddressLocks looking(
      Leases leases,
      Collection<IpAddress> addresses,
      boolean mayBeBlind,
      Actor author,
      RunEnvironment surroundings) {
    AddressLocks custody = new AddressLocks(author, surroundings);
    for (IpAddress address : new TreeSet<>(addresses)) {
      custody.records.put(
          address, mayBeBlind ? leases.readableRecord(address) : record(leases, address));
      custody.record(address).requireKnown();
    }
    return custody;
  }

  private static AddressRecord record(Leases leases, IpAddress address) {
    try {
      return leases.record(address);
    } catch (FipctlException failure) {
      throw explained(failure);
    }
  }

  /** Takes the locks, the lowest address first, so that two runs never wait for each other. */
  public static AddressLocks locking(
      Leases leases,
      Collection<IpAddress> addresses,
      Actor author,
      Duration patience,
      RunEnvironment surroundings,
      Progress progress) {
    AddressLocks custody = new AddressLocks(author, surroundings);
    custody.guarding = true;
    LockHolder me = LockHolder.of(author, surroundings.chance());
    custody.nonce = me.nonce();
    try {
      for (IpAddress address : new TreeSet<>(addresses)) {
        custody.pass("before the lock of " + address);
        AddressLock lock =
            AddressLock.take(leases, address, me.identity(), patience, surroundings, progress);
        custody.locks.put(address, lock);
        custody.records.put(address, lock.record());
        custody.record(address).requireKnown();
        if (custody.locks.size() == 1) {
          custody.renewing = surroundings.pause().every(AddressLock.RENEWAL, custody::renew);
        }
        custody.pass("behind the lock of " + address);
      }
      return custody;
    } catch (RuntimeException e) {
      custody.letGo();
      custody.close();
      throw e instanceof FipctlException failure ? explained(failure) : e;
    }
  }

  /** Without the right to Leases nothing is locked: says what is missing and what else there is. */
  private static FipctlException explained(FipctlException failure) {
    if (failure instanceof UncertainWriteException lost) {
      return new FipctlException(
              failure.exitCode(),
              failure.reason(),
              "nothing was changed: the lock could not be taken: " + lost.trouble().getMessage(),
              failure.hints().toArray(String[]::new))
          .causedBy(failure);
    }
    if (failure.exitCode() != ExitCode.FORBIDDEN || failure.reason().equals("NoRecordNamespace")) {
      return failure;
    }
    List<String> hints = new ArrayList<>(failure.hints());
    hints.add("assign and release can do without: --no-lock");
    return new FipctlException(
            ExitCode.FORBIDDEN,
            failure.reason(),
            "nothing was changed: the lock is a Lease, and " + failure.getMessage(),
            hints.toArray(String[]::new))
        .causedBy(failure);
  }

  public Clock pause() {
    return surroundings.pause();
  }

  public Actor author() {
    return author;
  }

  public RunEnvironment surroundings() {
    return surroundings;
  }

  /** What is written down about an address. */
  public AddressRecord record(IpAddress address) {
    return records.getOrDefault(address, AddressRecord.none(address));
  }

  /** Whether somebody is at one of the addresses, or was when they died. */
  public boolean isBusy() {
    return records.values().stream().anyMatch(r -> r.lock().isPresent() && locks.isEmpty());
  }

  /** Whether the records say the same as those of another look. */
  public boolean isAs(AddressLocks other) {
    return records.equals(other.records);
  }

  public boolean isLocked() {
    return !locks.isEmpty();
  }

  /** Whether this run takes locks and so writes intents, let go of by now or not. */
  public boolean isGuarding() {
    return guarding;
  }

  /**
   * The boundary between two steps.
   *
   * @throws FipctlException exit 130 or 143 when the run is to end
   */
  public void pass(String boundary) {
    surroundings.stopPoints().reached(boundary);
    surroundings.interruption().check();
  }

  /**
   * Right before each write to a pod.
   *
   * @throws LockLost when the lock of the address has become somebody else's
   */
  public void secure(IpAddress address) {
    AddressLock lock = locks.get(address);
    if (lock != null) {
      lock.secure(PATIENCE);
    }
  }

  /** What this run's lock of an address puts up on the pods that it writes to. */
  public Optional<Fence> fence(IpAddress address) {
    return Optional.ofNullable(locks.get(address))
        .map(lock -> new Fence(address, lock.transitions(), nonce));
  }

  /**
   * Right behind each write to a pod: whether the lock went to somebody else before that.
   *
   * @return empty while it is this run's, or nothing is locked
   */
  public Optional<AddressLock.Loss> loss(IpAddress address) {
    return Optional.ofNullable(locks.get(address)).flatMap(lock -> lock.loss(PATIENCE));
  }

  /**
   * Keeps whoever began the open change of an address from writing to its pods any more.
   *
   * @throws FipctlException when that is not possible; nothing was changed
   */
  public void fenceOff(Cluster cluster, IpAddress address) {
    Optional<Fence> fence = fence(address);
    if (fence.isEmpty()) {
      return;
    }
    for (PodIdentity party : record(address).parties()) {
      pass("before the fence of %s at %s".formatted(address, party));
      secure(address);
      fence.get().putUp(cluster, party, pause(), PATIENCE);
      fencedOff.put(party, cluster);
    }
    pass("behind the fences of " + address);
  }

  /** Pods that have no address get nothing to keep. */
  private void takeDownFences() {
    fencedOff.forEach((party, cluster) -> Fence.takeDown(cluster, party));
    fencedOff.clear();
  }

  /**
   * Writes down what is about to be done with an address.
   *
   * @param later what will be written down at the end, for which there has to be room
   */
  public void begin(IpAddress address, Intent intent, Map<String, Optional<String>> later) {
    AddressLock lock = locks.get(address);
    if (lock != null) {
      pass("before the intent of " + address);
      Map<String, Optional<String>> begun = new LinkedHashMap<>();
      begun.put(AddressRecord.FORMAT, Optional.of(String.valueOf(RecordFormat.VERSION)));
      begun.put(AddressRecord.INTENT, Optional.of(intent.written()));
      Map<String, Optional<String>> all = new LinkedHashMap<>(begun);
      all.putAll(later);
      lock.requireRoom(all);
      lock.write(begun, PATIENCE);
      pass("behind the intent of " + address);
    }
  }

  /** Whether the record says, as far as this run knows, that a change of the address goes on. */
  public boolean isBegun(IpAddress address) {
    AddressLock lock = locks.get(address);
    return lock != null && lock.record().isOpen();
  }

  /** Ends a change: its outcome into the record, the intent out of it, and the lock let go of. */
  public void finish(IpAddress address, Map<String, Optional<String>> outcome) {
    AddressLock lock = locks.get(address);
    if (lock != null) {
      // What is done is written down; whoever wants the run to end waits for that one write.
      surroundings.stopPoints().reached("before closing " + address);
      Map<String, Optional<String>> record = new LinkedHashMap<>(outcome);
      record.put(AddressRecord.INTENT, Optional.empty());
      lock.release(record, PATIENCE);
      locks.remove(address);
      surroundings.stopPoints().reached("behind closing " + address);
    }
  }

  /** Ends a change that was undone: its intent goes, and nothing else is written down. */
  public void cancel(IpAddress address) {
    AddressLock lock = locks.remove(address);
    if (lock != null) {
      lock.release(Map.of(AddressRecord.INTENT, Optional.empty()), PATIENCE);
    }
  }

  /** Lets go of a lock and leaves the intent open. */
  public void leave(IpAddress address) {
    AddressLock lock = locks.remove(address);
    if (lock != null) {
      lock.release(Map.of(), PATIENCE);
    }
  }

  /** Lets go of every lock that is left; one that cannot be let go of ends by itself. */
  public void letGo() {
    locks.values().forEach(AddressLock::tryToRelease);
    locks.clear();
  }

  private void renew() {
    List.copyOf(locks.values()).forEach(AddressLock::renew);
  }

  /** Ends the renewals and tidies up; does not let go of anything. */
  @Override
  public void close() {
    takeDownFences();
    try {
      renewing.close();
    } catch (Exception e) {
      throw new IllegalStateException("ending a repetition cannot fail", e);
    }
  }
}
