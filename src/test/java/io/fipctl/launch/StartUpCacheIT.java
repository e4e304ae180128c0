package io.fipctl.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The start-up cache with the real jar in the real JVM. */
class StartUpCacheIT {
  /** Makes the JVM end with 1 when it cannot use its cache. */
  private static final String CACHE_OR_NOTHING = "-XX:AOTMode=on";

  @TempDir Path dir;

  @Test
  void it_is_made_and_used_and_a_broken_one_changes_nothing() throws Exception {
    Installation fipctl = Installation.in(dir.resolve("the installation"));
    fipctl.with("FIPCTL_JAVA", System.getProperty("java.home"));
    Path built = Path.of(System.getProperty("fipctl.jar"));
    Files.copy(built, fipctl.jar(), StandardCopyOption.REPLACE_EXISTING);
    Installation.Run without = fipctl.run("version");
    assertThat(without.exit()).isZero();

    fipctl.with("FIPCTL_CACHE", "");
    assertThat(fipctl.run("version")).isEqualTo(without);
    Path cache = fipctl.awaitCache();
    assertThat(fipctl.run("version")).isEqualTo(without);
    assertThat(fipctl.with("JAVA_TOOL_OPTIONS", CACHE_OR_NOTHING).run("version").exit()).isZero();

    try (RandomAccessFile file = new RandomAccessFile(cache.toFile(), "rw")) {
      file.setLength(file.length() / 2);
    }
    assertThat(fipctl.run("version").exit()).isEqualTo(1);
    assertThat(fipctl.without("JAVA_TOOL_OPTIONS").run("version")).isEqualTo(without);

    Files.writeString(cache, "");
    assertThat(fipctl.run("version")).isEqualTo(without);
  }

  /** In bytes, because this JVM may have no locale either. */
  @Test
  void names_with_other_letters_than_ASCII_are_read_in_the_locale_C() throws Exception {
    Installation fipctl = Installation.in(dir.resolve("the installation"));
    fipctl.with("FIPCTL_JAVA", System.getProperty("java.home")).with("LC_ALL", "C");
    Path built = Path.of(System.getProperty("fipctl.jar"));
    Files.copy(built, fipctl.jar(), StandardCopyOption.REPLACE_EXISTING);
    String script =
        """
        export HOME="$HOME/$(printf 'M\\303\\274ller')"
        "$0" lab start && "$0" --lab doctor --save "$HOME/seen" --fail-on never &&
          "$0" doctor --from "$HOME/seen" --fail-on never -o json
        """;

    Installation.Run run = fipctl.from(dir, "/bin/sh", "-c", script, fipctl.script().toString());

    assertThat(run.exit()).as(run.stderr()).isZero();
    assertThat(run.stdout()).contains("\"DoctorReport\"");
  }
}
