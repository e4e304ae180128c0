package io.fipctl.cli.tools;

import io.fipctl.cli.session.ReportCommand;
import io.fipctl.render.ReportFormat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * What can be typed at which place, read from the command tree: the source of the completion
 * scripts. What stands for a value in the help says what completes it: {@code POD}, {@code IP},
 * {@code none|client|server}.
 *
 * @param commands every command by its path, the program itself first
 * @param global the options that every command takes
 */
public record CompletionModel(List<Verb> commands, List<Flag> global) {
  /** The options that decide which cluster and namespace live names are asked from. */
  private static final List<String> CONNECTION =
      List.of(
          "--context",
          "--kubeconfig",
          "--namespace",
          "--all-namespaces",
          "--as",
          "--as-group",
          "--server",
          "--token",
          "--insecure-skip-tls-verify",
          "--certificate-authority",
          "--lab");

  private static final Pattern CHOICES = Pattern.compile("[a-z0-9-]+(\\|[a-z0-9-]+)+");

  /** A name below a command, and what it does. */
  record Name(String word, String description) {}

  /**
   * One command.
   *
   * @param paths the words that lead to it, without the program's name; one for each alias
   * @param below its commands, with their aliases
   * @param special options of all commands that have other values here
   */
  record Verb(
      List<String> paths,
      List<Name> below,
      List<Flag> options,
      List<Flag> special,
      Arguments arguments) {}

  /** Whether an option stands alone, may have a value behind {@code =}, or needs one. */
  enum Need {
    NONE,
    OPTIONAL,
    REQUIRED
  }

  /** One option. */
  record Flag(
      List<String> names, String description, Need need, Values values, boolean connection) {
    Flag with(Values others) {
      return new Flag(names, description, need, others, connection);
    }

    List<String> longNames() {
      return names.stream().filter(name -> name.startsWith("--")).toList();
    }

    List<String> shortNames() {
      return names.stream().filter(name -> !name.startsWith("--")).toList();
    }
  }

  /** How many positional arguments there are. */
  enum Limit {
    /** None but those of {@link #PAIR} or {@link #MANY}. */
    ONE("1"),
    /** One pod and addresses, in either order. */
    PAIR("pair"),
    MANY("many");

    private final String word;

    Limit(String word) {
      this.word = word;
    }

    @Override
    public String toString() {
      return word;
    }
  }

  /** What the positional arguments are. */
  record Arguments(Values values, Limit limit) {}

  /** What completes a value: fixed words, names from the cluster, files, or nothing. */
  sealed interface Values {
    record Words(List<String> words) implements Values {}

    record Live(List<String> kinds) implements Values {}

    record Files() implements Values {}

    /** The names of commands. */
    record Commands() implements Values {}

    record Nothing() implements Values {}
  }

  public static CompletionModel of(CommandLine tree) {
    List<Verb> commands = new ArrayList<>();
    add(commands, List.of(""), tree);
    return new CompletionModel(
        commands,
        flags(
            tree.getCommandSpec(), option -> option.scopeType() == CommandLine.ScopeType.INHERIT));
  }

  private static void add(List<Verb> commands, List<String> paths, CommandLine command) {
    CommandSpec spec = command.getCommandSpec();
    List<CommandLine> below =
        command.getSubcommands().values().stream()
            .distinct()
            .filter(sub -> !sub.getCommandSpec().usageMessage().hidden())
            .toList();
    commands.add(
        new Verb(
            paths,
            below.stream().flatMap(CompletionModel::names).toList(),
            flags(spec, option -> option.scopeType() != CommandLine.ScopeType.INHERIT),
            special(command),
            arguments(spec)));
    for (CommandLine sub : below) {
      List<String> deeper =
          paths.stream()
              .flatMap(path -> names(sub).map(name -> (path + " " + name.word()).strip()))
              .toList();
      add(commands, deeper, sub);
    }
  }

  private static Stream<Name> names(CommandLine command) {
    CommandSpec spec = command.getCommandSpec();
    return Stream.concat(Stream.of(spec.name()), Arrays.stream(spec.aliases()))
        .map(name -> new Name(name, sentence(spec.usageMessage().description())));
  }

  private static List<Flag> flags(CommandSpec spec, Predicate<OptionSpec> wanted) {
    return spec.options().stream()
        .filter(option -> !option.hidden())
        .filter(wanted)
        .sorted(Comparator.comparing(OptionSpec::longestName))
        .map(CompletionModel::flag)
        .toList();
  }

  /** A report has formats of its own. */
  private static List<Flag> special(CommandLine command) {
    if (!(command.getCommand() instanceof ReportCommand)) {
      return List.of();
    }
    List<String> formats =
        Arrays.stream(ReportFormat.values()).map(ReportFormat::toString).toList();
    return flags(command.getCommandSpec(), option -> option.longestName().equals("--output"))
        .stream()
        .map(output -> output.with(new Values.Words(formats)))
        .toList();
  }

  private static Flag flag(OptionSpec option) {
    Need need =
        option.arity().max() == 0
            ? Need.NONE
            : option.arity().min() == 0 ? Need.OPTIONAL : Need.REQUIRED;
    return new Flag(
        List.of(option.names()),
        sentence(option.description()),
        need,
        need == Need.NONE ? new Values.Nothing() : values(option, option.paramLabel()),
        CONNECTION.contains(option.longestName()));
  }

  private static Arguments arguments(CommandSpec spec) {
    Optional<PositionalParamSpec> first = spec.positionalParameters().stream().findFirst();
    if (first.isEmpty()) {
      return new Arguments(new Values.Nothing(), Limit.ONE);
    }
    String label = first.get().paramLabel();
    // An address that is to be assigned is a new one: there is nothing to offer.
    String known = spec.name().equals("assign") ? label.replace("IP", "") : label;
    boolean several = first.get().arity().max() > 1;
    Limit limit = label.strip().contains(" ") ? Limit.PAIR : several ? Limit.MANY : Limit.ONE;
    return new Arguments(values(first.get(), known), limit);
  }

  private static Values values(ArgSpec argument, String label) {
    // Those of an enum, or named by the option itself.
    if (argument.completionCandidates() != null) {
      List<String> words = new ArrayList<>();
      argument.completionCandidates().forEach(words::add);
      return new Values.Words(words);
    }
    if (CHOICES.matcher(label).matches()) {
      return new Values.Words(List.of(label.split("\\|")));
    }
    List<String> names = List.of(label.split("[^A-Z]+"));
    if (names.contains("FILE")) {
      return new Values.Files();
    }
    if (names.contains("COMMAND")) {
      return new Values.Commands();
    }
    List<String> kinds =
        Arrays.stream(LiveNames.Kind.values())
            .filter(kind -> names.contains(kind.label()))
            .map(LiveNames.Kind::toString)
            .toList();
    return kinds.isEmpty() ? new Values.Nothing() : new Values.Live(kinds);
  }

  /** The names of the options that live names depend on. */
  public static List<String> connection(List<Flag> options) {
    return options.stream()
        .filter(Flag::connection)
        .flatMap(option -> option.names().stream())
        .toList();
  }

  /** The first sentence, without its full stop. */
  private static String sentence(String[] description) {
    String text = String.join(" ", description).formatted();
    int end = text.indexOf(". ");
    return (end < 0 ? text : text.substring(0, end)).replaceFirst("\\.$", "");
  }
}
