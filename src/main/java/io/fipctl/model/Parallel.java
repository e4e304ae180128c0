package io.fipctl.model;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/** Does the same with many things, several at a time. */
public final class Parallel {
  private Parallel() {}

  /**
   * What the work makes of each thing, in the order of the things.
   *
   * @param most how many are worked on at a time; at least one
   * @throws FipctlException exit 130 when the thread is interrupted; whatever the work throws is
   *     thrown once all have ended
   */
  public static <T, R> Map<T, R> each(Collection<T> things, int most, Function<T, R> work) {
    Map<T, R> results = new LinkedHashMap<>();
    try (ExecutorService pool =
        Executors.newFixedThreadPool(
            Math.max(1, Math.min(most, things.size())), Thread.ofVirtual().factory())) {
      Map<T, Future<R>> futures = new LinkedHashMap<>();
      things.forEach(thing -> futures.put(thing, pool.submit(() -> work.apply(thing))));
      futures.forEach((thing, future) -> results.put(thing, result(future)));
    }
    return results;
  }

  private static <R> R result(Future<R> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException failure
          ? failure
          : new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FipctlException(
              ExitCode.INTERRUPTED, "Interrupted", "interrupted while looking at the cluster")
          .causedBy(e);
    }
  }
}
