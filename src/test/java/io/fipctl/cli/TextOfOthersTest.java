package io.fipctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fipctl.lab.simulation.LabState;
import io.fipctl.model.FipctlException;
import io.fipctl.model.PrintedText;
import io.fipctl.render.Console;
import io.fipctl.render.Document;
import io.fipctl.render.Format;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.Yaml;

/** What others wrote does nothing to a terminal, and forges no line and no report. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class TextOfOthersTest {
  private static final String FORGED = "203.0.113.66   forged   n9   held";
  private static final String HOSTILE =
      "x\n"
          + FORGED
          + "\n\u001b[2J\u001b]0;t\u0007\r\b\u009b2J\u202egnp\u2066\u200b\u2028\u2029\u0085\ufeff"
          + "\ud800\uffff\udb40\udc41|a|b|\n|---|---|\n[l](http://e)<img src=e>`c`]]>&amp;";
  private static final List<String> FORMATS = List.of("table", "wide", "name", "json", "yaml");

  private static LabState hostile() {
    LabState state = LabState.healthy();
    LeaseRecords.namespace(state);
    Map<String, Object> record = new LinkedHashMap<>();
    record.put("fipctl.io/owner", HOSTILE);
    record.put("fipctl.io/note", HOSTILE);
    record.put(
        "fipctl.io/history",
        "[{\"when\":\"%1$s\",\"who\":\"%1$s\",\"action\":\"%1$s\",\"version\":\"%1$s\",\"to\":{\"namespace\":\"%1$s\",\"name\":\"%1$s\",\"uid\":\"u\"}}]"
            .formatted(json(HOSTILE)));
    record.put(
        "fipctl.io/intent",
        "{\"action\":\"move\",\"by\":\"%1$s\",\"since\":\"%1$s\",\"from\":{\"namespace\":\"%1$s\",\"name\":\"%1$s\",\"uid\":\"u\",\"node\":\"%1$s\"}}"
            .formatted(json(HOSTILE)));
    LeaseRecords.lease(state, "fip-203-0-113-31", HOSTILE, record);
    LeaseRecords.lease(
        state,
        "fip-203-0-113-99",
        "",
        Map.of(
            "fipctl.io/holder",
            "{\"namespace\":\"%1$s\",\"name\":\"%1$s\",\"uid\":\"u\"}".formatted(json(HOSTILE))));
    return state;
  }

  private static String json(String text) {
    return text.chars().mapToObj(unit -> "\\u%04x".formatted(unit)).collect(Collectors.joining());
  }

  private static CliFixture runs() {
    CliFixture runs = CliFixture.on(hostile());
    CliFixture.annotate(
        runs.cluster(), "shop/web-1", "[\"203.0.113.31\",\"" + json(HOSTILE) + "\"]");
    CliFixture.annotate(runs.cluster(), "shop/web-0", HOSTILE);
    return runs;
  }

  private static Stream<List<String>> calls() {
    Stream<String> anyFormat =
        Stream.of(
            "list",
            "list -A",
            "list -A --verify",
            "show 203.0.113.31",
            "show 203.0.113.99",
            "show shop/web-1",
            "owner 203.0.113.31",
            "status",
            "nat",
            "nat 203.0.113.31",
            "lock list",
            "history 203.0.113.31",
            "recover --dry-run",
            "recover 203.0.113.31 --yes",
            "cleanup --dry-run",
            "enable --dry-run",
            "disable --dry-run",
            "release --pod shop/web-0 --dry-run",
            "release 203.0.113.31 --yes",
            "assign shop/web-1 203.0.113.40 -v",
            "assign shop/web-0 203.0.113.40",
            "move 203.0.113.31 shop/web-0",
            "failover 203.0.113.31 -n shop --candidates app=web");
    Stream<List<String>> verbs =
        anyFormat.flatMap(call -> FORMATS.stream().map(format -> words(call, format)));
    Stream<List<String>> doctor =
        Stream.of(
                "doctor", "doctor 203.0.113.31", "doctor --show problems", "doctor --fix --dry-run")
            .flatMap(
                call ->
                    Stream.of("table", "short", "json", "yaml", "junit", "markdown")
                        .map(format -> words(call, format)));
    Stream<List<String>> own =
        Stream.of(HOSTILE, "shop/" + HOSTILE)
            .flatMap(
                word ->
                    Stream.of(
                        List.of("assign", word, "203.0.113.40"),
                        List.of("show", word, "-o", "yaml"),
                        List.of("list", "-n", word),
                        List.of("list", "--sort-by", word),
                        List.of("nat", word),
                        List.of("doctor", "--from", word.replace("/", "")),
                        List.of("doctor", "--check", word),
                        List.of(word),
                        List.of("list", "-o", word)));
    return Stream.of(verbs, doctor, own).flatMap(it -> it);
  }

  private static List<String> words(String call, String format) {
    return Stream.concat(Stream.of(call.split(" ")), Stream.of("-o", format)).toList();
  }

  @ParameterizedTest
  @MethodSource("calls")
  void no_command_prints_a_character_that_does_something(List<String> call) {
    CliFixture.Result result = runs().run(call.toArray(String[]::new));

    assertThat(result.err()).doesNotContain("fipctl met a bug");
    for (String text : List.of(result.out(), result.err())) {
      assertThat(PrintedText.lines(text)).isEqualTo(text);
      assertThat(text).doesNotContain("\t").doesNotContain("\n" + FORGED);
    }
  }

  @Test
  void rows_cannot_be_forged() {
    CliFixture runs = runs();
    assertThat(runs.ok("list", "-A", "-o", "name").lines())
        .noneMatch(line -> line.startsWith("203.0.113.66"))
        .hasSize(runs.ok("list", "-A", "--no-headers").lines().toList().size());
    assertThat(runs.ok("show", "203.0.113.31")).contains("Owner:        x\\n203.0.113.66   forged");
  }

  @Test
  void programs_get_the_text_as_it_is() throws Exception {
    String json = runs().ok("show", "203.0.113.31", "-o", "json");
    String yaml = runs().ok("show", "203.0.113.31", "-o", "yaml");

    assertThat(new ObjectMapper().readTree(json).at("/record/owner").textValue())
        .isEqualTo(HOSTILE);
    Map<?, ?> tree = new Yaml().load(yaml);
    assertThat(((Map<?, ?>) tree.get("record")).get("owner"))
        .as("YAML has no half of a pair")
        .isEqualTo(HOSTILE.replace("\ud800\uffff", "\ufffd\uffff"));
  }

  @Test
  void a_junit_report_is_XML_whatever_is_in_it() throws Exception {
    String report = runs().run("doctor", "-o", "junit").out();

    var suites =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(report.getBytes(StandardCharsets.UTF_8)));
    assertThat(suites.getElementsByTagName("failure").getLength()).isPositive();
    assertThat(report).contains("203.0.113.66");
  }

  @Test
  void a_markdown_report_has_only_tables_and_links_of_its_own() {
    String report = runs().run("doctor", "-o", "markdown").out();

    assertThat(report).contains("203.0.113.66");
    boolean within = false;
    for (String line : report.lines().toList()) {
      if (line.startsWith("```")) {
        within = !within;
      } else if (!within) {
        String outsideOfCode = line.replaceAll("(`+)[^`].*?(?<!`)\\1(?!`)", "");
        assertThat(outsideOfCode).doesNotContain("<", "](", "http", "]]");
        assertThat(line.startsWith("|")).isEqualTo(line.matches("\\| (FIP-|check).*|\\|---.*"));
      }
    }
  }

  @Test
  void errors_notes_questions_and_choices_are_one_line_each() {
    StringWriter err = new StringWriter();
    Console console =
        new Console(
            new PrintWriter(new StringWriter()),
            new PrintWriter(err),
            new Console.Terminal(() -> true, () -> true, () -> ""));

    console.error(FipctlException.usage(HOSTILE, HOSTILE), Format.TABLE);
    console.warning(HOSTILE);
    console.note(HOSTILE);
    console.ask(HOSTILE);
    console.choose(HOSTILE, List.of(HOSTILE));

    // fipctl's own colours are its own.
    String text = err.toString().replaceAll("\u001b\\[(3[13]|0)m", "");
    assertThat(PrintedText.lines(text)).isEqualTo(text);
    assertThat(text.lines()).hasSize(6);
  }

  @Test
  void keys_of_documents_are_escaped_too() {
    for (Format format : List.of(Format.JSON, Format.YAML)) {
      StringWriter out = new StringWriter();
      new Console(new PrintWriter(out), new PrintWriter(new StringWriter()), Console.Terminal.NONE)
          .print(new Document("It", Map.of("a\u202eb\u001b", "x\u009b\ud83d\ude80")), format);
      String text = out.toString();
      assertThat(PrintedText.lines(text)).isEqualTo(text);
      Map<?, ?> read = new Yaml().load(text);
      assertThat(read.get("a\u202eb\u001b")).isEqualTo("x\u009b\ud83d\ude80");
    }
  }
}
