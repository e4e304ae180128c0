package io.fipctl.cli;

import io.fipctl.doctor.Catalogue;
import io.fipctl.doctor.FailureMode;
import io.fipctl.doctor.check.Area;
import io.fipctl.doctor.check.Check;
import io.fipctl.model.ExitCode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Writes the manual from the command tree: a page for the program and one for each command. */
final class ManPages {
  static final String CHECKS = "fipctl-checks.7";

  private final CommandLine program;
  private final Map<String, String> pages = new LinkedHashMap<>();

  private ManPages(CommandLine program) {
    this.program = program;
  }

  /** The text of each page by its file name. */
  static Map<String, String> of(CommandLine program) {
    ManPages manual = new ManPages(program);
    manual.pages.put("fipctl.1", manual.main());
    for (CommandLine command : visible(program)) {
      manual.pages.put(name(command) + ".1", manual.page(command));
    }
    manual.pages.put(CHECKS, checks());
    return manual.pages;
  }

  /** The catalogue of the doctor, with what each check has to say. */
  private static String checks() {
    Roff page = new Roff("fipctl-checks", 7, "what fipctl doctor looks at");
    page.section("DESCRIPTION");
    page.text(
        "fipctl doctor runs these checks. Their ids are stable: they can be named behind --check,"
            + " --skip, --suppress and --explain.");
    for (Area area : Area.values()) {
      page.section(area.title().toUpperCase(Locale.ROOT));
      for (Check check : Catalogue.ALL) {
        if (check.area() == area) {
          page.subsection(check.id() + ": " + check.title());
          for (String part : paragraphs(check)) {
            page.paragraph(part);
          }
        }
      }
    }
    page.section("KNOWN FAILURES");
    page.text("Ways in which floating IPs are known to fail, and what finds them.");
    for (FailureMode mode : FailureMode.ALL) {
      page.tagged(
          mode.number() + ". " + mode.name(),
          mode.checks().isEmpty()
              ? "Not checked: " + mode.reason() + "."
              : String.join(", ", mode.checks()));
    }
    page.section("SEE ALSO");
    page.text("fipctl-doctor(1), fipctl(1)");
    return page.toString();
  }

  private static List<String> paragraphs(Check check) {
    String text = Catalogue.explanation(check).replaceFirst("^# .*\n", "");
    return Arrays.stream(text.strip().split("\n{2,}"))
        .map(part -> part.replace('\n', ' ').replaceFirst("^## (.*)$", "$1:"))
        .toList();
  }

  private static List<CommandLine> visible(CommandLine command) {
    return command.getSubcommands().values().stream()
        .distinct()
        .filter(sub -> !sub.getCommandSpec().usageMessage().hidden())
        .toList();
  }

  private static String name(CommandLine command) {
    return command.getCommandSpec().qualifiedName("-");
  }

  private String main() {
    Roff page = new Roff("fipctl", "floating IPs of Calico Kubernetes clusters");
    synopsis(page, program);
    page.section("DESCRIPTION");
    page.text(String.join(" ", program.getCommandSpec().usageMessage().description()));
    page.paragraph(
        "The answer goes to stdout and nothing else does; notes, progress, questions and errors go"
            + " to stderr. With -o json or yaml the answer is one document, also when it is an"
            + " error.");
    page.section("COMMANDS");
    for (String group : Commands.GROUPS) {
      page.subsection(group);
      for (Commands.Verb verb : Commands.ALL) {
        if (verb.group().equals(group)) {
          CommandLine command = program.getSubcommands().get(verb.name());
          page.tagged(
              Roff.bold(verb.name()),
              String.join(" ", command.getCommandSpec().usageMessage().description())
                  + " See fipctl-"
                  + verb.name()
                  + "(1).");
        }
      }
    }
    page.section("OPTIONS");
    page.text(
        "Every command takes these, in front of its name or behind it; --version stands alone.");
    options(page, program, false);
    options(page, program, true);
    exitStatus(page);
    page.section("ENVIRONMENT");
    page.tagged(
        Roff.bold("FIPCTL_") + Roff.italic("OPTION"),
        "The value of an option that is not typed: FIPCTL_NAMESPACE stands for --namespace,"
            + " FIPCTL_LAB=1 for --lab, FIPCTL_REQUEST_TIMEOUT=10s for --request-timeout 10s."
            + " --lab=false switches off what is set here or in the file. A name that is almost one"
            + " of these is refused; FIPCTL_PORT, FIPCTL_SERVICE_HOST and the like, which Kubernetes"
            + " sets for a Service called fipctl, are ignored.");
    page.tagged(
        Roff.bold("KUBECONFIG"),
        "The kubeconfig files, as for kubectl; --kubeconfig is used instead of them.");
    page.tagged(Roff.bold("NO_COLOR"), "When it is not empty, nothing is coloured.");
    page.section("FILES");
    page.tagged(
        Roff.italic("~/.config/fipctl/config.yaml"),
        "Values of options that neither the command line nor the environment gives, by the option's"
            + " name: a line such as 'timeout: 1m'. An unknown name is refused. XDG_CONFIG_HOME is"
            + " followed.");
    page.tagged(Roff.italic("~/.kube/config"), "The kubeconfig, when nothing names another one.");
    footer(page, program);
    page.section("SEE ALSO");
    page.text(
        String.join(", ", visible(program).stream().map(command -> name(command) + "(1)").toList())
            + ", fipctl-checks(7), kubectl(1)");
    return page.toString();
  }

  private String page(CommandLine command) {
    CommandSpec spec = command.getCommandSpec();
    String description = String.join(" ", spec.usageMessage().description());
    Roff page = new Roff(name(command), lowered(description));
    synopsis(page, command);
    page.section("DESCRIPTION");
    page.text(description);
    for (String alias : spec.aliases()) {
      page.paragraph("'fipctl " + alias + "' is the same.");
    }
    arguments(page, command);
    subcommands(page, command);
    if (spec.options().stream().anyMatch(option -> !option.inherited() && !option.hidden())) {
      page.section("OPTIONS");
      options(page, command, false);
    }
    footer(page, command);
    page.section("GLOBAL OPTIONS");
    options(page, command, true);
    exitStatus(page);
    page.section("SEE ALSO");
    page.text("fipctl(1)");
    return page.toString();
  }

  private static void synopsis(Roff page, CommandLine command) {
    page.section("SYNOPSIS");
    List<CommandLine> below = visible(command);
    CommandSpec spec = command.getCommandSpec();
    if (spec.parent() == null || below.isEmpty()) {
      page.synopsis(spec.qualifiedName(), command.getHelp().synopsis(0).strip());
    }
    if (spec.parent() != null) {
      below.forEach(
          sub ->
              page.synopsis(
                  sub.getCommandSpec().qualifiedName(), sub.getHelp().synopsis(0).strip()));
    }
  }

  private static void subcommands(Roff page, CommandLine command) {
    if (!visible(command).isEmpty()) {
      page.section("COMMANDS");
      for (CommandLine sub : visible(command)) {
        page.tagged(
            Roff.bold(sub.getCommandName()),
            String.join(" ", sub.getCommandSpec().usageMessage().description()));
      }
    }
  }

  private static void arguments(Roff page, CommandLine command) {
    List<PositionalParamSpec> arguments = command.getCommandSpec().positionalParameters();
    if (!arguments.isEmpty()) {
      page.section("ARGUMENTS");
      for (PositionalParamSpec argument : arguments) {
        page.tagged(Roff.italic(argument.paramLabel()), String.join(" ", argument.description()));
      }
    }
  }

  private static void options(Roff page, CommandLine command, boolean global) {
    command.getCommandSpec().options().stream()
        .filter(option -> !option.hidden())
        .filter(option -> (option.scopeType() == CommandLine.ScopeType.INHERIT) == global)
        .sorted(Comparator.comparing(OptionSpec::longestName))
        .forEach(option -> page.tagged(tag(option), String.join(" ", option.description())));
  }

  private static String tag(OptionSpec option) {
    List<String> names = new ArrayList<>();
    for (String name : option.names()) {
      String value = Roff.italic(option.paramLabel());
      String equals = name.startsWith("--") ? "=" : " ";
      if (option.arity().max() == 0) {
        names.add(Roff.bold(name));
      } else if (option.arity().min() == 0) {
        names.add(Roff.bold(name) + "[" + equals + value + "]");
      } else {
        names.add(Roff.bold(name) + equals + value);
      }
    }
    return String.join(", ", names);
  }

  private static void exitStatus(Roff page) {
    page.section("EXIT STATUS");
    for (ExitCode code : ExitCode.values()) {
      page.tagged(Roff.bold(String.valueOf(code.number())), code.meaning());
    }
  }

  /** Prose of the footer is a paragraph, lines under "Examples:" are printed as they are. */
  private static void footer(Roff page, CommandLine command) {
    String footer = String.join("\n", command.getCommandSpec().usageMessage().footer()).strip();
    if (footer.isEmpty()) {
      return;
    }
    int examples = footer.indexOf("Examples:\n");
    String prose = examples < 0 ? footer : footer.substring(0, examples).strip();
    if (!prose.isEmpty()) {
      page.section("NOTES");
      page.text(prose);
    }
    if (examples >= 0) {
      page.section("EXAMPLES");
      page.verbatim(footer.substring(examples).lines().skip(1).map(String::strip).toList());
    }
  }

  /** As the NAME section has it: no capital, no full stop. */
  private static String lowered(String sentence) {
    return sentence.substring(0, 1).toLowerCase(Locale.ROOT)
        + sentence.substring(1).replaceFirst("\\.$", "");
  }
}
