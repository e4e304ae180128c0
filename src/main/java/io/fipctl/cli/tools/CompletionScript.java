package io.fipctl.cli.tools;

import io.fipctl.cli.tools.CompletionModel.Flag;
import io.fipctl.cli.tools.CompletionModel.Name;
import io.fipctl.cli.tools.CompletionModel.Need;
import io.fipctl.cli.tools.CompletionModel.Values;
import io.fipctl.cli.tools.CompletionModel.Verb;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The completion script of each shell: a fixed part, which reads the line, around the commands and
 * options of the tree.
 */
enum CompletionScript {
  bash,
  zsh,
  fish;

  private static final String PLACE = "@TREE@\n";

  /** In the scripts' patterns: whatever the command is. */
  private static final String ANYWHERE = "*";

  /** The whole script. */
  String text(CompletionModel grammar) {
    String name = "/io/fipctl/cli/completion." + name();
    try (InputStream file = CompletionScript.class.getResourceAsStream(name)) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8).replace(PLACE, tree(grammar));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String tree(CompletionModel grammar) {
    return switch (this) {
      case bash -> bashTree(grammar);
      case zsh -> zshTree(grammar);
      case fish -> FishCompletions.of(grammar);
    };
  }

  private static String bashTree(CompletionModel grammar) {
    StringBuilder text = new StringBuilder();
    text.append("__fipctl_command() {\n  commands='' options='' valued='' arguments='' limit=''\n");
    text.append("  case $1 in\n");
    for (Verb verb : grammar.commands()) {
      text.append("    ").append(alternatives(verb.paths())).append(")\n");
      assign(text, "commands", verb.below().stream().map(Name::word));
      assign(text, "options", typed(verb.options()));
      assign(text, "valued", valued(verb.options()));
      arguments(text, verb);
      text.append("      ;;\n");
    }
    text.append("  esac\n");
    text.append("  options+=' ").append(joined(typed(grammar.global()))).append("'\n");
    text.append("  valued+=' ").append(joined(valued(grammar.global()))).append("'\n}\n\n");
    values(text, grammar);
    return text.toString();
  }

  private static String zshTree(CompletionModel grammar) {
    StringBuilder text = new StringBuilder();
    text.append("__fipctl_command() {\n");
    text.append("  commands=() flags=() settings=() valued=() arguments='' limit=''\n");
    text.append("  case $1 in\n");
    for (Verb verb : grammar.commands()) {
      text.append("    (").append(alternatives(verb.paths())).append(")\n");
      described(
          text,
          "commands=",
          verb.below().stream().map(name -> entry(name.word(), name.description())).toList());
      zshOptions(text, "      ", "=", verb.options());
      arguments(text, verb);
      text.append("      ;;\n");
    }
    text.append("  esac\n");
    zshOptions(text, "  ", "+=", grammar.global());
    text.append("}\n\n");
    values(text, grammar);
    return text.toString();
  }

  private static void zshOptions(
      StringBuilder text, String indent, String sign, List<Flag> options) {
    List<String> flags = new ArrayList<>();
    List<String> settings = new ArrayList<>();
    for (Flag option : options) {
      for (String name : option.names()) {
        boolean equals = name.startsWith("--") && option.need() == Need.REQUIRED;
        (equals ? settings : flags).add(entry(name, option.description()));
      }
    }
    described(text, indent, "flags" + sign, flags);
    described(text, indent, "settings" + sign, settings);
    String valued = joined(valued(options));
    if (!valued.isEmpty()) {
      text.append("%svalued%s(%s)%n".formatted(indent, sign, valued));
    }
  }

  private static void described(StringBuilder text, String name, List<String> entries) {
    described(text, "      ", name, entries);
  }

  private static void described(
      StringBuilder text, String indent, String name, List<String> entries) {
    if (!entries.isEmpty()) {
      text.append(indent).append(name).append("(\n");
      entries.forEach(entry -> text.append(indent).append("  ").append(entry).append('\n'));
      text.append(indent).append(")\n");
    }
  }

  /** {@code 'name:description'} for zsh's _describe. */
  private static String entry(String name, String description) {
    return quoted(name.replace(":", "\\:") + ":" + description);
  }

  private static void values(StringBuilder text, CompletionModel grammar) {
    text.append(
        "__fipctl_connection=' %s '%n%n"
            .formatted(joined(CompletionModel.connection(grammar.global()).stream())));
    text.append("__fipctl_value() {\n  values=''\n  case \"$1 $2\" in\n");
    for (Verb verb : grammar.commands()) {
      verb.options().forEach(option -> value(text, verb.paths(), option));
      // In front of those of all commands: the first that fits is taken.
      verb.special().forEach(option -> value(text, verb.paths(), option));
    }
    for (Flag option : grammar.global()) {
      value(text, List.of(ANYWHERE), option);
    }
    text.append("  esac\n}\n");
  }

  private static void value(StringBuilder text, List<String> paths, Flag option) {
    String values = word(option.values());
    if (!values.isEmpty()) {
      String places =
          paths.stream()
              .flatMap(path -> option.names().stream().map(name -> place(path, name)))
              .collect(Collectors.joining(" | "));
      text.append("    %s) values='%s' ;;%n".formatted(places, values));
    }
  }

  private static String place(String path, String name) {
    return path.equals(ANYWHERE) ? ANYWHERE + quoted(" " + name) : quoted(path + " " + name);
  }

  /** How the scripts write what completes a value. */
  static String word(Values values) {
    return switch (values) {
      case Values.Words words -> "= " + String.join(" ", words.words());
      case Values.Live live -> String.join(",", live.kinds());
      case Values.Files files -> "files";
      case Values.Commands commands -> "commands";
      case Values.Nothing nothing -> "";
    };
  }

  private static void arguments(StringBuilder text, Verb verb) {
    String values = word(verb.arguments().values());
    if (!values.isEmpty()) {
      text.append("      arguments='%s' limit=%s%n".formatted(values, verb.arguments().limit()));
    }
  }

  private static void assign(StringBuilder text, String variable, Stream<String> words) {
    String joined = joined(words);
    if (!joined.isEmpty()) {
      text.append("      %s='%s'%n".formatted(variable, joined));
    }
  }

  private static Stream<String> typed(List<Flag> options) {
    return options.stream().flatMap(CompletionScript::typed);
  }

  /** As it is typed: {@code --name=} where a value must follow. */
  private static Stream<String> typed(Flag option) {
    return option.names().stream()
        .map(name -> name.startsWith("--") && option.need() == Need.REQUIRED ? name + "=" : name);
  }

  private static Stream<String> valued(List<Flag> options) {
    return options.stream()
        .filter(option -> option.need() == Need.REQUIRED)
        .flatMap(option -> option.names().stream());
  }

  private static String alternatives(List<String> paths) {
    return paths.stream().map(CompletionScript::quoted).collect(Collectors.joining(" | "));
  }

  static String joined(Stream<String> words) {
    return words.collect(Collectors.joining(" "));
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }
}
