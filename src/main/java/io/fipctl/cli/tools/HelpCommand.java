package io.fipctl.cli.tools;

import io.fipctl.cli.session.Session;
import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fipctl help [COMMAND]}. */
@Command(
    name = "help",
    description = "Show the help of fipctl or of one command.",
    footer = {"", "Examples:", "  fipctl help assign", "  fipctl help lab start"})
public final class HelpCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..*",
      paramLabel = "COMMAND",
      description = "The command, such as assign or lab start.")
  List<String> words = List.of();

  @Spec CommandSpec spec;

  private final Session session;

  public HelpCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    CommandLine command = spec.parent().commandLine();
    for (String word : words) {
      CommandLine below = command.getSubcommands().get(word);
      if (below == null) {
        throw FipctlException.usage(
            "there is no command '%s'".formatted(String.join(" ", words)), "fipctl help");
      }
      command = below;
    }
    command.usage(session.console().out());
    return ExitCode.OK.number();
  }
}
