package io.fipctl.cli.address;

import io.fipctl.lease.RecordEdit;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What a verb that takes an address from a pod does although something speaks against it. */
final class SourceOptions {
  @Mixin FencingOption node = new FencingOption();

  @Option(names = "--unprotect", description = "Take a protected address; it is not any more then.")
  boolean unprotect;

  RecordEdit edit() {
    return RecordEdit.unprotecting(unprotect);
  }
}
