package io.fipctl.cli;

import io.fipctl.model.PodTarget;
import io.fipctl.model.ShellCommand;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * Writes into the commands of a text what makes them act where this run acts: on the same cluster,
 * as the same user. It goes by what is in force, typed or set, because a hint may be pasted
 * elsewhere. A command that has such an option already keeps its own.
 */
final class SameCluster implements UnaryOperator<String> {
  /** What decides which cluster a command acts on, and as whom. */
  static final List<String> CARRIED =
      List.of(
          "--lab",
          "--context",
          "--kubeconfig",
          "--server",
          "--certificate-authority",
          "--insecure-skip-tls-verify",
          "--token",
          "--as",
          "--as-group",
          "--namespace",
          "--record-namespace",
          "--calico-namespace");

  /** What the practice cluster knows of these. */
  private static final Set<String> IN_LAB =
      Set.of("--lab", "--namespace", "--record-namespace", "--calico-namespace");

  private static final String FIPCTL = "fipctl";
  private static final String KUBECTL = "kubectl";

  /**
   * What kubectl is given of these. Its commands name a namespace by themselves where they need
   * one, and objects with another namespace than {@code -n} are refused.
   */
  private static final Set<String> OF_KUBECTL =
      Set.of(
          "--context",
          "--kubeconfig",
          "--server",
          "--certificate-authority",
          "--insecure-skip-tls-verify",
          "--token",
          "--as",
          "--as-group");

  private static final Set<String> KUBECTL_VERBS =
      Set.of(
          "annotate",
          "apply",
          "auth",
          "cordon",
          "create",
          "debug",
          "delete",
          "describe",
          "drain",
          "edit",
          "exec",
          "get",
          "label",
          "logs",
          "patch",
          "replace",
          "rollout",
          "scale",
          "set",
          "top",
          "uncordon",
          "wait");

  /** These act on no cluster, or on none but their own. */
  private static final Set<String> ELSEWHERE = Set.of("lab", "help", "version", "completion");

  private static final Set<String> VERBS =
      Commands.ALL.stream()
          .flatMap(verb -> Stream.concat(Stream.of(verb.name()), verb.aliases().stream()))
          .filter(verb -> !ELSEWHERE.contains(verb))
          .collect(Collectors.toSet());

  /** And so do these; doctor judges a folder with {@code --from}. */
  private static final Set<String> SAYING = Set.of("--help", "--explain", "--list-checks");

  private static final String ON_REAL = "on a real cluster: ";

  /** Compiled only when there is something to tell. */
  private static final class Patterns {
    /** A word in quotes, which is let be, or a command up to where a shell sees its end. */
    private static final Pattern PART =
        Pattern.compile(
            "(?<=[ =])'[^']*'|(?<![^\\s(:;|&`])(?<program>fipctl|kubectl)(?<words>(?:"
                + " +(?!(?:fipctl|kubectl) )(?:'[^']*'|[^\\s;|&`#'])(?:'[^']*'|[^\\s;|&`'])*)+)");

    private static final Pattern WORD = Pattern.compile("(?:'[^']*'|[^ '])+");
  }

  private final List<Setting> settings;
  private final boolean lab;
  private final Supplier<CommandLine> tree;

  private SameCluster(List<Setting> settings, boolean lab, Supplier<CommandLine> tree) {
    this.settings = List.copyOf(settings);
    this.lab = lab;
    this.tree = tree;
  }

  /**
   * An option that is in force.
   *
   * @param names all that it is called
   * @param global whether every command of fipctl has it
   * @param value what it is set to
   * @param words how it is typed; nothing when a shell cannot be given it
   */
  private record Setting(List<String> names, boolean global, Object value, Optional<String> words) {
    boolean is(String name) {
      return names.contains(name);
    }

    boolean isAmong(List<String> typed) {
      return typed.stream()
          .anyMatch(
              word ->
                  names.stream()
                      .anyMatch(name -> word.equals(name) || word.startsWith(name + "=")));
    }
  }

  /**
   * As a command line says.
   *
   * @param isSet whether an option that is not typed is set elsewhere
   * @param tree all commands; asked for only when an option is not every command's
   */
  static SameCluster of(
      ParseResult parsed, Predicate<OptionSpec> isSet, Supplier<CommandLine> tree) {
    List<CommandLine> commands = parsed.asCommandLineList();
    Set<String> typed =
        commands.stream()
            .flatMap(command -> command.getParseResult().matchedOptions().stream())
            .map(OptionSpec::longestName)
            .collect(Collectors.toSet());
    CommandLine last = commands.getLast();
    boolean lab = last.getCommandSpec().findOption("--lab").getValue();
    List<Setting> settings = new ArrayList<>();
    for (String name : CARRIED) {
      OptionSpec option = last.getCommandSpec().findOption(name);
      if (option != null && (!lab || IN_LAB.contains(name))) {
        boolean isTyped = typed.contains(name);
        if (isTyped || isSet.test(option)) {
          setting(option, isTyped).ifPresent(settings::add);
        }
      }
    }
    return new SameCluster(settings, lab, tree);
  }

  /** A given option as it is to be typed again. */
  private static Optional<Setting> setting(OptionSpec option, boolean typed) {
    Object value = option.getValue();
    String name = option.shortestName();
    List<ShellCommand.Part> words;
    if (value instanceof Boolean on) {
      if (!on && !typed) {
        return Optional.empty(); // It is off by itself.
      }
      words = List.of(ShellCommand.part(on ? name : name + "=false"));
    } else if (option.longestName().equals("--token")) {
      if (!typed) {
        return Optional.empty(); // Where it was set, it is set.
      }
      words = List.of(ShellCommand.part(name + " TOKEN")); // A secret is not shown.
    } else {
      Stream<?> values =
          value instanceof Collection<?> several ? several.stream() : Stream.of(value);
      words =
          values
              .map(each -> ShellCommand.word(withoutPassword(each.toString())))
              .map(word -> new ShellCommand.Part(word.text().map(text -> name + " " + text)))
              .toList();
    }
    Optional<String> line =
        words.stream().allMatch(word -> word.text().isPresent())
            ? Optional.of(
                words.stream().map(ShellCommand.Part::toString).collect(Collectors.joining(" ")))
            : Optional.empty();
    boolean global = option.scopeType() == CommandLine.ScopeType.INHERIT;
    return Optional.of(new Setting(List.of(option.names()), global, value, line));
  }

  /** A server's address may hold a password. */
  private static String withoutPassword(String text) {
    return text.replaceFirst("^(https?://)[^/@]*@", "$1");
  }

  /** The text, or why its command cannot be typed. */
  @Override
  public String apply(String text) {
    if (!text.contains(FIPCTL) && !text.contains(KUBECTL)) {
      return text;
    }
    List<Command> commands = Patterns.PART.matcher(text).results().flatMap(this::command).toList();
    List<Setting> untypable =
        commands.stream()
            .flatMap(command -> missing(command).stream())
            .filter(setting -> setting.words().isEmpty())
            .toList();
    if (!untypable.isEmpty()) {
      return "# no command: the value of %s cannot be typed"
          .formatted(untypable.getFirst().names().getLast());
    }
    StringBuilder carried = new StringBuilder(text);
    for (Command command : commands.reversed()) {
      List<Setting> missing = missing(command);
      insert(carried, command.behindPath(), missing.stream().filter(it -> !it.global()));
      insert(carried, command.behindProgram(), missing.stream().filter(Setting::global));
    }
    // There is no API server in the lab that kubectl could ask.
    return lab && !text.startsWith(ON_REAL) && commands.stream().anyMatch(Command::isKubectl)
        ? ON_REAL + carried
        : carried.toString();
  }

  private static void insert(StringBuilder text, int at, Stream<Setting> settings) {
    text.insert(
        at, settings.map(it -> " " + it.words().orElseThrow()).collect(Collectors.joining()));
  }

  /**
   * A command that acts on a cluster, and its places in the text.
   *
   * @param path the words that name it
   */
  private record Command(
      String program, List<String> words, List<String> path, int behindProgram, int behindPath) {
    boolean isKubectl() {
      return program.equals(KUBECTL);
    }
  }

  private Stream<Command> command(MatchResult part) {
    if (part.group("program") == null) {
      return Stream.of();
    }
    String program = part.group("program");
    List<MatchResult> found = Patterns.WORD.matcher(part.group("words")).results().toList();
    List<String> words = found.stream().map(MatchResult::group).toList();
    int verb = verb(words, program.equals(KUBECTL) ? KUBECTL_VERBS : VERBS);
    if (verb < 0
        || words.stream().anyMatch(SAYING::contains)
        || (words.get(verb).equals("doctor") && words.contains("--from"))) {
      return Stream.of();
    }
    int last = verb;
    if (words.get(verb).equals("lock") && verb + 1 < words.size()) {
      last++;
    }
    return Stream.of(
        new Command(
            program,
            words,
            words.subList(verb, last + 1),
            part.end("program"),
            part.start("words") + found.get(last).end()));
  }

  /** Where the verb is: only options and their values stand before it. */
  private static int verb(List<String> words, Set<String> verbs) {
    for (int i = 0; i < words.size(); i++) {
      boolean option = words.get(i).startsWith("-");
      boolean value = i > 0 && words.get(i - 1).startsWith("-");
      if (!option && verbs.contains(words.get(i))) {
        return i;
      }
      if (!option && !value) {
        return -1;
      }
    }
    return -1;
  }

  private List<Setting> missing(Command command) {
    return settings.stream()
        .filter(setting -> !setting.isAmong(command.words()))
        .filter(setting -> isKnown(setting, command))
        .filter(setting -> !setting.is("--namespace") || isHere(setting, command))
        .toList();
  }

  private boolean isKnown(Setting setting, Command command) {
    if (command.isKubectl()) {
      return setting.names().stream().anyMatch(OF_KUBECTL::contains);
    }
    if (setting.global()) {
      return true;
    }
    CommandLine place = tree.get();
    for (String word : command.path()) {
      place = place == null ? null : place.getSubcommands().get(word);
    }
    return place != null && place.getCommandSpec().findOption(setting.names().getLast()) != null;
  }

  /**
   * Whether a command is about pods of this run's namespace: for cleanup, {@code -n} would leave
   * out what is elsewhere.
   */
  private static boolean isHere(Setting namespace, Command command) {
    return !command.path().getFirst().equals("cleanup")
        && !command.words().contains("-A")
        && !command.words().contains("--all-namespaces")
        && command.words().stream()
            .flatMap(word -> named(word).stream())
            .allMatch(namespace.value()::equals);
  }

  /** The namespace of {@code NS/NAME}. */
  private static Optional<String> named(String word) {
    try {
      return PodTarget.parse(word.substring(word.indexOf('=') + 1)).namespace();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
