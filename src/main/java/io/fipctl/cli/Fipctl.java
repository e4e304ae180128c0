package io.fipctl.cli;

import io.fipctl.cli.address.ChangeOptions;
import io.fipctl.cli.session.Environment;
import io.fipctl.cli.session.GlobalOptions;
import io.fipctl.cli.session.ReportCommand;
import io.fipctl.cli.session.Session;
import io.fipctl.cli.session.Version;
import io.fipctl.cli.tools.CompleteCommand;
import io.fipctl.cli.tools.HelpCommand;
import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import io.fipctl.render.Format;
import io.fipctl.render.ReportFormat;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The program: its command tree, and one run of it. */
@Command(
    name = "fipctl",
    description =
        "Floating IPs of Calico Kubernetes clusters: switch them on, assign, move, release.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "'fipctl help COMMAND' tells more; 'fipctl lab tour' shows it at work."})
public final class Fipctl implements Callable<Integer> {
  @Mixin GlobalOptions options = new GlobalOptions();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help.")
  boolean help;

  @Option(
      names = {"-V", "--version"},
      description = "Print the version and exit.")
  boolean version;

  @Spec CommandSpec spec;

  private final Session session;
  private final Defaults defaults;

  private Fipctl(Environment environment) {
    this.defaults = new Defaults(environment);
    this.session = new Session(environment, options);
  }

  /** Runs one command line and returns the exit status of the process. */
  public static int run(Environment environment, String... arguments) {
    Fipctl program = new Fipctl(environment);
    Set<String> words = new HashSet<>(Arrays.asList(arguments));
    CommandLine commandLine = program.commandLine(words);
    try {
      return written(program.session, commandLine.execute(withValues(arguments)));
    } finally {
      program.session.close();
    }
  }

  /**
   * The exit status once it is known whether the answer has reached anybody. A reader that had
   * enough, as {@code | head -1}, is no failure.
   */
  private static int written(Session session, int exitCode) {
    Optional<IOException> lost = session.console().lost();
    if (lost.isEmpty()) {
      return exitCode;
    }
    FipctlException failure =
        new FipctlException(
            ExitCode.FAILURE,
            "NotWritten",
            "the answer could not be written to stdout (%s); what was changed stays changed"
                .formatted(lost.get().getMessage()));
    session.console().explain(failure);
    return exitCode == ExitCode.OK.number() ? failure.exitCode().number() : exitCode;
  }

  /**
   * Spells out the options whose value may be left out. Otherwise picocli would take the next word
   * for the value; for kubectl it only stands behind {@code =}.
   */
  static String[] withValues(String... arguments) {
    // Behind -- stands another program's command line.
    int own = List.of(arguments).indexOf("--");
    String[] spelled = arguments.clone();
    for (int i = 0; i < (own < 0 ? arguments.length : own); i++) {
      spelled[i] = ChangeOptions.BARE.getOrDefault(arguments[i], arguments[i]);
    }
    return spelled;
  }

  /** The whole tree, for help, completion and man pages. */
  public static CommandLine tree(Environment environment) {
    CommandLine tree = tree(environment, Set.of());
    HelpLayout.apply(tree);
    return tree;
  }

  /** The tree with only the commands that are named; the whole one when none is. */
  static CommandLine tree(Environment environment, Set<String> words) {
    return new Fipctl(environment).commandLine(words);
  }

  private CommandLine commandLine(Set<String> words) {
    CommandLine commandLine = Flags.settled(new CommandLine(this));
    for (Commands.Verb verb : Commands.namedIn(words)) {
      commandLine.addSubcommand(
          verb.name(),
          Flags.settled(new CommandLine(verb.command().apply(session))),
          verb.aliases().toArray(String[]::new));
    }
    Failures failures = new Failures(session, defaults);
    commandLine.setDefaultValueProvider(defaults);
    // As for kubectl: of an option that is typed twice, the last one counts.
    commandLine.setOverwrittenOptionsAllowed(true);
    commandLine.setOut(session.console().out());
    commandLine.setErr(session.console().err());
    commandLine.setColorScheme(Help.defaultColorScheme(Help.Ansi.OFF));
    commandLine.setUsageHelpWidth(100);
    commandLine.setAbbreviatedOptionsAllowed(false);
    commandLine.setExpandAtFiles(false);
    commandLine.setPosixClusteredShortOptionsAllowed(true);
    commandLine.setParameterExceptionHandler(failures);
    commandLine.setExecutionExceptionHandler(failures);
    commandLine.setExecutionStrategy(this::execute);
    Converters.register(commandLine);
    // Laid out when it is asked for: most runs never are.
    commandLine.setHelpFactory(
        (spec, colours) -> {
          HelpLayout.apply(spec.commandLine());
          return new Help(spec, colours);
        });
    return commandLine;
  }

  private int execute(CommandLine.ParseResult parsed) {
    checkSettings(parsed);
    checkFormat(parsed);
    session.actsOn(
        SameCluster.of(parsed, defaults::isSet, () -> tree(session.environment(), Set.of())));
    if (options.quiet) {
      session.console().quiet();
    }
    if (options.noColor
        || session.environment().variable("NO_COLOR").isPresent()
        || session.environment().variable("TERM").filter("dumb"::equals).isPresent()) {
      session.console().withoutColour();
    }
    return new CommandLine.RunLast().execute(parsed);
  }

  /** What is set elsewhere than on the command line, and would be read by nobody. */
  private void checkSettings(CommandLine.ParseResult parsed) {
    List<CommandLine> commands = parsed.asCommandLineList();
    CommandLine last = commands.getLast();
    boolean isAnswered =
        commands.stream().anyMatch(CommandLine::isUsageHelpRequested)
            || last.getCommand() instanceof HelpCommand
            // Whoever is typing must not be interrupted.
            || last.getCommand() instanceof CompleteCommand;
    if (isAnswered) {
      return;
    }
    try {
      defaults.refuseUnknown(commands, () -> tree(session.environment(), Set.of()));
    } catch (FipctlException e) {
      throw new CommandLine.ParameterException(last, e.getMessage(), e);
    }
  }

  /** Which formats there are depends on the command, so only now can one be refused. */
  private void checkFormat(CommandLine.ParseResult parsed) {
    List<CommandLine> commands = parsed.asCommandLineList();
    CommandLine last = commands.getLast();
    try {
      if (last.getCommand() instanceof ReportCommand) {
        ReportFormat.parse(options.output);
      } else {
        Format.parse(options.output);
      }
    } catch (IllegalArgumentException e) {
      throw new CommandLine.ParameterException(
          last,
          "invalid value for option '--output' (<FORMAT>): " + e.getMessage(),
          last.getCommandSpec().findOption("--output"),
          options.output);
    }
  }

  @Override
  public Integer call() {
    if (version) {
      session.console().println("fipctl " + Version.current());
      return ExitCode.OK.number();
    }
    spec.commandLine().usage(session.console().out());
    return ExitCode.OK.number();
  }

  /** The exit codes as help and man page list them. */
  static Map<String, String> exitCodes() {
    Map<String, String> codes = new LinkedHashMap<>();
    for (ExitCode code : ExitCode.values()) {
      codes.put(String.valueOf(code.number()), code.meaning());
    }
    return codes;
  }
}
