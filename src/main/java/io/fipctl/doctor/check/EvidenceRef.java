package io.fipctl.doctor.check;

import java.util.List;

/**
 * Where something was read, and the very lines.
 *
 * @param source {@code n1/iptables-nft-save.txt} or {@code api/pods.json}, as a collection has it
 * @param lines may be empty: then it is their absence that tells
 */
public record EvidenceRef(String source, List<String> lines) {
  private static final int MOST = 4;

  public EvidenceRef {
    lines =
        lines.size() <= MOST
            ? List.copyOf(lines)
            : java.util.stream.Stream.concat(
                    lines.stream().limit(MOST),
                    java.util.stream.Stream.of("… and " + (lines.size() - MOST) + " more"))
                .toList();
  }

  static EvidenceRef api(String kind, String line) {
    return new EvidenceRef("api/" + kind + ".json", List.of(line));
  }
}
