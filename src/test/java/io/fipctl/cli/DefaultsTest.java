package io.fipctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.lab.LabState;
import io.fipctl.model.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where an option's value comes from: flag before environment before file before default. */
class DefaultsTest {
  @TempDir Path home;
  private final Runs runs = Runs.on(LabState.healthy());

  @BeforeEach
  void at_home() {
    runs.variable("HOME", home.toString());
  }

  @Test
  void the_flag_wins_over_the_environment_and_that_over_the_file() throws IOException {
    assertThat(version()).as("default").startsWith("fipctl ");
    configure("output: yaml\n");
    assertThat(version()).as("file").startsWith("apiVersion: ");
    runs.variable("FIPCTL_OUTPUT", "json");
    assertThat(version()).as("environment").startsWith("{");
    assertThat(runs.ok("version", "-o", "wide")).as("flag").contains("(Java ");
  }

  @Test
  void an_empty_variable_is_none() {
    runs.variable("FIPCTL_OUTPUT", "");

    assertThat(version()).startsWith("fipctl ");
  }

  @Test
  void XDG_moves_the_file() throws IOException {
    Path elsewhere = Files.createDirectories(home.resolve("xdg/fipctl"));
    Files.writeString(elsewhere.resolve("config.yaml"), "output: name\n");

    assertThat(runs.variable("XDG_CONFIG_HOME", home.resolve("xdg").toString()).ok("version"))
        .doesNotContain("fipctl");
  }

  /** The current folder may be anybody's: no file of it is obeyed. */
  @ParameterizedTest
  @ValueSource(strings = {"", ".", "relative"})
  void without_a_home_there_is_no_file_and_no_lab(String none) {
    runs.variable("HOME", none).variable("XDG_CONFIG_HOME", none).variable("XDG_STATE_HOME", none);

    assertThat(version()).startsWith("fipctl ");
    Runs.Result lab = runs.run("lab", "start");
    assertThat(lab.code()).isEqualTo(ExitCode.USAGE);
    assertThat(lab.err()).contains("HOME is not set to an absolute path");
    assertThat(Path.of(".local")).doesNotExist();
  }

  @Test
  void a_command_has_its_own_options_in_the_file_too() throws IOException {
    configure("all-namespaces: true\nno-headers: true\nsort-by: pod\nwait: false\n");

    assertThat(runs.ok("list").lines().findFirst())
        .hasValueSatisfying(line -> assertThat(line).contains("t1"));
    assertThat(runs.ok("assign", "shop/web-2", "203.0.113.40")).contains("not verified");
    assertThat(runs.ok("assign", "shop/web-2", "203.0.113.41", "--wait=true"))
        .doesNotContain("not verified");
  }

  @ParameterizedTest
  @CsvSource({"1, true", "true, true", "yes, true", "ON, true", "0, false", "no, false"})
  void a_switch_is_written_as_people_write_it(String value, boolean on) {
    runs.variable("FIPCTL_ALL_NAMESPACES", value);

    assertThat(runs.ok("list", "-o", "name").isEmpty()).isEqualTo(!on);
  }

  @Test
  void a_switch_that_is_neither_is_refused() {
    assertThat(runs.variable("FIPCTL_YES", "perhaps").run("list").code()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void a_pipelines_own_variables_of_that_name_are_no_options() {
    runs.variable("FIPCTL_VERSION", "1.2.3").variable("FIPCTL_HELP", "x");

    assertThat(runs.run("list", "-A").exitCode()).isZero();
  }

  @Test
  void an_error_is_a_document_where_the_environment_asks_for_one() {
    Runs.Result result = runs.variable("FIPCTL_OUTPUT", "json").run("list", "--forse");

    assertThat(result.code()).isEqualTo(ExitCode.USAGE);
    assertThat(result.out()).contains("\"kind\" : \"Error\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"output: [", "- output", "just words", "output: colourful\n"})
  void a_file_that_is_wrong_is_named(String text) throws IOException {
    configure(text);

    Runs.Result result = runs.run("list");

    assertThat(result.code()).isEqualTo(ExitCode.USAGE);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).containsAnyOf("config.yaml", "is no output format");
  }

  @Test
  void an_empty_file_says_nothing() throws IOException {
    configure("# nothing yet\n");

    assertThat(version()).startsWith("fipctl ");
  }

  private String version() {
    return runs.ok("version");
  }

  private void configure(String text) throws IOException {
    Path directory = Files.createDirectories(home.resolve(".config/fipctl"));
    Files.writeString(directory.resolve("config.yaml"), text);
  }
}
