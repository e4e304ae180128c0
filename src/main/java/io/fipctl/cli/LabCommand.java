package io.fipctl.cli;

import io.fipctl.lab.Lab;
import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code fipctl lab start|stop|status|tour}. */
@Command(
    name = "lab",
    synopsisSubcommandLabel = "COMMAND",
    description = "Practise on a cluster inside fipctl: no Kubernetes needed.",
    footer = {
      "",
      "After 'fipctl lab start' every command works on it with --lab, or with FIPCTL_LAB=1 in the",
      "environment.",
      "",
      "Examples:",
      "  fipctl lab tour",
      "  fipctl lab start && fipctl --lab status"
    })
final class LabCommand implements Runnable {
  @Spec CommandSpec spec;

  private final Session session;

  LabCommand(Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    throw FipctlException.usage(
        "lab does nothing by itself", "fipctl lab start", "fipctl lab tour");
  }

  @Command(name = "start", description = "Make a practice cluster: three nodes, a few pods.")
  int start() {
    session
        .console()
        .println(Lab.start(file()) ? "lab started" : "lab unchanged: it is there already");
    session.console().note("next: fipctl --lab status");
    return ExitCode.OK.number();
  }

  @Command(name = "stop", description = "End the practice cluster and forget it.")
  int stop() {
    session.console().println(Lab.stop(file()) ? "lab stopped" : "lab unchanged: there is none");
    return ExitCode.OK.number();
  }

  @Command(name = "status", description = "Say whether there is a practice cluster, and where.")
  int status() {
    session.console().println(Lab.isStarted(file()) ? "lab running, kept in " + file() : "no lab");
    return ExitCode.OK.number();
  }

  @Command(
      name = "tour",
      description = "Show the main job on a fresh practice cluster, with what it really prints.")
  int tour() {
    return LabTour.run(session.console(), session.environment());
  }

  private Path file() {
    return session.environment().labFile();
  }
}
