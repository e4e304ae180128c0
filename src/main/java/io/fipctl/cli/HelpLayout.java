package io.fipctl.cli;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** How usage help is laid out: what is the command's own first, what all commands share last. */
final class HelpLayout {
  private static final String OWN_OPTIONS = "ownOptions";

  private static final List<String> BEGINNING =
      List.of(
          UsageMessageSpec.SECTION_KEY_SYNOPSIS_HEADING,
          UsageMessageSpec.SECTION_KEY_SYNOPSIS,
          UsageMessageSpec.SECTION_KEY_DESCRIPTION_HEADING,
          UsageMessageSpec.SECTION_KEY_DESCRIPTION,
          UsageMessageSpec.SECTION_KEY_PARAMETER_LIST_HEADING,
          UsageMessageSpec.SECTION_KEY_PARAMETER_LIST,
          UsageMessageSpec.SECTION_KEY_COMMAND_LIST,
          OWN_OPTIONS);

  private static final List<String> SHARED =
      List.of(
          UsageMessageSpec.SECTION_KEY_OPTION_LIST,
          UsageMessageSpec.SECTION_KEY_EXIT_CODE_LIST_HEADING,
          UsageMessageSpec.SECTION_KEY_EXIT_CODE_LIST);

  private static final List<String> FOOTER = List.of(UsageMessageSpec.SECTION_KEY_FOOTER);

  private HelpLayout() {}

  static void apply(CommandLine commandLine) {
    CommandSpec spec = commandLine.getCommandSpec();
    UsageMessageSpec usage = spec.usageMessage();
    usage.exitCodeListHeading("%nExit codes:%n");
    usage.exitCodeList(Fipctl.exitCodes());
    usage.abbreviateSynopsis(true);
    usage.synopsisHeading("Usage: ");
    usage.parameterListHeading("%nArguments:%n");
    usage.descriptionHeading("%n");
    Map<String, IHelpSectionRenderer> sections = new HashMap<>(usage.sectionMap());
    sections.put(
        UsageMessageSpec.SECTION_KEY_COMMAND_LIST,
        spec.parent() == null ? HelpLayout::groups : HelpLayout::commands);
    sections.put(OWN_OPTIONS, help -> options("Options", help, option -> !option.inherited()));
    sections.put(
        UsageMessageSpec.SECTION_KEY_OPTION_LIST,
        help -> options("Global options", help, OptionSpec::inherited));
    usage.sectionMap(sections);
    // Examples stand beside the options that they show; the program's own last word comes last.
    usage.sectionKeys(
        spec.parent() == null
            ? joined(List.of(BEGINNING, SHARED, FOOTER))
            : joined(List.of(BEGINNING, FOOTER, SHARED)));
    commandLine.getSubcommands().values().forEach(HelpLayout::apply);
  }

  private static List<String> joined(List<List<String>> parts) {
    return parts.stream().flatMap(List::stream).toList();
  }

  private static String options(String title, Help help, Predicate<OptionSpec> wanted) {
    List<OptionSpec> options =
        help.commandSpec().options().stream()
            .filter(option -> !option.hidden())
            .filter(wanted)
            .sorted(Comparator.comparing(OptionSpec::longestName))
            .toList();
    return options.isEmpty()
        ? ""
        : "%n%s:%n".formatted(title) + help.optionListExcludingGroups(options);
  }

  private static String commands(Help help) {
    String list = help.commandList();
    return list.isEmpty() ? "" : "%nCommands:%n".formatted() + list;
  }

  private static String groups(Help help) {
    StringBuilder text = new StringBuilder();
    for (String group : Commands.GROUPS) {
      text.append("%n%s:%n".formatted(group));
      for (Commands.Verb verb : Commands.ALL) {
        CommandLine command = help.commandSpec().subcommands().get(verb.name());
        if (verb.group().equals(group) && command != null) {
          String[] description = command.getCommandSpec().usageMessage().description();
          text.append("  %-12s %s%n".formatted(verb.name(), String.join(" ", description)));
        }
      }
    }
    return text.toString();
  }
}
