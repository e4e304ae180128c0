package io.fipctl.evidence;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What one visit to a node brought.
 *
 * @param files by their names in a collection
 */
public record NodeEvidence(String node, Map<String, Text> files) {
  public NodeEvidence {
    files = Map.copyOf(files);
  }

  /** What a command printed, and how it ended. */
  public record Text(String text, int status) {}

  /** What a command printed, if it ended well. */
  public Optional<String> text(String file) {
    return Optional.ofNullable(files.get(file)).filter(t -> t.status() == 0).map(Text::text);
  }

  /** The texts by file name, of the commands that ended well. */
  Map<String, String> texts() {
    Map<String, String> texts = new TreeMap<>();
    files.forEach((file, text) -> text(file).ifPresent(it -> texts.put(file, it)));
    return texts;
  }
}
