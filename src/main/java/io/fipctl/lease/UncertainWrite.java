package io.fipctl.lease;

import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import io.fipctl.model.UncertainWriteException;
import java.time.Duration;

/** A write of which nobody knows whether it was made: it is looked up, or made again guardedly. */
public final class UncertainWrite {
  /** How long to wait before asking again. */
  public static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

  private UncertainWrite() {}

  /** Whether a failure is one: no answer, or one of a server in trouble, which may pass. */
  public static boolean is(FipctlException failure) {
    return failure instanceof UncertainWriteException
        || failure.exitCode() == ExitCode.UNREACHABLE
        || failure.reason().equals("ServerError")
        || failure.reason().equals("Throttled");
  }

  /** The failure without its doubt, once it is known what became of the write. */
  public static FipctlException settled(FipctlException failure) {
    return failure instanceof UncertainWriteException lost ? lost.trouble() : failure;
  }
}
