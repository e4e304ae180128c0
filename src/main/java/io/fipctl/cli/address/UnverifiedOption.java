package io.fipctl.cli.address;

import picocli.CommandLine.Option;

/** What a verb does that takes an address from a pod whose node nobody can look at. */
final class UnverifiedOption {
  @Option(
      names = "--unverified",
      description = "Write although nobody can look at the nodes: running flows may die or stay.")
  boolean unverified;
}
