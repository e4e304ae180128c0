package io.fipctl.feature;

import io.fipctl.model.FipctlException;
import java.time.Duration;

/**
 * What the user wants of {@link Enable} and {@link Disable}.
 *
 * @param cni whether the CNI gate is to change ({@code --felix-only} says no)
 * @param felix whether Felix's gate is to change ({@code --cni-only} says no)
 * @param restart whether calico-node may be rolled ({@code --no-restart} says no)
 * @param includeOverrides whether FelixConfigurations other than {@code default} change too
 * @param evenIfManaged whether objects change that something puts back by itself
 * @param patience how long no node may make progress
 */
public record GateOptions(
    boolean cni,
    boolean felix,
    boolean restart,
    boolean includeOverrides,
    boolean evenIfManaged,
    Duration patience) {
  public static final GateOptions DEFAULT =
      new GateOptions(true, true, true, false, false, Duration.ofMinutes(5));

  public GateOptions {
    if (!cni && !felix) {
      throw FipctlException.usage("--cni-only and --felix-only exclude each other");
    }
  }

  public GateOptions cniOnly() {
    return new GateOptions(cni, false, restart, includeOverrides, evenIfManaged, patience);
  }

  public GateOptions felixOnly() {
    return new GateOptions(false, felix, restart, includeOverrides, evenIfManaged, patience);
  }

  public GateOptions noRestart() {
    return new GateOptions(cni, felix, false, includeOverrides, evenIfManaged, patience);
  }

  public GateOptions includingOverrides() {
    return new GateOptions(cni, felix, restart, true, evenIfManaged, patience);
  }

  public GateOptions managedToo() {
    return new GateOptions(cni, felix, restart, includeOverrides, true, patience);
  }

  public GateOptions patience(Duration limit) {
    return new GateOptions(cni, felix, restart, includeOverrides, evenIfManaged, limit);
  }
}
