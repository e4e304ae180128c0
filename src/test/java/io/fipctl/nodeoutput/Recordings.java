package io.fipctl.nodeoutput;

import io.fipctl.RecordedNodes;
import io.fipctl.packet.NodeNat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The recordings of real nodes under {@code nodes/}. */
public final class Recordings {
  public static final List<String> SITUATIONS =
      List.of(
          "iptables-nft-healthy",
          "iptables-legacy-healthy",
          "nftables-healthy",
          "iptables-duplicate-same-node",
          "iptables-duplicate-two-nodes",
          "stale-conntrack-after-move",
          "v3.33-healthy",
          "v3.33-rule-gone",
          "v3.33-bird-stopped",
          "v3.33-policy-deny");
  public static final List<String> NODES = List.of("n1", "n2", "n3");

  private static final Map<String, NodeNat> NAT = new ConcurrentHashMap<>();
  private static final Map<String, List<Flow>> FLOWS = new ConcurrentHashMap<>();

  private Recordings() {}

  public static String text(String path) {
    return RecordedNodes.text(path);
  }

  static NodeDump dump(String situation, String node) {
    Map<String, String> texts = new LinkedHashMap<>();
    for (String file : List.of("iptables-nft-save.txt", "iptables-legacy-save.txt")) {
      texts.put(file.replace(".txt", ""), text(situation + "/" + node + "/" + file));
    }
    for (String file : List.of("nft-list-ruleset.json", "ip-route.json")) {
      texts.put(file.replace(".json", ""), text(situation + "/" + node + "/" + file));
    }
    return NodeDump.of(texts);
  }

  public static NodeNat nat(String situation, String node) {
    return NAT.computeIfAbsent(situation + "/" + node, place -> NodeNat.of(dump(situation, node)));
  }

  static List<Flow> flows(String situation, String node) {
    return FLOWS.computeIfAbsent(
        situation + "/" + node, place -> Conntrack.parse(text(place + "/conntrack.txt")).flows());
  }
}
