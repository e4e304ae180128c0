package io.fipctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.lab.Breakage;
import io.fipctl.lab.Lab;
import io.fipctl.lab.simulation.LabState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Whatever fipctl tells to type acts on the cluster that it was said on, as the same user. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class SameClusterTest {
  /** Options that say how a run goes, or how its answer looks, and not where. */
  private static final Set<String> ELSEWISE =
      Set.of(
          "--all-namespaces",
          "--help",
          "--no-color",
          "--no-headers",
          "--output",
          "--quiet",
          "--request-timeout",
          "--sort-by",
          "--verbose",
          "--yes");

  private final CliFixture runs = CliFixture.on(LabState.healthy());

  private SameCluster here(String line) {
    return SameCluster.of(
        runs.parsed(line.split(" ")).getFirst().getParseResult(), option -> false, runs::tree);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "list                     | fipctl status                | fipctl status",
        "list --context prod      | fipctl status                | fipctl --context prod status",
        "--context prod list      | fipctl status  # then        | fipctl --context prod status  #"
            + " then",
        "list --kubeconfig /a/k   | kubectl get nodes            | kubectl --kubeconfig /a/k get"
            + " nodes",
        "list --as jane --as-group a --as-group b | fipctl list  | fipctl --as jane --as-group a"
            + " --as-group b list",
        "list -s https://h:6443   | kubectl get nodes            | kubectl -s https://h:6443 get"
            + " nodes",
        "list -s https://u:pw@h   | fipctl list                  | fipctl -s https://h list",
        "list --token s3cret      | fipctl list                  | fipctl --token TOKEN list",
        "list --insecure-skip-tls-verify | fipctl list           | fipctl"
            + " --insecure-skip-tls-verify list",
        "list -n shop             | fipctl assign POD 192.0.2.1  | fipctl -n shop assign POD"
            + " 192.0.2.1",
        "list -n shop             | fipctl release --pod shop/a  | fipctl -n shop release --pod"
            + " shop/a",
        "list -n shop             | fipctl release --pod bank/a  | fipctl release --pod bank/a",
        "list -n shop             | fipctl move 192.0.2.1 --from=bank/a --to b | fipctl move"
            + " 192.0.2.1 --from=bank/a --to b",
        "list -n shop             | fipctl list -A --verify      | fipctl list -A --verify",
        "list -n shop             | fipctl cleanup -n kube-system | fipctl cleanup -n kube-system",
        "list -n shop             | it stays; fipctl cleanup     | it stays; fipctl cleanup",
        "list -n shop --lab       | it stays; fipctl cleanup     | it stays; fipctl --lab cleanup",
        "list -n shop             | kubectl -n bank get pods     | kubectl -n bank get pods",
        "list -n shop             | kubectl create -f -          | kubectl create -f -",
        "list --context prod      | kubectl -n bank get pods     | kubectl --context prod -n bank"
            + " get pods",
        "list --context a         | fipctl --context b list      | fipctl --context b list",
        "list --context a         | fipctl --context=b list      | fipctl --context=b list",
        "list --context a         | what fipctl has; try kubectl get pods | what fipctl has; try"
            + " kubectl --context a get pods",
        "list --context a         | fipctl did not: kubectl get pods | fipctl did not: kubectl"
            + " --context a get pods",
        "list --context a         | fipctl move 192.0.2.1 --from x/a --to x/b | fipctl --context a"
            + " move 192.0.2.1 --from x/a --to x/b",
        "list --context a         | fipctl doctor --from /tmp/x  | fipctl doctor --from /tmp/x",
        "list --context a         | see kubectl describe node n1 | see kubectl --context a describe"
            + " node n1",
        "list --context a         | not shown (fipctl nat IP)    | not shown (fipctl --context a"
            + " nat IP)",
        "list --context a         | kubectl gave it up with 1.26 | kubectl gave it up with 1.26",
        "list --context a         | fipctl met a bug             | fipctl met a bug",
        "list --context a         | fipctl help list             | fipctl help list",
        "list --context a         | fipctl lab start             | fipctl lab start",
        "list --context a         | fipctl doctor --explain FIP-1 | fipctl doctor --explain FIP-1",
        "list --lab               | fipctl status                | fipctl --lab status",
        "list --lab --context a   | fipctl status                | fipctl --lab status",
        "list --lab               | see kubectl get pods         | on a real cluster: see kubectl"
            + " get pods",
        "list --lab=false         | fipctl status                | fipctl --lab=false status",
        "list --wait=false        | fipctl status                | fipctl status",
        "show --record-namespace x 192.0.2.1 | fipctl show 192.0.2.1 | fipctl show"
            + " --record-namespace x 192.0.2.1",
        "show --record-namespace x 192.0.2.1 | fipctl lock break 192.0.2.1 | fipctl lock break"
            + " --record-namespace x 192.0.2.1",
        "show --record-namespace x 192.0.2.1 | fipctl nat        | fipctl nat"
      })
  void a_command_is_given_what_the_run_was_given(String run, String command, String wanted) {
    assertThat(here(run).apply(command)).isEqualTo(wanted);
    assertThat(here(run).apply(wanted)).isEqualTo(wanted);
  }

  @Test
  void each_command_of_a_line_is_given_it_and_no_quoted_word() {
    assertThat(
            here("list --context a")
                .apply(
                    "printf '{\"x\": \"; fipctl list\"}' | kubectl create -f - && fipctl list"
                        + "  # or fipctl nat; kubectl get nodes"))
        .isEqualTo(
            "printf '{\"x\": \"; fipctl list\"}' | kubectl --context a create -f - && fipctl"
                + " --context a list  # or fipctl --context a nat; kubectl --context a get nodes");
  }

  @Test
  void what_a_shell_would_read_is_quoted() {
    CliFixture here = runs.variable("FIPCTL_CONTEXT", "it's $(reboot); 'x'");

    assertThat(hintsOf(here.run("assign", "shop/web-2", "203.0.113.10")))
        .isNotEmpty()
        .allMatch(hint -> hint.contains("--context 'it'\\''s $(reboot); '\\''x'\\''' "));
  }

  @Test
  void what_cannot_be_typed_leaves_no_command() {
    CliFixture here = runs.variable("FIPCTL_CONTEXT", "a\nreboot");

    assertThat(hintsOf(here.run("assign", "shop/web-2", "203.0.113.10")))
        .isNotEmpty()
        .allMatch(hint -> hint.startsWith("# no command: the value of --context"));
  }

  private static List<String> hintsOf(CliFixture.Result result) {
    return result
        .err()
        .lines()
        .filter(line -> line.startsWith("  "))
        .map(String::strip)
        .filter(line -> !line.startsWith("add --"))
        .toList();
  }

  @Test
  void an_error_its_document_and_a_question_say_where() throws IOException {
    String[] line = {
      "assign", "shop/web-2", "203.0.113.10", "--context", "prod", "--token", "s3cret", "-o", "json"
    };

    CliFixture.Result result = runs.run(line);

    assertThat(result.err()).contains("  fipctl --context prod --token TOKEN move 203.0.113.10");
    assertThat(result.out())
        .contains("\"hint\" : \"fipctl --context prod --token TOKEN move 203.0.113.10")
        .doesNotContain("\"fipctl show");
    assertThat(result.out() + result.err()).doesNotContain("s3cret");
  }

  @Test
  void a_note_says_where() {
    assertThat(
            runs.run("assign", "shop/web-2", "203.0.113.40", "--wait=false", "--context", "prod")
                .err())
        .contains("fipctl --context prod list -A --verify");
  }

  @ParameterizedTest
  @ValueSource(strings = {"table", "short", "markdown", "json", "yaml"})
  void every_fix_of_the_doctor_says_where_in_every_format(String format) throws IOException {
    Pattern bare =
        Pattern.compile(
            "(?m)(fix|next|command|else)[^\\n]*?: \"?(fipctl|kubectl) (?!--context prod )");
    List<String> withoutCommand = new ArrayList<>();
    for (Breakage breakage : Breakage.ALL) {
      CliFixture broken =
          CliFixture.on(
              breakage.planted(InstantSource.fixed(Instant.parse("2026-01-05T08:00:00Z"))));

      String report = broken.run("doctor", "--context", "prod", "-o", format).out();

      assertThat(report.replace("fipctl doctor --explain", ""))
          .as(breakage.name())
          .doesNotContainPattern(bare);
      if (!report.contains(" --context prod ")) {
        withoutCommand.add(breakage.name());
      }
    }
    // Of no other failure the doctor has only sentences to tell.
    assertThat(withoutCommand)
        .containsExactlyInAnyOrder("ebpf", "old-calico", "operator", "address-in-node-network");
  }

  @Test
  void a_problem_of_the_status_says_where() {
    List<String> all = new ArrayList<>();
    for (Breakage breakage : Breakage.ALL) {
      CliFixture broken =
          CliFixture.on(
              breakage.planted(InstantSource.fixed(Instant.parse("2026-01-05T08:00:00Z"))));
      all.add(broken.run("status", "--context", "prod").out());
      all.add(broken.run("status", "--context", "prod", "-o", "json").out());
    }

    assertThat(all)
        .noneMatch(text -> text.contains("fipctl enable") || text.contains("kubectl rollout"))
        .anyMatch(text -> text.contains("  fipctl --context prod enable"))
        .anyMatch(text -> text.contains("\"fix\" : \"fipctl --context prod enable"));
  }

  @Test
  void in_the_lab_every_hint_stays_there(@TempDir Path home) {
    Lab.start(home.resolve(".local/state/fipctl/lab.json"), LabState.fresh());
    CliFixture lab = CliFixture.connecting().variable("HOME", home.toString());

    CliFixture.Result result = lab.run("--lab", "doctor");

    assertThat(result.out()).contains("fipctl --lab enable");
    assertThat(result.out().replace("fipctl doctor --explain", ""))
        .doesNotContainPattern("fipctl (?!--lab)[a-z]")
        .doesNotContainPattern("(fix|next):\\s+kubectl");
  }

  /** Every text of the program in which a command is told. */
  @Test
  void no_command_that_the_program_tells_is_passed_over() throws IOException {
    SameCluster here = here("list --context prod");
    Pattern literal = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");
    Pattern told =
        Pattern.compile(
            "(?:^|[ :(])(fipctl"
                + " (?:assign|move|release|list|show|owner|history|status|enable|disable|doctor|nat|node-shell|recover|failover|lock|cleanup)|kubectl"
                + " (?:-n [^ ]+ )?(?:get"
                + "|describe|logs|exec|delete|create|apply|patch|edit|annotate|label|set|rollout))(?:"
                + " |$)");
    List<String> passedOver = new ArrayList<>();
    int found = 0;
    try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
      for (Path source : sources.filter(file -> file.toString().endsWith(".java")).toList()) {
        for (MatchResult text : literal.matcher(Files.readString(source)).results().toList()) {
          String line = text.group(1).replace("\\\"", "\"");
          if (told.matcher(line).find() && !line.matches(".*--(explain|list-checks).*")) {
            found++;
            if (!here.apply(line).contains("--context prod")) {
              passedOver.add(source.getFileName() + ": " + line);
            }
          }
        }
      }
    }

    assertThat(found).isGreaterThan(80);
    assertThat(passedOver).isEmpty();
  }

  /** A new option that every command has must be put on one side or the other. */
  @Test
  void every_global_option_is_carried_or_is_no_matter_of_where() {
    Set<String> global = new TreeSet<>();
    for (OptionSpec option : runs.tree().getCommandSpec().options()) {
      if (option.scopeType() == CommandLine.ScopeType.INHERIT) {
        global.add(option.longestName());
      }
    }

    assertThat(global)
        .allMatch(name -> SameCluster.CARRIED.contains(name) != ELSEWISE.contains(name));
  }

  @Test
  void a_question_names_cluster_and_context() {
    CliFixture.Result result = runs.answering("y").run("release", "--pod", "shop/web-1");

    assertThat(result.err()).contains("on the cluster at lab://lab (context lab):");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "assign shop/web-2 203.0.113.40",
        "release 203.0.113.10",
        "move 203.0.113.10 shop/web-1",
        "disable --release-all -y",
        "cleanup -y"
      })
  void with_v_a_change_names_them_although_nobody_is_asked(String line) {
    List<String> words = new ArrayList<>(List.of(line.split(" ")));
    words.addAll(List.of("-v", "--as", "jane"));

    assertThat(runs.run(words.toArray(String[]::new)).err())
        .contains("on the cluster at lab://lab (context lab), as jane");
  }
}
