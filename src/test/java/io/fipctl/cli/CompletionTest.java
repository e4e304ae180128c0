package io.fipctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.cli.tools.CompletionModel;
import io.fipctl.lab.simulation.LabState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompletionTest {
  private static final Path SCRIPTS = Path.of("completions");

  private final CliFixture runs = CliFixture.on(LabState.healthy());

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({"bash, fipctl.bash", "zsh, _fipctl", "fish, fipctl.fish"})
  void the_committed_scripts_are_those_of_the_command_tree(String shell, String file)
      throws IOException {
    Committed.isUpToDate(SCRIPTS.resolve(file), runs.ok("completion", shell));
  }

  @Test
  void every_option_that_decides_where_names_come_from_is_passed_on() {
    CompletionModel grammar = CompletionModel.of(runs.tree());

    assertThat(CompletionModel.connection(grammar.global()))
        .contains("--context", "--kubeconfig", "-n", "-A", "--as", "-s", "--token", "--lab")
        .doesNotContain("--output", "--yes");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''        | addresses | 203.0.113.10 | 203.0.113.10",
        "''        | addresses | 203.0.113.3 | 203.0.113.31 203.0.113.32",
        "''        | addresses | 203.0.113.31,203.0.113.1 | 203.0.113.31,203.0.113.10",
        "-n shop   | pods      | web-  | web-0 web-1 web-2",
        "''        | pods      | shop/web- | shop/web-0 shop/web-1 shop/web-2",
        "-A        | pods      | shop/web-0 | shop/web-0",
        "-n no     | pods      | sh    | shop/",
        "-n shop   | pods      | pod/web-1 | pod/web-1",
        "''        | nodes     | n     | n1 n2 n3",
        "''        | addresses,nodes | n | n1 n2 n3",
        "''        | addresses,nodes | 203.0.113.1 | 203.0.113.10",
        "''        | namespaces | sho  | shop",
        "''        | pods      | nothing-like-it | ''",
      })
  void offers_what_the_cluster_has(String options, String kind, String word, String names) {
    List<String> offered =
        complete((options + " -- " + kind + " " + word).strip().split(" ")).out().lines().toList();

    assertThat(offered).isEqualTo(names.isEmpty() ? List.of() : List.of(names.split(" ")));
  }

  @ParameterizedTest
  @CsvSource({"pods web-0 more", "--bogus", "--request-timeout=x -- pods w", "nonsense w", "-n"})
  void says_nothing_when_it_knows_nothing(String words) {
    CliFixture.Result result = complete(words.split(" "));

    assertThat(result).isEqualTo(new CliFixture.Result(0, "", ""));
  }

  @Test
  void says_nothing_when_it_may_not_look_or_there_is_no_kubeconfig() {
    CliFixture blind = CliFixture.on(LabState.healthy().deny("list", "pods"));

    assertThat(blind.run("__complete", "--", "addresses", ""))
        .isEqualTo(new CliFixture.Result(0, "", ""));
    assertThat(blind.run("__complete", "--kubeconfig=/nonexistent", "--", "contexts", ""))
        .isEqualTo(new CliFixture.Result(0, "", ""));
  }

  @Test
  void offers_the_contexts_of_the_kubeconfig() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("config"), "contexts: [{name: kind-one}, {name: prod}]\n");

    assertThat(complete("--kubeconfig=" + file, "--", "contexts", "k").out())
        .isEqualTo("kind-one\n");
  }

  /** The line as bash hands it over; what it would replace the last word's end with. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "fipctl ass | assign | ''",
        "fipctl lab st | start status stop | ''",
        "fipctl -n shop list --ver | --verify --verbose | ''",
        "fipctl assign --dry-run= | none client server | ''",
        "fipctl assign --dry-run=se | server | ''",
        "fipctl list -o js | json | ''",
        "fipctl list -ojs | -ojson | ''",
        "fipctl list --output= | table wide name json yaml | ''",
        "fipctl doctor --output= | table short json yaml junit markdown | ''",
        "fipctl doctor -o j | json junit | ''",
        "fipctl nat 2001:d | db8::10 | __complete -- addresses,nodes 2001:d",
        "fipctl help lab to | tour | ''",
        "fipctl assign web-0 2 | '' | ''",
        "fipctl owner 2001:d | db8::10 | __complete -- addresses 2001:d",
        "fipctl owner 2001:db8:: | 10 | __complete -- addresses 2001:db8::",
        "fipctl owner 203.0.113.10 2 | '' | ''",
        "fipctl --lab -n shop move 203.0.113.9 w | 2001:db8::10"
            + " | __complete --lab -n shop -- pods w",
        "fipctl move web-1 --context=c --wait=false 2 | 2001:db8::10"
            + " | __complete --context=c -- addresses 2",
        "fipctl --token t --kubeconfig ~/k -v release --pod | --pod= | ''",
        "fipctl --token t --kubeconfig ~/k -v release --pod sh | 2001:db8::10"
            + " | __complete --token t --kubeconfig HOME/k -- pods sh",
      })
  void bash_completes(String line, String replies, String asked) throws Exception {
    Path stand = directory.resolve("fipctl");
    Files.writeString(
        stand, "#!/bin/sh\necho \"$*\" >>\"$(dirname \"$0\")/asked\"\necho 2001:db8::10\n");
    assertThat(stand.toFile().setExecutable(true)).isTrue();
    StringBuilder words = new StringBuilder();
    Matcher parts = Pattern.compile("[=:]+|[^ =:]+").matcher(line);
    int count = 0;
    while (parts.find()) {
      words.append(" '").append(parts.group()).append('\'');
      count++;
    }

    List<String> offered =
        bash(
            "COMP_WORDS=(%s); COMP_CWORD=%d; COMP_LINE='%s'; COMP_POINT=%d"
                .formatted(words, count - 1, line, line.length()));

    assertThat(offered).isEqualTo(replies.isEmpty() ? List.of() : List.of(replies.split(" ")));
    Path log = directory.resolve("asked");
    assertThat(Files.exists(log) ? Files.readString(log).strip() : "")
        .isEqualTo(asked.replace("HOME", directory.toString()));
  }

  private CliFixture.Result complete(String... words) {
    String[] line = new String[words.length + 1];
    line[0] = "__complete";
    System.arraycopy(words, 0, line, 1, words.length);
    return runs.run(line);
  }

  private List<String> bash(String line) throws IOException, InterruptedException {
    String script =
        "set -u; source completions/fipctl.bash; COMP_WORDBREAKS=$' \\t\\n\"\\'><=;|&(:'; "
            + line
            + "; _fipctl fipctl; for reply in ${COMPREPLY[@]+\"${COMPREPLY[@]}\"}; do echo \"$reply\"; done";
    ProcessBuilder bash = new ProcessBuilder("bash", "--norc", "-c", script);
    bash.environment().put("PATH", directory + ":" + System.getenv("PATH"));
    bash.environment().put("HOME", directory.toString());
    Process process = bash.redirectErrorStream(true).start();
    List<String> lines = process.inputReader().lines().toList();
    assertThat(process.waitFor()).as(lines.toString()).isZero();
    return lines;
  }
}
