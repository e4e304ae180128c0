package io.fipctl.render;

import io.fipctl.model.FipctlException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * An answer for programs: a tree with {@code apiVersion} and {@code kind}, the same for JSON and
 * YAML. Its JSON Schema is {@code schemas/KIND.json}; fields are only ever added.
 */
public record Document(String kind, Map<String, Object> fields) {
  public static final String API_VERSION = "fipctl.io/v1";

  /** The fields whose text, or list of texts, may hold commands to type. */
  private static final Set<String> COMMANDS = Set.of("hint", "hints", "fix", "left", "warnings");

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

  /** The same, with its commands written another way. */
  Document written(UnaryOperator<String> commands) {
    return new Document(kind, written(fields, commands));
  }

  private static Map<String, Object> written(
      Map<String, Object> fields, UnaryOperator<String> commands) {
    Map<String, Object> written = new LinkedHashMap<>();
    fields.forEach(
        (name, value) ->
            written.put(
                name,
                written(value, commands, COMMANDS.contains(name) && !(value instanceof Map))));
    return written;
  }

  @SuppressWarnings("unchecked") // The keys of a document are texts.
  private static Object written(Object value, UnaryOperator<String> commands, boolean line) {
    return switch (value) {
      case null -> null;
      case String text -> line ? commands.apply(text) : text;
      case Map<?, ?> map -> written((Map<String, Object>) map, commands);
      case List<?> list -> list.stream().map(each -> written(each, commands, line)).toList();
      default -> value;
    };
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
