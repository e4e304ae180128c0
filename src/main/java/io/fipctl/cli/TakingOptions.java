package io.fipctl.cli;

import io.fipctl.operation.RecordEdit;
import picocli.CommandLine.Option;

/** What a verb that takes an address from a pod does although something speaks against it. */
final class TakingOptions {
  @Option(
      names = "--node-is-fenced",
      description =
          "Take an address from a pod although its node is NotReady: the node is off or cut off for"
              + " certain.")
  boolean nodeIsFenced;

  @Option(names = "--unprotect", description = "Take a protected address; it is not any more then.")
  boolean unprotect;

  RecordEdit edit() {
    return RecordEdit.unprotecting(unprotect);
  }
}
