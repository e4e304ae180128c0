package io.fipctl.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The {@code fipctl} script in an installation of its own, with a Java that writes down its call.
 */
class LauncherIT {
  /** What a cache is called, behind its first digits. */
  private static final String OWN = "1-2222-Jan1-0000-Nobody-1-25.0.3+9.aot";

  @TempDir Path dir;
  private Installation fipctl;

  @BeforeEach
  void install() throws IOException {
    fipctl = Installation.in(dir.resolve("the installation"));
  }

  @AfterEach
  void let_the_background_end() throws IOException {
    fipctl.awaitQuiet();
  }

  @Test
  void arguments_reach_the_program_untouched() throws Exception {
    fipctl.java("25.0.1");

    Installation.Run run = fipctl.run("assign", "", "a b", "*", "$HOME", "-x=\"y\"", "--", "ü\n");

    assertThat(run.arguments())
        .endsWith("assign", "", "a b", "*", "$HOME", "-x=\"y\"", "--", "ü\n");
    assertThat(run.stdout()).isEmpty();
    assertThat(run.exit()).isEqualTo(42);
  }

  @ParameterizedTest
  @ValueSource(strings = {"25", "25.0.3", "26-ea", "100.1"})
  void a_new_enough_Java_is_taken(String version) throws Exception {
    fipctl.java(version);

    assertThat(fipctl.run("version").exit()).isEqualTo(42);
  }

  @ParameterizedTest
  @ValueSource(strings = {"24.0.2", "1.8.0_402", "17", "", "unknown"})
  void a_Java_that_was_named_and_is_too_old_is_refused_by_name(String version) throws Exception {
    fipctl.java(version);

    Installation.Run run = fipctl.run("version");

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.stdout()).isEmpty();
    assertThat(run.stderr())
        .contains("Java 25 or newer is needed", "FIPCTL_JAVA=", "export FIPCTL_JAVA=")
        .contains(version.isEmpty() ? "unknown version" : "Java " + version);
  }

  @Test
  void a_named_Java_that_is_not_there_is_refused() throws Exception {
    Installation.Run run = fipctl.with("FIPCTL_JAVA", "/nowhere/jdk").run("version");

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.stderr()).contains("FIPCTL_JAVA=/nowhere/jdk: no Java there");
  }

  @Test
  void the_binary_may_be_named_instead_of_its_directory() throws Exception {
    Path home = fipctl.java("25");
    Path link = Files.createSymbolicLink(dir.resolve("java"), home.resolve("bin/java"));

    assertThat(fipctl.with("FIPCTL_JAVA", link.toString()).run("version").exit()).isEqualTo(42);
  }

  @Test
  void JAVA_HOME_is_passed_over_when_it_is_too_old_and_PATH_is_not() throws Exception {
    Path old = fipctl.java("17.0.1");
    Path fit = fipctl.java("25.0.1");
    fipctl.without("FIPCTL_JAVA").with("JAVA_HOME", old.toString());

    Installation.Run run =
        fipctl.with("PATH", fit.resolve("bin") + ":/usr/bin:/bin").run("version");

    assertThat(run.exit()).isEqualTo(42);
    assertThat(run.java()).startsWith(fit.toString());
  }

  @Test
  void it_works_through_links_and_from_anywhere() throws Exception {
    fipctl.java("25");
    Path bin = Files.createDirectories(dir.resolve("elsewhere/bin"));
    Path first = Files.createSymbolicLink(bin.resolve("fipctl-1"), fipctl.script());
    Files.createSymbolicLink(bin.resolve("kubectl-fip"), first.getFileName());

    Installation.Run run = fipctl.from(bin, "./kubectl-fip", "list");

    assertThat(run.arguments())
        .contains("-Dfipctl.name=kubectl fip", fipctl.jar().toString())
        .endsWith("io.fipctl.Main", "list");
  }

  @Test
  void an_installation_without_its_jar_says_so() throws Exception {
    fipctl.java("25");
    Files.delete(fipctl.jar());

    Installation.Run run = fipctl.run("version");

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.stderr()).contains("incomplete", "fipctl.jar");
  }

  @Test
  void a_checkout_is_built_first_and_only_stdout_is_the_answer() throws Exception {
    fipctl.java("25");
    Path checkout = fipctl.checkout();
    fipctl.tool(
        "mvn",
        "echo noise; mkdir -p '%1$s/target' && : >'%1$s/target/fipctl.jar'".formatted(checkout));

    Installation.Run first = fipctl.from(dir, checkout.resolve("fipctl").toString(), "version");
    Installation.Run second = fipctl.from(dir, checkout.resolve("fipctl").toString(), "version");
    Files.setLastModifiedTime(
        checkout.resolve("target/fipctl.jar"),
        FileTime.from(Instant.now().minus(Duration.ofDays(9))));
    Installation.Run third = fipctl.from(dir, checkout.resolve("fipctl").toString(), "version");

    assertThat(List.of(first.exit(), second.exit(), third.exit())).containsOnly(42);
    assertThat(first.stderr()).contains("missing, building it").doesNotContain("noise");
    assertThat(second.stderr()).isEmpty();
    assertThat(third.stderr()).contains("older than its sources");
    assertThat(first.stdout() + third.stdout()).isEmpty();
  }

  @Test
  void a_build_that_fails_is_shown_with_what_Maven_said() throws Exception {
    fipctl.java("25");
    Path checkout = fipctl.checkout();
    fipctl.tool("mvn", "echo 'cannot find symbol'; exit 1");

    Installation.Run run = fipctl.from(dir, checkout.resolve("fipctl").toString(), "version");

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.stdout()).isEmpty();
    assertThat(run.stderr()).contains("cannot find symbol", "the build of").contains("failed");
  }

  @Test
  void a_checkout_without_Maven_says_what_is_missing() throws Exception {
    fipctl.java("25");
    Path checkout = fipctl.checkout();
    fipctl.with("PATH", fipctl.onlyTools("readlink", "find", "ls", "mkdir", "ln", "rm").toString());

    Installation.Run run = fipctl.from(dir, checkout.resolve("fipctl").toString(), "version");

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.stderr()).contains("Maven", "not on PATH", "checkout: " + checkout);
  }

  @Test
  void a_failed_build_ends_it() throws Exception {
    fipctl.java("25");
    Path checkout = fipctl.checkout();
    fipctl.tool("mvn", "exit 1");

    Installation.Run run = fipctl.from(dir, checkout.resolve("fipctl").toString(), "version");

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.stderr()).contains("the build of", "failed");
  }

  @Test
  void two_first_uses_at_once_build_once() throws Exception {
    fipctl.java("25");
    Path checkout = fipctl.checkout();
    Path go = dir.resolve("go");
    fipctl.tool(
        "mvn",
        """
        echo build >>'%1$s/builds'
        : >'%1$s/target/fipctl.jar'
        until [ -e '%2$s' ]; do sleep 0.05; done\
        """
            .formatted(checkout, go));

    Process first = fipctl.startFrom(checkout.resolve("fipctl"), "version");
    Installation.await(() -> Files.exists(checkout.resolve("builds")));
    // The jar is there already, but who knows how much of it.
    Process second = fipctl.startFrom(checkout.resolve("fipctl"), "version");
    String said = second.errorReader().readLine();
    assertThat(second.isAlive()).isTrue();
    Files.createFile(go);

    assertThat(List.of(first.waitFor(), second.waitFor())).containsOnly(42);
    assertThat(said).contains("process " + first.pid() + " is building the jar");
    assertThat(Files.readString(checkout.resolve("builds"))).isEqualTo("build\n");
    assertThat(checkout.resolve("target/.fipctl-building")).doesNotExist();
  }

  @Test
  void of_a_killed_build_nothing_is_kept() throws Exception {
    fipctl.java("25");
    Path checkout = fipctl.checkout();
    fipctl.tool(
        "mvn",
        "echo build >>'%1$s/builds'; echo good >'%1$s/target/fipctl.jar'".formatted(checkout));
    Path target = Files.createDirectories(checkout.resolve("target"));
    Files.writeString(target.resolve("fipctl.jar"), "half a j");
    Process dead = new ProcessBuilder("true").start();
    dead.waitFor();
    Files.createSymbolicLink(
        target.resolve(".fipctl-building"), Path.of(String.valueOf(dead.pid())));

    assertThat(fipctl.from(dir, checkout.resolve("fipctl").toString(), "version").exit())
        .isEqualTo(42);

    assertThat(target.resolve("fipctl.jar")).hasContent("good");
    assertThat(Files.readString(checkout.resolve("builds"))).isEqualTo("build\n");
    try (Stream<Path> left = Files.list(target)) {
      assertThat(left).containsExactly(target.resolve("fipctl.jar"));
    }
  }

  @Test
  void a_build_that_failed_leaves_the_next_one_free() throws Exception {
    fipctl.java("25");
    Path checkout = fipctl.checkout();
    fipctl.tool("mvn", "exit 1");
    fipctl.from(dir, checkout.resolve("fipctl").toString(), "version");

    assertThat(Files.isSymbolicLink(checkout.resolve("target/.fipctl-building"))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "LC_ALL, C, C.UTF-8",
    "LC_ALL, POSIX, C.UTF-8",
    "LANG, C, C.UTF-8",
    "LC_CTYPE, POSIX, C.UTF-8",
    "TERM, dumb, C.UTF-8",
    "LC_ALL, de_DE.UTF-8, de_DE.UTF-8",
    "LANG, en_US.UTF-8, none",
    "LC_CTYPE, C.UTF-8, none"
  })
  void a_JVM_without_a_locale_is_given_one_that_knows_all_names_of_files(
      String variable, String value, String given) throws Exception {
    fipctl.java("25");

    assertThat(fipctl.with(variable, value).run("version").exit()).isEqualTo(42);

    assertThat(fipctl.locale()).isEqualTo(given);
  }

  @Test
  void only_what_it_made_itself_is_deleted() throws Exception {
    fipctl.java("25.0.3");
    Path shared = Files.createDirectories(dir.resolve("shared"));
    Path folder = Files.createDirectories(shared.resolve("fipctl"));
    fipctl.with("FIPCTL_CACHE", shared.toString());
    Path elsewhere = Files.createDirectories(dir.resolve("elsewhere"));
    List<Path> others =
        List.of(
            Files.createDirectories(shared.resolve("work.attempt")),
            Files.createDirectories(shared.resolve("deep/er/work.attempt")),
            Files.createDirectories(folder.resolve("second.attempt")),
            Files.createDirectories(folder.resolve("deep").resolve(OWN + ".attempt")),
            Files.createFile(folder.resolve("other-program.aot")),
            Files.createFile(folder.resolve("1-2-notes.aot")),
            Files.createFile(shared.resolve("1" + OWN)),
            Files.createSymbolicLink(folder.resolve("7" + OWN + ".attempt"), elsewhere),
            Files.createSymbolicLink(folder.resolve("8" + OWN), elsewhere));
    List<Path> mine = new ArrayList<>();
    for (int i = 1; i <= 5; i++) {
      mine.add(Files.createFile(folder.resolve(i + OWN)));
    }
    Path attempt = Files.createDirectories(folder.resolve("6" + OWN + ".attempt"));
    Files.createFile(attempt.resolve("started"));
    for (Path path : Stream.of(others, mine, List.of(attempt)).flatMap(List::stream).toList()) {
      if (!Files.isSymbolicLink(path)) {
        Files.setLastModifiedTime(path, FileTime.from(Instant.parse("2026-01-01T00:00:00Z")));
      }
    }

    fipctl.run("version");
    fipctl.awaitTrainings(1);
    fipctl.awaitQuiet();

    assertThat(others).allMatch(path -> Files.exists(path, LinkOption.NOFOLLOW_LINKS));
    assertThat(elsewhere).exists();
    assertThat(attempt).doesNotExist();
    assertThat(mine.stream().filter(Files::exists)).hasSizeLessThan(3);
  }

  @Test
  void the_first_use_makes_the_cache_and_the_next_one_takes_it() throws Exception {
    fipctl.java("25.0.3");
    fipctl.with("FIPCTL_CACHE", "");

    Installation.Run first = fipctl.run("version");
    Path cache = fipctl.awaitCache();
    Installation.Run second = fipctl.run("version");

    assertThat(first.arguments()).noneMatch(argument -> argument.startsWith("-XX:AOT"));
    assertThat(second.arguments()).contains("-XX:AOTCache=" + cache);
    assertThat(cache.getFileName().toString()).contains("25.0.3");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(cache.getParent())))
        .isEqualTo("rwx------");
    assertThat(fipctl.trainings()).isEqualTo(1);
  }

  @Test
  void another_jar_and_another_Java_have_another_cache() throws Exception {
    fipctl.java("25.0.3");
    fipctl.with("FIPCTL_CACHE", "");
    fipctl.run("version");
    Path old = fipctl.awaitCache();
    // As a package manager does it: another file, which may well be older than the cache.
    Path other = Files.writeString(dir.resolve("other.jar"), "another jar");
    Files.setLastModifiedTime(other, FileTime.from(Instant.parse("2026-01-01T00:00:00Z")));
    Files.move(other, fipctl.jar(), StandardCopyOption.REPLACE_EXISTING);

    Installation.Run replaced = fipctl.run("version");
    Files.delete(fipctl.awaitAnotherCache(old));
    fipctl.java("25.0.4");
    Installation.Run updated = fipctl.run("version");

    assertThat(replaced.arguments()).noneMatch(argument -> argument.startsWith("-XX:AOT"));
    assertThat(updated.arguments()).noneMatch(argument -> argument.startsWith("-XX:AOT"));
    assertThat(fipctl.awaitAnotherCache(old).getFileName().toString()).contains("25.0.4");
  }

  @Test
  void a_jar_written_over_in_place_is_newer_than_its_cache() throws Exception {
    fipctl.java("25.0.3");
    fipctl.with("FIPCTL_CACHE", "");
    fipctl.run("version");
    Path cache = fipctl.awaitCache();
    Files.setLastModifiedTime(cache, FileTime.from(Instant.parse("2026-01-01T00:00:00Z")));

    assertThat(fipctl.run("version").arguments())
        .noneMatch(argument -> argument.startsWith("-XX:AOT"));
  }

  @Test
  void many_first_uses_at_once_train_once() throws Exception {
    fipctl.java("25.0.3");
    fipctl.with("FIPCTL_CACHE", "");

    List<Process> uses = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      uses.add(fipctl.start("version"));
    }
    for (Process use : uses) {
      assertThat(use.waitFor()).isEqualTo(42);
    }

    fipctl.awaitCache();
    assertThat(fipctl.trainings()).isEqualTo(1);
  }

  @Test
  void a_failed_training_is_not_tried_again_the_same_day() throws Exception {
    fipctl.java("25.0.3");
    fipctl.with("FIPCTL_CACHE", "").with("TRAINING", "fails");

    fipctl.run("version");
    fipctl.awaitTrainings(1);
    Installation.Run again = fipctl.run("version");
    Path attempt = fipctl.attempt();
    Files.setLastModifiedTime(attempt, FileTime.from(Instant.now().minus(Duration.ofHours(49))));
    Installation.Run later = fipctl.run("version");
    fipctl.awaitTrainings(2);

    assertThat(Stream.of(again, later).map(Installation.Run::exit)).containsOnly(42);
    assertThat(again.stderr() + later.stderr()).isEmpty();
  }

  @Test
  void a_cache_directory_that_cannot_be_made_is_done_without() throws Exception {
    fipctl.java("25.0.3");
    Path file = Files.createFile(dir.resolve("file"));

    for (Path place : List.of(file, file.resolve("below"), Path.of("/proc/fipctl"))) {
      Installation.Run run = fipctl.with("FIPCTL_CACHE", place.toString()).run("version");

      assertThat(run.exit()).isEqualTo(42);
      assertThat(run.stdout() + run.stderr()).isEmpty();
    }
    assertThat(fipctl.trainings()).isZero();
  }
}
