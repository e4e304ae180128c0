package io.fipctl.model;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The namespace and name of a pod. */
public record PodRef(String namespace, String name) implements Comparable<PodRef> {
  @Override
  public int compareTo(PodRef other) {
    int byNamespace = namespace.compareTo(other.namespace);
    return byNamespace != 0 ? byNamespace : name.compareTo(other.name);
  }

  /** The node's end of the pod's network, where the interfaces begin with {@code cali}. */
  public String hostInterface() {
    return hostInterface("cali");
  }

  /**
   * The same with another prefix, the first of {@code FELIX_INTERFACEPREFIX}
   * (libcalico-go/lib/backend/k8s/conversion, VethNameForWorkload).
   */
  public String hostInterface(String prefix) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-1")
              .digest((namespace + "." + name).getBytes(StandardCharsets.UTF_8));
      return prefix + HexFormat.of().formatHex(hash).substring(0, 11);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-1", e);
    }
  }

  /** {@code NS/NAME}, the way every message and {@code owner} print it. */
  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
