package io.fipctl.render;

import io.fipctl.model.FipctlException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An answer for programs: a tree with {@code apiVersion} and {@code kind}, the same for JSON and
 * YAML. Its JSON Schema is {@code schemas/KIND.json}; fields are only ever added.
 */
public record Document(String kind, Map<String, Object> fields) {
  public static final String API_VERSION = "fipctl.io/v1";

  /** A list of things, also when there are none. */
  public static Document list(String kind, List<Map<String, Object>> items) {
    return new Document(kind, Map.of("items", items));
  }

  public static Document error(FipctlException failure) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("exitCode", failure.exitCode().number());
    fields.put("reason", failure.reason());
    fields.put("message", failure.getMessage());
    fields.put("hint", failure.hint().orElse(null));
    fields.put("hints", failure.hints());
    fields.put("changed", failure.changed());
    return new Document("Error", fields);
  }

  /** The whole tree, the two fixed fields first. */
  public Map<String, Object> tree() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("apiVersion", API_VERSION);
    tree.put("kind", kind);
    tree.putAll(fields);
    return tree;
  }
}
