package io.fipctl.doctor.check;

import io.fipctl.model.IpAddress;
import io.fipctl.model.Pod;
import io.fipctl.model.PodRef;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * What a finding is about; all of it empty for the cluster as a whole.
 *
 * @param object any other thing, as kubectl names it: {@code ippool/floating}
 */
public record Subject(
    List<IpAddress> addresses, Optional<PodRef> pod, List<String> nodes, Optional<String> object) {
  private static final int MOST = 5;

  public static final Subject CLUSTER =
      new Subject(List.of(), Optional.empty(), List.of(), Optional.empty());

  public Subject {
    addresses = List.copyOf(addresses);
    nodes = List.copyOf(nodes);
  }

  public static Subject of(IpAddress address) {
    return new Subject(List.of(address), Optional.empty(), List.of(), Optional.empty());
  }

  public static Subject of(Pod pod) {
    return new Subject(
        List.of(), Optional.of(pod.ref()), pod.node().stream().toList(), Optional.empty());
  }

  public static Subject of(IpAddress address, Pod pod) {
    return new Subject(
        List.of(address), Optional.of(pod.ref()), pod.node().stream().toList(), Optional.empty());
  }

  public static Subject ofNode(String node) {
    return ofNodes(List.of(node));
  }

  static Subject ofNodes(Collection<String> nodes) {
    return new Subject(List.of(), Optional.empty(), List.copyOf(nodes), Optional.empty());
  }

  static Subject ofObject(String object) {
    return new Subject(List.of(), Optional.empty(), List.of(), Optional.of(object));
  }

  /** The same, as far as it matters for these addresses. */
  public Subject of(Collection<IpAddress> concerned) {
    return new Subject(List.copyOf(concerned), pod, nodes, object);
  }

  /** The same, on this node instead. */
  Subject on(String node) {
    return new Subject(addresses, pod, List.of(node), object);
  }

  private static void list(List<String> words, List<String> all) {
    all.stream().limit(MOST).forEach(words::add);
    if (all.size() > MOST) {
      words.add("and " + (all.size() - MOST) + " more");
    }
  }

  /** {@code 203.0.113.10 pod/shop/web-0 node/n1}. */
  @Override
  public String toString() {
    List<String> words = new ArrayList<>();
    object.ifPresent(words::add);
    list(words, addresses.stream().map(IpAddress::toString).toList());
    pod.ifPresent(it -> words.add("pod/" + it));
    list(words, nodes.stream().map(node -> "node/" + node).toList());
    return words.isEmpty() ? "cluster" : String.join(" ", words);
  }
}
