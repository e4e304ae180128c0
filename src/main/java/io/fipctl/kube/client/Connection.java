package io.fipctl.kube.client;

import io.fipctl.kube.Cluster;
import io.fipctl.kube.config.ConnectionOptions;
import io.fipctl.kube.config.CredentialPlugin;
import io.fipctl.kube.config.Kubeconfig;
import io.fipctl.kube.config.Proxies;
import io.fipctl.kube.config.Target;
import io.fipctl.kube.config.Target.Impersonation;
import io.fipctl.kube.config.Target.Login;
import io.fipctl.kube.config.Target.Trust;
import io.fipctl.model.FipctlException;
import java.io.Console;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** Opens the cluster that options, environment and kubeconfig name. */
public final class Connection {
  private static final Path SERVICE_ACCOUNT =
      Path.of("/var/run/secrets/kubernetes.io/serviceaccount");

  private Connection() {}

  /**
   * What tests choose and the process has.
   *
   * @param terminal whether somebody sits there whom a credential plugin can ask
   */
  public record Surroundings(
      Path serviceAccount, BooleanSupplier terminal, Duration pluginLimit, RetryDelay pause) {
    static final Surroundings PROCESS =
        new Surroundings(
            SERVICE_ACCOUNT,
            () -> Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false),
            CredentialPlugin.LIMIT,
            RetryDelay.SLEEP);
  }

  /**
   * Pins one cluster for the run. Nothing is asked yet: neither the network nor a credential plugin
   * is touched before the first request.
   *
   * @throws FipctlException exit 2 when a kubeconfig, context or file that is named is not there
   */
  public static Cluster open(ConnectionOptions options, Map<String, String> environment) {
    return open(options, environment, Surroundings.PROCESS);
  }

  /** The names of the contexts that could be asked for; none without a kubeconfig. */
  public static List<String> contexts(
      Optional<String> kubeconfig, Map<String, String> environment) {
    ConnectionOptions none = ConnectionOptions.NONE;
    return Kubeconfig.find(
            new ConnectionOptions(
                kubeconfig,
                none.context(),
                none.namespace(),
                none.as(),
                none.asGroups(),
                none.requestTimeout(),
                none.server(),
                none.token(),
                none.insecureSkipTlsVerify(),
                none.certificateAuthority()),
            environment)
        .map(Kubeconfig::contexts)
        .orElse(List.of());
  }

  public static Cluster open(
      ConnectionOptions options, Map<String, String> environment, Surroundings surroundings) {
    Target target = target(options, environment, surroundings);
    Proxies.to(target, environment);
    CredentialPlugin plugin =
        new CredentialPlugin(environment, surroundings.terminal(), surroundings.pluginLimit());
    ApiServer server = new ApiServer(target, options, environment, plugin, surroundings.pause());
    return new KubernetesCluster(
        server,
        new Cluster.Endpoint(
            target.name(),
            target.server().toString(),
            target.namespace(),
            user(target, environment)),
        options.calicoNamespace());
  }

  private static Target target(
      ConnectionOptions options, Map<String, String> environment, Surroundings surroundings) {
    if (options.as().isEmpty() && !options.asGroups().isEmpty()) {
      throw FipctlException.usage("--as-group needs a user", "name the user with --as");
    }
    Optional<Kubeconfig> kubeconfig = Kubeconfig.find(options, environment);
    if (kubeconfig.isPresent()) {
      return kubeconfig.get().target(options);
    }
    if (options.context().isPresent()) {
      throw FipctlException.usage(
          "there is no context " + options.context().get(), "there is no kubeconfig at all");
    }
    if (options.server().isPresent()) {
      return Kubeconfig.none().target(options);
    }
    return inCluster(options, environment, surroundings.serviceAccount())
        .orElseThrow(
            () ->
                FipctlException.usage(
                    "no cluster is named: there is no kubeconfig, and this is no pod",
                    "name one with --kubeconfig, KUBECONFIG or "
                        + Kubeconfig.standard(environment)
                            .map(Path::toString)
                            .orElse("~/.kube/config (HOME is not set to an absolute path)")));
  }

  private static Optional<Target> inCluster(
      ConnectionOptions options, Map<String, String> environment, Path account) {
    String host = environment.getOrDefault("KUBERNETES_SERVICE_HOST", "");
    String port = environment.getOrDefault("KUBERNETES_SERVICE_PORT", "443");
    Path token = account.resolve("token");
    if (host.isEmpty() || !Files.exists(token)) {
      return Optional.empty();
    }
    Kubeconfig.refuseTwoTrusts(options);
    Trust trust =
        options.insecureSkipTlsVerify()
            ? new Trust(true, Optional.empty(), Optional.empty())
            : new Trust(
                false,
                Optional.of(
                    Kubeconfig.text(
                        options
                            .certificateAuthority()
                            .map(Path::of)
                            .orElse(account.resolve("ca.crt")))),
                Optional.empty());
    return Optional.of(
        new Target(
            "in-cluster",
            URI.create("https://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port),
            options.namespace().orElseGet(() -> namespace(account.resolve("namespace"))),
            "",
            trust,
            Optional.empty(),
            options
                .token()
                .<Login>map(Login.Token::new)
                .orElseGet(() -> new Login.TokenFile(token)),
            new Impersonation(options.as(), options.asGroups(), Optional.empty(), Map.of())));
  }

  private static String namespace(Path file) {
    return Files.exists(file) ? Kubeconfig.text(file).strip() : "default";
  }

  /** For the record: the person at the keyboard, and as whom the cluster sees them. */
  private static String user(Target target, Map<String, String> environment) {
    String person = System.getProperty("user.name") + "@" + host(environment);
    List<String> roles =
        Stream.concat(
                Kubeconfig.filled(Optional.of(target.user())).stream(),
                target.impersonation().user().map(as -> "as " + as).stream())
            .toList();
    return roles.isEmpty() ? person : person + " (" + String.join(" ", roles) + ")";
  }

  private static String host(Map<String, String> environment) {
    // Without asking a name server, which may be slow or absent.
    try {
      return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    } catch (IOException e) {
      return environment.getOrDefault(
          "HOSTNAME", environment.getOrDefault("COMPUTERNAME", "localhost"));
    }
  }
}
