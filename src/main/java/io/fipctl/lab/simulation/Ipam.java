package io.fipctl.lab.simulation;

import io.fipctl.kube.Kind;
import io.fipctl.model.ApiObject;
import io.fipctl.model.Cidr;
import io.fipctl.model.IpAddress;
import io.fipctl.model.Pod;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Calico's IPAM: blocks of 64 addresses with an affinity to a node, and who has which of them. */
public final class Ipam {
  private static final int BLOCK = 64;

  private Ipam() {}

  /** The addresses a new pod on the node gets: IPv4, and IPv6 where there is a pool. */
  static List<String> next(LabState state, String node) {
    List<String> addresses = new ArrayList<>();
    for (Cidr block : blocks(state, node)) {
      IntStream.range(1, BLOCK)
          .mapToObj(ordinal -> address(block, ordinal))
          .filter(ip -> state.pods().stream().noneMatch(pod -> pod.addresses().contains(ip)))
          .findFirst()
          .ifPresent(ip -> addresses.add(ip.toString()));
    }
    return addresses;
  }

  /** The blocks of a node, also before an address of them was given out. */
  public static List<Cidr> blocks(LabState state, String node) {
    int index = state.nodeNames().indexOf(node);
    String first =
        switch (node) {
          case "n1" -> "10.244.40.128/26";
          case "n2" -> "10.244.217.0/26";
          default -> "10.244." + (64 + index) + ".0/26";
        };
    List<Cidr> blocks = new ArrayList<>(List.of(Cidr.parse(first)));
    if (state.find(state.calico(Kind.IP_POOLS), "", "default-ipv6-ippool").isPresent()) {
      blocks.add(Cidr.parse("fd00:10:244:" + (index + 1) + "::/122"));
    }
    return blocks;
  }

  /** Brings blocks and affinities in line with the pods. */
  static void step(LabState state) {
    for (String node : state.nodeNames()) {
      for (Cidr block : blocks(state, node)) {
        List<Pod> users = users(state, block);
        String name = block.toString().replaceAll("[.:/]+", "-");
        boolean made = state.find(state.calico(Kind.IPAM_BLOCKS), "", name).isPresent();
        if (made || !users.isEmpty()) {
          put(state, Kind.IPAM_BLOCKS, name, spec(block, node, users));
          put(
              state,
              Kind.BLOCK_AFFINITIES,
              node + "-" + name,
              Map.of(
                  "cidr", block.toString(),
                  "deleted", "false",
                  "node", node,
                  "state", "confirmed",
                  "type", "host"));
        }
      }
    }
  }

  private static List<Pod> users(LabState state, Cidr block) {
    return state.pods().stream()
        .filter(pod -> !pod.hostNetwork() && !pod.finished())
        .filter(pod -> pod.addresses().stream().anyMatch(block::contains))
        .toList();
  }

  private static Map<String, Object> spec(Cidr block, String node, List<Pod> users) {
    List<Object> allocations = new ArrayList<>();
    List<Object> unallocated = new ArrayList<>();
    List<Object> attributes = new ArrayList<>();
    for (int ordinal = 0; ordinal < BLOCK; ordinal++) {
      IpAddress address = address(block, ordinal);
      Optional<Pod> user =
          users.stream().filter(pod -> pod.addresses().contains(address)).findFirst();
      if (user.isEmpty()) {
        allocations.add(null);
        unallocated.add(ordinal);
      } else {
        allocations.add(attributes.size());
        attributes.add(
            Map.of(
                "handle_id",
                "k8s-pod-network." + Digest.hex("SHA-256", user.get().uid(), 64),
                "secondary",
                Map.of(
                    "namespace", user.get().ref().namespace(),
                    "node", node,
                    "pod", user.get().ref().name())));
      }
    }
    Map<String, Object> spec = new LinkedHashMap<>();
    spec.put("affinity", "host:" + node);
    spec.put("allocations", allocations);
    spec.put("attributes", attributes);
    spec.put("cidr", block.toString());
    spec.put("deleted", false);
    spec.put("strictAffinity", false);
    spec.put("unallocated", unallocated);
    return spec;
  }

  private static void put(LabState state, Kind kind, String name, Map<String, Object> spec) {
    Kind calico = state.calico(kind);
    ApiObject old =
        state
            .find(calico, "", name)
            .orElse(new ApiObject(Map.of("metadata", Map.of("name", name))));
    if (!Json.same(spec, old.object("spec").tree())) {
      state.put(calico, new ApiObject(Json.with(old.tree(), spec, "spec")));
    }
  }

  private static IpAddress address(Cidr block, int ordinal) {
    byte[] bytes = block.network().bytes();
    bytes[bytes.length - 1] += (byte) ordinal;
    return IpAddress.of(bytes);
  }
}
