package io.fipctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.kube.Kind;
import io.fipctl.lab.simulation.LabState;
import io.fipctl.model.ApiObject;
import io.fipctl.model.ExitCode;
import io.fipctl.model.IpAddress;
import io.fipctl.model.Pod;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever may write Leases may plant an intent: what recover makes of one. */
class PlantedIntentTest {
  private static final IpAddress ADDRESS = IpAddress.parse("203.0.113.10");
  private static final String LEASE = "fip-203-0-113-10";

  private static LabState planted(LabState state, String by, boolean protect, String... parts) {
    Map<String, Object> annotations = new LinkedHashMap<>();
    annotations.put(
        "fipctl.io/intent",
        "{%s,\"by\":\"%s\",\"since\":\"2026-01-05T08:59:00Z\"}"
            .formatted(String.join(",", parts), by));
    if (protect) {
      annotations.put("fipctl.io/protected", "true");
    }
    return LeaseRecords.lease(LeaseRecords.namespace(state), LEASE, "", annotations);
  }

  private static String move() {
    return "\"action\":\"move\"";
  }

  private static String party(LabState state, String role, String pod) {
    return "\"%s\":{\"namespace\":\"shop\",\"name\":\"%s\",\"uid\":\"%s\"}"
        .formatted(role, pod, LeaseRecords.uid(state, pod));
  }

  /** web-0 has it, and somebody has written that it is being moved to t1. */
  private static CliFixture moveThatNeverBegan(String by) {
    LabState state = LabState.healthy();
    return CliFixture.on(
        planted(state, by, false, move(), party(state, "from", "web-0"), party(state, "to", "t1")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "--forward", "--back"})
  void a_move_of_which_nothing_was_written_is_only_closed(String direction) {
    CliFixture runs = moveThatNeverBegan("lab:1");

    CliFixture.Result result =
        direction.isEmpty()
            ? runs.run("recover", "203.0.113.10")
            : runs.run("recover", "203.0.113.10", direction);

    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.err())
        .contains(
            "nothing of the move from shop/web-0 to shop/t1 had been written, so it is only closed");
    assertThat(holders(runs)).containsExactly("shop/web-0");
    assertThat(lease(runs).annotation("fipctl.io/intent")).isEmpty();
  }

  @Test
  void a_release_of_which_nothing_was_written_is_only_closed() {
    LabState state = LabState.healthy();
    CliFixture runs =
        CliFixture.on(
            planted(state, "lab:1", true, "\"action\":\"release\"", party(state, "from", "web-0")));

    runs.ok("recover", "203.0.113.10", "--forward");

    assertThat(holders(runs)).containsExactly("shop/web-0");
  }

  @Test
  void an_assign_of_which_nothing_was_written_gives_the_address_to_nobody() {
    LabState state = LabState.healthy().withoutFloatingIps("shop/web-0");
    CliFixture runs =
        CliFixture.on(
            planted(state, "lab:1", false, "\"action\":\"assign\"", party(state, "to", "t1")));

    runs.ok("recover", "203.0.113.10");

    assertThat(holders(runs)).isEmpty();
  }

  @Test
  void what_somebody_else_began_is_not_ended_without_being_asked_about() {
    CliFixture runs = moveThatNeverBegan("bob@desk:7");

    CliFixture.Result unasked = runs.run("recover", "203.0.113.10");

    assertThat(unasked.code()).isEqualTo(ExitCode.USAGE);
    assertThat(unasked.err())
        .contains("a move from shop/web-0 to shop/t1 (bob@desk:7, 2026-01-05T08:59:00Z)")
        .contains("was begun by somebody else", "--yes");
    assertThat(runs.cluster().faults().writes()).isZero();
    CliFixture refusing = runs.another().answering("n");
    assertThat(refusing.run("recover", "203.0.113.10").exitCode()).isNotZero();
    assertThat(lease(runs).annotation("fipctl.io/intent")).isPresent();
    assertThat(refusing.cluster().faults().writes()).isZero();
    runs.another().answering("y").ok("recover", "203.0.113.10");
    assertThat(holders(runs)).containsExactly("shop/web-0");
    assertThat(moveThatNeverBegan("bob@desk:7").ok("recover", "203.0.113.10", "--yes"))
        .contains("unchanged");
  }

  @Test
  void what_cannot_be_read_is_asked_about_too() {
    CliFixture runs =
        CliFixture.on(
            LeaseRecords.lease(
                LeaseRecords.namespace(LabState.healthy()),
                LEASE,
                "",
                Map.of("fipctl.io/intent", "{\"action\":\"burn\"}")));

    assertThat(runs.run("recover", "203.0.113.10").code()).isEqualTo(ExitCode.USAGE);
    runs.ok("recover", "203.0.113.10", "--yes");
    assertThat(holders(runs)).containsExactly("shop/web-0");
  }

  /** The attacker's pod claims the address too, so that it looks as if a move had begun. */
  @ParameterizedTest
  @ValueSource(strings = {"--forward", "--back"})
  void a_protected_address_is_not_taken_from_its_pod_by_an_intent(String direction) {
    LabState state = LabState.healthy().floatingIps("shop/t1", "[\"203.0.113.10\"]");
    boolean back = direction.equals("--back");
    CliFixture runs =
        CliFixture.on(
            planted(
                state,
                "lab:1",
                true,
                move(),
                party(state, "from", back ? "t1" : "web-0"),
                party(state, "to", back ? "web-0" : "t1")));

    CliFixture.Result result = runs.run("recover", "203.0.113.10", direction, "--yes");

    assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.CONFLICT);
    assertThat(result.err()).contains("203.0.113.10 is protected", "--unprotect");
    assertThat(holders(runs)).containsExactlyInAnyOrder("shop/t1", "shop/web-0");
    assertThat(runs.cluster().faults().writes()).isZero();
    runs.ok("recover", "203.0.113.10", direction, "--unprotect");
    assertThat(holders(runs)).containsExactly("shop/t1");
    assertThat(lease(runs).annotation("fipctl.io/protected")).isEmpty();
  }

  @Test
  void nor_given_to_another_pod_while_it_is_on_none() {
    LabState state = LabState.healthy().withoutFloatingIps("shop/web-0");
    CliFixture runs =
        CliFixture.on(
            planted(
                state,
                "lab:1",
                true,
                move(),
                party(state, "from", "web-0"),
                party(state, "to", "web-1")));

    assertThat(runs.run("recover", "203.0.113.10", "--forward").code())
        .isEqualTo(ExitCode.CONFLICT);
    assertThat(runs.run("move", "203.0.113.10", "shop/web-1").code()).isEqualTo(ExitCode.CONFLICT);
    assertThat(holders(runs)).isEmpty();
    runs.ok("recover", "203.0.113.10", "--back");
    assertThat(holders(runs)).containsExactly("shop/web-0");
  }

  @Test
  void the_same_command_goes_on_with_what_its_own_user_began_and_with_nobody_elses() {
    LabState state = LabState.healthy().withoutFloatingIps("shop/web-0");
    String[] parts = {move(), party(state, "from", "web-0"), party(state, "to", "web-1")};
    CliFixture others =
        CliFixture.on(planted(state.withPod("shop/x", "n1"), "bob@desk:7", false, parts));

    CliFixture.Result result = others.run("move", "203.0.113.10", "shop/web-1");

    assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.HALF_DONE);
    assertThat(result.err()).contains("bob@desk:7", "fipctl recover 203.0.113.10");
    assertThat(holders(others)).isEmpty();
    CliFixture own =
        CliFixture.on(planted(state, "lab:4711/0a1b2c3d https://ci.example/5", false, parts));
    own.ok("move", "203.0.113.10", "shop/web-1");
    assertThat(holders(own)).containsExactly("shop/web-1");
  }

  @Test
  void a_record_of_a_newer_fipctl_is_shown_and_not_acted_on() {
    for (Map<String, Object> annotations :
        List.<Map<String, Object>>of(
            Map.of("fipctl.io/format", "2"),
            Map.of("fipctl.io/intent", "{\"version\":2,\"action\":\"swap\"}"))) {
      CliFixture runs =
          CliFixture.on(
              LeaseRecords.lease(
                  LeaseRecords.namespace(LabState.healthy()), LEASE, "", annotations));
      for (String words :
          List.of(
              "move 203.0.113.10 shop/web-1",
              "release 203.0.113.10",
              "recover 203.0.113.10 --yes",
              "assign shop/web-0 203.0.113.10")) {
        CliFixture.Result result = runs.run(words.split(" "));

        assertThat(result.code()).as(words + result.err()).isEqualTo(ExitCode.UNSUPPORTED);
        assertThat(result.err())
            .contains("the record of 203.0.113.10 was written by a newer fipctl");
      }
      assertThat(runs.cluster().faults().writes()).isZero();
      assertThat(runs.cluster().recordFaults().writes()).isZero();
      assertThat(runs.run("show", "203.0.113.10").exitCode()).isZero();
    }
  }

  /** What no version is written in is what fipctl wrote before there was one. */
  @Test
  void a_record_of_the_old_form_is_read_and_its_change_goes_on() {
    LabState state = LabState.healthy().withoutFloatingIps("shop/web-0");
    String lease =
        Resources.text("/formats/lease-0.json")
            .replace("UID-OF-WEB-0", LeaseRecords.uid(state, "web-0"))
            .replace("UID-OF-WEB-1", LeaseRecords.uid(state, "web-1"));
    CliFixture runs = CliFixture.on(LeaseRecords.namespace(state).with(Kind.LEASES, lease));

    assertThat(runs.ok("history", "203.0.113.10")).contains("assign", "shop/web-0");
    assertThat(runs.ok("show", "203.0.113.10")).contains("payments");
    runs.ok("recover", "203.0.113.10", "--back", "--yes");

    assertThat(holders(runs)).containsExactly("shop/web-0");
    assertThat(lease(runs).annotation("fipctl.io/owner")).contains("payments");
    runs.ok("move", "203.0.113.10", "shop/web-1");
    assertThat(lease(runs).annotation("fipctl.io/format")).contains("1");
  }

  private static ApiObject lease(CliFixture runs) {
    return runs.cluster().get(Kind.LEASES, LeaseRecords.NAMESPACE, LEASE).orElseThrow();
  }

  private static List<String> holders(CliFixture runs) {
    return runs.cluster().list(Kind.PODS).stream()
        .map(Pod::of)
        .filter(pod -> pod.holds(ADDRESS))
        .map(pod -> pod.ref().toString())
        .toList();
  }
}
