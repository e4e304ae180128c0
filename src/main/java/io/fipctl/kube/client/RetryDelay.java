package io.fipctl.kube.client;

import java.time.Duration;

/** How time is let pass between two tries; tests let none pass. */
@FunctionalInterface
public interface RetryDelay {
  RetryDelay SLEEP = Thread::sleep;

  void take(Duration duration) throws InterruptedException;
}
