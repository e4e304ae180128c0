package io.fipctl.cli;

import io.fipctl.lease.RecordEdit;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What a verb that takes an address from a pod does although something speaks against it. */
final class TakingOptions {
  @Mixin FencedOptions node = new FencedOptions();

  @Option(names = "--unprotect", description = "Take a protected address; it is not any more then.")
  boolean unprotect;

  RecordEdit edit() {
    return RecordEdit.unprotecting(unprotect);
  }
}
