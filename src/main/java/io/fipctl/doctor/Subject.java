package io.fipctl.doctor;

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
    Optional<IpAddress> address,
    Optional<PodRef> pod,
    List<String> nodes,
    Optional<String> object) {
  public static final Subject CLUSTER =
      new Subject(Optional.empty(), Optional.empty(), List.of(), Optional.empty());

  public Subject {
    nodes = List.copyOf(nodes);
  }

  static Subject of(IpAddress address) {
    return new Subject(Optional.of(address), Optional.empty(), List.of(), Optional.empty());
  }

  static Subject of(Pod pod) {
    return new Subject(
        Optional.empty(), Optional.of(pod.ref()), pod.node().stream().toList(), Optional.empty());
  }

  static Subject of(IpAddress address, Pod pod) {
    return new Subject(
        Optional.of(address),
        Optional.of(pod.ref()),
        pod.node().stream().toList(),
        Optional.empty());
  }

  static Subject ofNode(String node) {
    return ofNodes(List.of(node));
  }

  static Subject ofNodes(Collection<String> nodes) {
    return new Subject(Optional.empty(), Optional.empty(), List.copyOf(nodes), Optional.empty());
  }

  static Subject ofObject(String object) {
    return new Subject(Optional.empty(), Optional.empty(), List.of(), Optional.of(object));
  }

  /** The same, on this node instead. */
  Subject on(String node) {
    return new Subject(address, pod, List.of(node), object);
  }

  /** {@code 203.0.113.10 pod/shop/web-0 node/n1}. */
  @Override
  public String toString() {
    List<String> words = new ArrayList<>();
    address.ifPresent(it -> words.add(it.toString()));
    pod.ifPresent(it -> words.add("pod/" + it));
    object.ifPresent(words::add);
    nodes.stream().limit(5).map(node -> "node/" + node).forEach(words::add);
    if (nodes.size() > 5) {
      words.add("and " + (nodes.size() - 5) + " more");
    }
    return words.isEmpty() ? "cluster" : String.join(" ", words);
  }
}
