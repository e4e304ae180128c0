package io.fipctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.cli.LabServer.Asked;
import io.fipctl.cli.LabServer.Between;
import io.fipctl.cli.LabServer.Reply;
import io.fipctl.kube.ApiJson;
import io.fipctl.kube.Kind;
import io.fipctl.lab.LabCluster;
import io.fipctl.lab.simulation.LabState;
import io.fipctl.model.ApiObject;
import io.fipctl.model.ExitCode;
import io.fipctl.model.FloatingIps;
import io.fipctl.model.JsonPatch;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What stands between fipctl and the API server, or in it, and says or makes something else. */
class UntrustedServerTest {
  private static final String TAKEN = "203.0.113.10";
  private static final String FREE = "203.0.113.12";
  private static final String[] KEY = {"metadata", "annotations", FloatingIps.KEY};

  @TempDir private Path directory;

  /** A cluster whose requests pass somebody. */
  private record Place(LabServer server, CliFixture runs) implements AutoCloseable {
    @Override
    public void close() {
      server.close();
    }
  }

  private Place behind(LabState state, Between between) {
    LabServer server = new LabServer(LabCluster.of(state), between);
    return new Place(server, CliFixture.over(server, directory));
  }

  static Stream<Reply> noLists() {
    return Stream.of(
        LabServer.status(404, "the server could not find the requested resource"),
        new Reply(404, "404 page not found\n"),
        new Reply(404, "<html>gone</html>"),
        new Reply(200, "{}"),
        new Reply(200, "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Success\"}"),
        new Reply(200, "{\"kind\":\"PodList\",\"items\":null}"),
        new Reply(200, "{\"kind\":\"NodeList\",\"items\":[]}"),
        new Reply(200, "{\"kind\":\"PodList\",\"items\":["),
        new Reply(200, "<html>log in</html>"),
        new Reply(410, "gone"));
  }

  @ParameterizedTest
  @MethodSource("noLists")
  void an_address_is_not_free_because_no_list_of_pods_came(Reply reply) {
    try (Place place =
        behind(
            LabState.healthy(),
            (asked, server) -> asked.path().equals("/api/v1/pods") ? reply : server.apply(asked))) {
      CliFixture.Result result = place.runs().run("assign", "shop/web-2", TAKEN);

      assertThat(result.exitCode()).as(result.err()).isNotZero();
      assertThat(place.runs().annotation("shop/web-2")).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("noLists")
  void an_address_is_not_free_because_the_second_page_did_not_come(Reply reply) {
    try (Place place =
        behind(
            LabState.healthy(),
            (asked, server) -> {
              if (!asked.path().equals("/api/v1/pods")) {
                return server.apply(asked);
              }
              return asked.query().getOrDefault("continue", "").isEmpty()
                  ? new Reply(
                      200, "{\"kind\":\"PodList\",\"metadata\":{\"continue\":\"x\"},\"items\":[]}")
                  : reply;
            })) {
      CliFixture.Result result = place.runs().run("assign", "shop/web-2", TAKEN);

      assertThat(result.exitCode()).as(result.err()).isNotZero();
      assertThat(place.runs().annotation("shop/web-2")).isEmpty();
    }
  }

  @Test
  void what_is_not_an_API_server_is_called_so() {
    try (Place place =
        behind(LabState.healthy(), (asked, server) -> new Reply(404, "404 page not found\n"))) {
      CliFixture.Result result = place.runs().run("list", "-A");

      assertThat(result.code()).isEqualTo(ExitCode.UNREACHABLE);
      assertThat(result.err())
          .contains("what answers there is not a Kubernetes API: it says HTTP 404");
    }
  }

  @Test
  void a_server_that_only_throttles_is_not_unreachable() {
    try (Place place =
        behind(
            LabState.healthy(),
            (asked, server) -> LabServer.status(429, "too many requests, try again later"))) {
      CliFixture.Result result = place.runs().run("list", "-A", "-o", "json");

      assertThat(result.code()).isEqualTo(ExitCode.FAILURE);
      assertThat(result.out()).contains("\"reason\" : \"Throttled\"");
      assertThat(result.err()).contains("answers, but has too many requests");
    }
  }

  @Test
  void a_name_that_no_header_can_carry_is_wrong_input_and_no_bug() {
    try (Place place = behind(LabState.healthy(), (asked, server) -> server.apply(asked))) {
      CliFixture.Result result = place.runs().run("list", "-A", "--as", "müller");

      assertThat(result.code()).isEqualTo(ExitCode.USAGE);
      assertThat(result.err()).contains("müller", "an HTTP header cannot carry: U+00FC");
      assertThat(place.server().asked).isEmpty();
    }
  }

  @Test
  void a_write_that_is_throttled_for_good_leaves_nothing() {
    try (Place place =
        behind(
            LabState.healthy(),
            (asked, server) ->
                asked.isPatchOf("pods") ? LabServer.status(429, "later") : server.apply(asked))) {
      CliFixture.Result result = place.runs().run("assign", "shop/web-2", FREE);

      assertThat(result.code()).isEqualTo(ExitCode.FAILURE);
      assertThat(result.err())
          .contains("HTTP 429", "nothing stays changed")
          .doesNotContain("not known");
      assertThat(place.runs().annotation("shop/web-2")).isEmpty();
    }
  }

  /** A webhook that makes its own of every write to a kind, before the server has it. */
  private static Between admission(Kind kind, UnaryOperator<String> making) {
    return (asked, server) ->
        server.apply(
            asked.isWrite() && asked.path().contains("/" + kind.plural())
                ? new Asked(asked.method(), asked.path(), asked.query(), making.apply(asked.body()))
                : asked);
  }

  /** Takes a field out of what is created, and every operation on it out of a patch. */
  private static UnaryOperator<String> without(String field) {
    return body -> {
      if (!body.startsWith("[")) {
        return body.replaceFirst("\"" + field + "\":\"[^\"]*\",?", "").replace(",}", "}");
      }
      List<ApiObject> kept =
          LabServer.read("{\"all\":" + body + "}").objects("all").stream()
              .filter(
                  operation ->
                      operation.text("op").equals(Optional.of("test"))
                          || !isAbout(operation, field))
              .toList();
      return ApiJson.write(kept);
    };
  }

  /** Whether it writes the field, be it in a map or a map for it. */
  private static boolean isAbout(ApiObject operation, String field) {
    Map<String, Object> value = operation.object("value").tree();
    return operation.text("path").orElse("").endsWith(field)
        || value.keySet().stream().anyMatch(key -> key.endsWith(field))
        // Admission writes all at once: no DaemonSet rolls for an empty map.
        || (value.isEmpty() && operation.text("path").orElse("").startsWith("/spec/template"));
  }

  @Test
  void an_address_that_admission_strips_is_not_assigned() {
    try (Place place = behind(LabState.healthy(), admission(Kind.PODS, without("floatingIPs")))) {
      CliFixture.Result result = place.runs().run("assign", "shop/web-2", FREE, "-o", "json");

      assertThat(result.code()).isEqualTo(ExitCode.FORBIDDEN);
      assertThat(result.out()).contains("\"reason\" : \"ChangedByAdmission\"");
      assertThat(result.err())
          .contains(
              "admission made something else of what was asked of pods shop/web-2",
              "is not there, asked for was \"[\\\"203.0.113.12\\\"]\"",
              "nothing stays changed");
      assertThat(place.runs().annotation("shop/web-2")).isEmpty();
    }
  }

  @Test
  void a_dry_run_on_the_server_meets_admission_too() {
    try (Place place = behind(LabState.healthy(), admission(Kind.PODS, without("floatingIPs")))) {
      assertThat(place.runs().run("assign", "shop/web-2", FREE, "--dry-run=server").code())
          .isEqualTo(ExitCode.FORBIDDEN);
    }
  }

  @Test
  void what_admission_made_of_an_address_is_taken_back() {
    try (Place place =
        behind(
            LabState.healthy(), admission(Kind.PODS, body -> body.replace(FREE, "203.0.113.66")))) {
      CliFixture.Result result = place.runs().run("assign", "shop/web-2", FREE);

      assertThat(result.code()).isEqualTo(ExitCode.FORBIDDEN);
      assertThat(result.err()).contains("203.0.113.66", "it was taken back");
      assertThat(place.runs().annotation("shop/web-2")).isEmpty();
    }
  }

  @Test
  void what_somebody_wrote_over_what_admission_made_stays_and_is_told() {
    AtomicInteger writes = new AtomicInteger();
    try (Place place =
        behind(
            LabState.healthy(),
            (asked, server) -> {
              Reply reply = server.apply(asked);
              if (!asked.isPatchOf("pods") || writes.getAndIncrement() > 0) {
                return reply;
              }
              String made = reply.body().replace("203.0.113.12", "203.0.113.66");
              Asked over =
                  new Asked(
                      "PATCH",
                      asked.path(),
                      Map.of(),
                      ApiJson.write(
                          JsonPatch.of(JsonPatch.replace("[\"203.0.113.77\"]", KEY)).asJson()));
              assertThat(server.apply(over).code()).isEqualTo(200);
              return new Reply(200, made);
            })) {
      CliFixture.Result result = place.runs().run("assign", "shop/web-2", FREE);

      assertThat(result.code()).isEqualTo(ExitCode.HALF_DONE);
      assertThat(result.err()).contains("could not be taken back").doesNotContain("nothing stays");
      assertThat(place.runs().annotation("shop/web-2")).contains("[\"203.0.113.77\"]");
    }
  }

  @Test
  void an_address_that_admission_puts_back_is_not_released() {
    try (Place place = behind(LabState.healthy(), admission(Kind.PODS, without("floatingIPs")))) {
      CliFixture.Result result = place.runs().run("release", TAKEN);

      assertThat(result.code()).isEqualTo(ExitCode.FORBIDDEN);
      assertThat(result.err()).contains("nothing stays changed");
      assertThat(place.runs().annotation("shop/web-0")).contains("[\"203.0.113.10\"]");
    }
  }

  @Test
  void a_lock_whose_holder_admission_strips_is_none() {
    try (Place place =
        behind(LabState.healthy(), admission(Kind.LEASES, without("holderIdentity")))) {
      CliFixture.Result result = place.runs().run("assign", "shop/web-2", FREE);

      assertThat(result.code()).isEqualTo(ExitCode.FORBIDDEN);
      assertThat(result.err()).contains("leases.coordination.k8s.io", "spec.holderIdentity");
      assertThat(place.runs().annotation("shop/web-2")).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "configmaps, cni_network_config",
    "daemonsets, restartedAt",
    "felixconfigurations, floatingIPs"
  })
  void a_gate_that_admission_keeps_off_is_not_enabled(String plural, String field) {
    Kind kind =
        Stream.of(Kind.CONFIG_MAPS, Kind.DAEMON_SETS, Kind.FELIX_CONFIGURATIONS)
            .filter(one -> one.plural().equals(plural))
            .findFirst()
            .orElseThrow();
    try (Place place = behind(LabState.fresh(), admission(kind, without(field)))) {
      List<String> before = world(place.runs());

      CliFixture.Result result = place.runs().run("enable", "--yes");

      assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.FORBIDDEN);
      assertThat(result.err()).contains("admission made something else", plural);
      assertThat(world(place.runs())).as("both gates are as they were").isEqualTo(before);
    }
  }

  /** A change, the cluster it is made on, and the words that tell it is done. */
  private record Deed(String words, LabState before) {
    String[] command() {
      return words.split(" ");
    }

    @Override
    public String toString() {
      return words;
    }
  }

  static Stream<Deed> deeds() {
    LabState malformed = LabState.healthy().floatingIps("shop/web-2", "203.0.113.30");
    LabState locked =
        LeaseRecords.lease(
            LeaseRecords.namespace(LabState.healthy()), "fip-203-0-113-10", "bob@desk:7", Map.of());
    return Stream.of(
        new Deed("assign shop/web-2 " + FREE, LabState.healthy()),
        new Deed("move " + TAKEN + " shop/web-2", LabState.healthy()),
        new Deed("move --handover overlap " + TAKEN + " shop/web-2", LabState.healthy()),
        new Deed("release " + TAKEN, LabState.healthy()),
        new Deed("release --pod shop/web-2 --yes", malformed),
        new Deed("enable --yes", LabState.fresh()),
        new Deed("disable --yes --release-all", LabState.healthy()),
        new Deed("lock break 203.0.113.10 --yes", locked),
        new Deed("doctor --fix --yes --check FIP-201", malformed));
  }

  /** The pods, both gates and the locks: all that a command is to change, and nothing of time. */
  private static List<String> world(CliFixture runs) {
    return Stream.of(Kind.PODS, Kind.CONFIG_MAPS, Kind.FELIX_CONFIGURATIONS)
        .flatMap(kind -> runs.cluster().list(kind).stream())
        .map(
            object ->
                object.name()
                    + object.annotation(FloatingIps.KEY)
                    + new TreeMap<>(object.object("data").tree())
                    + object.object("spec").text("floatingIPs"))
        .filter(line -> !line.startsWith("calico-node"))
        .sorted()
        .toList();
  }

  @ParameterizedTest
  @MethodSource("deeds")
  void an_answer_that_is_lost_behind_a_write_changes_nothing_of_its_outcome(Deed deed) {
    List<String> wanted;
    int code;
    int writes;
    try (Place place = behind(deed.before(), (asked, server) -> server.apply(asked))) {
      code = place.runs().run(deed.command()).exitCode();
      wanted = world(place.runs());
      writes = (int) place.server().asked.stream().filter(Asked::isWrite).count();
    }
    assertThat(writes).isPositive();
    IntStream.rangeClosed(1, writes)
        .forEach(
            write -> {
              AtomicInteger seen = new AtomicInteger();
              try (Place place =
                  behind(
                      deed.before(),
                      (asked, server) -> {
                        Reply reply = server.apply(asked);
                        return asked.isWrite() && seen.incrementAndGet() == write
                            ? new Reply(504, "timed out")
                            : reply;
                      })) {
                CliFixture.Result result = place.runs().run(deed.command());

                assertThat(result.exitCode())
                    .as("%s, write %d: %s", deed, write, result.err())
                    .isEqualTo(code);
                assertThat(world(place.runs())).as("%s, write %d", deed, write).isEqualTo(wanted);
                assertThat(result.err()).doesNotContain("not known");
              }
            });
  }

  @Test
  void what_nobody_can_look_up_is_not_said_to_be_unchanged() {
    AtomicInteger patched = new AtomicInteger();
    try (Place place =
        behind(
            LabState.healthy().floatingIps("shop/web-2", "203.0.113.30"),
            (asked, server) -> {
              if (patched.get() > 0) {
                return Reply.NONE;
              }
              Reply reply = server.apply(asked);
              if (asked.isPatchOf("pods")) {
                patched.incrementAndGet();
                return new Reply(504, "timed out");
              }
              return reply;
            })) {
      CliFixture.Result result = place.runs().run("release", "--pod", "shop/web-2", "--yes");

      assertThat(result.code()).isEqualTo(ExitCode.HALF_DONE);
      assertThat(result.err()).contains("not known").doesNotContain("nothing stays changed");
    }
  }
}
