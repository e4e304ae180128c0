package io.fipctl.e2e;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Many things that are done at once, most of them waiting for something. */
final class Together {
  private Together() {}

  /** Does all of them to their end, and tells of every one that failed. */
  static <T> List<T> all(List<? extends Callable<T>> things) {
    List<T> results = new ArrayList<>();
    List<Throwable> failures = new ArrayList<>();
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      for (Future<T> thing : threads.invokeAll(things)) {
        try {
          results.add(thing.get());
        } catch (ExecutionException e) {
          failures.add(e.getCause());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    if (!failures.isEmpty()) {
      StringBuilder text = new StringBuilder();
      text.append("%d of %d failed".formatted(failures.size(), things.size()));
      failures.stream().limit(10).forEach(failure -> text.append("\n--- ").append(failure));
      AssertionError error = new AssertionError(text.toString(), failures.getFirst());
      failures.stream().skip(1).forEach(error::addSuppressed);
      throw error;
    }
    return results;
  }
}
