package io.fipctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files of the repository that are made from the program; {@code -Dupdate=true} writes them. */
final class Committed {
  private Committed() {}

  static void isUpToDate(Path file, String text) throws IOException {
    if (Boolean.getBoolean("update")) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    }
    assertThat(file)
        .as("made anew by: mvn test -Dtest='ManPagesTest,CompletionTest' -Dupdate=true")
        .hasContent(text);
  }
}
