package io.fipctl.evidence;

import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Where the evidence of nodes comes from: one node at a time, so that nobody has to keep that of
 * five hundred.
 */
public interface NodeSource {
  /** The nodes it has; a live cluster has those that the API names, so none of its own. */
  Set<String> names();

  /** Visits a node, once. Several threads may ask at once, each for another node. */
  Fetched<NodeEvidence> read(String node);

  /**
   * The same, and somebody hears what came of each visit.
   *
   * @param hear called by several threads
   */
  default NodeSource heardBy(BiConsumer<String, Fetched<NodeEvidence>> hear) {
    NodeSource source = this;
    return new NodeSource() {
      @Override
      public Set<String> names() {
        return source.names();
      }

      @Override
      public Fetched<NodeEvidence> read(String node) {
        Fetched<NodeEvidence> seen = source.read(node);
        hear.accept(node, seen);
        return seen;
      }
    };
  }
}
