package io.fipctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.RecordedNodes;
import io.fipctl.lab.simulation.LabState;
import io.fipctl.model.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The README shows what the program really prints; {@code -Dupdate=true} writes it there. */
class ReadmeTest {
  private static final Path README = Path.of("README.md");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern TEXT_IN_SVG = Pattern.compile("<text [^>]*>(.*)</text>");
  private static final String PROMPT = "$ fipctl ";

  @Test
  void shows_the_tour_as_it_is_printed() throws IOException {
    shows("console", CliFixture.on(LabState.fresh()).ok("lab", "tour"));
  }

  @Test
  void shows_what_the_doctor_says_of_a_real_node() throws IOException {
    String recording = RecordedNodes.folder("v3.33-rule-gone").toString();
    List<String> typed = List.of("doctor", "--show", "problems", "--skip", "FIP-107");
    List<String> words = new ArrayList<>(typed);
    words.addAll(List.of("--from", recording));
    CliFixture runs = CliFixture.on(LabState.fresh()).variable("LANG", "C.UTF-8");

    String out = runs.run(words.toArray(String[]::new)).out();

    shows("text", "$ fipctl " + String.join(" ", typed) + "\n" + out);
  }

  /** A script draws it from the packaged program; here its commands are typed again. */
  @Test
  void the_picture_shows_what_is_printed(@TempDir Path home) throws IOException {
    List<String> rows =
        TEXT_IN_SVG
            .matcher(Files.readString(Path.of("docs/picture/doctor.svg")))
            .results()
            .map(row -> unescaped(row.group(1)))
            .toList();
    CliFixture runs =
        CliFixture.on(LabState.fresh())
            .variable("HOME", home.toString())
            .variable("LANG", "C.UTF-8");

    List<String> printed = new ArrayList<>();
    for (String command : rows.stream().filter(row -> row.startsWith(PROMPT)).toList()) {
      CliFixture.Result result = runs.run(command.substring(PROMPT.length()).split(" "));
      printed.add(command);
      Stream.concat(result.out().lines(), result.err().lines())
          .filter(line -> !line.isEmpty())
          .forEach(printed::add);
    }

    // The picture wraps long lines, and has both streams as a terminal shows them.
    assertThat(printed).hasSizeGreaterThan(20);
    assertThat(String.join("", rows))
        .as("drawn again by: docs/picture/doctor.sh")
        .contains(printed)
        .hasSize(String.join("", printed).length());
  }

  private static String unescaped(String row) {
    return row.replaceAll("<[^>]*>", "")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "README.md",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "SECURITY.md",
        "docs/glossary.md",
        "examples/README.md"
      })
  void links_lead_somewhere(String name) throws IOException {
    Path page = Path.of(name).toAbsolutePath();

    assertThat(
            LINK.matcher(Files.readString(page))
                .results()
                .map(link -> link.group(1))
                .filter(link -> !link.startsWith("https:") && !link.startsWith("#"))
                .map(link -> page.resolveSibling(link.replaceAll("#.*", ""))))
        .allSatisfy(path -> assertThat(path).exists());
  }

  private static void shows(String language, String output) throws IOException {
    String block = "```" + language + "\n" + output + "```\n";
    String readme = Files.readString(README);
    if (Boolean.getBoolean("update")) {
      int start = readme.indexOf("```" + language + "\n");
      int end = readme.indexOf("```\n", start + 3) + 4;
      readme = readme.substring(0, start) + block + readme.substring(end);
      Files.writeString(README, readme);
    }

    assertThat(readme).contains(block);
  }

  @Test
  void names_every_exit_code() throws IOException {
    String readme = Files.readString(README);

    for (ExitCode code : ExitCode.values()) {
      assertThat(readme).containsPattern("\\| [0-9, ]*\\b" + code.number() + "\\b[0-9, ]* \\|");
    }
  }

  @Test
  void names_every_command() throws IOException {
    String readme = Files.readString(README);

    for (Commands.Verb verb : Commands.ALL) {
      if (!verb.group().isEmpty()) {
        assertThat(readme).contains(verb.name());
      }
    }
  }
}
