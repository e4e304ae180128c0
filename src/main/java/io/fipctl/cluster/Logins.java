package io.fipctl.cluster;

import io.fipctl.cluster.Kubeconfig.Entry;
import io.fipctl.cluster.Target.Interactive;
import io.fipctl.cluster.Target.Login;
import io.fipctl.model.ApiObject;
import io.fipctl.model.FipctlException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** How a user of a kubeconfig logs in; of several ways the order is kubectl's. */
final class Logins {
  private Logins() {}

  static Login of(
      ConnectionOptions options, Optional<Entry> user, Supplier<Map<String, Object>> clusterInfo) {
    if (options.token().isPresent()) {
      return new Login.Token(options.token().get());
    }
    if (user.isEmpty()) {
      return new Login.Nobody();
    }
    Entry entry = user.get();
    Login login = secret(entry, clusterInfo);
    Optional<Login.Certificate> certificate = certificate(entry);
    if (certificate.isEmpty()) {
      return login;
    }
    return login instanceof Login.Nobody
        ? certificate.get()
        : new Login.Both(certificate.get(), login);
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
      environment.put(variable.text("name").orElse(""), variable.text("value").orElse(""));
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

  private static Interactive interactive(ApiObject exec, Entry entry) {
    String mode = exec.text("interactiveMode").orElse("IfAvailable");
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
