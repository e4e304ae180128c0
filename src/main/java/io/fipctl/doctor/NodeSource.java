package io.fipctl.doctor;

import java.util.Set;

/**
 * Where the evidence of nodes comes from: one node at a time, so that nobody has to keep that of
 * five hundred.
 */
public interface NodeSource {
  /** The nodes it has; a live cluster has those that the API names, so none of its own. */
  Set<String> names();

  /** Visits a node, once. Several threads may ask at once, each for another node. */
  Seen<NodeEvidence> read(String node);
}
