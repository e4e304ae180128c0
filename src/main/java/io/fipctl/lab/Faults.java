package io.fipctl.lab;

import io.fipctl.cluster.Cluster;
import io.fipctl.model.FipctlException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** What is to go wrong with the writes of a practice cluster, for tests of what happens then. */
public final class Faults {
  private final AtomicInteger writes = new AtomicInteger();
  private final Map<Integer, RuntimeException> failures = new ConcurrentHashMap<>();
  private final Map<Integer, Boolean> lost = new ConcurrentHashMap<>();
  private final Map<Integer, Consumer<Cluster>> others = new ConcurrentHashMap<>();
  private final ThreadLocal<Boolean> isOther = ThreadLocal.withInitial(() -> false);

  Faults() {}

  /** How many writes were tried so far; dry runs and those of a second writer do not count. */
  public int writes() {
    return writes.get();
  }

  /** The n-th write from now on is not made and fails so; 1 is the next. */
  public Faults failWrite(int nth, RuntimeException failure) {
    failures.put(writes.get() + nth, failure);
    return this;
  }

  /** The n-th write from now on is made, but its answer does not arrive. */
  public Faults loseAnswer(int nth) {
    lost.put(writes.get() + nth, true);
    return this;
  }

  /** Somebody else acts right before the n-th write from now on: after what it was based on. */
  public Faults beforeWrite(int nth, Consumer<Cluster> other) {
    others.put(writes.get() + nth, other);
    return this;
  }

  /** Counts a write and lets happen what comes before it; the write's number. */
  int before(Cluster cluster) {
    if (isOther.get()) {
      return 0;
    }
    int number = writes.incrementAndGet();
    Consumer<Cluster> other = others.remove(number);
    if (other != null) {
      isOther.set(true);
      try {
        other.accept(cluster);
      } finally {
        isOther.set(false);
      }
    }
    RuntimeException failure = failures.remove(number);
    if (failure != null) {
      throw failure;
    }
    return number;
  }

  void after(int number) {
    if (lost.remove(number) != null) {
      throw FipctlException.unreachable(
          "the API server lab did not answer: the connection was closed");
    }
  }
}
