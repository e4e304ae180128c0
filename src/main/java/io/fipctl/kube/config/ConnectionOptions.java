package io.fipctl.kube.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What the command line says about which cluster to talk to and as whom; each means what it means
 * for kubectl, and each beats the kubeconfig.
 *
 * @param kubeconfig a file; the only one that is read then
 * @param namespace the namespace of pods named without one
 * @param requestTimeout how long one request may take; zero for as long as it likes
 * @param token a bearer token, used instead of every other credential of the kubeconfig
 * @param certificateAuthority a PEM file, trusted instead of the kubeconfig's authority
 * @param calicoNamespace where Calico is, in the cluster; empty to look for it
 */
public record ConnectionOptions(
    Optional<String> kubeconfig,
    Optional<String> context,
    Optional<String> namespace,
    Optional<String> as,
    List<String> asGroups,
    Duration requestTimeout,
    Optional<String> server,
    Optional<String> token,
    boolean insecureSkipTlsVerify,
    Optional<String> certificateAuthority,
    Optional<String> calicoNamespace) {
  /** Long enough for a chunk of a list over a slow line. */
  public static final Duration DEFAULT_REQUEST_TIMEOUT = Duration.ofSeconds(30);

  /** Nothing was said: the kubeconfig decides. */
  public static final ConnectionOptions NONE =
      new ConnectionOptions(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          List.of(),
          DEFAULT_REQUEST_TIMEOUT,
          Optional.empty(),
          Optional.empty(),
          false,
          Optional.empty());

  public ConnectionOptions {
    asGroups = List.copyOf(asGroups);
  }

  /** Calico is looked for. */
  public ConnectionOptions(
      Optional<String> kubeconfig,
      Optional<String> context,
      Optional<String> namespace,
      Optional<String> as,
      List<String> asGroups,
      Duration requestTimeout,
      Optional<String> server,
      Optional<String> token,
      boolean insecureSkipTlsVerify,
      Optional<String> certificateAuthority) {
    this(
        kubeconfig,
        context,
        namespace,
        as,
        asGroups,
        requestTimeout,
        server,
        token,
        insecureSkipTlsVerify,
        certificateAuthority,
        Optional.empty());
  }
}
