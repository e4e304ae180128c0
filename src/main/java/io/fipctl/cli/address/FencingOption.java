package io.fipctl.cli.address;

import picocli.CommandLine.Option;

/** The user's word for a node that does not answer. */
final class FencingOption {
  @Option(
      names = "--node-is-fenced",
      description =
          "Take an address from a pod although its node is NotReady: the node is known to be powered"
              + " off or isolated.")
  boolean nodeIsFenced;
}
