package io.fipctl.cli.session;

import io.fipctl.lease.LockOptions;
import picocli.CommandLine.Option;

/** Where locks and records are kept. */
public final class RecordOptions {
  @Option(
      names = "--record-namespace",
      paramLabel = "NS",
      description = "The namespace of the locks and records of addresses (default fipctl-system).")
  public String recordNamespace = LockOptions.NAMESPACE;

  /** Guarded as usual. */
  public LockOptions locks() {
    return new LockOptions(recordNamespace, true, LockOptions.PATIENCE);
  }
}
