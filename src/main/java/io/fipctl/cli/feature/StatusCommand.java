package io.fipctl.cli.feature;

import io.fipctl.calico.ClusterStatus;
import io.fipctl.cli.session.RecordOptions;
import io.fipctl.cli.session.Session;
import io.fipctl.lease.Leases;
import io.fipctl.model.ExitCode;
import io.fipctl.render.ClusterStatusPrinter;
import io.fipctl.render.RecordsPrinter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code fipctl status}. */
@Command(
    name = "status",
    description = "Show whether floating IPs can work here, node by node.",
    footer = {
      "",
      "CNI-GATE is what lies on the node's disk, FELIX-GATE what the node's Felix takes. A node"
          + " that",
      "cannot be read is unknown.",
      "",
      "Examples:",
      "  fipctl status",
      "  fipctl status -o json | jq -r '.problems[].text'"
    })
public final class StatusCommand implements Callable<Integer> {
  @Mixin RecordOptions records = new RecordOptions();

  private final Session session;

  public StatusCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    ClusterStatus status = ClusterStatus.read(session.cluster());
    new Leases(session.cluster(), records.recordNamespace)
        .readableRecords()
        .forEach(
            record ->
                RecordsPrinter.remark(record.asOf(session.pause().now()))
                    .ifPresent(session.console()::note));
    switch (session.format()) {
      case TABLE, WIDE -> {
        session.console().print(ClusterStatusPrinter.summary(status));
        session.console().println("");
        session.print(ClusterStatusPrinter.nodes(status));
        if (!status.problems().isEmpty()) {
          session.console().println("");
          session.console().print(ClusterStatusPrinter.problems(status, session.sameCluster()));
        }
      }
      case NAME ->
          status.gates().nodes().forEach(node -> session.console().println("node/" + node.node()));
      case JSON, YAML ->
          session.console().print(ClusterStatusPrinter.document(status), session.format());
    }
    return ExitCode.OK.number();
  }
}
