package io.fipctl.model;

/** The namespace and name of a pod. */
public record PodRef(String namespace, String name) implements Comparable<PodRef> {
  @Override
  public int compareTo(PodRef other) {
    int byNamespace = namespace.compareTo(other.namespace);
    return byNamespace != 0 ? byNamespace : name.compareTo(other.name);
  }

  /** {@code NS/NAME}, the way every message and {@code owner} print it. */
  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
