package io.fipctl.cli.address;

import picocli.CommandLine.Option;

/** Whether an address may be given that nobody will announce. */
final class OutsidePoolsOption {
  @Option(
      names = "--allow-outside-pools",
      description = "Go on although no IP pool has the address: BIRD does not announce it.")
  boolean allowOutsidePools;
}
