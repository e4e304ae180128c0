package io.fipctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.lab.LabState;
import io.fipctl.model.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The README shows what the program really prints; {@code -Dupdate=true} writes it there. */
class ReadmeTest {
  private static final Path README = Path.of("README.md");

  @Test
  void shows_the_tour_as_it_is_printed() throws IOException {
    String tour = "```console\n" + Runs.on(LabState.fresh()).ok("lab", "tour") + "```\n";
    String readme = Files.readString(README);
    if (Boolean.getBoolean("update")) {
      int start = readme.indexOf("```console\n");
      int end = readme.indexOf("```\n", start + 3) + 4;
      readme = readme.substring(0, start) + tour + readme.substring(end);
      Files.writeString(README, readme);
    }

    assertThat(readme).contains(tour);
  }

  @Test
  void names_every_exit_code() throws IOException {
    String readme = Files.readString(README);

    for (ExitCode code : ExitCode.values()) {
      if (code != ExitCode.FINDINGS && code != ExitCode.NOT_LOOKED) {
        assertThat(readme).containsPattern("\\| [0-9, ]*\\b" + code.number() + "\\b[0-9, ]* \\|");
      }
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
