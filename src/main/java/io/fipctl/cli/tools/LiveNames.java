package io.fipctl.cli.tools;

import io.fipctl.kube.Cluster;
import io.fipctl.kube.Cluster.Scope;
import io.fipctl.model.ApiObject;
import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import io.fipctl.model.IpAddress;
import io.fipctl.model.Pod;
import io.fipctl.model.PodTarget;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The names that a cluster has now and that begin with what was typed, for completion. */
final class LiveNames {
  /** What can be asked for, and how the help calls it. */
  enum Kind {
    PODS("POD"),
    ADDRESSES("IP"),
    NODES("NODE"),
    NAMESPACES("NS"),
    CONTEXTS("CONTEXT");

    private final String label;

    Kind(String label) {
      this.label = label;
    }

    String label() {
      return label;
    }

    /** As the completion scripts write it. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Cluster cluster;
  private final boolean allNamespaces;

  LiveNames(Cluster cluster, boolean allNamespaces) {
    this.cluster = cluster;
    this.allNamespaces = allNamespaces;
  }

  /** The names of a kind that begin with the word, each a whole word to be typed. */
  List<String> of(Kind kind, String word) {
    return switch (kind) {
      case PODS -> pods(word);
      case ADDRESSES -> addresses(word);
      case NODES -> beginning(word, names(cluster.list(io.fipctl.kube.Kind.NODES)));
      case NAMESPACES -> beginning(word, namespaces());
      case CONTEXTS -> List.of();
    };
  }

  /** {@code NAME} or {@code NS/NAME}, a workload's name behind its kind, or else {@code NS/}. */
  private List<String> pods(String word) {
    int slash = word.indexOf('/');
    if (slash >= 0) {
      String before = word.substring(0, slash + 1);
      return beginning(word, behind(before).map(name -> before + name));
    }
    if (allNamespaces) {
      return beginning(word, running(Scope.ALL).map(pod -> pod.ref().toString()));
    }
    List<String> here =
        beginning(word, running(Scope.in(cluster.endpoint().namespace())).map(LiveNames::name));
    return here.isEmpty() ? beginning(word, namespaces().map(name -> name + "/")) : here;
  }

  private Stream<String> behind(String before) {
    PodTarget target;
    try {
      target = PodTarget.parse(before + "x");
    } catch (IllegalArgumentException e) {
      return Stream.of();
    }
    Scope scope = Scope.in(target.namespace().orElseGet(() -> cluster.endpoint().namespace()));
    return switch (target.kind()) {
      case "Deployment" -> names(cluster.list(io.fipctl.kube.Kind.DEPLOYMENTS, scope));
      case "StatefulSet" -> names(cluster.list(io.fipctl.kube.Kind.STATEFUL_SETS, scope));
      default -> running(scope).map(LiveNames::name);
    };
  }

  /** The pods that could have an address. */
  private Stream<Pod> running(Scope scope) {
    return cluster.list(io.fipctl.kube.Kind.PODS, scope).stream()
        .map(Pod::of)
        .filter(pod -> !pod.hostNetwork() && !pod.finished());
  }

  /** Held addresses; behind a comma the next one of the list. */
  private List<String> addresses(String word) {
    String before = word.substring(0, word.lastIndexOf(',') + 1);
    Set<String> named = Set.of(before.isEmpty() ? new String[0] : before.split(",+"));
    Set<IpAddress> held =
        allowed(() -> cluster.list(io.fipctl.kube.Kind.PODS), this::podsHere).stream()
            .map(Pod::of)
            .flatMap(pod -> pod.held().stream())
            .collect(Collectors.toCollection(TreeSet::new));
    return held.stream()
        .map(IpAddress::toString)
        .filter(address -> !named.contains(address))
        .map(address -> before + address)
        .filter(address -> address.startsWith(word))
        .toList();
  }

  private List<ApiObject> podsHere() {
    return cluster.list(io.fipctl.kube.Kind.PODS, Scope.in(cluster.endpoint().namespace()));
  }

  /** Who may not look everywhere may still look at home. */
  private static <T> T allowed(Supplier<T> first, Supplier<T> second) {
    try {
      return first.get();
    } catch (FipctlException e) {
      if (e.exitCode() == ExitCode.FORBIDDEN) {
        return second.get();
      }
      throw e;
    }
  }

  /** The practice cluster has namespaces only as the places of its pods. */
  private Stream<String> namespaces() {
    List<ApiObject> all = cluster.list(io.fipctl.kube.Kind.NAMESPACES);
    return all.isEmpty()
        ? cluster.list(io.fipctl.kube.Kind.PODS).stream().map(ApiObject::namespace)
        : names(all);
  }

  private static Stream<String> names(List<ApiObject> objects) {
    return objects.stream().map(ApiObject::name);
  }

  private static String name(Pod pod) {
    return pod.ref().name();
  }

  static List<String> beginning(String word, Stream<String> names) {
    return names.filter(name -> name.startsWith(word)).distinct().sorted().toList();
  }
}
