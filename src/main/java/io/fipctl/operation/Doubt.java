package io.fipctl.operation;

import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import io.fipctl.model.UncertainWriteException;
import java.time.Duration;

/** A write of which nobody knows whether it was made: it is looked up, or made again guardedly. */
final class Doubt {
  /** How long to wait before asking again. */
  static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

  private Doubt() {}

  /** Whether a failure is one: no answer, or one of a server in trouble, which may pass. */
  static boolean is(FipctlException failure) {
    return failure instanceof UncertainWriteException
        || failure.exitCode() == ExitCode.UNREACHABLE
        || failure.reason().equals("ServerError")
        || failure.reason().equals("Throttled");
  }

  /** The failure without its doubt, once it is known what became of the write. */
  static FipctlException settled(FipctlException failure) {
    return failure instanceof UncertainWriteException lost ? lost.trouble() : failure;
  }
}
