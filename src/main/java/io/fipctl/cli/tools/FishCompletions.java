package io.fipctl.cli.tools;

import io.fipctl.cli.tools.CompletionModel.Flag;
import io.fipctl.cli.tools.CompletionModel.Limit;
import io.fipctl.cli.tools.CompletionModel.Name;
import io.fipctl.cli.tools.CompletionModel.Need;
import io.fipctl.cli.tools.CompletionModel.Values;
import io.fipctl.cli.tools.CompletionModel.Verb;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The command tree as fish wants it: one {@code complete} for each word. */
final class FishCompletions {
  private FishCompletions() {}

  static String of(CompletionModel grammar) {
    StringBuilder text = new StringBuilder();
    List<Flag> own = grammar.commands().stream().flatMap(verb -> verb.options().stream()).toList();
    list(
        text,
        "__fipctl_commands",
        grammar.commands().stream()
            .flatMap(verb -> verb.paths().stream())
            .filter(path -> !path.isEmpty())
            .map(path -> quoted(" " + path)));
    list(text, "__fipctl_connection", CompletionModel.connection(grammar.global()).stream());
    list(
        text,
        "__fipctl_valued",
        Stream.concat(own.stream(), grammar.global().stream())
            .filter(option -> option.need() == Need.REQUIRED)
            .flatMap(option -> option.names().stream())
            .distinct());
    text.append('\n');
    for (Flag option : grammar.global()) {
      option(text, elsewhere(grammar, option), option);
    }
    for (Verb verb : grammar.commands()) {
      command(text, verb);
    }
    return text.toString();
  }

  private static void command(StringBuilder text, Verb verb) {
    text.append('\n');
    String at = at(verb.paths());
    for (Name name : verb.below()) {
      text.append(
          "complete -c fipctl%s -a %s -d %s%n"
              .formatted(at, name.word(), quoted(name.description())));
    }
    verb.options().forEach(option -> option(text, at, option));
    verb.special().forEach(option -> option(text, at, option));
    String offered = arguments(verb.arguments().limit(), verb.arguments().values());
    if (!offered.isEmpty()) {
      text.append("complete -c fipctl%s -a %s%n".formatted(at, offered));
    }
  }

  /** Not where an option of all commands has other values: fish would offer both. */
  private static String elsewhere(CompletionModel grammar, Flag option) {
    List<String> paths =
        grammar.commands().stream()
            .filter(
                verb -> verb.special().stream().anyMatch(it -> it.names().equals(option.names())))
            .flatMap(verb -> verb.paths().stream())
            .toList();
    return paths.isEmpty() ? "" : " -n " + quoted("not " + condition(paths));
  }

  private static void option(StringBuilder text, String at, Flag option) {
    text.append("complete -c fipctl").append(at);
    option.shortNames().forEach(name -> text.append(" -s ").append(name.substring(1)));
    option.longNames().forEach(name -> text.append(" -l ").append(name.substring(2)));
    if (option.need() == Need.REQUIRED) {
      text.append(option.values() instanceof Values.Files ? " -r -F" : " -x");
    }
    String offered =
        switch (option.values()) {
          case Values.Words words -> quoted(String.join(" ", words.words()));
          case Values.Live live ->
              quoted("(__fipctl_live %s)".formatted(String.join(",", live.kinds())));
          case Values.Files files -> "";
          case Values.Commands commands -> "";
          case Values.Nothing nothing -> "";
        };
    text.append(offered.isEmpty() ? "" : " -a " + offered);
    text.append(" -d ").append(quoted(option.description())).append('\n');
  }

  private static String arguments(Limit limit, Values values) {
    return switch (values) {
      case Values.Words words -> quoted(String.join(" ", words.words()));
      case Values.Live live ->
          quoted("(__fipctl_arguments %s %s)".formatted(limit, String.join(",", live.kinds())));
      case Values.Commands commands -> quoted("(__fipctl_below)");
      case Values.Files files -> quoted("(__fish_complete_path)");
      case Values.Nothing nothing -> "";
    };
  }

  private static String at(List<String> paths) {
    return " -n " + quoted(condition(paths));
  }

  private static String condition(List<String> paths) {
    return "__fipctl_at "
        + paths.stream()
            .map(path -> quoted(path.isEmpty() ? "" : " " + path))
            .collect(Collectors.joining(" "));
  }

  private static void list(StringBuilder text, String variable, Stream<String> words) {
    text.append("set -g %s %s%n".formatted(variable, CompletionScript.joined(words)));
  }

  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
