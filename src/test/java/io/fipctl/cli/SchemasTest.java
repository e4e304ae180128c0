package io.fipctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.fipctl.lab.simulation.LabState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

class SchemasTest {
  private static final Path SCHEMAS = Path.of("src/main/resources/schemas");
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A command line, the cluster it meets, and the kind of its answer. */
  record Line(String kind, Supplier<LabState> state, List<String> words) {
    static Line of(String kind, Supplier<LabState> state, String words) {
      return new Line(kind, state, List.of(words.split(" ")));
    }

    @Override
    public String toString() {
      return kind + ": " + String.join(" ", words);
    }
  }

  static List<Line> lines() {
    Supplier<LabState> healthy = LabState::healthy;
    Supplier<LabState> off = LabState::fresh;
    return List.of(
        Line.of("Version", healthy, "version"),
        Line.of("FloatingIPList", healthy, "list -A"),
        Line.of("FloatingIPList", healthy, "list -A --verify"),
        Line.of("FloatingIPList", healthy, "-n nowhere list"),
        Line.of("FloatingIPList", healthy, "show shop/web-0"),
        Line.of(
            "FloatingIPList",
            () -> LabState.healthy().floatingIps("shop/web-2", "[\"203.0.113.50/32\"]"),
            "list -A"),
        Line.of(
            "FloatingIPList",
            () -> LabState.healthy().floatingIps("shop/web-2", "nonsense"),
            "list -A"),
        Line.of("FloatingIP", healthy, "show 203.0.113.10"),
        Line.of("FloatingIP", healthy, "show 192.0.2.77"),
        Line.of("FloatingIP", () -> LabState.healthy().deny("list", "services"), "show 10.96.0.1"),
        Line.of("FloatingIPHistory", healthy, "history 203.0.113.10"),
        Line.of("FloatingIPHistory", LeaseRecords::written, "history 203.0.113.10"),
        Line.of("FloatingIP", LeaseRecords::written, "show 203.0.113.10"),
        Line.of("FloatingIPList", LeaseRecords::written, "list -A"),
        Line.of("LockList", LeaseRecords::written, "lock list"),
        Line.of("LockList", healthy, "lock list"),
        Line.of("BrokenLock", LeaseRecords::written, "lock break 203.0.113.10 --yes"),
        Line.of("FloatingIPChangeList", LeaseRecords::written, "recover 203.0.113.31 --yes"),
        Line.of(
            "FloatingIPChangeList", healthy, "failover 203.0.113.10 -n shop --candidates app=web"),
        Line.of(
            "FloatingIPChangeList",
            LeaseRecords::written,
            "assign shop/web-1 203.0.113.32 --owner payments"),
        Line.of("FloatingIPOwner", healthy, "owner 203.0.113.10"),
        Line.of("ClusterStatus", healthy, "status"),
        Line.of("ClusterStatus", off, "status"),
        Line.of("ClusterStatus", () -> LabState.healthy().deny("create", "pods/exec"), "status"),
        Line.of("DoctorReport", healthy, "doctor"),
        Line.of(
            "DoctorReport",
            () -> LabState.healthy().floatingIps("shop/web-2", "nonsense").deny("list", "services"),
            "doctor"),
        Line.of("DoctorReport", () -> LabState.healthy().deny("create", "pods/exec"), "doctor"),
        Line.of(
            "DoctorReport",
            () -> CleanupTest.withLeftovers().deny("delete", "pods"),
            "doctor --fix --yes"),
        Line.of("DoctorCheckList", healthy, "doctor --list-checks"),
        Line.of("DoctorCheck", healthy, "doctor --explain FIP-301"),
        Line.of("NatEntryList", healthy, "nat"),
        Line.of("NatEntryList", healthy, "nat n3"),
        Line.of("NatEntryList", LabState::fresh, "nat"),
        Line.of(
            "NatEntryList",
            () -> LabState.healthy().ruleGone("n1", "203.0.113.10").calicoNodeDown("n2"),
            "nat --node-access exec"),
        Line.of("Lab", healthy, "lab status"),
        Line.of("BreakageList", healthy, "lab break"),
        Line.of("NodeOutput", healthy, "node-shell n1 -- ip route show"),
        Line.of("NodeOutput", healthy, "node-shell n1 -- true"),
        Line.of("LeftoverList", healthy, "cleanup"),
        Line.of("LeftoverList", CleanupTest::withLeftovers, "cleanup --dry-run"),
        Line.of("LeftoverList", CleanupTest::withLeftovers, "cleanup --yes"),
        Line.of("GateChange", off, "enable --yes"),
        Line.of("GateChange", off, "enable --dry-run"),
        Line.of("GateChange", healthy, "enable --yes"),
        Line.of("GateChange", healthy, "disable --release-all --yes"),
        Line.of("FloatingIPChangeList", healthy, "assign shop/web-2 203.0.113.40"),
        Line.of("FloatingIPChangeList", healthy, "assign shop/web-0 203.0.113.10"),
        Line.of("FloatingIPChangeList", healthy, "assign shop/web-2 203.0.113.40 --dry-run"),
        Line.of(
            "FloatingIPChangeList",
            () -> LabState.healthy().stuck("n1"),
            "assign shop/web-2 203.0.113.40"),
        Line.of("FloatingIPChangeList", healthy, "move 203.0.113.10 shop/web-2"),
        Line.of("FloatingIPChangeList", healthy, "release 203.0.113.10"),
        Line.of("FloatingIPChangeList", healthy, "release 203.0.113.99"),
        Line.of("Error", healthy, "assign shop/web-2 203.0.113.10"),
        Line.of("Error", healthy, "owner 203.0.113.99"),
        Line.of("Error", healthy, "assign shop/nobody 203.0.113.99"),
        Line.of("Error", healthy, "assign --bogus"),
        Line.of("Error", () -> LabState.healthy().deny("list", "pods"), "list -A"));
  }

  @ParameterizedTest
  @MethodSource("lines")
  void every_answer_fits_its_schema_and_is_the_same_in_YAML(Line line) throws IOException {
    String json = answer(line, "json");

    JsonNode document = JSON.readTree(json);
    assertThat(document.path("kind").asText()).as(json).isEqualTo(line.kind());
    assertThat(strict(line.kind()).validate(document)).as(json).isEmpty();
    assertThat(JSON.valueToTree(yaml(answer(line, "yaml"))).toString())
        .as("YAML of the same answer")
        .isEqualTo(JSON.readTree(json).toString());
  }

  @Test
  void every_event_of_a_watch_fits_its_schema() throws IOException {
    // The practice cluster ends a watch when it is interrupted, here after what there is.
    Thread.currentThread().interrupt();
    String events = CliFixture.on(LabState.healthy()).ok("list", "-A", "--watch", "-o", "json");
    assertThat(Thread.interrupted()).isTrue();

    List<JsonNode> documents =
        JSON.readerFor(JsonNode.class).<JsonNode>readValues(events).readAll();
    assertThat(documents).hasSizeGreaterThan(1);
    for (JsonNode document : documents) {
      assertThat(document.path("kind").asText()).isEqualTo("FloatingIPEvent");
      assertThat(strict("FloatingIPEvent").validate(document)).as(document.toString()).isEmpty();
    }
  }

  @Test
  void an_undocumented_a_missing_and_a_wrong_field_do_not_fit() throws IOException {
    ObjectNode version = (ObjectNode) JSON.readTree(answer(lines().getFirst(), "json"));

    assertThat(strict("Version").validate(version.deepCopy().put("more", 1))).isNotEmpty();
    assertThat(strict("Version").validate(version.deepCopy().put("version", 1))).isNotEmpty();
    assertThat(strict("Version").validate(version.deepCopy().without("java"))).isNotEmpty();
  }

  @Test
  void every_kind_that_the_program_prints_has_a_schema_and_a_command_line_here()
      throws IOException {
    Set<String> printed = new TreeSet<>();
    Pattern document = Pattern.compile("(?:new Document|Document\\.list)\\(\\s*\"([A-Za-z]+)\"");
    try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
      for (Path source : sources.filter(file -> file.toString().endsWith(".java")).toList()) {
        Matcher kinds = document.matcher(Files.readString(source));
        while (kinds.find()) {
          printed.add(kinds.group(1));
        }
      }
    }
    List<String> published = new ArrayList<>();
    try (Stream<Path> files = Files.list(SCHEMAS)) {
      files.forEach(file -> published.add(file.getFileName().toString().replace(".json", "")));
    }
    Set<String> tried = new TreeSet<>(lines().stream().map(Line::kind).toList());
    // By the test of the watch.
    tried.add("FloatingIPEvent");

    assertThat(published).containsExactlyInAnyOrderElementsOf(printed);
    assertThat(tried).containsExactlyElementsOf(printed);
  }

  private static String answer(Line line, String format) {
    List<String> words = new ArrayList<>(List.of("-o", format));
    words.addAll(line.words());
    return CliFixture.on(line.state().get()).run(words.toArray(String[]::new)).out();
  }

  private static Object yaml(String text) {
    return new Yaml(new SafeConstructor(new LoaderOptions())).load(text);
  }

  /** The schema with its doors closed: in the repository it lets fields be added. */
  static JsonSchema strict(String kind) throws IOException {
    JsonNode schema = JSON.readTree(Files.readString(SCHEMAS.resolve(kind + ".json")));
    close(schema);
    return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(schema);
  }

  private static void close(JsonNode schema) {
    if (schema instanceof ObjectNode object && object.path("properties").isObject()) {
      object.put("additionalProperties", false);
    }
    schema.forEach(SchemasTest::close);
  }
}
