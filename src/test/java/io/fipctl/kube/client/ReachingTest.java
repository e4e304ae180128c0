package io.fipctl.kube.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fipctl.kube.Cluster;
import io.fipctl.kube.Cluster.WriteMode;
import io.fipctl.kube.Kind;
import io.fipctl.kube.config.ConnectionOptions;
import io.fipctl.model.ApiObject;
import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whether a server can be reached at all, over TLS and through proxies, and what is said if not.
 */
class ReachingTest {
  @TempDir private Path directory;

  @Test
  void a_closed_port_is_named_as_such_at_once() throws IOException {
    int port;
    try (ServerSocket closing = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = closing.getLocalPort();
    }

    assertThat(failure("http://127.0.0.1:" + port))
        .hasMessage(
            "the API server http://127.0.0.1:" + port + " does not answer: connection refused");
  }

  @Test
  void an_unknown_host_is_named() {
    assertThat(failure("https://no-such-host.invalid:6443"))
        .hasMessageEndingWith("does not answer: unknown host no-such-host.invalid");
  }

  @Test
  void a_server_that_accepts_and_is_silent_is_not_waited_for() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      String url = "http://127.0.0.1:" + silent.getLocalPort();
      ConnectionOptions hurried = with(url, Duration.ofMillis(300), Optional.empty());

      assertThat(failure(hurried)).hasMessageEndingWith("no answer within 300 ms");
      try (Cluster cluster = FakeApiServer.cluster(hurried)) {
        assertThatThrownBy(() -> cluster.create(Kind.EVENTS, event(), WriteMode.REAL))
            .hasMessageEndingWith(
                "no answer within 300 ms; whether the change was made is not known");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"<html>login</html>", "[]", "{\"items\":[{\"metad"})
  void what_is_no_api_server_is_called_so(String body) {
    try (FakeApiServer server = FakeApiServer.start()) {
      server.says("GET /", 200, body);

      assertThat(failure(server.url()).exitCode()).isEqualTo(ExitCode.UNREACHABLE);
    }
  }

  @Test
  void a_certificate_counts_when_the_kubeconfigs_authority_signed_it()
      throws IOException, GeneralSecurityException {
    Certificates one = Certificates.make(directory, "one", "dns:api.example,ip:127.0.0.1");
    Certificates other = Certificates.make(directory, "other", "ip:127.0.0.1");
    try (FakeApiServer server = FakeApiServer.start(one.server(), false)) {
      server.says("GET /", 200, "{\"items\":[]}");
      String url = "https://127.0.0.1:" + server.port();

      assertThat(listed(url, one)).isZero();
      assertThat(failure(with(url, Duration.ofSeconds(10), Optional.of(other.pem().toString()))))
          .hasMessageEndingWith("its certificate is not signed by an authority that is trusted");
      assertThat(failure(with(url, Duration.ofSeconds(10), Optional.empty())))
          .hasMessageEndingWith("its certificate is not signed by an authority that is trusted");
    }
  }

  @Test
  void a_certificate_is_for_the_name_that_was_asked_for_or_given()
      throws IOException, GeneralSecurityException {
    Certificates certificates = Certificates.make(directory, "named", "dns:api.example");
    try (FakeApiServer server = FakeApiServer.start(certificates.server(), false)) {
      server.says("GET /", 200, "{\"items\":[]}");
      String url = "https://127.0.0.1:" + server.port();

      assertThat(
              failure(
                  with(url, Duration.ofSeconds(10), Optional.of(certificates.pem().toString()))))
          .hasMessageEndingWith("its certificate is not for the name 127.0.0.1");
      String authority = "certificate-authority: " + certificates.pem().getFileName();
      assertThat(asks(url, authority + ", tls-server-name: api.example")).isZero();
      assertThat(asks(url, "insecure-skip-tls-verify: true")).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({"EC, 256", "RSA, 2048"})
  void a_client_certificate_is_shown_to_a_server_that_asks_for_one(String algorithm, String size)
      throws IOException, GeneralSecurityException {
    Certificates own =
        Certificates.make(directory, "own", "ip:127.0.0.1", "-keyalg", algorithm, "-keysize", size);
    Certificates stranger = Certificates.make(directory, "stranger", "ip:127.0.0.1");
    try (FakeApiServer server = FakeApiServer.start(own.server(), true)) {
      server.says("GET /", 200, "{\"items\":[]}");
      String url = "https://127.0.0.1:" + server.port();

      assertThat(asks(url, "certificate-authority: own.crt", own.login())).isZero();
      FipctlException failure =
          catchThrowableOfType(
              FipctlException.class,
              () -> asks(url, "certificate-authority: own.crt", stranger.login()));
      assertThat(failure.exitCode()).isEqualTo(ExitCode.UNREACHABLE);
    }
  }

  @Test
  void requests_go_through_the_proxy_that_is_named() throws IOException {
    try (FakeApiServer proxy = FakeApiServer.start()) {
      proxy.says("GET http://api.example/", 200, "{\"items\":[]}");
      String address = "http://bo:secret@127.0.0.1:" + proxy.port();

      assertThat(asks("http://api.example", "proxy-url: '" + address + "'")).isZero();

      assertThat(proxy.asked.getFirst().path()).startsWith("http://api.example/api/v1/pods");
    }
  }

  private int listed(String url, Certificates authority) {
    ConnectionOptions options =
        with(url, Duration.ofSeconds(10), Optional.of(authority.pem().toString()));
    try (Cluster cluster = FakeApiServer.cluster(options)) {
      return cluster.list(Kind.PODS).size();
    }
  }

  private int asks(String url, String clusterFields) throws IOException {
    return asks(url, clusterFields, "{}");
  }

  private int asks(String url, String clusterFields, String user) throws IOException {
    Path config =
        Files.writeString(
            directory.resolve("config"),
            """
            contexts: [{name: a, context: {cluster: c, user: u}}]
            clusters: [{name: c, cluster: {server: '%s', %s}}]
            users: [{name: u, user: %s}]
            """
                .formatted(url, clusterFields, user));
    try (Cluster cluster =
        Connection.open(
            ConnectionOptions.NONE,
            Map.of("KUBECONFIG", config.toString()),
            FakeApiServer.hurried())) {
      return cluster.list(Kind.PODS).size();
    }
  }

  private static FipctlException failure(String url) {
    return failure(FakeApiServer.options(url));
  }

  private static FipctlException failure(ConnectionOptions options) {
    try (Cluster cluster = FakeApiServer.cluster(options)) {
      return catchThrowableOfType(FipctlException.class, () -> cluster.list(Kind.PODS));
    }
  }

  private static ConnectionOptions with(String url, Duration timeout, Optional<String> authority) {
    return new ConnectionOptions(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        timeout,
        Optional.of(url),
        Optional.empty(),
        false,
        authority);
  }

  private static ApiObject event() {
    return new ApiObject(Map.of("metadata", Map.of("name", "e", "namespace", "shop")));
  }
}
