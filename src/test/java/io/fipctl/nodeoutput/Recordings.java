package io.fipctl.nodeoutput;

import io.fipctl.packet.NodeNat;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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

  private Recordings() {}

  public static String text(String path) {
    try (InputStream in = Recordings.class.getResourceAsStream("/nodes/" + path)) {
      if (in == null) {
        throw new IllegalArgumentException("no recording " + path);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
    return NodeNat.of(dump(situation, node));
  }

  static List<Flow> flows(String situation, String node) {
    return Conntrack.parse(text(situation + "/" + node + "/conntrack.txt")).flows();
  }
}
