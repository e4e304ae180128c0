package io.fipctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.lab.simulation.LabState;
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
  private final CliFixture runs = CliFixture.on(LabState.healthy());

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
    CliFixture.Result lab = runs.run("lab", "start");
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

  @ParameterizedTest
  @CsvSource({
    "FIPCTL_YES, perhaps, is not a boolean",
    "FIPCTL_WAIT, si, is not a boolean",
    "FIPCTL_TIMEOUT, 30, 30",
    "FIPCTL_DRY_RUN, true, none",
    "FIPCTL_OUTPUT, colourful, colourful"
  })
  void a_value_that_an_option_cannot_have_is_refused_with_the_name_of_its_variable(
      String variable, String value, String why) {
    CliFixture.Result result =
        runs.variable(variable, value).run("assign", "shop/web-2", "203.0.113.40");

    assertThat(result.code()).isEqualTo(ExitCode.USAGE);
    assertThat(result.err()).contains(variable + ": ", why);
  }

  @ParameterizedTest
  @CsvSource({"lab: perhaps, lab in", "timeout: 30, timeout in", "wait: [true], line 1"})
  void or_with_its_line_of_the_file(String line, String where) throws IOException {
    configure(line + "\n");

    CliFixture.Result result = runs.run("assign", "shop/web-2", "203.0.113.40");

    assertThat(result.code()).isEqualTo(ExitCode.USAGE);
    assertThat(result.err()).contains(where, "config.yaml");
  }

  @Test
  void what_was_typed_wrongly_is_not_blamed_on_the_environment() {
    CliFixture.Result result =
        runs.variable("FIPCTL_TIMEOUT", "1m")
            .run("assign", "shop/web-2", "203.0.113.40", "--timeout", "30");

    assertThat(result.code()).isEqualTo(ExitCode.USAGE);
    assertThat(result.err()).contains("'--timeout'").doesNotContain("FIPCTL_TIMEOUT");
  }

  @ParameterizedTest
  @CsvSource({
    "FIPCTL_LABS, FIPCTL_LAB",
    "FIPCTL_LBA, FIPCTL_LAB",
    "FIPCTL_Lab, FIPCTL_LAB",
    "FIPCTL_CONTEX, FIPCTL_CONTEXT",
    "FIPCTL_KUBE_CONFIG, FIPCTL_KUBECONFIG",
    "FIPCTL_RECORD_NAMESAPCE, FIPCTL_RECORD_NAMESPACE",
    "FIPCTL_JAVVA, FIPCTL_JAVA"
  })
  void a_variable_that_is_almost_one_of_fipctls_is_refused(String variable, String meant) {
    CliFixture.Result result = runs.variable(variable, "1").run("list", "-A");

    assertThat(result.code()).isEqualTo(ExitCode.USAGE);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains(variable, "did you mean " + meant + "?");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "FIPCTL_PORT",
        "FIPCTL_PORT_80_TCP",
        "FIPCTL_PORT_80_TCP_ADDR",
        "FIPCTL_SERVICE_HOST",
        "FIPCTL_SERVICE_PORT",
        "FIPCTL_SERVICE_PORT_HTTP",
        "FIPCTL_E2E_NAME",
        "FIPCTL_JAVA",
        "FIPCTL_CACHE",
        "FIPCTL_VERSION",
        "FIPCTL_HELP",
        "FIPCTL_DOWNLOAD_URL",
        "FIPCTL_RECORD_NAMESPACE",
        "FIPCTL_COMPLETION_TIMEOUT",
        "NOT_FIPCTL_LABS"
      })
  void other_variables_are_let_be(String variable) {
    runs.variable(variable, "tcp://10.96.0.7:80");

    assertThat(runs.run("list", "-A").exitCode()).isZero();
    assertThat(runs.run("doctor", "--pre").exitCode()).isNotEqualTo(ExitCode.USAGE.number());
  }

  @ParameterizedTest
  @CsvSource({
    "contxt, did you mean 'context'?",
    "request_timeout, did you mean 'request-timeout'?",
    "requestTimeout, did you mean 'request-timeout'?",
    "colour, a key is the name of an option",
    "help, a key is the name of an option",
    "--lab, did you mean 'lab'?"
  })
  void a_key_that_no_option_has_is_refused(String key, String hint) throws IOException {
    configure(key + ": 1m\n");

    CliFixture.Result result = runs.run("list", "-A");

    assertThat(result.code()).isEqualTo(ExitCode.USAGE);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains("config.yaml", "'" + key + "'", hint);
  }

  @Test
  void a_key_may_be_another_commands_option() throws IOException {
    configure("record-namespace: elsewhere\ncni-only: no\n");

    assertThat(runs.run("nat").exitCode()).isZero();
  }

  @Test
  void a_key_that_YAML_takes_for_a_boolean_is_a_key() throws IOException {
    configure("yes: on\n");

    assertThat(runs.ok("release", "--pod", "shop/web-1")).contains("released");
  }

  @Test
  void what_is_written_twice_is_refused() throws IOException {
    configure("context: a\nlab: true\ncontext: b\n");

    CliFixture.Result result = runs.run("list");

    assertThat(result.code()).isEqualTo(ExitCode.USAGE);
    assertThat(result.err()).contains("config.yaml", "twice", "'context'");
  }

  @Test
  void help_is_there_although_a_name_is_wrong() throws IOException {
    configure("contxt: a\n");

    assertThat(runs.ok("list", "--help")).contains("--context");
    assertThat(runs.ok("help", "list")).contains("--context");
    assertThat(runs.run("__complete", "pods", "").exitCode()).isZero();
  }

  @Test
  void a_wrong_setting_is_told_to_who_typed_no_command_too() {
    assertThat(runs.variable("FIPCTL_OUTPUT", "colourful").run().code()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void an_error_is_a_document_where_the_environment_asks_for_one() {
    CliFixture.Result result = runs.variable("FIPCTL_OUTPUT", "json").run("list", "--forse");

    assertThat(result.code()).isEqualTo(ExitCode.USAGE);
    assertThat(result.out()).contains("\"kind\" : \"Error\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"output: [", "- output", "just words", "output: colourful\n"})
  void a_file_that_is_wrong_is_named(String text) throws IOException {
    configure(text);

    CliFixture.Result result = runs.run("list");

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
