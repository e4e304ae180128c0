package io.fipctl.cli.address;

import io.fipctl.change.Leniency;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What a verb that gives a pod an address does although something speaks against it. */
final class TargetOptions {
  @Option(
      names = "--strict",
      description = "Refuse what would only be warned of, and what could not be checked.")
  boolean strict;

  @Option(
      names = "--allow-cni-gate-off",
      description = "Go on although the pod could not start again: the CNI plugin's gate is off.")
  boolean allowCniGateOff;

  @Mixin OutsidePoolsOption pools = new OutsidePoolsOption();

  Leniency leniency() {
    return new Leniency(strict, allowCniGateOff, pools.allowOutsidePools);
  }
}
