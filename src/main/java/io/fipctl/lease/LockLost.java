package io.fipctl.lease;

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
public final class LockLost extends FipctlException {
  public LockLost(IpAddress address, Optional<String> to) {
    this(
        ExitCode.CONFLICT,
        "%s; nothing more was written".formatted(lost(address, to)),
        looking(address),
        false);
  }

  private LockLost(ExitCode code, String message, List<String> hints, boolean changed) {
    super(code, "LockLost", message, hints, changed, null);
  }

  /**
   * It was lost before a write that was made all the same.
   *
   * @param written what was written
   * @param repaired whether that was taken back
   * @param standing who has the address by now
   */
  public static LockLost late(
      IpAddress address, AddressLock.Loss loss, String written, boolean repaired, String standing) {
    String lost = lost(address, loss.to());
    if (repaired) {
      return new LockLost(
          ExitCode.CONFLICT,
          "%s; %s after that, and it was taken back: %s".formatted(lost, written, standing),
          looking(address),
          false);
    }
    return new LockLost(
        ExitCode.HALF_DONE,
        "%s; %s when the lock was gone: %s".formatted(lost, written, standing),
        loss.open()
            ? List.of(ShellCommand.of("fipctl recover %s   # ends what was begun", address))
            : looking(address),
        true);
  }

  private static List<String> looking(IpAddress address) {
    return List.of(
        ShellCommand.of("fipctl show %s", address), ShellCommand.of("fipctl history %s", address));
  }

  private static String lost(IpAddress address, Optional<String> to) {
    return "lost the lock of %s to %s"
        .formatted(address, to.orElse("somebody who has let go of it again"));
  }
}
