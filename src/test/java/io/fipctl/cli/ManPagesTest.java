package io.fipctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.lab.simulation.LabState;
import io.fipctl.model.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ManPagesTest {
  private static final Path MANUAL = Path.of("man");

  private final CliFixture runs = CliFixture.on(LabState.healthy());
  private final Map<String, String> pages = ManPages.of(runs.tree());

  @Test
  void the_committed_pages_are_those_of_the_command_tree() throws IOException {
    for (Map.Entry<String, String> page : pages.entrySet()) {
      Committed.isUpToDate(MANUAL.resolve(page.getKey()), page.getValue());
    }
    try (Stream<Path> files = Files.list(MANUAL)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(pages.keySet());
    }
  }

  @Test
  void every_command_in_the_help_has_a_page() {
    Matcher names = Pattern.compile("(?m)^  ([a-z-]+) {2,}").matcher(runs.ok("help"));
    List<String> wanted = new ArrayList<>(List.of("fipctl.1", ManPages.CHECKS));
    while (names.find()) {
      wanted.add("fipctl-" + names.group(1) + ".1");
    }
    assertThat(pages.keySet()).containsExactlyInAnyOrderElementsOf(wanted);
  }

  @Test
  void enum_help_and_manual_agree_on_the_exit_codes() {
    Map<String, String> codes = new LinkedHashMap<>();
    for (ExitCode code : ExitCode.values()) {
      codes.put(String.valueOf(code.number()), code.meaning());
    }
    Map<String, String> commands = new LinkedHashMap<>(pages);
    commands.remove(ManPages.CHECKS);
    commands.forEach(
        (file, page) ->
            assertThat(found("(?m)^\\.TP\n\\\\fB([0-9]+)\\\\fR\n(.*)$", page.replace("\\-", "-")))
                .as(file)
                .isEqualTo(codes));
    for (List<String> help :
        List.of(List.of("help"), List.of("help", "assign"), List.of("lab", "tour", "--help"))) {
      assertThat(found("(?m)^  ([0-9]+) +(.*)$", runs.ok(help.toArray(String[]::new))))
          .as(help.toString())
          .isEqualTo(codes);
    }
  }

  private static Map<String, String> found(String pattern, String text) {
    Map<String, String> codes = new LinkedHashMap<>();
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    while (matcher.find()) {
      codes.put(matcher.group(1), matcher.group(2));
    }
    return codes;
  }
}
