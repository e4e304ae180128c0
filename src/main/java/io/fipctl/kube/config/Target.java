package io.fipctl.kube.config;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a kubeconfig comes down to: one server, how it is trusted, and who asks. Without TLS nobody
 * logs in: neither a token nor a password is ever sent where everybody on the way can read it
 * (client-go, clientcmd/client_config.go: "only try to read the auth information if we are
 * secure").
 *
 * @param name the context, or {@code in-cluster}
 * @param user the kubeconfig's name for the user; empty when there is none
 * @param proxy the cluster's own {@code proxy-url}
 */
public record Target(
    String name,
    URI server,
    String namespace,
    String user,
    Trust trust,
    Optional<String> proxy,
    Login login,
    Impersonation impersonation) {

  public Target {
    login = isSecure(server) ? login : new Login.Nobody();
  }

  /** Whether what is sent is encrypted. */
  public boolean isSecure() {
    return isSecure(server);
  }

  private static boolean isSecure(URI server) {
    return server.getScheme().equals("https");
  }

  /**
   * Which server certificates are believed.
   *
   * @param authority PEM; the system's authorities when empty
   * @param serverName the name the certificate is for, when it is not the server's
   */
  public record Trust(
      boolean nobodyChecked, Optional<String> authority, Optional<String> serverName) {}

  /** How the user proves who they are. */
  public sealed interface Login {
    record Nobody() implements Login {}

    record Token(String token) implements Login {}

    /** A token that is replaced in its file while it is used. */
    record TokenFile(Path file) implements Login {}

    record Password(String user, String password) implements Login {}

    /** A client certificate and its key, both PEM. */
    record Certificate(String certificate, String key) implements Login {}

    /** A client certificate and, above it, another login. */
    record Both(Certificate certificate, Login other) implements Login {}

    /**
     * A program that prints credentials (kubectl's {@code user.exec}).
     *
     * @param directory where a relative path of the command starts
     * @param clusterInfo what the program is told of the cluster, if it wants to know
     */
    record Plugin(
        String apiVersion,
        List<String> argv,
        Map<String, String> environment,
        Path directory,
        Interactive interactive,
        Optional<String> installHint,
        Optional<Map<String, Object>> clusterInfo)
        implements Login {}
  }

  /** Whether a credential plugin may ask at the terminal. */
  enum Interactive {
    NEVER,
    IF_AVAILABLE,
    ALWAYS
  }

  /** As whom a request is made, when not as oneself. */
  public record Impersonation(
      Optional<String> user,
      List<String> groups,
      Optional<String> uid,
      Map<String, List<String>> extra) {}
}
