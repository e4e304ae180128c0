package io.fipctl.cli.session;

import io.fipctl.kube.config.ConnectionOptions;
import io.fipctl.render.Format;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The options that every command takes, with kubectl's names and meanings. */
public final class GlobalOptions {
  @Option(
      names = "--context",
      scope = ScopeType.INHERIT,
      paramLabel = "CONTEXT",
      description = "The kubeconfig context to use.")
  String context;

  @Option(
      names = "--kubeconfig",
      scope = ScopeType.INHERIT,
      paramLabel = "FILE",
      description = "The kubeconfig file to use.")
  Path kubeconfig;

  @Option(
      names = {"-n", "--namespace"},
      scope = ScopeType.INHERIT,
      paramLabel = "NS",
      description = "The namespace of pods named without one.")
  String namespace;

  @Option(
      names = {"-A", "--all-namespaces"},
      scope = ScopeType.INHERIT,
      description = "List in all namespaces, not only in one.")
  public boolean allNamespaces;

  @Option(
      names = "--as",
      scope = ScopeType.INHERIT,
      paramLabel = "USER",
      description = "Act as another user.")
  String as;

  @Option(
      names = "--as-group",
      scope = ScopeType.INHERIT,
      paramLabel = "GROUP",
      description = "Act as a member of a group; may be repeated.")
  List<String> asGroups = List.of();

  @Option(
      names = "--request-timeout",
      scope = ScopeType.INHERIT,
      paramLabel = "TIME",
      description = "Give up on one request to the API server after this time (default 30s).")
  public Duration requestTimeout;

  @Option(
      names = {"-s", "--server"},
      scope = ScopeType.INHERIT,
      paramLabel = "URL",
      description = "The API server's address, instead of the kubeconfig's.")
  String server;

  @Option(
      names = "--token",
      scope = ScopeType.INHERIT,
      paramLabel = "TOKEN",
      description = "A bearer token to authenticate with.")
  String token;

  @Option(
      names = "--insecure-skip-tls-verify",
      scope = ScopeType.INHERIT,
      description = "Do not check the server's certificate.")
  boolean insecureSkipTlsVerify;

  @Option(
      names = "--certificate-authority",
      scope = ScopeType.INHERIT,
      paramLabel = "FILE",
      description = "The certificate authority that the server's certificate is checked with.")
  Path certificateAuthority;

  @Option(
      names = "--calico-namespace",
      scope = ScopeType.INHERIT,
      paramLabel = "NS",
      description =
          "Where Calico is, when more than one DaemonSet may be its own (default: found).")
  String calicoNamespace;

  @Option(
      names = "--lab",
      scope = ScopeType.INHERIT,
      description = "Work on the practice cluster ('fipctl lab start'), not on a real one.")
  boolean lab;

  @Option(
      names = {"-o", "--output"},
      scope = ScopeType.INHERIT,
      paramLabel = "FORMAT",
      completionCandidates = Formats.class,
      description =
          "Print the answer as table, wide, name, json or yaml; doctor's as table, short, json, yaml,"
              + " junit or markdown.")
  public String output = Format.TABLE.toString();

  @Option(
      names = "--no-headers",
      scope = ScopeType.INHERIT,
      description = "Print tables without their titles.")
  public boolean noHeaders;

  @Option(
      names = "--sort-by",
      scope = ScopeType.INHERIT,
      paramLabel = "COLUMN",
      description = "Sort tables by a column, named by its title.")
  String sortBy;

  @Option(
      names = {"-q", "--quiet"},
      scope = ScopeType.INHERIT,
      description = "Print no notes and no progress, only the answer and errors.")
  public boolean quiet;

  @Option(
      names = {"-v", "--verbose"},
      scope = ScopeType.INHERIT,
      description = "Say more; with a bug, print its stack trace.")
  public boolean verbose;

  @Option(names = "--no-color", scope = ScopeType.INHERIT, description = "Print without colours.")
  public boolean noColor;

  @Option(
      names = {"-y", "--yes"},
      scope = ScopeType.INHERIT,
      description = "Answer every question with yes.")
  public boolean yes;

  /** What {@code -o} may be, for completion. */
  static final class Formats implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Arrays.stream(Format.values()).map(Format::toString).iterator();
    }
  }

  public Optional<String> namespace() {
    return Optional.ofNullable(namespace);
  }

  public Optional<String> calicoNamespace() {
    return Optional.ofNullable(calicoNamespace);
  }

  /** What the options say of the way to the cluster. */
  public ConnectionOptions connection() {
    return new ConnectionOptions(
        Optional.ofNullable(kubeconfig).map(Path::toString),
        Optional.ofNullable(context),
        namespace(),
        Optional.ofNullable(as),
        asGroups,
        Optional.ofNullable(requestTimeout).orElse(ConnectionOptions.DEFAULT_REQUEST_TIMEOUT),
        Optional.ofNullable(server),
        Optional.ofNullable(token),
        insecureSkipTlsVerify,
        Optional.ofNullable(certificateAuthority).map(Path::toString),
        calicoNamespace());
  }
}
