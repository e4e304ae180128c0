package io.fipctl.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.Jazzer;
import io.fipctl.nodeoutput.Parser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Lets Jazzer look for inputs on which a parser fails, each in a process of its own that begins
 * with the recordings. What it finds is printed and kept under {@code target/fuzz}.
 */
class ParserFuzz {
  private static final Path HOME = Path.of("target/fuzz");
  private static final Pattern WORD = Pattern.compile("[A-Za-z@#*][A-Za-z0-9_-]{1,30}");
  private static final int MOST_WORDS = 400;

  /** Longer than most of what nodes print, short enough for thousands of inputs a second. */
  private static final int LONGEST = 16_384;

  private static final String SECONDS = System.getenv().getOrDefault("FIPCTL_FUZZ_SECONDS", "60");

  @ParameterizedTest
  @EnumSource
  void gives_an_answer_to_any_input(Parser parser) throws IOException, InterruptedException {
    Path home = HOME.resolve(parser.name());
    Path findings = home.resolve("findings");
    Files.createDirectories(home.resolve("corpus"));
    Files.createDirectories(findings);
    Files.createDirectories(home.resolve("seeds"));
    Set<String> words = new TreeSet<>();
    for (Path recording : parser.recordings()) {
      String name = recording.toString().replace('/', '_');
      Files.write(home.resolve("seeds").resolve(name), Files.readAllBytes(recording));
      words(Parser.text(recording), words);
    }
    Path dictionary = home.resolve("words");
    Files.write(dictionary, words.stream().map(word -> '"' + word + '"').toList());

    Path log = home.resolve("log");
    int exitCode =
        new ProcessBuilder(command(parser, home, dictionary))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start()
            .waitFor();

    assertThat(exitCode).as("found: %s%n%s", found(findings), end(log)).isZero();
    assertThat(end(log)).as("how much it has tried").containsPattern("Done \\d+ runs");
    assertThat(Parser.text(log))
        .as("whether it follows the coverage")
        .doesNotContain("no interesting inputs were found");
    System.out.println(parser + ": " + end(log).lines().toList().getLast());
  }

  private static List<String> command(Parser parser, Path home, Path dictionary) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx768m", "-XX:+UseSerialGC", "-XX:+EnableDynamicAgentLoading"));
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(Jazzer.class.getName());
    command.add("--target_class=" + FuzzTarget.class.getName());
    command.add("--target_args=" + parser.name());
    command.add(
        "--instrumentation_includes=io.fipctl.nodeoutput.**:io.fipctl.packet.**:io.fipctl.model.**");
    command.add("-max_total_time=" + SECONDS);
    command.add("-max_len=" + LONGEST);
    command.add("-timeout=20");
    command.add("-dict=" + dictionary);
    command.add("-artifact_prefix=" + home.resolve("findings") + "/");
    command.add("--reproducer_path=" + home);
    command.add(home.resolve("corpus").toString());
    command.add(home.resolve("seeds").toString());
    return command;
  }

  /** The words of the tools, which chance would hardly put together. */
  private static void words(String text, Set<String> words) {
    Matcher matcher = WORD.matcher(text);
    while (matcher.find() && words.size() < MOST_WORDS) {
      words.add(matcher.group());
    }
  }

  private static String found(Path findings) throws IOException {
    StringBuilder found = new StringBuilder();
    try (Stream<Path> files = Files.list(findings)) {
      files
          .sorted()
          .forEach(
              file ->
                  found
                      .append(file)
                      .append(System.lineSeparator())
                      .append(Parser.text(file))
                      .append(System.lineSeparator()));
    }
    return found.toString();
  }

  private static String end(Path log) {
    List<String> lines = Parser.text(log).lines().filter(line -> !line.isBlank()).toList();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size()));
  }
}
