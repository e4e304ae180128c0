package io.fipctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.RecordedNodes;
import io.fipctl.lab.LabState;
import io.fipctl.model.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The README shows what the program really prints; {@code -Dupdate=true} writes it there. */
class ReadmeTest {
  private static final Path README = Path.of("README.md");

  @Test
  void shows_the_tour_as_it_is_printed() throws IOException {
    shows("console", Runs.on(LabState.fresh()).ok("lab", "tour"));
  }

  @Test
  void shows_what_the_doctor_says_of_a_real_node() throws IOException {
    String recording = RecordedNodes.folder("v3.33-rule-gone").toString();
    List<String> typed = List.of("doctor", "--show", "problems", "--skip", "FIP-107");
    List<String> words = new ArrayList<>(typed);
    words.addAll(List.of("--from", recording));
    Runs runs = Runs.on(LabState.fresh()).variable("LANG", "C.UTF-8");

    String out = runs.run(words.toArray(String[]::new)).out();

    shows("text", "$ fipctl " + String.join(" ", typed) + "\n" + out);
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

    for (Verbs.Verb verb : Verbs.ALL) {
      if (!verb.group().isEmpty()) {
        assertThat(readme).contains(verb.name());
      }
    }
  }
}
