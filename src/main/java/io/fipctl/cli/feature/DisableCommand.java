package io.fipctl.cli.feature;

import io.fipctl.change.Release;
import io.fipctl.cli.session.RecordOptions;
import io.fipctl.cli.session.Session;
import io.fipctl.feature.Disable;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code fipctl disable}. */
@Command(
    name = "disable",
    description = "Switch floating IPs off: Felix's gate, then the CNI plugin's.",
    footer = {
      "",
      "Refused while any pod or workload template carries the annotation: such a pod would never",
      "start again.",
      "",
      "Examples:",
      "  fipctl disable --dry-run",
      "  fipctl disable --release-all"
    })
public final class DisableCommand implements Callable<Integer> {
  @Mixin GateSwitches switches = new GateSwitches();

  @Option(names = "--release-all", description = "Take all addresses from all pods first.")
  boolean releaseAll;

  @Option(names = "--unprotect", description = "With --release-all: take protected addresses too.")
  boolean unprotect;

  @Mixin RecordOptions records = new RecordOptions();

  private final Session session;

  public DisableCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    Release.Options options = new Release.Options(false, unprotect, true, switches.timeout);
    return GateRun.run(
        session,
        Disable.plan(
            session.cluster(),
            switches.options(),
            session.pause(),
            releaseAll
                ? Optional.of(
                    pods -> Release.everything(session.means(records.locks()), pods, options))
                : Optional.empty()),
        switches,
        "disabled",
        List.of());
  }
}
