package io.fipctl.cli;

import io.fipctl.lease.LockOptions;
import picocli.CommandLine.Option;

/** Where locks and records are kept. */
final class RecordOptions {
  @Option(
      names = "--record-namespace",
      paramLabel = "NS",
      description = "The namespace of the locks and records of addresses (default fipctl-system).")
  String recordNamespace = LockOptions.NAMESPACE;

  /** Guarded as usual. */
  LockOptions locks() {
    return new LockOptions(recordNamespace, true, LockOptions.PATIENCE);
  }
}
