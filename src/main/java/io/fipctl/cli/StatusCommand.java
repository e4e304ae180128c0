package io.fipctl.cli;

import io.fipctl.model.ExitCode;
import io.fipctl.operation.ClusterStatus;
import io.fipctl.render.Statuses;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code fipctl status}. */
@Command(
    name = "status",
    description = "Show whether floating IPs can work here, node by node.",
    footer = {
      "",
      "CNI-GATE is what lies on the node's disk, FELIX-GATE what the node's Felix takes. A node that",
      "cannot be read is unknown.",
      "",
      "Examples:",
      "  fipctl status",
      "  fipctl status -o json | jq -r '.problems[].text'"
    })
final class StatusCommand implements Callable<Integer> {
  private final Session session;

  StatusCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    ClusterStatus status = ClusterStatus.read(session.cluster());
    switch (session.format()) {
      case TABLE, WIDE -> {
        session.console().print(Statuses.summary(status));
        session.console().println("");
        session.print(Statuses.nodes(status));
        if (!status.problems().isEmpty()) {
          session.console().println("");
          session.console().print(Statuses.problems(status));
        }
      }
      case NAME ->
          status.gates().nodes().forEach(node -> session.console().println("node/" + node.node()));
      case JSON, YAML -> session.console().print(Statuses.document(status), session.format());
    }
    return ExitCode.OK.number();
  }
}
