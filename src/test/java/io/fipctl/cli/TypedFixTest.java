package io.fipctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fipctl.doctor.Catalogue;
import io.fipctl.kube.Kind;
import io.fipctl.lab.Breakage;
import io.fipctl.lab.simulation.LabState;
import io.fipctl.model.ApiObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * What the doctor tells to type is typed: for every failure of the practice cluster, and for more
 * until every command of the catalogue was. Those that are typed into a container of a node are
 * typed on real nodes, and {@link #ON_NODES} lists them.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class TypedFixTest {
  private static final InstantSource TIME =
      InstantSource.fixed(Instant.parse("2026-01-05T08:00:00Z"));

  /** Read by PlantedIT as well, which types exactly these. */
  private static final Path ON_NODES = Path.of("src/e2e/nodes/typed-fixes.txt");

  /**
   * A cluster in which a check finds something.
   *
   * @param words what the doctor is told besides the check
   */
  record Failure(String name, String check, List<String> words, Consumer<LabState> plant) {
    static Failure of(String name, String check, Consumer<LabState> plant) {
      return new Failure(name, check, List.of(), plant);
    }

    static Failure of(Breakage breakage) {
      return of(breakage.name(), breakage.check(), breakage.plant());
    }

    /** The same failure by what it also causes. */
    static Failure of(String breakage, String check, String... words) {
      return new Failure(
          breakage + " " + check,
          check,
          List.of(words),
          Breakage.byName(breakage).orElseThrow().plant());
    }

    CliFixture runs() {
      return CliFixture.on(new Breakage(name, check, "", plant).planted(TIME));
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static final List<Failure> ALL =
      Stream.concat(
              Breakage.ALL.stream().map(Failure::of),
              Stream.of(
                  Failure.of(
                      "no-calico",
                      "FIP-101",
                      state -> state.remove(Kind.DAEMON_SETS, "kube-system", "calico-node")),
                  Failure.of(
                      "another-calico-node",
                      "FIP-101",
                      state ->
                          state.with(
                              Kind.DAEMON_SETS,
                              """
                              {"metadata": {"name": "mine", "namespace": "shop", "uid": "d9"},
                               "spec": {"template": {"spec":
                                 {"containers": [{"name": "calico-node"}]}}}}
                              """)),
                  Failure.of(
                      "annotation-nonsense",
                      "FIP-201",
                      state -> state.floatingIps("shop/web-2", "nonsense")),
                  Failure.of("on-windows", "FIP-202", TypedFixTest::onWindows),
                  new Failure("nobody-holds-it", "FIP-203", List.of("203.0.113.99"), state -> {}),
                  Failure.of("duplicate-recorded", "FIP-203", TypedFixTest::recorded),
                  Failure.of("template-of-one", "FIP-206", TypedFixTest::surging),
                  Failure.of("duplicate-two-nodes", "FIP-305"),
                  Failure.of("node-not-ready", "FIP-308", TypedFixTest::nodeAway),
                  Failure.of("calico-node-not-ready", "FIP-308", TypedFixTest::hanging),
                  Failure.of("route-gone", "FIP-312"),
                  Failure.of("rule-gone", "FIP-502", "--probe"),
                  Failure.of("rule-gone", "FIP-503", "--probe")))
          .toList();

  /** What no command can put right, be there one that shows it, and why. */
  private static final Map<String, String> FOR_A_PERSON =
      Map.ofEntries(
          Map.entry("api-trouble", "only who runs the API server can mend it"),
          Map.entry("datastore-locked", "whoever migrates the datastore unlocks it"),
          Map.entry("no-calico", "which DaemonSet is Calico's is not to be seen"),
          Map.entry("another-calico-node", "whose it is, is not to be seen"),
          Map.entry("cni-other-plugin", "pods may have their network from it"),
          Map.entry("ebpf", "kube-proxy must be back on every node before"),
          Map.entry("old-calico", "an upgrade of Calico is no single command"),
          Map.entry("operator", "Calico does not support floating IPs under an operator"),
          Map.entry("nobody-holds-it", "which pod should is for people to say"),
          Map.entry("duplicate-one-node", "nothing tells whose it is"),
          Map.entry("duplicate-two-nodes", "nothing tells whose it is"),
          Map.entry("duplicate-two-nodes FIP-305", "nothing tells whose it is"),
          Map.entry("node-not-ready", "why it is not has many reasons"),
          Map.entry("calico-node-down", "why an image cannot be pulled has many reasons"),
          Map.entry("route-gone FIP-312", "the cause is on another node"),
          Map.entry("address-in-node-network", "who else answers ARP there is not to be seen"),
          Map.entry("policy-deny", "whom to let in is for people to say"),
          Map.entry("pod-not-ready", "only the pod's owner knows what it waits for"),
          Map.entry("rule-gone FIP-502", "the rule's own check says more"),
          Map.entry("rule-gone FIP-503", "the rule's own check says more"));

  private static void onWindows(LabState state) {
    state
        .withPod("shop/ported", "n3", "10.244.98.9")
        .floatingIps("shop/ported", "[\"203.0.113.77\"]")
        .edit(
            Kind.NODES,
            "",
            "n3",
            node -> with(node, "windows", "status", "nodeInfo", "operatingSystem"));
  }

  /** The kubelet of n1 is away for a moment; calico-node runs on. */
  private static void nodeAway(LabState state) {
    List<Object> conditions = List.of(Map.of("type", "Ready", "status", "Unknown"));
    state.edit(Kind.NODES, "", "n1", node -> with(node, conditions, "status", "conditions"));
  }

  /** The Lease of the address names one of the two pods. */
  private static void recorded(LabState state) {
    String uid = state.find(Kind.PODS, "shop", "web-0").orElseThrow().uid();
    state
        .floatingIps("shop/web-2", "[\"203.0.113.10\"]")
        .with(Kind.NAMESPACES, "{\"metadata\": {\"name\": \"fipctl-system\"}}")
        .with(
            Kind.LEASES,
            """
            {"metadata": {"name": "fip-203-0-113-10", "namespace": "fipctl-system",
               "annotations": {"fipctl.io/address": "203.0.113.10", "fipctl.io/holder":
                 "{\\"namespace\\":\\"shop\\",\\"name\\":\\"web-0\\",\\"uid\\":\\"%s\\"}"}},
             "spec": {"leaseDurationSeconds": 15, "leaseTransitions": 0}}
            """
                .formatted(uid));
  }

  private static void surging(LabState state) {
    state.with(
        Kind.DEPLOYMENTS,
        """
        {"metadata": {"name": "front", "namespace": "shop"},
         "spec": {"replicas": 1, "selector": {"matchLabels": {"app": "front"}},
           "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%"}},
           "template": {"metadata": {"annotations":
             {"cni.projectcalico.org/floatingIPs": "[\\"203.0.113.77\\"]"}}}}}
        """);
  }

  /** calico-node of n1 runs and does not answer its probe. */
  private static void hanging(LabState state) {
    String pod =
        state.list(Kind.PODS).stream()
            .filter(it -> it.namespace().equals("kube-system"))
            .filter(it -> it.text("spec", "nodeName").filter("n1"::equals).isPresent())
            .map(ApiObject::name)
            .filter(name -> name.startsWith("calico-node"))
            .findFirst()
            .orElseThrow();
    state.ready("kube-system/" + pod, false);
  }

  private static ApiObject with(ApiObject object, Object value, String... path) {
    Map<String, Object> tree = new LinkedHashMap<>(object.tree());
    tree.put(
        path[0],
        path.length == 1
            ? value
            : with(object.object(path[0]), value, Arrays.copyOfRange(path, 1, path.length)).tree());
    return new ApiObject(tree);
  }

  /** What the doctor says of the failure's check. */
  private static List<JsonNode> findings(CliFixture runs, Failure failure) throws IOException {
    List<String> words =
        new ArrayList<>(List.of("doctor", "-o", "json", "--check", failure.check()));
    words.addAll(failure.words());
    JsonNode report = new ObjectMapper().readTree(runs.run(words.toArray(String[]::new)).out());
    return report.path("checks").findValues("findings").stream()
        .flatMap(list -> stream(list))
        .toList();
  }

  private static Stream<JsonNode> stream(JsonNode list) {
    List<JsonNode> elements = new ArrayList<>();
    list.forEach(elements::add);
    return elements.stream();
  }

  /** The commands of a finding: first, and in turn when it was not enough. */
  private static List<String> commands(JsonNode finding) {
    return stream(finding.path("steps"))
        .map(step -> step.path("command").asText(""))
        .filter(command -> !command.equals("null") && !command.isEmpty())
        .toList();
  }

  /** What is in quotes is one word. */
  private static List<String> lines(String command) {
    return List.of(command.split(" && (?=(?:[^']*'[^']*')*[^']*$)"));
  }

  @ParameterizedTest
  @FieldSource("ALL")
  void it_is_gone_when_the_fix_was_typed(Failure failure) throws IOException {
    CliFixture runs = failure.runs();
    List<JsonNode> findings = findings(runs, failure);
    assertThat(findings).isNotEmpty();

    Set<Kubectl.Effect> effects = new TreeSet<>();
    for (String command : commands(findings.getFirst())) {
      for (String line : lines(command)) {
        effects.add(typed(runs, line));
      }
    }

    if (FOR_A_PERSON.containsKey(failure.name())) {
      assertThat(effects).isSubsetOf(Kubectl.Effect.SHOWN);
    } else if (effects.contains(Kubectl.Effect.ON_NODE)) {
      assertThat(effects).isSubsetOf(Kubectl.Effect.ON_NODE, Kubectl.Effect.SHOWN);
    } else {
      assertThat(effects).contains(Kubectl.Effect.CHANGED);
      assertThat(findings(runs, failure)).isEmpty();
    }
  }

  private static Kubectl.Effect typed(CliFixture runs, String line) {
    assertThat(line).doesNotContainPattern("\\b(POD|NODE|IP|NS|NAME|ID)\\b");
    if (!line.startsWith("fipctl ")) {
      return new Kubectl(runs.cluster()).run(line);
    }
    List<String> words = new ArrayList<>(Kubectl.words(line).stream().skip(1).toList());
    if (Set.of("status", "show", "nat").contains(words.getFirst())) {
      runs.ok(words.toArray(String[]::new));
      return Kubectl.Effect.SHOWN;
    }
    if (words.getFirst().equals("doctor") && !words.contains("--fix")) {
      // What it asks again for is still there until somebody does more.
      assertThat(runs.run(words.toArray(String[]::new)).exitCode()).isIn(0, 10);
      return Kubectl.Effect.SHOWN;
    }
    words.add("--yes");
    runs.ok(words.toArray(String[]::new));
    return Kubectl.Effect.CHANGED;
  }

  @Test
  void every_command_of_the_catalogue_is_typed_here_or_on_real_nodes() throws IOException {
    Set<String> here = new TreeSet<>();
    Set<String> onNodes = new TreeSet<>(Files.readAllLines(ON_NODES));
    for (Failure failure : ALL) {
      for (JsonNode finding : findings(failure.runs(), failure).stream().limit(1).toList()) {
        stream(finding.path("steps"))
            .filter(step -> !step.path("command").isNull())
            .filter(step -> !step.path("command").asText().contains(" -c calico-node -- "))
            .forEach(step -> here.add(failure.check() + " " + step.path("id").asText()));
      }
    }
    Set<String> catalogue =
        Catalogue.ALL.stream()
            .flatMap(check -> check.fixes().stream().map(kind -> check.id() + " " + kind.id()))
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> typed = new TreeSet<>(here);
    typed.addAll(onNodes);

    assertThat(typed).containsExactlyElementsOf(catalogue);
    assertThat(here).doesNotContainAnyElementsOf(onNodes);
  }

  @Test
  void only_failures_that_there_are_need_a_person() {
    assertThat(ALL).extracting(Failure::name).doesNotHaveDuplicates();
    assertThat(ALL.stream().map(Failure::name).toList()).containsAll(FOR_A_PERSON.keySet());
  }

  @Test
  void nothing_risky_is_what_to_type_next() throws IOException {
    Map<String, String> next = new LinkedHashMap<>();
    for (Failure failure : ALL) {
      Function<String, List<String>> lines =
          format -> failure.runs().run("doctor", "-o", format).out().lines().toList();
      Stream.of("table", "short")
          .flatMap(format -> lines.apply(format).stream())
          .filter(line -> line.startsWith("next"))
          .forEach(line -> next.put(failure + " " + line, line));
    }

    assertThat(next.values())
        .hasSizeGreaterThan(40)
        .allMatch(line -> line.matches("next \\((safe|disruptive)\\): (fipctl|kubectl|printf) .*"))
        .noneMatch(line -> line.contains("create -f -") && line.contains("IPPool"))
        .noneMatch(line -> line.contains("-P FORWARD") || line.contains("-restore"));
  }
}
