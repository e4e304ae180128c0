package io.fipctl.kube.config;

import io.fipctl.kube.config.Kubeconfig.Entry;
import io.fipctl.kube.config.Target.Interactive;
import io.fipctl.kube.config.Target.Login;
import io.fipctl.model.ApiObject;
import io.fipctl.model.FipctlException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** How a user of a kubeconfig logs in; of several ways the order is kubectl's. */
final class AuthInfos {
  private AuthInfos() {}

  static Login of(
      ConnectionOptions options,
      Optional<Entry> user,
      URI server,
      Supplier<Map<String, Object>> clusterInfo) {
    if (options.token().isPresent()) {
      return new Login.Token(options.token().get());
    }
    Login login = user.map(entry -> of(entry, clusterInfo)).orElseGet(Login.Nobody::new);
    return login instanceof Login.Nobody ? inAddress(server) : login;
  }

  /** Go's net/http sends the user and password of an address where nothing else logs in. */
  private static Login inAddress(URI server) {
    String both = server.getUserInfo();
    if (both == null) {
      return new Login.Nobody();
    }
    int colon = both.indexOf(':');
    return colon < 0
        ? new Login.Password(both, "")
        : new Login.Password(both.substring(0, colon), both.substring(colon + 1));
  }

  private static Login of(Entry entry, Supplier<Map<String, Object>> clusterInfo) {
    refuseTwoWays(entry);
    Login login = secret(entry, clusterInfo);
    Optional<Login.Certificate> certificate = certificate(entry);
    if (certificate.isEmpty()) {
      return login;
    }
    return login instanceof Login.Nobody
        ? certificate.get()
        : new Login.Both(certificate.get(), login);
  }

  /** As client-go's validateAuthInfo (clientcmd/validation.go). */
  private static void refuseTwoWays(Entry entry) {
    ApiObject user = entry.content();
    Kubeconfig.refuseBoth(entry, "client-certificate");
    Kubeconfig.refuseBoth(entry, "client-key");
    boolean password =
        Kubeconfig.filled(user.text("username")).isPresent()
            || Kubeconfig.filled(user.text("password")).isPresent();
    refuse(
        password && Kubeconfig.filled(user.text("token")).isPresent(),
        "a token and a username or password",
        entry);
    refuse(user.has("exec") && user.has("auth-provider"), "exec and an auth-provider", entry);
  }

  private static void refuse(boolean wrong, String both, Entry entry) {
    if (wrong) {
      throw FipctlException.usage(
          "a user in %s logs in by %s".formatted(entry.file().path(), both),
          "kubectl refuses that too: leave one way");
    }
  }

  private static Login secret(Entry entry, Supplier<Map<String, Object>> clusterInfo) {
    ApiObject user = entry.content();
    Optional<String> tokenFile = Kubeconfig.filled(user.text("tokenFile"));
    if (tokenFile.isPresent()) {
      return new Login.TokenFile(entry.file().resolve(tokenFile.get()));
    }
    Optional<String> token = Kubeconfig.filled(user.text("token"));
    if (token.isPresent()) {
      return new Login.Token(token.get());
    }
    Optional<String> name = Kubeconfig.filled(user.text("username"));
    if (name.isPresent()) {
      return new Login.Password(name.get(), user.text("password").orElse(""));
    }
    if (user.has("exec")) {
      return plugin(entry, user.object("exec"), clusterInfo);
    }
    if (user.has("auth-provider")) {
      throw FipctlException.usage(
          "auth-provider "
              + user.text("auth-provider", "name").orElse("")
              + " in "
              + entry.file().path()
              + " is not supported",
          "kubectl gave it up with 1.26; use the provider's exec credential plugin");
    }
    return new Login.Nobody();
  }

  private static Optional<Login.Certificate> certificate(Entry entry) {
    Optional<String> certificate = Kubeconfig.pem(entry, "client-certificate");
    Optional<String> key = Kubeconfig.pem(entry, "client-key");
    if (certificate.isPresent() != key.isPresent()) {
      throw FipctlException.usage(
          "of client-certificate and client-key only one is in " + entry.file().path());
    }
    return certificate.map(pem -> new Login.Certificate(pem, key.orElseThrow()));
  }

  private static Login plugin(
      Entry entry, ApiObject exec, Supplier<Map<String, Object>> clusterInfo) {
    String version = exec.text("apiVersion").orElse("");
    if (!version.equals("client.authentication.k8s.io/v1")
        && !version.equals("client.authentication.k8s.io/v1beta1")) {
      throw FipctlException.usage(
          "the credential plugin in "
              + entry.file().path()
              + " has an apiVersion that is not known: "
              + (version.isEmpty() ? "none" : version),
          "kubectl knows client.authentication.k8s.io/v1 and v1beta1");
    }
    Path directory = entry.file().resolve(".").normalize();
    List<String> argv = new ArrayList<>();
    argv.add(command(exec, entry));
    argv.addAll(exec.texts("args"));
    Map<String, String> environment = new LinkedHashMap<>();
    for (ApiObject variable : exec.objects("env")) {
      String name =
          Kubeconfig.filled(variable.text("name"))
              .orElseThrow(
                  () ->
                      FipctlException.usage(
                          "a variable in env of the credential plugin in "
                              + entry.file().path()
                              + " has no name"));
      environment.put(name, variable.text("value").orElse(""));
    }
    return new Login.Plugin(
        version,
        argv,
        environment,
        directory,
        interactive(exec, entry),
        Kubeconfig.filled(exec.text("installHint")),
        exec.flag("provideClusterInfo") ? Optional.of(clusterInfo.get()) : Optional.empty());
  }

  /** A command with a slash is relative to its kubeconfig, one without is looked up in PATH. */
  private static String command(ApiObject exec, Entry entry) {
    String command =
        Kubeconfig.filled(exec.text("command"))
            .orElseThrow(
                () ->
                    FipctlException.usage(
                        "the credential plugin in " + entry.file().path() + " has no command"));
    return command.contains("/") ? entry.file().resolve(command).toString() : command;
  }

  /** With v1 it must be said (clientcmd/api/v1/defaults.go has a default for v1beta1 only). */
  private static Interactive interactive(ApiObject exec, Entry entry) {
    String version = exec.text("apiVersion").orElse("");
    String mode =
        Kubeconfig.filled(exec.text("interactiveMode"))
            .or(() -> Optional.of("IfAvailable").filter(common -> version.endsWith("/v1beta1")))
            .orElseThrow(
                () ->
                    FipctlException.usage(
                        "the credential plugin in "
                            + entry.file().path()
                            + " says no interactiveMode",
                        "kubectl refuses that too: add interactiveMode: IfAvailable to user.exec"));
    return switch (mode) {
      case "Never" -> Interactive.NEVER;
      case "IfAvailable" -> Interactive.IF_AVAILABLE;
      case "Always" -> Interactive.ALWAYS;
      default ->
          throw FipctlException.usage(
              "interactiveMode " + mode + " in " + entry.file().path() + " is not known",
              "kubectl knows Never, IfAvailable and Always");
    };
  }
}
