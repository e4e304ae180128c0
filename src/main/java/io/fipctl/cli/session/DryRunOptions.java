package io.fipctl.cli.session;

import io.fipctl.model.ExitCode;
import picocli.CommandLine.Option;

/** How a verb that changes something says that it need not, or must not. */
public final class DryRunOptions {
  /** What {@code --dry-run} was given. */
  public enum DryRun {
    none,
    client,
    server
  }

  @Option(
      names = "--dry-run",
      paramLabel = "none|client|server",
      description =
          "Change nothing. client: check everything and say what would be done; server: have the"
              + " API server try the writes as well. Alone it means client.")
  DryRun dryRun = DryRun.none;

  @Option(
      names = "--error-unchanged",
      description = "Exit with 3 when there was nothing to change.")
  boolean errorUnchanged;

  public boolean isDryRun() {
    return dryRun != DryRun.none;
  }

  public boolean isTriedOnServer() {
    return dryRun == DryRun.server;
  }

  /** The exit code of a run that had nothing to change. */
  public int unchanged() {
    return errorUnchanged ? ExitCode.UNCHANGED.number() : ExitCode.OK.number();
  }
}
