package io.fipctl.cli.tools;

import io.fipctl.cli.session.Session;
import io.fipctl.lab.Breakage;
import io.fipctl.lab.Lab;
import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import io.fipctl.render.Document;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fipctl lab start|stop|status|break|mend|tour}. */
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
      "  fipctl lab start && fipctl --lab status",
      "  fipctl lab break rule-gone && fipctl --lab doctor"
    })
public final class LabCommand implements Runnable {
  @Spec CommandSpec spec;

  private final Session session;
  private final LabTour.Program program;

  public LabCommand(Session session, LabTour.Program program) {
    this.session = session;
    this.program = program;
  }

  @Override
  public void run() {
    throw FipctlException.usage(
        "lab does nothing by itself", "fipctl lab start", "fipctl lab tour");
  }

  @Command(name = "start", description = "Make a practice cluster: three nodes, a few pods.")
  int start() {
    boolean made = Lab.start(file());
    answer(made ? "started" : "unchanged", made ? "" : ": it is there already");
    session.console().note("next: fipctl --lab status");
    return ExitCode.OK.number();
  }

  @Command(name = "stop", description = "End the practice cluster and forget it.")
  int stop() {
    boolean ended = Lab.stop(file());
    answer(ended ? "stopped" : "unchanged", ended ? "" : ": there is none");
    return ExitCode.OK.number();
  }

  @Command(name = "status", description = "Say whether there is a practice cluster, and where.")
  int status() {
    boolean running = Lab.isStarted(file());
    answer(running ? "running" : "not started", running ? ", kept in " + file() : "");
    return ExitCode.OK.number();
  }

  @Command(
      name = "break",
      description = {
        "Reset the practice cluster, with addresses and one failure for doctor to find;",
        "without a name, list the failures."
      })
  int breakLab(
      @Parameters(
              arity = "0..1",
              paramLabel = "NAME",
              description = "The failure.",
              completionCandidates = BreakageNames.class)
          String name) {
    if (name == null) {
      list();
      return ExitCode.OK.number();
    }
    Breakage breakage =
        Breakage.byName(name)
            .orElseThrow(
                () ->
                    FipctlException.usage(
                        "the lab knows no failure '" + name + "'", "fipctl lab break"));
    Lab.restart(file(), Optional.of(breakage));
    answer("broken", ": " + breakage.sentence());
    session.console().note("next: fipctl --lab doctor");
    return ExitCode.OK.number();
  }

  @Command(
      name = "mend",
      description = "Reset the practice cluster, with addresses and without any failure.")
  int mend() {
    Lab.restart(file(), Optional.empty());
    answer("healthy", "");
    return ExitCode.OK.number();
  }

  private void list() {
    switch (session.format()) {
      case TABLE, WIDE -> session.print(Breakages.table(Breakage.ALL));
      case NAME -> Breakage.ALL.forEach(each -> session.console().println(each.name()));
      case JSON, YAML ->
          session.console().print(Breakages.document(Breakage.ALL), session.format());
    }
  }

  /** For completions. */
  static final class BreakageNames extends ArrayList<String> {
    private static final long serialVersionUID = 1;

    BreakageNames() {
      super(Breakage.ALL.stream().map(Breakage::name).toList());
    }
  }

  @Command(
      name = "tour",
      description = "Show the main job on a fresh practice cluster, with what it really prints.")
  int tour() {
    return LabTour.run(session.console(), session.environment(), program);
  }

  private void answer(String state, String more) {
    switch (session.format()) {
      case TABLE, WIDE -> session.console().println("lab " + state + more);
      case NAME -> session.console().println("lab");
      case JSON, YAML -> {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("state", state);
        fields.put("file", file().toString());
        session.console().print(new Document("Lab", fields), session.format());
      }
    }
  }

  private Path file() {
    return session.environment().labFile();
  }
}
