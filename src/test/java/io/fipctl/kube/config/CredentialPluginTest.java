package io.fipctl.kube.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fipctl.kube.ApiJson;
import io.fipctl.kube.Cluster;
import io.fipctl.kube.FieldMask;
import io.fipctl.kube.Kind;
import io.fipctl.kube.client.Connection;
import io.fipctl.kube.client.FakeApiServer;
import io.fipctl.model.ApiObject;
import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CredentialPluginTest {
  private static final String TOKEN =
      "{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\","
          + "\"status\":{\"token\":\"TOKEN\"EXPIRES}}";

  private FakeApiServer server = FakeApiServer.startSecure();
  @TempDir private Path home;
  private Duration limit = Duration.ofSeconds(20);

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void runs_the_command_itself_with_what_kubectl_tells_it() throws IOException {
    plugin(
        "printf '%s|' \"$@\" >args; echo \"$EXTRA\" >extra; echo \"$KUBERNETES_EXEC_INFO\" >info",
        "echo 'a warning' >&2", "cat >stdin", print(TOKEN.replace("EXPIRES", "")));

    assertThat(
            ask(
                "args: ['a b', '$(x)'], env: [{name: EXTRA, value: more}], provideClusterInfo: true"))
        .contains("Bearer TOKEN");

    assertThat(home.resolve("args")).hasContent("a b|$(x)|");
    assertThat(home.resolve("extra")).hasContent("more");
    assertThat(home.resolve("stdin")).isEmptyFile();
    ApiObject info = ApiJson.read(Files.newInputStream(home.resolve("info")), FieldMask.ALL);
    assertThat(info.text("apiVersion")).contains("client.authentication.k8s.io/v1");
    assertThat(info.text("spec", "interactive")).contains("false");
    assertThat(info.text("spec", "cluster", "server")).contains(server.url());
    assertThat(info.text("spec", "cluster", "config", "audience")).contains("me");
  }

  @Test
  void is_run_once_for_many_requests_and_not_before_the_first() throws IOException {
    plugin("echo run >>runs", print(TOKEN.replace("EXPIRES", "")));
    server.says("GET /", 200, "{}");

    try (Cluster cluster = open("args: []")) {
      assertThat(home.resolve("runs")).doesNotExist();
      assertThat(cluster.get(Kind.NODES, "", "a")).isPresent();
      assertThat(cluster.get(Kind.NODES, "", "b")).isPresent();
    }
    assertThat(home.resolve("runs")).hasContent("run");
  }

  @Test
  void is_run_again_when_its_credentials_have_expired() throws IOException {
    plugin(
        "echo run >>runs",
        print(TOKEN.replace("EXPIRES", ",\"expirationTimestamp\":\"2020-01-01T00:00:00Z\"")));
    server.says("GET /", 200, "{}");

    try (Cluster cluster = open("args: []")) {
      assertThat(cluster.get(Kind.NODES, "", "a")).isPresent();
      assertThat(cluster.get(Kind.NODES, "", "b")).isPresent();
    }
    assertThat(home.resolve("runs")).hasContent("run\nrun");
  }

  @Test
  void is_run_again_once_when_the_server_refuses_the_token() throws IOException {
    plugin(
        "echo run >>runs", print(TOKEN.replace("EXPIRES", "").replace("TOKEN", "$(wc -l <runs)")));
    server.says("GET /api/v1/nodes/a", 401, "").says("GET /api/v1/nodes/a", 200, "{}");
    server.says("GET /api/v1/nodes/b", 401, "");

    try (Cluster cluster = open("args: []")) {
      assertThat(cluster.get(Kind.NODES, "", "a")).isPresent();
      assertThat(failure(() -> cluster.get(Kind.NODES, "", "b")).reason())
          .isEqualTo("Unauthorized");
    }
    assertThat(server.asked)
        .extracting(asked -> asked.header("Authorization").orElse(""))
        .containsExactly("Bearer 1", "Bearer 2", "Bearer 2", "Bearer 3");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          exit 3                                                    | ended with exit code 3
          echo hello                                                | printed no ExecCredential
          exit 0                                                    | printed no ExecCredential
          echo '{"apiVersion":"client.authentication.k8s.io/v1beta1"}' | answered in client.authentication.k8s.io/v1beta1
          echo '{"apiVersion":"client.authentication.k8s.io/v1","status":{}}' | printed no token
          echo '{"apiVersion":"client.authentication.k8s.io/v1","status":{"clientKeyData":"x","token":"t"}}' | printed no token
          echo '{"apiVersion":"client.authentication.k8s.io/v1","status":{"token":"t","expirationTimestamp":"soon"}}' | no time: soon
          """)
  void what_goes_wrong_is_an_error_and_nothing_is_asked_anonymously(String line, String complaint)
      throws IOException {
    plugin(line);

    FipctlException failure = failure(() -> ask("args: []"));

    assertThat(failure.exitCode()).isEqualTo(ExitCode.FORBIDDEN);
    assertThat(failure.reason()).isEqualTo("CredentialPluginFailed");
    assertThat(failure).hasMessageContaining(complaint);
    assertThat(server.asked).isEmpty();
  }

  @Test
  void its_arguments_are_not_shown_when_it_fails() throws IOException {
    plugin("exit 3");

    FipctlException failure = failure(() -> ask("args: [--client-secret, s3cret]"));

    assertThat(failure.getMessage() + failure.hints() + failure.getCause())
        .contains("plugin")
        .doesNotContain("s3cret");
  }

  @Test
  void is_not_run_for_a_server_without_TLS() throws IOException {
    server.close();
    server = FakeApiServer.start();
    plugin("echo run >>runs", print(TOKEN.replace("EXPIRES", "")));

    assertThat(ask("args: []")).isEmpty();
    assertThat(home.resolve("runs")).doesNotExist();
  }

  @Test
  void is_not_waited_for_without_end() throws IOException {
    limit = Duration.ofMillis(300);
    plugin("sleep 60");

    assertThat(failure(() -> ask("args: []"))).hasMessageContaining("did not end within");
  }

  @Test
  void a_command_that_is_not_there_shows_how_to_install_it() {
    FipctlException failure = failure(() -> ask("installHint: get it from example.com"));

    assertThat(failure).hasMessageContaining("cannot be started");
    assertThat(failure.hint()).contains("get it from example.com");
  }

  @Test
  void one_that_must_ask_needs_a_terminal() throws IOException {
    plugin(print(TOKEN.replace("EXPIRES", "")));

    assertThat(failure(() -> ask("interactiveMode: Always"))).hasMessageContaining("terminal");
    assertThat(ask("interactiveMode: Never")).contains("Bearer TOKEN");
  }

  private Optional<String> ask(String more) {
    server.says("GET /", 200, "{}");
    try (Cluster cluster = open(more)) {
      assertThat(cluster.get(Kind.NODES, "", "a")).isPresent();
    }
    return server.asked.getLast().header("Authorization");
  }

  private Cluster open(String more) {
    try {
      Path kubeconfig =
          Files.writeString(
              home.resolve("config"),
              """
              contexts: [{name: a, context: {cluster: c, user: u}}]
              clusters:
              - name: c
                cluster:
                  server: '%s'
                  insecure-skip-tls-verify: true
                  extensions: [{name: client.authentication.k8s.io/exec, extension: {audience: me}}]
              users:
              - name: u
                user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: ./plugin, %s}}
              """
                  .formatted(
                      server.url(),
                      more.contains("interactiveMode")
                          ? more
                          : more + ", interactiveMode: IfAvailable"));
      return Connection.open(
          ConnectionOptions.NONE,
          Map.of("KUBECONFIG", kubeconfig.toString(), "PATH", System.getenv("PATH")),
          new Connection.Surroundings(home, () -> false, limit, pause -> {}));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void plugin(String... lines) throws IOException {
    Path file = home.resolve("plugin");
    Files.writeString(file, "#!/bin/sh\ncd '" + home + "'\n" + String.join("\n", lines) + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private static String print(String json) {
    return "cat <<END\n" + json + "\nEND";
  }

  private static FipctlException failure(ThrowingCallable call) {
    return catchThrowableOfType(FipctlException.class, call);
  }
}
