package io.fipctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.lab.Lab;
import io.fipctl.lab.simulation.LabState;
import io.fipctl.model.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** A flag that is typed, or set, or both, is on; what is typed wins over what is set. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class FlagsTest {
  private static final Set<String> ASKED_ONCE = Set.of("--help", "--version");

  @TempDir Path home;

  /**
   * A way to write a flag.
   *
   * @param typed the words, with {@code F} for the flag
   * @param says what it means; nothing when it is not written
   */
  private record Form(String typed, Optional<Boolean> says) {
    static Form on(String typed) {
      return new Form(typed, Optional.of(true));
    }

    static Form off(String typed) {
      return new Form(typed, Optional.of(false));
    }

    static Form none() {
      return new Form("", Optional.empty());
    }

    List<String> of(List<OptionSpec> flags, boolean shortly) {
      return flags.stream()
          .map(flag -> shortly ? flag.shortestName() : flag.longestName())
          .flatMap(name -> Stream.of(typed.replace("F", name).split(" ")))
          .filter(word -> !word.isEmpty())
          .toList();
    }
  }

  private static final List<Form> TYPED =
      List.of(
          Form.none(),
          Form.on("F"),
          Form.on("F F"),
          Form.on("F=true"),
          Form.on("F=1"),
          Form.on("F=false F"),
          Form.off("F=false"),
          Form.off("F=0"),
          Form.off("F F=false"));

  /** Enough for the places where a flag may stand. */
  private static final List<Form> FEW = List.of(Form.on("F"), Form.off("F=false"));

  private static final List<Form> SET = List.of(Form.none(), Form.on("true"), Form.off("false"));

  /** The words of each command, the program itself first. */
  static final List<String> COMMANDS = commands();

  private static List<String> commands() {
    Set<String> lines = new TreeSet<>();
    walk(CliFixture.on(LabState.healthy()).tree(), "", lines::add);
    return List.copyOf(lines);
  }

  private static void walk(CommandLine command, String line, Consumer<String> visit) {
    visit.accept(line);
    command.getSubcommands().values().stream()
        .distinct()
        .forEach(sub -> walk(sub, (line + " " + sub.getCommandName()).strip(), visit));
  }

  @ParameterizedTest
  @FieldSource("COMMANDS")
  void what_is_typed_counts_then_the_environment_then_the_file(String command) throws IOException {
    List<String> path = Stream.of(command.split(" ")).filter(word -> !word.isEmpty()).toList();
    List<OptionSpec> flags = flags(CliFixture.on(LabState.healthy()).parsed(words(path)).getLast());
    assertThat(flags).hasSizeGreaterThan(5);
    List<OptionSpec> global =
        flags.stream().filter(it -> path.isEmpty() || it.inherited()).toList();
    for (Form file : SET) {
      for (Form variable : SET) {
        CliFixture runs = runs(flags, variable, file);
        for (Form typed : TYPED) {
          Optional<Boolean> says = typed.says().or(variable::says).or(file::says);
          boolean shortly = variable.says().isEmpty();
          check(runs, flags, says, joined(path, typed.of(flags, shortly)));
          if (FEW.contains(typed)) {
            List<String> before = typed.of(global, shortly);
            check(runs, global, says, joined(before, path));
            check(runs, global, says, joined(joined(before, path), before));
          }
        }
      }
    }
  }

  private static List<String> joined(List<String> first, List<String> second) {
    return Stream.concat(first.stream(), second.stream()).toList();
  }

  private static List<OptionSpec> flags(CommandLine command) {
    return command.getCommandSpec().options().stream()
        .filter(option -> option.type() == boolean.class)
        .filter(option -> !ASKED_ONCE.contains(option.longestName()))
        .toList();
  }

  /** A home where every flag is written into the file, and an environment that sets every one. */
  private CliFixture runs(List<OptionSpec> flags, Form variable, Form file) throws IOException {
    CliFixture runs = CliFixture.on(LabState.healthy()).variable("HOME", home.toString());
    StringBuilder lines = new StringBuilder();
    for (OptionSpec flag : flags) {
      String key = flag.longestName().substring(2);
      if (variable.says().isPresent()) {
        runs.variable("FIPCTL_" + key.toUpperCase(Locale.ROOT).replace('-', '_'), variable.typed());
      }
      if (file.says().isPresent()) {
        lines.append("%s: %s\n".formatted(key, file.typed()));
      }
    }
    Path directory = Files.createDirectories(home.resolve(".config/fipctl"));
    Files.writeString(directory.resolve("config.yaml"), lines);
    return runs;
  }

  private static void check(
      CliFixture runs, List<OptionSpec> flags, Optional<Boolean> says, List<String> line) {
    CommandLine command = runs.parsed(words(line)).getLast();
    for (OptionSpec flag : flags) {
      OptionSpec parsed = command.getCommandSpec().findOption(flag.longestName());
      boolean wanted = says.orElse(Boolean.TRUE.equals(flag.initialValue()));
      assertThat((boolean) parsed.getValue())
          .as("%s on: fipctl %s", flag.longestName(), String.join(" ", line))
          .isEqualTo(wanted);
    }
  }

  private static String[] words(List<String> words) {
    return words.toArray(String[]::new);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--lab list -A", "list -A --lab", "--lab list -A --lab", "list -A"})
  void the_lab_that_is_asked_for_twice_is_the_lab(String line) throws IOException {
    Lab.start(home.resolve(".local/state/fipctl/lab.json"), LabState.healthy());
    CliFixture runs =
        CliFixture.connecting().variable("HOME", home.toString()).variable("FIPCTL_LAB", "1");

    assertThat(runs.ok(line.split(" "))).contains("203.0.113.10");
    assertThat(configured("lab: true\n", runs).ok(line.split(" "))).contains("203.0.113.10");
  }

  @Test
  void the_lab_is_left_where_the_command_line_says_so() throws IOException {
    Lab.start(home.resolve(".local/state/fipctl/lab.json"), LabState.healthy());
    CliFixture runs =
        configured("lab: true\n", CliFixture.connecting().variable("FIPCTL_LAB", "1"));

    CliFixture.Result result =
        runs.variable("HOME", home.toString()).run("list", "-A", "--lab=false");

    assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.USAGE);
    assertThat(result.err()).contains("no cluster is named");
  }

  @Test
  void who_said_yes_twice_is_not_asked() {
    CliFixture runs = CliFixture.on(LabState.healthy()).variable("FIPCTL_YES", "1");

    assertThat(runs.ok("release", "--pod", "shop/web-1", "-y")).contains("released");
  }

  @Test
  void who_took_the_yes_back_is_asked() {
    CliFixture runs = CliFixture.on(LabState.healthy()).variable("FIPCTL_YES", "1");

    assertThat(runs.run("release", "--pod", "shop/web-1", "--yes=false").code())
        .isEqualTo(ExitCode.USAGE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--lab=perhaps", "-y=2", "--quiet=", "--wait=si"})
  void what_is_no_boolean_is_refused(String typed) {
    CliFixture.Result result =
        CliFixture.on(LabState.healthy()).run("assign", "shop/web-2", "203.0.113.40", typed);

    assertThat(result.code()).isEqualTo(ExitCode.USAGE);
    assertThat(result.err()).contains("is not a boolean: write true or false");
  }

  private CliFixture configured(String text, CliFixture runs) throws IOException {
    Path directory = Files.createDirectories(home.resolve(".config/fipctl"));
    Files.writeString(directory.resolve("config.yaml"), text);
    return runs;
  }
}
