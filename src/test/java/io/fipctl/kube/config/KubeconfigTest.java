package io.fipctl.kube.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fipctl.kube.Cluster;
import io.fipctl.kube.Kind;
import io.fipctl.kube.client.Connection;
import io.fipctl.kube.client.FakeApiServer;
import io.fipctl.kube.client.FakeApiServer.Asked;
import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class KubeconfigTest {
  private FakeApiServer server = FakeApiServer.startSecure();
  private final Map<String, String> environment = new LinkedHashMap<>();
  @TempDir private Path home;

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void a_file_that_is_named_beats_the_environment_and_the_home() throws IOException {
    write(".kube/config", config("home", ""));
    environment.put("KUBECONFIG", write("env", config("env", "")).toString());
    Path named = write("named", config("named", ""));

    assertThat(open(kubeconfig(named)).endpoint().name()).isEqualTo("named");
    assertThat(open(ConnectionOptions.NONE).endpoint().name()).isEqualTo("env");
    environment.remove("KUBECONFIG");
    assertThat(open(ConnectionOptions.NONE).endpoint().name()).isEqualTo("home");
  }

  @Test
  void of_several_files_the_first_to_name_something_wins() throws IOException {
    Path one = write("one", "contexts: [{name: a, context: {cluster: c, namespace: first}}]\n");
    Path two =
        write(
            "two",
            """
            current-context: a
            contexts: [{name: a, context: {cluster: c, namespace: second}}]
            clusters: [{name: c, cluster: {server: 'http://two:1'}}]
            """);
    environment.put("KUBECONFIG", one + ":" + home.resolve("absent") + ":" + two);

    Cluster.Endpoint endpoint = open(ConnectionOptions.NONE).endpoint();

    assertThat(endpoint.namespace()).isEqualTo("first");
    assertThat(endpoint.server()).isEqualTo("http://two:1");
  }

  @Test
  void what_was_asked_for_and_is_not_there_is_never_replaced() throws IOException {
    Path there = write(".kube/config", config("here", ""));

    assertThat(refused(kubeconfig(home.resolve("absent"))))
        .isEqualTo("there is no kubeconfig " + home.resolve("absent") + " | there is " + there);
    assertThat(refused(context("prod")))
        .isEqualTo("there is no context prod | the kubeconfig has these contexts: here");
    environment.put("KUBECONFIG", home.resolve("x") + ":" + home.resolve("y"));
    assertThat(refused(ConnectionOptions.NONE))
        .startsWith("KUBECONFIG names ")
        .endsWith("there is " + there);
  }

  @Test
  void without_any_kubeconfig_nothing_is_guessed() {
    assertThat(refused(ConnectionOptions.NONE)).startsWith("no cluster is named");
    assertThat(refused(context("prod"))).startsWith("there is no context prod");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          current-context: gone                                                    | current-context is missing: gone
          contexts: [{name: a, context: {}}, {name: b, context: {}}]               | choose one with --context: a, b
          contexts: [{name: a, context: {cluster: none}}]                          | names the cluster none
          contexts: [{name: a, context: {cluster: c, user: none}}]                 | names the user none
          contexts: [{name: a, context: {cluster: bare}}]                          | names no server
          contexts: [{name: a, context: {cluster: odd}}]                           | is not a server address
          contexts: [{name: a, context: {cluster: c}}, {name: a, context: {}}]     | has the context 'a' twice
          contexts: [{name: a, context: {cluster: cafile}}]                        | certificate-authority and certificate-authority-data are both in
          contexts: [{name: a, context: {cluster: trusting}}]                      | certificate-authority and insecure-skip-tls-verify exclude each other
          contexts: [{name: a, context: {cluster: c, user: certs}}]                | client-certificate and client-certificate-data are both in
          contexts: [{name: a, context: {cluster: c, user: keys}}]                 | client-key and client-key-data are both in
          contexts: [{name: a, context: {cluster: c, user: two}}]                  | logs in by a token and a username or password
          contexts: [{name: a, context: {cluster: c, user: both}}]                 | logs in by exec and an auth-provider
          contexts: [{name: a, context: {cluster: c, user: silent}}]               | says no interactiveMode
          contexts: [{name: a, context: {cluster: c, user: unnamed}}]              | has no name
          contexts: [{name: a, context: {cluster: c, user: half}}]                 | only one is in
          contexts: [{name: a, context: {cluster: c, user: old}}]                  | auth-provider gcp
          contexts: [{name: a, context: {cluster: c, user: alpha}}]                | apiVersion that is not known
          contexts: [{name: a, context: {cluster: c, user: nothing}}]              | has no command
          contexts: [{name: a, context: {cluster: c, user: groups}}]               | without a user
          contexts: [{name: a, context: {cluster: lost}}]                          | cannot be read
          contexts: [{name: a, context: {cluster: spoilt}}]                        | is no base64
          contexts: [{name: a, context: {cluster: proxied}}]                       | kind of proxy
          `contexts: [`                                                            | is no YAML: line
          just text                                                                | no mapping
          """)
  void a_file_that_is_wrong_says_what_is_wrong(String contexts, String complaint)
      throws IOException {
    Path file =
        write(
            "config",
            contexts
                + "\n"
                + (contexts.startsWith("c") && !contexts.endsWith("[")
                    ? """
                      clusters:
                      - {name: c, cluster: {server: 'http://x'}}
                      - {name: bare, cluster: {}}
                      - {name: odd, cluster: {server: 'ftp://x'}}
                      - {name: lost, cluster: {server: 'https://x', certificate-authority: gone.crt}}
                      - {name: spoilt, cluster: {server: 'https://x', certificate-authority-data: '%'}}
                      - {name: cafile, cluster: {server: 'https://x', certificate-authority: a, certificate-authority-data: QQ==}}
                      - {name: trusting, cluster: {server: 'https://x', insecure-skip-tls-verify: true, certificate-authority-data: QQ==}}
                      - {name: proxied, cluster: {server: 'https://x', proxy-url: 'ftp://proxy'}}
                      users:
                      - {name: half, user: {client-certificate-data: ''' , client-key-data: QQ==}}
                      - {name: old, user: {auth-provider: {name: gcp}}}
                      - {name: alpha, user: {exec: {command: x, apiVersion: client.authentication.k8s.io/v1alpha1}}}
                      - {name: nothing, user: {exec: {apiVersion: client.authentication.k8s.io/v1}}}
                      - {name: certs, user: {client-certificate: a, client-certificate-data: QQ==}}
                      - {name: keys, user: {client-certificate-data: QQ==, client-key: a, client-key-data: QQ==}}
                      - {name: two, user: {token: a, password: b}}
                      - {name: both, user: {exec: {command: x}, auth-provider: {name: gcp}}}
                      - {name: silent, user: {exec: {command: x, apiVersion: client.authentication.k8s.io/v1}}}
                      - {name: unnamed, user: {exec: {command: x, apiVersion: client.authentication.k8s.io/v1, env: [{value: v}]}}}
                      - {name: groups, user: {as-groups: [g]}}
                      """
                        .replace("'''", "''")
                    : ""));

    assertThat(refused(kubeconfig(file))).contains(complaint);
  }

  @ParameterizedTest
  @CsvSource({"clusters, cluster", "users, user", "contexts, context"})
  void a_name_stands_once_in_a_file_and_may_stand_in_several(String list, String what)
      throws IOException {
    String twice = "%s: [{name: c, %s: {}}, {name: c, %s: {}}]\n".formatted(list, what, what);
    String once = "%s: [{name: c, %s: {}}]\n".formatted(list, what);

    assertThat(refused(kubeconfig(write("twice", twice))))
        .contains("twice has the " + what + " 'c' twice");
    environment.put("KUBECONFIG", write("one", config("a", "{}")) + ":" + write("more", once));
    assertThat(open(ConnectionOptions.NONE).endpoint().name()).isEqualTo("a");
  }

  @Test
  void an_authority_of_the_command_line_beats_an_unchecked_server_of_the_file() throws IOException {
    Path file = write("config", config("a", "{}"));
    Path pem = write("ca.pem", "no certificate, and nobody looks at it before a request");

    assertThat(open(trusting(file, false, Optional.of(pem))).endpoint().name()).isEqualTo("a");
    assertThat(refused(trusting(file, true, Optional.of(pem))))
        .contains("--certificate-authority and --insecure-skip-tls-verify exclude each other");
  }

  @Test
  void whoever_has_no_home_has_no_kubeconfig_there() throws IOException {
    write(".kube/config", config("home", ""));

    for (String none : List.of("", ".", "relative")) {
      assertThat(Kubeconfig.standard(Map.of("HOME", none))).as(none).isEmpty();
    }
    assertThat(Kubeconfig.standard(Map.of())).isEmpty();
    assertThat(Kubeconfig.standard(Map.of("HOME", "/home/ada")))
        .contains(Path.of("/home/ada/.kube/config"));
  }

  @ParameterizedTest
  @MethodSource("logins")
  void nobody_logs_in_without_TLS(List<String> login) throws IOException {
    server.close();
    server = FakeApiServer.start();
    Path file = write("config", config("a", login.get(0)));

    assertThat(askedWith(kubeconfig(file)).header("Authorization")).isEmpty();
    assertThat(askedWith(typed(file, Optional.of(server.url()), "typed")).header("Authorization"))
        .isEmpty();
  }

  @Test
  void a_server_without_TLS_that_wants_credentials_is_told_not_to_get_any() throws IOException {
    server.close();
    server = FakeApiServer.start();
    server.says("GET /", 401, FakeApiServer.status(401, "Unauthorized", "Unauthorized"));
    Path file = write("config", config("a", "token: t"));

    FipctlException failure =
        catchThrowableOfType(FipctlException.class, () -> open(kubeconfig(file)).list(Kind.PODS));

    assertThat(failure.exitCode()).isEqualTo(ExitCode.FORBIDDEN);
    assertThat(failure).hasMessageContaining("never sent without TLS");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      textBlock =
          """
          https://bo:s3cret@a b, https://***@a b is not a server address
          ftp://bo:s3cret@x, ftp://***@x is not a server address
          bo:s3/cret@, ***@ is not a server address
          """)
  void a_password_in_an_address_is_not_shown(String server, String shown) throws IOException {
    Path file = write("config", config("a", "{}"));

    assertThat(refused(typed(file, Optional.of(server), "t"))).contains(shown).doesNotContain("s3");
  }

  @Test
  void a_user_in_the_address_logs_in_and_is_not_shown() throws IOException {
    String address = server.url().replace("://", "://bo:s3cret@");
    Path file = write("config", config("a", "{}").replace(server.url(), address));

    assertThat(askedWith(kubeconfig(file)).header("Authorization")).contains("Basic Ym86czNjcmV0");
    assertThat(open(kubeconfig(file)).endpoint().server()).isEqualTo(server.url());
  }

  @ParameterizedTest
  @CsvSource({
    "'{token: \"a\\nb\"}', the token or password of user u has a character, a line break",
    "'{token: \"grün\"}', the token or password of user u has a character, U+00FC",
    "'{as: müller}', 'the user to impersonate, müller,', U+00FC",
    "'{as: a, as-groups: [\"a\\tb\"]}', the group to impersonate, U+0009",
    "'{as: a, as-uid: \"1\\r2\"}', the UID to impersonate, a line break",
    "'{as: a, as-user-extra: {k: [ü]}}', as-user-extra k, U+00FC"
  })
  void what_no_header_can_carry_is_refused_before_anything_is_asked(
      String user, String what, String character) throws IOException {
    Path file = write("config", config("a", user));

    FipctlException failure =
        catchThrowableOfType(FipctlException.class, () -> open(kubeconfig(file)).list(Kind.PODS));

    assertThat(failure.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(failure).hasMessageContaining(what).hasMessageContaining(character);
    assertThat(failure.getMessage()).doesNotContain("grün", "a\nb");
    assertThat(server.asked).isEmpty();
  }

  @Test
  void a_single_context_needs_no_current_context() throws IOException {
    Path file = write("config", config("only", "").replace("current-context", "other"));

    assertThat(open(kubeconfig(file)).endpoint().name()).isEqualTo("only");
  }

  @Test
  void files_named_in_a_kubeconfig_are_beside_it() throws IOException {
    write("deep/secret", "from-file\n");
    Path file = write("deep/config", config("a", "tokenFile: secret"));

    assertThat(askedWith(kubeconfig(file)).header("Authorization")).contains("Bearer from-file");
  }

  static List<List<String>> logins() {
    return List.of(
        List.of("token: abc", "Bearer abc"),
        List.of("token: 2020-01-01", "Bearer 2020-01-01"),
        List.of("token: no", "Bearer no"),
        List.of("{username: bo, password: 's:t'}", "Basic Ym86czp0"));
  }

  @ParameterizedTest
  @MethodSource("logins")
  void logs_in_as_the_user_of_the_context(List<String> login) throws IOException {
    Path file = write("config", config("a", login.get(0)));

    assertThat(askedWith(kubeconfig(file)).header("Authorization")).contains(login.get(1));
  }

  @Test
  void a_token_from_the_command_line_replaces_every_login() throws IOException {
    Path file = write("config", config("a", "{username: bo, password: x}"));
    ConnectionOptions options =
        new ConnectionOptions(
            Optional.of(file.toString()),
            Optional.empty(),
            Optional.of("mine"),
            Optional.of("jane"),
            List.of("g1", "g2"),
            Duration.ofSeconds(10),
            Optional.empty(),
            Optional.of("flag"),
            false,
            Optional.empty());

    Asked asked = askedWith(options);

    assertThat(asked.header("Authorization")).contains("Bearer flag");
    assertThat(asked.header("Impersonate-User")).contains("jane");
    assertThat(asked.headers().get("impersonate-group")).containsExactly("g1", "g2");
    assertThat(open(options).endpoint().namespace()).isEqualTo("mine");
    assertThat(open(options).endpoint().user()).endsWith("(u as jane)");
  }

  @Test
  void impersonates_as_the_file_says() throws IOException {
    Path file =
        write(
            "config",
            config(
                "a", "{token: t, as: jo, as-uid: '7', as-groups: [g], as-user-extra: {k/x: [v]}}"));

    Asked asked = askedWith(kubeconfig(file));

    assertThat(asked.header("Impersonate-User")).contains("jo");
    assertThat(asked.header("Impersonate-Uid")).contains("7");
    assertThat(asked.header("Impersonate-Group")).contains("g");
    assertThat(asked.header("Impersonate-Extra-k%2Fx")).contains("v");
  }

  @Test
  void inside_a_pod_the_service_account_serves() throws IOException {
    write("account/token", "t");
    write("account/ca.crt", "no certificate, and nobody looks at it before the first request");
    write("account/namespace", "apps\n");
    environment.put("KUBERNETES_SERVICE_HOST", "fd00::1");
    environment.put("KUBERNETES_SERVICE_PORT", "6443");

    Cluster.Endpoint endpoint = open(ConnectionOptions.NONE).endpoint();

    assertThat(endpoint.name()).isEqualTo("in-cluster");
    assertThat(endpoint.server()).isEqualTo("https://[fd00::1]:6443");
    assertThat(endpoint.namespace()).isEqualTo("apps");
    environment.put("KUBECONFIG", home.resolve("absent").toString());
    assertThat(refused(ConnectionOptions.NONE)).startsWith("KUBECONFIG names");
  }

  private Asked askedWith(ConnectionOptions options) {
    server.says("GET /api/v1/pods", 200, "{\"items\":[]}");
    try (Cluster cluster = open(options)) {
      assertThat(cluster.list(Kind.PODS)).isEmpty();
    }
    return server.asked.getLast();
  }

  private Cluster open(ConnectionOptions options) {
    environment.put("HOME", home.toString());
    return Connection.open(
        options,
        environment,
        new Connection.Surroundings(
            home.resolve("account"), () -> false, Duration.ofSeconds(10), pause -> {}));
  }

  private String refused(ConnectionOptions options) {
    FipctlException failure = catchThrowableOfType(FipctlException.class, () -> open(options));
    assertThat(failure.exitCode()).isEqualTo(ExitCode.USAGE);
    return failure.getMessage() + failure.hint().map(hint -> " | " + hint).orElse("");
  }

  private String config(String context, String user) {
    return """
        current-context: %s
        contexts: [{name: %s, context: {cluster: c, user: u}}]
        clusters: [{name: c, cluster: {server: '%s', insecure-skip-tls-verify: true}}]
        users: [{name: u, user: %s}]
        """
        .formatted(context, context, server.url(), user.startsWith("{") ? user : "{" + user + "}");
  }

  private Path write(String name, String text) throws IOException {
    Path file = home.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private static ConnectionOptions kubeconfig(Path file) {
    return options(Optional.of(file.toString()), Optional.empty());
  }

  private static ConnectionOptions typed(Path file, Optional<String> server, String token) {
    return new ConnectionOptions(
        Optional.of(file.toString()),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Duration.ofSeconds(10),
        server,
        Optional.of(token),
        false,
        Optional.empty());
  }

  private static ConnectionOptions trusting(
      Path file, boolean everybody, Optional<Path> authority) {
    return new ConnectionOptions(
        Optional.of(file.toString()),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Duration.ofSeconds(10),
        Optional.empty(),
        Optional.empty(),
        everybody,
        authority.map(Path::toString));
  }

  private static ConnectionOptions context(String name) {
    return options(Optional.empty(), Optional.of(name));
  }

  private static ConnectionOptions options(Optional<String> kubeconfig, Optional<String> context) {
    return new ConnectionOptions(
        kubeconfig,
        context,
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Duration.ofSeconds(10),
        Optional.empty(),
        Optional.empty(),
        false,
        Optional.empty());
  }
}
