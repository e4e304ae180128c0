package io.fipctl.operation;

import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import io.fipctl.model.IpAddress;
import io.fipctl.model.ShellCommand;
import java.util.List;
import java.util.Optional;

/**
 * Somebody else has the lock now: nothing more is written, nor undone, because what stands is
 * theirs to judge.
 */
final class LockLost extends FipctlException {
  LockLost(IpAddress address, Optional<String> to) {
    super(
        ExitCode.CONFLICT,
        "LockLost",
        "lost the lock of %s to %s; nothing more was written"
            .formatted(address, to.orElse("somebody who has let go of it again")),
        List.of(
            ShellCommand.of("fipctl show %s", address),
            ShellCommand.of("fipctl history %s", address)),
        false,
        null);
  }
}
