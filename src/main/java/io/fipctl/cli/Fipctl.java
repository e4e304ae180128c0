package io.fipctl.cli;

import io.fipctl.model.ExitCode;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
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

  private Fipctl(Environment environment) {
    this.session = new Session(environment, options);
  }

  /** Runs one command line and returns the exit status of the process. */
  public static int run(Environment environment, String... arguments) {
    Fipctl program = new Fipctl(environment);
    Set<String> words = new HashSet<>(Arrays.asList(arguments));
    CommandLine commandLine = program.commandLine(words);
    try {
      return commandLine.execute(arguments);
    } finally {
      program.session.close();
    }
  }

  /** The whole tree, for help, completion and man pages. */
  public static CommandLine tree(Environment environment) {
    return new Fipctl(environment).commandLine(Set.of());
  }

  private CommandLine commandLine(Set<String> words) {
    CommandLine commandLine = new CommandLine(this);
    for (Verbs.Verb verb : Verbs.namedIn(words)) {
      commandLine.addSubcommand(
          verb.name(), verb.command().apply(session), verb.aliases().toArray(String[]::new));
    }
    Failures failures = new Failures(session);
    commandLine.setDefaultValueProvider(new Defaults(session.environment()));
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
    HelpLayout.apply(commandLine);
    return commandLine;
  }

  private int execute(CommandLine.ParseResult parsed) {
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

  /** How usage help is laid out. */
  private static final class HelpLayout {
    static void apply(CommandLine commandLine) {
      CommandSpec spec = commandLine.getCommandSpec();
      UsageMessageSpec usage = spec.usageMessage();
      usage.exitCodeListHeading("%nExit codes:%n");
      usage.exitCodeList(exitCodes());
      usage.optionListHeading("%nOptions:%n");
      usage.abbreviateSynopsis(true);
      usage.synopsisHeading("Usage: ");
      usage.commandListHeading("");
      usage.parameterListHeading("%nArguments:%n");
      usage.descriptionHeading("%n");
      Map<String, CommandLine.IHelpSectionRenderer> sections =
          new LinkedHashMap<>(usage.sectionMap());
      sections.put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, HelpLayout::commands);
      sections.put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, HelpLayout::options);
      usage.sectionMap(sections);
      commandLine.getSubcommands().values().forEach(HelpLayout::apply);
    }

    /** A command's own options first, those of every command after them. */
    private static String options(Help help) {
      Map<Boolean, List<OptionSpec>> byOrigin =
          help.commandSpec().options().stream()
              .filter(option -> !option.hidden())
              .sorted(Comparator.comparing(option -> option.longestName()))
              .collect(Collectors.partitioningBy(OptionSpec::inherited));
      String own = help.optionListExcludingGroups(byOrigin.get(false));
      String common = help.optionListExcludingGroups(byOrigin.get(true));
      return common.isEmpty() ? own : own + "%nGlobal options:%n".formatted() + common;
    }

    private static String commands(Help help) {
      if (help.commandSpec().parent() != null) {
        return help.commandList();
      }
      StringBuilder text = new StringBuilder();
      for (String group : Verbs.GROUPS) {
        text.append("%n%s:%n".formatted(group));
        for (Verbs.Verb verb : Verbs.ALL) {
          CommandLine command = help.commandSpec().subcommands().get(verb.name());
          if (verb.group().equals(group) && command != null) {
            String[] description = command.getCommandSpec().usageMessage().description();
            text.append(
                "  %-12s %s%n"
                    .formatted(verb.name(), description.length > 0 ? description[0] : ""));
          }
        }
      }
      return text.toString();
    }
  }
}
