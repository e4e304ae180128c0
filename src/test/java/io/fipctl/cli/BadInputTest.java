package io.fipctl.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fipctl.kube.Kind;
import io.fipctl.lab.simulation.LabState;
import io.fipctl.model.ApiObject;
import io.fipctl.model.ExitCode;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The table of what people get wrong: each its exit code and one clear message with the next step,
 * and nothing is changed.
 */
class BadInputTest {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private static final Pattern COMMAND = Pattern.compile("\\bfipctl ([a-z]+)");

  /** Words that keep their capital at the start of a message. */
  private static final Pattern PROPER_NAME =
      Pattern.compile("(Felix|Calico|BIRD|KUBECONFIG|ClusterInformation)\\b.*", Pattern.DOTALL);

  private static final String LEASE = "fip-203-0-113-10";

  /** Worlds that differ from the healthy lab, as the table names them. */
  private static final Map<String, UnaryOperator<LabState>> WORLDS =
      Map.ofEntries(
          entry("", state -> state),
          entry("Felix's gate off", state -> state.gates(true, false)),
          entry("the CNI gate off", state -> state.gates(false, true)),
          entry("both gates off", state -> state.gates(false, false)),
          entry("eBPF", state -> state.felixSetting("bpfEnabled", "true")),
          entry("etcd", state -> state.felixEnv("DATASTORE_TYPE", "etcdv3")),
          entry(
              "operator-managed",
              state -> state.with(Kind.INSTALLATIONS, "{\"metadata\": {\"name\": \"default\"}}")),
          entry(
              "n1 is a Windows node",
              state -> state.edit(Kind.NODES, "", "n1", BadInputTest::windows)),
          entry("n1 NotReady", state -> state.notReady("n1")),
          entry("no calico-node on n2", state -> state.calicoNodeDown("n2")),
          entry(
              "three Ready pods of a StatefulSet",
              state ->
                  state.with(
                      Kind.STATEFUL_SETS,
                      """
                      {"metadata": {"name": "web", "namespace": "shop"},
                       "spec": {"replicas": 3, "selector": {"matchLabels": {"app": "web"}}}}
                      """)),
          entry(
              "shop/late has no network", state -> state.notReady("n3").withPod("shop/late", "n3")),
          entry("web-2 has 203.0.113.50/32", has("shop/web-2", "[\"203.0.113.50/32\"]")),
          entry("web-2 has a value that is no list", has("shop/web-2", "203.0.113.50")),
          entry("web-2 has 203.0.113.10 too", has("shop/web-2", "[\"203.0.113.10\"]")),
          entry("web-1 has 203.0.113.10 too", has("shop/web-1", "[\"203.0.113.10\"]")),
          entry(
              "web-1 and t1 have 203.0.113.10 too",
              state ->
                  state
                      .floatingIps("shop/web-1", "[\"203.0.113.10\"]")
                      .floatingIps("shop/t1", "[\"203.0.113.10\"]")),
          entry(
              "203.0.113.10 is locked",
              state ->
                  LeaseRecords.lease(LeaseRecords.namespace(state), LEASE, "bob@desk:7", Map.of())),
          entry("203.0.113.10 was cut off", annotated("intent", "{}")),
          entry("203.0.113.10 is protected", annotated("protected", "true")),
          entry("no right to Leases", state -> state.deny("get", "leases.coordination.k8s.io")),
          entry("no right to list pods", state -> state.deny("list", "pods")),
          entry("no right to exec", state -> state.deny("create", "pods/exec")),
          entry(
              "no right to patch ConfigMaps",
              state -> state.gates(false, false).deny("patch", "configmaps")));

  /** One row of {@code bad-input.txt}: words of the message and of a hint. */
  record Row(ExitCode code, String world, List<String> command, String message, String hint) {
    static Row of(String line) {
      List<String> cells = Stream.of(line.split("\\|", -1)).map(String::strip).toList();
      List<String> words = List.of(cells.get(2).split(" ", -1));
      return new Row(
          ExitCode.valueOf(cells.get(0)),
          cells.get(1),
          words.subList(1, words.size()),
          cells.get(3),
          cells.get(4));
    }

    @Override
    public String toString() {
      return "fipctl " + String.join(" ", command) + (world.isEmpty() ? "" : " where " + world);
    }

    CliFixture runs() {
      return CliFixture.on(WORLDS.get(world).apply(LabState.healthy()));
    }

    CliFixture.Result run(CliFixture runs, String... more) {
      return runs.run(Stream.concat(command.stream(), Stream.of(more)).toArray(String[]::new));
    }
  }

  static Stream<Row> rows() throws IOException {
    try (InputStream table = BadInputTest.class.getResourceAsStream("bad-input.txt")) {
      return new String(table.readAllBytes(), UTF_8).lines().skip(1).map(Row::of);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void each_has_its_exit_code_and_one_message_with_the_next_step(Row row) {
    CliFixture runs = row.runs();
    List<ApiObject> before = objects(runs);

    CliFixture.Result result = row.run(runs);

    assertThat(result.code()).as(result.err()).isEqualTo(row.code());
    assertThat(result.out()).isEmpty();
    holdsToTheStyle(result.err(), row.message(), row.hint());
    assertThat(runs.cluster().faults().writes()).isZero();
    assertThat(objects(runs)).isEqualTo(before);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void each_is_one_document_too(Row row) throws IOException {
    CliFixture.Result result = row.run(row.runs(), "-o", "json");

    JsonNode document = JSON.readTree(result.out());
    assertThat(document.path("apiVersion").textValue()).isEqualTo("fipctl.io/v1");
    assertThat(document.path("kind").textValue()).isEqualTo("Error");
    assertThat(document.path("exitCode").intValue()).isEqualTo(row.code().number());
    assertThat(document.path("message").textValue()).contains(row.message());
    assertThat(document.path("changed").booleanValue()).isFalse();
    assertThat(document.path("reason").textValue()).matches("[A-Z][A-Za-z]+");
  }

  @Test
  void a_write_that_is_forbidden_leaves_nothing_behind() {
    CliFixture runs = CliFixture.on(LabState.healthy().deny("patch", "pods"));
    List<ApiObject> before = objects(runs);

    CliFixture.Result result = runs.run("assign", "shop/web-2", "203.0.113.40");

    assertThat(result.code()).isEqualTo(ExitCode.FORBIDDEN);
    holdsToTheStyle(result.err(), "pods is forbidden", "rule missing");
    assertThat(objects(runs)).isEqualTo(before);
  }

  @Test
  void a_context_that_is_not_there_is_answered_with_those_that_are(@TempDir Path home)
      throws IOException {
    Path file = kubeconfig(home, "https://127.0.0.1:1");

    CliFixture.Result result =
        connecting("--kubeconfig", file.toString(), "--context", "prod", "list");

    assertThat(result.code()).isEqualTo(ExitCode.USAGE);
    holdsToTheStyle(result.err(), "prod", "staging");
  }

  @Test
  void a_kubeconfig_that_is_not_there_is_never_another_cluster(@TempDir Path home) {
    String missing = home.resolve("none").toString();

    CliFixture.Result result = connecting("--kubeconfig", missing, "list");

    assertThat(result.code()).isEqualTo(ExitCode.USAGE);
    holdsToTheStyle(result.err(), "there is no kubeconfig " + missing, "there is none");
  }

  @Test
  void a_malformed_kubeconfig_is_named_with_its_line(@TempDir Path home) throws IOException {
    Path file = Files.writeString(home.resolve("config"), "clusters: [\nusers: {{\n");

    CliFixture.Result result = connecting("--kubeconfig", file.toString(), "list");

    assertThat(result.code()).isEqualTo(ExitCode.USAGE);
    holdsToTheStyle(result.err(), file + " is no YAML: line ", "");
  }

  @Test
  void a_server_that_does_not_answer_is_named_with_the_cause(@TempDir Path home)
      throws IOException {
    int closed;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = socket.getLocalPort();
    }
    Path file = kubeconfig(home, "http://127.0.0.1:" + closed);

    CliFixture.Result result = connecting("--kubeconfig", file.toString(), "list", "-o", "json");

    assertThat(result.code()).isEqualTo(ExitCode.UNREACHABLE);
    assertThat(JSON.readTree(result.out()).path("kind").textValue()).isEqualTo("Error");
    holdsToTheStyle(result.err(), "the API server http://127.0.0.1:" + closed, "");
  }

  private static CliFixture.Result connecting(String... command) {
    return CliFixture.connecting().run(command);
  }

  private static Path kubeconfig(Path home, String server) throws IOException {
    return Files.writeString(
        home.resolve("config"),
        """
        apiVersion: v1
        kind: Config
        current-context: staging
        contexts: [{name: staging, context: {cluster: c, user: u}}]
        clusters: [{name: c, cluster: {server: "%s"}}]
        users: [{name: u, user: {token: t}}]
        """
            .formatted(server));
  }

  /** One line {@code error: …} in kubectl's way, then hints that name no command we do not have. */
  private static void holdsToTheStyle(String err, String message, String hint) {
    List<String> lines = err.lines().toList();
    List<String> errors = lines.stream().filter(line -> line.startsWith("error: ")).toList();
    assertThat(errors).as(err).hasSize(1);
    String text = errors.getFirst().substring("error: ".length());
    assertThat(text).contains(message).doesNotEndWith(".");
    assertThat(Character.isUpperCase(text.charAt(0)) && !PROPER_NAME.matcher(text).matches())
        .as("starts lower-case: %s", text)
        .isFalse();
    List<String> hints =
        lines.subList(lines.indexOf(errors.getFirst()) + 1, lines.size()).stream()
            .filter(line -> line.startsWith("  "))
            .toList();
    assertThat(hints).as(err).isNotEmpty().doesNotHaveDuplicates();
    assertThat(hints).anyMatch(line -> line.contains(hint));
    Set<String> known = Commands.ALL.stream().map(Commands.Verb::name).collect(Collectors.toSet());
    for (String line : lines) {
      Matcher command = COMMAND.matcher(line);
      while (command.find()) {
        assertThat(known).as(line).contains(command.group(1));
      }
    }
  }

  private static List<ApiObject> objects(CliFixture runs) {
    return Stream.of(
            Kind.PODS, Kind.CONFIG_MAPS, Kind.DAEMON_SETS, Kind.FELIX_CONFIGURATIONS, Kind.NODES)
        .flatMap(kind -> runs.cluster().state().list(kind).stream())
        .toList();
  }

  static String[] with(String[] command, String... more) {
    return Stream.of(command, more).flatMap(Stream::of).toArray(String[]::new);
  }

  private static ApiObject windows(ApiObject node) {
    return new ApiObject(
        Map.of(
            "metadata",
            Map.of("name", "n1", "labels", Map.of("kubernetes.io/os", "windows")),
            "status",
            node.tree().get("status")));
  }

  private static UnaryOperator<LabState> annotated(String key, String value) {
    return state ->
        LeaseRecords.lease(
            LeaseRecords.namespace(state), LEASE, "", LeaseRecords.annotations(state, key, value));
  }

  private static UnaryOperator<LabState> has(String pod, String value) {
    return state -> state.floatingIps(pod, value);
  }
}
