package io.fipctl.cli.feature;

import io.fipctl.cli.session.DryRunOptions;
import io.fipctl.feature.GateOptions;
import io.fipctl.model.FipctlException;
import java.time.Duration;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of enable and disable. */
final class GateSwitches {
  @Option(names = "--cni-only", description = "Change only the CNI plugin's gate.")
  boolean cniOnly;

  @Option(names = "--felix-only", description = "Change only Felix's gate.")
  boolean felixOnly;

  @Option(
      names = "--no-restart",
      description = "Do not roll calico-node, but say what is still to do.")
  boolean noRestart;

  @Option(
      names = "--include-overrides",
      description = "Change FelixConfigurations of single nodes and selectors too.")
  boolean includeOverrides;

  @Option(
      names = "--even-if-managed",
      description = "Change objects that Argo CD, Flux or an addon manager will put back.")
  boolean evenIfManaged;

  @Mixin DryRunOptions attempt = new DryRunOptions();

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "Give up when no node makes progress for this time (default 5m).")
  Duration timeout = Duration.ofMinutes(5);

  GateOptions options() {
    if (cniOnly && felixOnly) {
      throw FipctlException.usage(
          "--cni-only and --felix-only exclude each other", "leave both out to change both gates");
    }
    if (!timeout.isPositive()) {
      throw FipctlException.usage("--timeout must be longer than nothing", "write 5m");
    }
    return new GateOptions(
        !felixOnly, !cniOnly, !noRestart, includeOverrides, evenIfManaged, timeout);
  }
}
