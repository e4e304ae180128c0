package io.fipctl.evidence;

import io.fipctl.model.ApiObject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What was read, before anybody judges it.
 *
 * @param kinds the objects of each kind by its plural
 * @param groups the API groups that the server serves
 * @param calicoNamespace where the user says that Calico is; empty to look for it
 */
public record Evidence(
    Origin origin,
    Map<String, Fetched<List<ApiObject>>> kinds,
    Set<String> groups,
    NodeSource nodes,
    Optional<String> calicoNamespace) {
  public Evidence {
    kinds = Map.copyOf(kinds);
    groups = Set.copyOf(groups);
  }

  /** Calico is looked for. */
  public Evidence(
      Origin origin,
      Map<String, Fetched<List<ApiObject>>> kinds,
      Set<String> groups,
      NodeSource nodes) {
    this(origin, kinds, groups, nodes, Optional.empty());
  }

  /** The same, whose Calico is said to be in a namespace. */
  public Evidence withCalicoIn(Optional<String> namespace) {
    return new Evidence(origin, kinds, groups, nodes, namespace);
  }

  /** The same, with other nodes. */
  Evidence with(NodeSource others) {
    return new Evidence(origin, kinds, groups, others, calicoNamespace);
  }

  /**
   * Where it comes from.
   *
   * @param cluster what the user calls it
   * @param taken when; unknown for a folder that does not say so
   */
  public record Origin(String cluster, String server, Optional<Instant> taken) {}

  /** The objects of a kind. */
  public Fetched<List<ApiObject>> seen(String plural) {
    return kinds.getOrDefault(plural, new Fetched.Missing<>("not in this collection"));
  }
}
