package io.fipctl.nodeoutput;

import io.fipctl.model.ApiObject;
import io.fipctl.model.IpAddress;
import java.util.List;
import java.util.Optional;

/** What {@code ip -j neigh} printed: who answers for an address in the local networks. */
public record Neighbors(List<Neighbor> neighbors, List<ParseProblem> faults) implements Parsed {
  public Neighbors {
    neighbors = List.copyOf(neighbors);
    faults = List.copyOf(faults);
  }

  /**
   * One entry.
   *
   * @param mac the link-layer address; empty when nobody has answered yet
   * @param states such as {@code REACHABLE} and {@code FAILED}; a proxy entry has none
   */
  public record Neighbor(IpAddress address, String dev, Optional<String> mac, List<String> states) {
    public Neighbor {
      states = List.copyOf(states);
    }

    /** Whether somebody was asked for and did not answer. */
    public boolean hasFailed() {
      return states.contains("FAILED") || states.contains("INCOMPLETE");
    }
  }

  public static Neighbors parse(String json) {
    JsonList<Neighbor> list =
        JsonList.read(json, "neighbors", "a neighbor without address", Neighbors::neighbor);
    return new Neighbors(list.elements(), list.faults());
  }

  /** The entries of an address, one for each interface on which it was asked for. */
  public List<Neighbor> of(IpAddress address) {
    return neighbors.stream().filter(one -> one.address().equals(address)).toList();
  }

  private static Optional<Neighbor> neighbor(ApiObject entry) {
    return entry
        .text("dst")
        .flatMap(IpAddress::tryParse)
        .map(
            address ->
                new Neighbor(
                    address,
                    entry.text("dev").orElse(""),
                    entry.text("lladdr"),
                    entry.texts("state")));
  }
}
