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

class LabCommandTest {
  private static final String NOTE = "lab: this is the practice cluster, no real one\n";

  @TempDir Path home;
  private final CliFixture runs = CliFixture.on(LabState.healthy());

  @BeforeEach
  void at_home() {
    runs.variable("HOME", home.toString());
  }

  @Test
  void starts_once_and_stops_once() {
    assertThat(runs.ok("lab", "status")).isEqualTo("lab not started\n");
    assertThat(runs.ok("lab", "start")).isEqualTo("lab started\n");
    assertThat(runs.ok("lab", "start")).startsWith("lab unchanged");
    assertThat(runs.ok("lab", "status")).contains("lab running, kept in " + home);
    assertThat(runs.ok("lab", "stop")).isEqualTo("lab stopped\n");
    assertThat(runs.ok("lab", "stop")).startsWith("lab unchanged");
  }

  @Test
  void is_one_document_for_programs() {
    assertThat(runs.ok("lab", "start", "-o", "json"))
        .contains("\"kind\" : \"Lab\"", "\"state\" : \"started\"", "lab.json");
    assertThat(runs.ok("lab", "status", "-o", "name")).isEqualTo("lab\n");
  }

  @Test
  void every_verb_works_in_it_and_says_each_time_where_it_is() {
    runs.ok("lab", "start");
    assertThat(runs.ok("--lab", "enable", "--yes")).isEqualTo("floating IPs enabled\n");
    assertThat(runs.ok("--lab", "assign", "shop/web-0", "203.0.113.10")).contains("assigned");

    CliFixture.Result list = runs.run("--lab", "list", "-n", "shop");

    assertThat(list.out()).containsPattern("203\\.0\\.113\\.10 +web-0");
    assertThat(list.err()).isEqualTo(NOTE);
    assertThat(runs.ok("--lab", "move", "203.0.113.10", "web-1", "-n", "shop")).contains("moved");
    assertThat(runs.ok("--lab", "owner", "203.0.113.10")).isEqualTo("shop/web-1\n");
    assertThat(runs.ok("--lab", "release", "203.0.113.10")).contains("released");
    assertThat(runs.cluster().faults().writes()).as("the cluster outside is left alone").isZero();
  }

  @Test
  void breaks_and_mends_what_the_doctor_judges() {
    assertThat(runs.ok("lab", "break")).contains("rule-gone", "FIP-301");
    assertThat(runs.run("lab", "break", "nonsense").code()).isEqualTo(ExitCode.USAGE);
    assertThat(runs.ok("lab", "status")).isEqualTo("lab not started\n");

    assertThat(runs.ok("lab", "break", "rule-gone")).startsWith("lab broken: ");
    assertThat(runs.run("--lab", "doctor").out()).contains("FAIL FIP-301");

    assertThat(runs.ok("lab", "mend")).isEqualTo("lab healthy\n");
    assertThat(runs.ok("--lab", "doctor")).doesNotContain("FAIL", "WARN");
  }

  @Test
  void is_chosen_by_the_environment_too() {
    runs.variable("FIPCTL_LAB", "1").ok("lab", "start");

    assertThat(runs.run("list", "-A").err()).startsWith(NOTE);
    assertThat(runs.variable("FIPCTL_LAB", "0").run("list", "-A").err()).isEmpty();
  }

  @Test
  void a_file_that_is_no_lab_is_answered_with_the_way_out() throws IOException {
    Path file = home.resolve("state/fipctl/lab.json");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "{");

    CliFixture.Result result =
        runs.variable("XDG_STATE_HOME", home.resolve("state").toString()).run("--lab", "list");

    assertThat(result.code()).isEqualTo(ExitCode.USAGE);
    assertThat(result.err()).contains(file + " cannot be read", "fipctl lab stop");
  }

  @Test
  void a_place_that_cannot_be_written_is_named() throws IOException {
    Path file = Files.writeString(home.resolve("file"), "");

    CliFixture.Result result = runs.variable("XDG_STATE_HOME", file.toString()).run("lab", "start");

    assertThat(result.code()).isEqualTo(ExitCode.USAGE);
    assertThat(result.err()).contains("the lab cannot be kept in " + file, "XDG_STATE_HOME");
  }

  @Test
  void the_tour_shows_the_main_job_with_what_it_really_prints() {
    CliFixture.Result tour = runs.run("lab", "tour");

    assertThat(tour.exitCode()).isZero();
    assertThat(tour.err()).isEmpty();
    assertThat(tour.out())
        .containsSubsequence(
            "$ fipctl status",
            "$ fipctl enable --yes",
            "floating IPs enabled",
            "$ fipctl assign shop/web-0 203.0.113.10",
            "pod/web-0 floating IP 203.0.113.10 assigned",
            "error: 203.0.113.10 is held by pod shop/web-0",
            "$ fipctl move 203.0.113.10 shop/web-1",
            "pod/web-1 floating IP 203.0.113.10 moved from pod/web-0",
            "shop/web-1",
            "pod/web-1 floating IP 203.0.113.10 released")
        .doesNotContain("bug");
    assertThat(runs.ok("lab", "status")).as("it leaves nothing").isEqualTo("lab not started\n");
  }
}
