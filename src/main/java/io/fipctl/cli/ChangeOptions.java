package io.fipctl.cli;

import io.fipctl.model.FipctlException;
import java.time.Duration;
import picocli.CommandLine.Option;

/** The options of every verb that changes something. */
final class ChangeOptions {
  /** What {@code --dry-run} was given. */
  enum DryRun {
    none,
    client,
    server
  }

  @Option(
      names = "--dry-run",
      arity = "0..1",
      fallbackValue = "client",
      paramLabel = "none|client|server",
      description =
          "Change nothing. client: check everything and say what would be done; server: have the"
              + " API server try the write as well. Alone it means client.")
  DryRun dryRun = DryRun.none;

  @Option(
      names = "--wait",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "true|false",
      description = "Watch the nodes until they follow (default true).")
  boolean wait = true;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "How long a node may take to follow (default 30s).")
  Duration timeout = Duration.ofSeconds(30);

  @Option(
      names = "--error-unchanged",
      description = "Exit with 3 when there was nothing to change.")
  boolean errorUnchanged;

  boolean isDryRun() {
    return dryRun != DryRun.none;
  }

  Duration timeout() {
    if (!timeout.isPositive()) {
      throw FipctlException.usage("--timeout must be longer than nothing", "write 30s or 2m");
    }
    return timeout;
  }
}
