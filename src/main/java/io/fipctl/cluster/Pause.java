package io.fipctl.cluster;

import java.time.Duration;

/** How time is let pass between two tries; tests let none pass. */
@FunctionalInterface
interface Pause {
  Pause SLEEP = Thread::sleep;

  void take(Duration duration) throws InterruptedException;
}
