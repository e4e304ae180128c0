package io.fipctl.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The ways to a cluster, and what is said of those that lead nowhere. */
class ConnectIT {
  private static final String[] OWNER = {"owner", "203.0.113.10"};

  @RegisterExtension final TestApiServer server = new TestApiServer("crd");
  @TempDir Path directory;

  @BeforeEach
  void a_pod_has_an_address() {
    server.annotate("web-0", "[\"203.0.113.10\"]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"pkcs1", "pkcs8", "sec1"})
  void every_kind_of_key_in_a_kubeconfig_opens_the_cluster(String keyFormat) {
    Path viewer = server.user(keyFormat, RbacRule.read("", "pods"));

    server.fipctlAs(viewer, OWNER).exits(0).answering("shop/web-0\n");
  }

  @Test
  void a_token_opens_the_cluster_and_a_wrong_one_does_not() {
    server.fipctlAs(server.tokenAdmin(), OWNER).exits(0).answering("shop/web-0\n");
    server
        .fipctlAs(server.tokenAdmin(), "owner", "203.0.113.10", "--token=wrong")
        .exits(6)
        .answeringNothing();
  }

  @Test
  void options_alone_open_the_cluster() {
    String[] options = {
      "owner",
      "203.0.113.10",
      "--server=" + server.url(),
      "--token=" + server.token(),
      "--certificate-authority=" + server.authority()
    };

    server.fipctlWith(Map.of("HOME", directory.toString()), options).answering("shop/web-0\n");
  }

  @Test
  void an_authority_that_did_not_sign_the_servers_certificate_is_no_authority() {
    server
        .fipctl(
            "owner",
            "203.0.113.10",
            "--certificate-authority=" + new TestApiServer("v3").authority())
        .exits(20)
        .answeringNothing()
        .saying("certificate");
  }

  @Test
  void a_service_account_with_its_files_opens_the_cluster_and_may_what_it_may() throws IOException {
    String token =
        server.kubectl("create", "token", "default", "-n", "shop").exits(0).out().strip();
    Files.writeString(directory.resolve("token"), token);
    Files.copy(server.authority(), directory.resolve("ca.crt"));
    Path kubeconfig =
        kubeconfig("files", "{certificate-authority: ca.crt, %s}", "{tokenFile: token}");

    server
        .fipctlAs(kubeconfig, OWNER)
        .exits(6)
        .answeringNothing()
        .saying("system:serviceaccount:shop:default", "\"list\"");
  }

  @Test
  void impersonation_is_the_servers_own() {
    String viewer = server.allowed(RbacRule.read("", "pods"));

    server.fipctl("owner", "203.0.113.10", "--as", viewer).exits(0).answering("shop/web-0\n");
    server.fipctl("owner", "203.0.113.10", "--as", "nobody").exits(6).saying("nobody");
    server
        .fipctl("owner", "203.0.113.10", "--as", "nobody", "--as-group", "system:masters")
        .exits(0)
        .answering("shop/web-0\n");
  }

  @Test
  void a_list_of_kubeconfigs_is_one_kubeconfig() throws IOException {
    Path first = kubeconfig("first", "{%s}", "{token: wrong}");
    Map<String, String> both = Map.of("KUBECONFIG", first + ":" + server.admin());

    server.fipctlWith(both, "owner", "203.0.113.10", "--context=e2e").exits(0);
    server.fipctlWith(both, OWNER).exits(20).answeringNothing().saying("certificate");
    server
        .fipctlWith(both, "owner", "203.0.113.10", "--context=gone")
        .exits(2)
        .answeringNothing()
        .saying("first", "e2e");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--context=nowhere", "--kubeconfig=/nowhere/config"})
  void what_is_not_there_is_never_replaced_by_another_cluster(String option) {
    server.fipctl("list", "-A", option).exits(2).answeringNothing().saying("nowhere");
  }

  @Test
  void a_credential_plugin_opens_the_cluster_and_may_speak() throws IOException {
    Path kubeconfig = withPlugin("echo 'look at your phone' >&2; " + credential(server.token()));

    server.fipctlAs(kubeconfig, OWNER).exits(0).answering("shop/web-0\n").saying("your phone");
  }

  @Test
  void a_credential_plugin_that_brings_nothing_useful_is_named_and_nobody_goes_on_as_anonymous()
      throws IOException {
    server
        .fipctlAs(withPlugin("echo 'you are not known' >&2; exit 3"), OWNER)
        .exits(6)
        .answeringNothing()
        .saying("you are not known", "login");
    server.fipctlAs(withPlugin(credential("wrong")), OWNER).exits(6).answeringNothing();
  }

  @Test
  void a_server_that_refuses_the_connection_is_named() {
    server
        .fipctl("list", "-A", "--server", "https://127.0.0.1:1")
        .exits(20)
        .answeringNothing()
        .saying("127.0.0.1:1");
  }

  @Test
  void a_server_that_does_not_answer_is_given_up_soon() throws IOException {
    List<Socket> waiting = new ArrayList<>();
    try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      // Nobody accepts: what comes after these gets no answer from the kernel.
      for (int i = 0; i < 2; i++) {
        waiting.add(new Socket(full.getInetAddress(), full.getLocalPort()));
      }
      Instant begun = Instant.now();

      server
          .fipctl("list", "-A", "--server", "https://127.0.0.1:" + full.getLocalPort())
          .exits(20)
          .answeringNothing()
          .saying("127.0.0.1:" + full.getLocalPort());

      // Three seconds for the connection; the rest is the start on a machine that is busy.
      assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofSeconds(10));
    } finally {
      for (Socket socket : waiting) {
        socket.close();
      }
    }
  }

  private Path withPlugin(String script) throws IOException {
    Path plugin = directory.resolve("login");
    Files.writeString(plugin, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(plugin, PosixFilePermissions.fromString("rwx------"));
    return kubeconfig(
        "plugin",
        "{certificate-authority: " + server.authority() + ", %s}",
        """
        {exec: {apiVersion: client.authentication.k8s.io/v1, command: ./login, interactiveMode: Never}}\
        """);
  }

  private static String credential(String token) {
    return "echo '{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"ExecCredential\","
        + "\"status\":{\"token\":\""
        + token
        + "\"}}'";
  }

  /**
   * @param cluster the fields of the cluster, with a place for its address
   */
  private Path kubeconfig(String name, String cluster, String user) throws IOException {
    Path file = directory.resolve(name);
    return Files.writeString(
        file,
        """
        apiVersion: v1
        kind: Config
        clusters: [{name: %1$s, cluster: %2$s}]
        users: [{name: %1$s, user: %3$s}]
        contexts: [{name: %1$s, context: {cluster: %1$s, user: %1$s}}]
        current-context: %1$s
        """
            .formatted(name, cluster.formatted("server: \"" + server.url() + "\""), user));
  }
}
