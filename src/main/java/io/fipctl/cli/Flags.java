package io.fipctl.cli;

import java.util.List;
import java.util.Map;
import java.util.Stack;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * What a boolean option means wherever it is written. Typed, it is on, whatever the environment and
 * the configuration file say; {@code --flag=false} is off; not typed, it is what they say.
 */
final class Flags {
  private Flags() {}

  /** Whether an option is a switch, to which no value needs to be given. */
  static boolean isFlag(OptionSpec option) {
    return option.type() == boolean.class && option.arity().max() == 0;
  }

  /**
   * Settles it for all boolean options of a command and of those below it; picocli has a typed one
   * mean the opposite of its default, which is "off" where the environment says "on".
   *
   * @param command one that is not part of a larger tree yet: options are handed down when it is
   *     made part of one
   */
  static CommandLine settled(CommandLine command) {
    CommandSpec spec = command.getCommandSpec();
    for (OptionSpec option : List.copyOf(spec.options())) {
      if (isFlag(option)) {
        spec.remove(option);
        spec.addOption(
            option.toBuilder()
                .root(null)
                .fallbackValue("true")
                .preprocessor(Flags::refuseNothing)
                .build());
      }
    }
    command.getSubcommands().values().stream().distinct().forEach(Flags::settled);
    return command;
  }

  /** Behind {@code =} stands a value: {@code --yes=$SURE} is not a yes where nothing is set. */
  private static boolean refuseNothing(
      Stack<String> words, CommandSpec command, ArgSpec flag, Map<String, Object> info) {
    if ("=".equals(info.get("separator")) && words.peek().isEmpty()) {
      throw new ParameterException(
          command.commandLine(),
          "invalid value for option '%s': '' is not a boolean: write true or false"
              .formatted(((OptionSpec) flag).longestName()),
          flag,
          "");
    }
    return false;
  }
}
