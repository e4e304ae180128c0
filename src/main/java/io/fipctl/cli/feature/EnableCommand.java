package io.fipctl.cli.feature;

import io.fipctl.calico.FeatureGates;
import io.fipctl.cli.session.RecordOptions;
import io.fipctl.cli.session.Session;
import io.fipctl.feature.Enable;
import io.fipctl.feature.InstallSource;
import io.fipctl.lease.Leases;
import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code fipctl enable}. */
@Command(
    name = "enable",
    description = "Switch floating IPs on: the CNI plugin's gate, then Felix's.",
    footer = {
      "",
      "First the CNI gate in Calico's ConfigMap, rolled out and seen on every node, and only then",
      "FelixConfiguration: at no moment does an annotated pod work that could not be made again.",
      "A failure on the way takes both back.",
      "",
      "Examples:",
      "  fipctl enable --dry-run",
      "  fipctl enable --yes"
    })
public final class EnableCommand implements Callable<Integer> {
  /** Installers that keep their own source. */
  enum Source {
    kubespray,
    rke2,
    helm,
    kustomize
  }

  @Mixin GateSwitches switches = new GateSwitches();

  @Mixin RecordOptions records = new RecordOptions();

  @Option(
      names = "--print-source",
      paramLabel = "kubespray|rke2|helm|kustomize",
      description = "Print the change for the sources of an installer, and change nothing.")
  Source printSource;

  private final Session session;

  public EnableCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    if (printSource != null) {
      InstallSource source = InstallSource.valueOf(printSource.name().toUpperCase(Locale.ROOT));
      session.console().print(source.text(FeatureGates.read(session.cluster())));
      return ExitCode.OK.number();
    }
    int exitCode =
        GateRun.run(
            session,
            Enable.plan(session.cluster(), switches.options(), session.pause()),
            switches,
            "enabled",
            List.of(
                "from then on whoever may edit pods may claim addresses: restrict that with an admission"
                    + " policy"));
    if (!switches.attempt.isDryRun()) {
      makeRecordNamespace();
    }
    return exitCode;
  }

  /** So that those who may not make namespaces can lock addresses. */
  private void makeRecordNamespace() {
    Leases leases = new Leases(session.cluster(), records.recordNamespace);
    try {
      leases.createNamespace();
    } catch (FipctlException failure) {
      session.console().warning(failure.getMessage());
    }
  }
}
