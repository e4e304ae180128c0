package io.fipctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fipctl.lab.Breakage;
import io.fipctl.lab.LabState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import picocli.CommandLine;

/** What the doctor tells to type is typed, for every failure of the practice cluster. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class TypedFixTest {
  private static final List<Breakage> ALL = Breakage.ALL;

  /** What no command can put right: it shows what somebody has to decide or do elsewhere. */
  private static final Map<String, String> FOR_A_PERSON =
      Map.of(
          "api-trouble", "only who runs the API server can mend it; the command shows its answer",
          "datastore-locked", "whoever migrates the datastore unlocks it when they are done",
          "cni-other-plugin", "whose file it is, and whether it may go, is not for fipctl to say",
          "old-calico", "an upgrade of Calico is no single command",
          "operator", "Calico does not support floating IPs under an operator",
          "calico-node-down", "why an image cannot be pulled has many reasons; the kubelet tells",
          "pod-not-ready", "only the pod's owner knows what it waits for");

  /** What is typed into a container of a node: the tests on real nodes do that. */
  private static final Set<String> ON_NODES =
      Set.of(
          "backend-left",
          "flow-stale",
          "forwarding-off",
          "forward-drop",
          "rp-filter",
          "route-blackhole",
          "address-in-node-network");

  private static Runs broken(Breakage breakage) {
    return Runs.on(breakage.planted(InstantSource.fixed(Instant.parse("2026-01-05T08:00:00Z"))));
  }

  /** What the doctor says of the failure's check, as a list of fixes. */
  private static List<String> fixes(Runs runs, Breakage breakage) throws IOException {
    JsonNode report =
        new ObjectMapper()
            .readTree(runs.run("doctor", "-o", "json", "--check", breakage.check()).out());
    List<String> fixes = new ArrayList<>();
    report
        .path("checks")
        .forEach(
            check ->
                check.path("findings").forEach(finding -> fixes.add(finding.path("fix").asText())));
    return fixes;
  }

  /** What is behind {@code #} is for people, and what is in quotes is one word. */
  private static List<String> commands(String fix) {
    return List.of(fix.replaceFirst("  # .*", "").split(" && (?=(?:[^']*'[^']*')*[^']*$)"));
  }

  @ParameterizedTest
  @FieldSource("ALL")
  void it_is_gone_when_the_fix_was_typed(Breakage breakage) throws IOException {
    Runs runs = broken(breakage);
    List<String> fixes = fixes(runs, breakage);
    assertThat(fixes).hasSize(1);

    Set<Kubectl.Effect> effects = new TreeSet<>();
    for (String command : commands(fixes.getFirst())) {
      effects.add(typed(runs, command));
    }

    if (FOR_A_PERSON.containsKey(breakage.name())) {
      assertThat(effects).containsExactly(Kubectl.Effect.SHOWN);
    } else if (ON_NODES.contains(breakage.name())) {
      assertThat(effects).isSubsetOf(Kubectl.Effect.ON_NODE, Kubectl.Effect.SHOWN);
    } else {
      assertThat(effects).containsExactly(Kubectl.Effect.CHANGED);
      assertThat(fixes(runs, breakage)).isEmpty();
    }
  }

  private static Kubectl.Effect typed(Runs runs, String command) {
    assertThat(command).doesNotContainPattern("\\b(POD|NODE|IP|NS|NAME|ID)\\b");
    if (!command.startsWith("fipctl ")) {
      return new Kubectl(runs.cluster()).run(command);
    }
    List<String> words = new ArrayList<>(Kubectl.words(command).stream().skip(1).toList());
    if (words.getFirst().equals("status") || words.getFirst().equals("show")) {
      runs.ok(words.toArray(String[]::new));
      return Kubectl.Effect.SHOWN;
    }
    words.add("--yes");
    runs.ok(words.toArray(String[]::new));
    return Kubectl.Effect.CHANGED;
  }

  @Test
  void every_command_of_fipctl_that_a_check_names_can_be_typed() throws IOException {
    Pattern named = Pattern.compile("\"fipctl ([^\"]*[^\" ])\"");
    CommandLine tree = Runs.on(LabState.healthy()).tree();
    List<String> lines = new ArrayList<>();
    try (Stream<Path> sources = Files.list(Path.of("src/main/java/io/fipctl/doctor"))) {
      for (Path source : sources.toList()) {
        named
            .matcher(Files.readString(source))
            .results()
            .forEach(it -> lines.add(commands(it.group(1)).getFirst()));
      }
    }

    assertThat(lines).hasSizeGreaterThan(10);
    assertThat(lines).allMatch(line -> isGood(tree, line));
  }

  /** With an address, a pod or nothing for each gap. */
  private static boolean isGood(CommandLine tree, String line) {
    if (line.contains("%s")) {
      return Stream.of("shop/web-0", "203.0.113.10", "")
          .anyMatch(value -> isGood(tree, line.replaceFirst("%s", value)));
    }
    try {
      tree.parseArgs(line.strip().split(" +"));
      return true;
    } catch (CommandLine.ParameterException e) {
      return false;
    }
  }

  @Test
  void only_failures_that_there_are_need_a_person_or_a_node() {
    Set<String> names = ALL.stream().map(Breakage::name).collect(Collectors.toSet());

    assertThat(names).containsAll(FOR_A_PERSON.keySet()).containsAll(ON_NODES);
    assertThat(FOR_A_PERSON.keySet()).doesNotContainAnyElementsOf(ON_NODES);
  }
}
