package io.fipctl.model;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The pod that a user means: by its name, or as the one Ready pod of a workload.
 *
 * @param kind {@code Pod}, {@code Deployment} or {@code StatefulSet}
 * @param namespace the namespace written with it; empty when the default one is meant
 */
public record PodTarget(String kind, Optional<String> namespace, String name) {
  private static final Map<String, String> KINDS =
      Map.of(
          "pod",
          "Pod",
          "pods",
          "Pod",
          "po",
          "Pod",
          "deployment",
          "Deployment",
          "deployments",
          "Deployment",
          "deploy",
          "Deployment",
          "statefulset",
          "StatefulSet",
          "statefulsets",
          "StatefulSet",
          "sts",
          "StatefulSet");

  /** RFC 1123 subdomain, the form of pod and workload names. */
  private static final Pattern NAME =
      Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");

  /**
   * Reads {@code NAME}, {@code pod/NAME}, {@code NS/NAME}, {@code deployment/NAME} or {@code
   * statefulset/NAME} with their short forms; the names of those kinds are never namespaces.
   *
   * @throws IllegalArgumentException with the reason, when the text names no pod
   */
  public static PodTarget parse(String text) {
    int slash = text.indexOf('/');
    String before = slash < 0 ? "" : text.substring(0, slash);
    String name = text.substring(slash + 1);
    String kind = slash < 0 ? "Pod" : KINDS.get(before.toLowerCase(Locale.ROOT));
    if (!NAME.matcher(name).matches()
        || (kind == null && (before.indexOf('.') >= 0 || !NAME.matcher(before).matches()))) {
      throw new IllegalArgumentException(
          "'" + text + "' names no pod: write NAME, NS/NAME, deployment/NAME or statefulset/NAME");
    }
    return kind == null
        ? new PodTarget("Pod", Optional.of(before), name)
        : new PodTarget(kind, Optional.empty(), name);
  }

  /** Exactly this pod. */
  public static PodTarget of(PodRef pod) {
    return new PodTarget("Pod", Optional.of(pod.namespace()), pod.name());
  }

  /** The same target in a namespace. */
  public PodTarget in(String inNamespace) {
    return new PodTarget(kind, Optional.of(inNamespace), name);
  }

  public boolean isPod() {
    return kind.equals("Pod");
  }

  /** As it is typed: {@code shop/web-0}, {@code deployment/web}. */
  public String typed() {
    return isPod() ? namespace.map(ns -> ns + "/" + name).orElse(name) : toString();
  }

  @Override
  public String toString() {
    return kind.toLowerCase(Locale.ROOT) + "/" + name;
  }
}
