package io.fipctl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged program as a process: what is on which stream, and the status it ends with. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ProcessIT {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private static final String LAB_NOTE = "lab: this is the practice cluster, no real one";

  @TempDir Path home;

  /** What a process printed and how it ended. */
  private record Ran(int exitCode, String out, String err) {
    JsonNode document() throws IOException {
      return JSON.readTree(out);
    }
  }

  @Test
  void help_and_version_need_no_cluster_and_go_to_stdout() throws Exception {
    Ran help = run("help");
    assertThat(help.exitCode()).isZero();
    assertThat(help.out()).contains("Usage: fipctl", "assign", "Exit codes:");
    assertThat(help.err()).isEmpty();

    assertThat(run("assign", "--help").out()).contains("Usage: fipctl assign");
    assertThat(run("--version").out()).matches("fipctl \\d\\S*\\R");
  }

  @Test
  void wrong_usage_ends_with_2_and_leaves_stdout_empty() throws Exception {
    Ran ran = run("assign", "shop/web-0", "203.0.113.300");

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).startsWith("error: '203.0.113.300' is no IPv4 or IPv6 address");
  }

  @Test
  void an_error_is_one_document_too() throws Exception {
    Ran ran = run("list", "--forse", "-o", "json");

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.document().path("kind").textValue()).isEqualTo("Error");
    assertThat(ran.document().path("exitCode").intValue()).isEqualTo(2);
    assertThat(ran.err().lines().filter(line -> line.startsWith("error: "))).hasSize(1);
  }

  @Test
  void without_a_kubeconfig_it_says_so() throws Exception {
    Ran ran = run("list");

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).startsWith("error: ");
  }

  @Test
  void a_malformed_kubeconfig_ends_with_2() throws Exception {
    Path file = Files.writeString(home.resolve("config"), "clusters: [\n");

    Ran ran = run("list", "--kubeconfig", file.toString());

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).contains(file + " is no YAML");
  }

  @Test
  void a_server_that_is_not_there_ends_with_20_within_seconds() throws Exception {
    int closed;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = socket.getLocalPort();
    }
    Path file =
        Files.writeString(
            home.resolve("config"),
            """
            apiVersion: v1
            kind: Config
            current-context: c
            contexts: [{name: c, context: {cluster: c, user: u}}]
            clusters: [{name: c, cluster: {server: "https://127.0.0.1:%d"}}]
            users: [{name: u, user: {token: t}}]
            """
                .formatted(closed));
    run("version");
    long start = System.nanoTime();

    Ran ran = run("status", "--kubeconfig", file.toString(), "-o", "json");

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    assertThat(ran.exitCode()).isEqualTo(20);
    assertThat(ran.document().path("reason").textValue()).isEqualTo("Unreachable");
    assertThat(ran.err()).contains("https://127.0.0.1:" + closed);
  }

  @Test
  void the_practice_cluster_lives_from_run_to_run() throws Exception {
    assertThat(run("--lab", "list").exitCode()).as("not started").isEqualTo(5);
    assertThat(run("lab", "start").out()).isEqualTo("lab started" + System.lineSeparator());
    assertThat(run("--lab", "enable", "--yes").exitCode()).isZero();

    Ran assigned = run("--lab", "assign", "shop/web-0", "203.0.113.10", "-o", "json");
    assertThat(assigned.exitCode()).as(assigned.err()).isZero();
    assertThat(assigned.document().at("/items/0/verified").booleanValue()).isTrue();
    assertThat(assigned.err()).startsWith(LAB_NOTE);

    Ran list = run("--lab", "list", "-A", "--no-headers");
    assertThat(list.out()).containsPattern("\\A\\S+ +203\\.0\\.113\\.10 +web-0 +n1 +held");
    assertThat(list.err().strip()).isEqualTo(LAB_NOTE);
    assertThat(run("--lab", "owner", "203.0.113.99").exitCode()).isEqualTo(5);
    assertThat(run("lab", "stop").out()).contains("lab stopped");
  }

  @Test
  void an_answer_that_could_not_be_written_is_a_failure_and_the_change_stands() throws Exception {
    run("lab", "start");
    assertThat(run("--lab", "enable", "--yes").exitCode()).isZero();

    Ran full = shell("\"$@\" >/dev/full", "--lab", "assign", "shop/web-0", "203.0.113.10");
    assertThat(full.exitCode()).as(full.err()).isEqualTo(1);
    assertThat(full.err())
        .contains("error: the answer could not be written", "what was changed stays changed");
    assertThat(run("--lab", "owner", "203.0.113.10").out().strip()).isEqualTo("shop/web-0");

    Ran closed = shell("\"$@\" >&-", "--lab", "list", "-A");
    assertThat(closed.exitCode()).as(closed.err()).isEqualTo(1);
    assertThat(closed.err()).contains("error: the answer could not be written");
  }

  @Test
  void a_reader_that_has_gone_away_leaves_the_commands_own_code() throws Exception {
    run("lab", "start");
    assertThat(run("--lab", "enable", "--yes").exitCode()).isZero();

    // The reader is gone before the first byte is written.
    String gone =
        "{ read -r go <\"$HOME/go\"; \"$@\"; echo $? >&2; } | { exec <&-; echo >\"$HOME/go\"; }";
    String fifo = "mkfifo \"$HOME/go\"; ";
    Ran found = shell(fifo + gone, "--lab", "status");
    Ran none = shell(gone, "--lab", "owner", "203.0.113.99");

    assertThat(found.err().lines()).containsExactly(LAB_NOTE, "0");
    assertThat(none.err().lines().toList())
        .endsWith("5")
        .noneMatch(line -> line.contains("written"));
  }

  @Test
  void of_two_at_once_one_gets_the_address() throws Exception {
    run("lab", "start");
    assertThat(run("--lab", "enable", "--yes").exitCode()).isZero();

    Process one = start("one", "--lab", "assign", "shop/web-0", "203.0.113.10");
    Process other = start("other", "--lab", "assign", "shop/web-1", "203.0.113.10");
    List<Integer> codes = List.of(end("one", one).exitCode(), end("other", other).exitCode());

    Ran holders = run("--lab", "list", "-A", "-o", "name");
    assertThat(holders.out().lines()).as("never two").hasSizeLessThanOrEqualTo(1);
    assertThat(codes.stream().filter(code -> code == 0).count())
        .as("who ended well holds it")
        .isEqualTo(holders.out().lines().count());
    assertThat(codes).isSubsetOf(0, 4);
  }

  @Test
  void of_two_at_once_both_are_kept_where_they_do_not_collide() throws Exception {
    run("lab", "start");
    assertThat(run("--lab", "enable", "--yes").exitCode()).isZero();

    Process one = start("one", "--lab", "assign", "shop/web-0", "203.0.113.10");
    Process other = start("other", "--lab", "assign", "shop/web-1", "203.0.113.11");

    assertThat(end("one", one).exitCode()).isZero();
    assertThat(end("other", other).exitCode()).isZero();
    assertThat(run("--lab", "list", "-A", "-o", "name").out().lines())
        .containsExactly("203.0.113.10", "203.0.113.11");
  }

  private Ran run(String... arguments) throws Exception {
    return end("run", start("run", arguments));
  }

  /** The program with an environment of its own; its streams go to files of that name. */
  private Process start(String name, String... arguments) throws IOException {
    return start(name, List.of(), arguments);
  }

  /** The program as {@code "$@"} of a script. */
  private Ran shell(String script, String... arguments) throws Exception {
    return end("shell", start("shell", List.of("sh", "-c", script, "sh"), arguments));
  }

  private Process start(String name, List<String> by, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(by);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-jar", System.getProperty("fipctl.jar")));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(home.resolve(name + ".out").toFile())
            .redirectError(home.resolve(name + ".err").toFile());
    builder.environment().clear();
    builder.environment().put("HOME", home.toString());
    builder.environment().put("XDG_STATE_HOME", home.resolve("state").toString());
    return builder.start();
  }

  private Ran end(String name, Process process) throws Exception {
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("it did not end");
    }
    return new Ran(
        process.exitValue(),
        Files.readString(home.resolve(name + ".out"), UTF_8),
        Files.readString(home.resolve(name + ".err"), UTF_8));
  }
}
