package io.fipctl.operation;

import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import java.time.Duration;

/** A write of which nobody knows whether it was made: it is looked up, or made again guardedly. */
final class Doubt {
  /** How long to wait before asking again. */
  static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

  private Doubt() {}

  /** Whether a failure is one: no answer, or one of a server in trouble. */
  static boolean is(FipctlException failure) {
    return failure.exitCode() == ExitCode.UNREACHABLE || failure.reason().equals("ServerError");
  }
}
