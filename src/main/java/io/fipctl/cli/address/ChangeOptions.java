package io.fipctl.cli.address;

import io.fipctl.cli.session.DryRunOptions;
import io.fipctl.cli.session.RecordOptions;
import io.fipctl.lease.LockOptions;
import io.fipctl.model.FipctlException;
import java.time.Duration;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of every verb that changes something. */
public final class ChangeOptions {
  /** Options that may stand without their value, and what they mean then. */
  public static final Map<String, String> BARE =
      Map.of("--dry-run", "--dry-run=client", "--wait", "--wait=true");

  @Mixin DryRunOptions attempt = new DryRunOptions();

  @Option(
      names = "--wait",
      arity = "1",
      paramLabel = "true|false",
      description = "Watch the nodes until they follow (default true).")
  boolean wait = true;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "How long a node may take to follow (default 30s).")
  Duration timeout = Duration.ofSeconds(30);

  @Mixin RecordOptions records = new RecordOptions();

  @Option(
      names = "--lock-timeout",
      paramLabel = "TIME",
      description = "How long to wait for somebody else who changes an address (default 20s).")
  Duration lockTimeout = LockOptions.PATIENCE;

  /** How the addresses are guarded while they are changed. */
  LockOptions guarded(boolean locked) {
    return new LockOptions(records.recordNamespace, locked, lockTimeout);
  }

  Duration timeout() {
    if (!timeout.isPositive()) {
      throw FipctlException.usage("--timeout must be longer than nothing", "write 30s or 2m");
    }
    return timeout;
  }
}
