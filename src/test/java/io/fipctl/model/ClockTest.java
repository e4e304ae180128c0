package io.fipctl.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

class ClockTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @Test
  void does_something_again_and_again_and_no_more_once_it_is_closed() throws Exception {
    CountDownLatch thrice = new CountDownLatch(3);
    AtomicReference<Thread> worker = new AtomicReference<>();

    AutoCloseable repetition =
        Clock.SYSTEM.every(
            Duration.ofMillis(1),
            () -> {
              worker.set(Thread.currentThread());
              thrice.countDown();
            });
    assertThat(thrice.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    repetition.close();

    assertThat(worker.get().join(LIMIT)).as("it has ended").isTrue();
  }

  @Test
  void a_wait_that_is_interrupted_ends_the_run() {
    Thread.currentThread().interrupt();

    FipctlException ended =
        Assertions.catchThrowableOfType(
            FipctlException.class, () -> Clock.SYSTEM.sleep(Duration.ofDays(1)));

    assertThat(ended.exitCode()).isEqualTo(ExitCode.INTERRUPTED);
  }
}
