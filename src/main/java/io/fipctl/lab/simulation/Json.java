package io.fipctl.lab.simulation;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.zjsonpatch.JsonPatchException;
import io.fipctl.model.JsonPatch;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** JSON trees of the lab: read, written, patched, and changed by making a new one. */
public final class Json {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .visibility(PropertyAccessor.ALL, Visibility.NONE)
          .visibility(PropertyAccessor.FIELD, Visibility.ANY)
          .visibility(PropertyAccessor.CREATOR, Visibility.ANY)
          .build();
  private static final ObjectWriter SORTED =
      MAPPER.writer(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);
  private static final TypeReference<LinkedHashMap<String, Object>> TREE = new TypeReference<>() {};

  private Json() {}

  public static Map<String, Object> tree(String json) {
    return read(json, TREE);
  }

  public static <T> T read(String json, TypeReference<T> type) {
    try {
      return MAPPER.readValue(json, type);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e.getOriginalMessage(), e);
    }
  }

  /** The parsed text, or empty when it is no JSON. */
  public static Optional<JsonNode> tryParse(String text) {
    try {
      JsonNode node = MAPPER.readTree(text);
      return node.isMissingNode() ? Optional.empty() : Optional.of(node);
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /** The value as text; maps in the order of their keys, so that equal values are equal texts. */
  public static String write(Object value) {
    return text(SORTED, value);
  }

  /** The value as text, maps in their own order. */
  public static String print(Object value) {
    return text(MAPPER.writer(), value);
  }

  /** Whether both are the same as JSON. */
  public static boolean same(Object one, Object other) {
    return write(one).equals(write(other));
  }

  private static String text(ObjectWriter writer, Object value) {
    try {
      return writer.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e.getOriginalMessage(), e);
    }
  }

  /** The tree with the patch applied; empty when the server would answer 422. */
  public static Optional<Map<String, Object>> patch(Map<String, Object> tree, JsonPatch patch) {
    try {
      // Through text, so that equal numbers are of equal type.
      JsonNode operations = MAPPER.readTree(write(patch.asJson()));
      JsonNode patched =
          io.fabric8.zjsonpatch.JsonPatch.apply(operations, MAPPER.readTree(write(tree)));
      return Optional.of(tree(patched.toString()));
    } catch (JsonPatchException e) {
      return Optional.empty();
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e.getOriginalMessage(), e);
    }
  }

  /** A copy of the tree in which the value stands at the path; maps on the way are made. */
  public static Map<String, Object> with(Map<String, Object> tree, Object value, String... path) {
    return changed(tree, 0, path, old -> value);
  }

  /** A copy of the tree without what stands at the path. */
  public static Map<String, Object> without(Map<String, Object> tree, String... path) {
    return changed(tree, 0, path, old -> null);
  }

  @SuppressWarnings("unchecked") // JSON objects have text keys only.
  private static Map<String, Object> changed(
      Map<String, Object> tree, int depth, String[] path, UnaryOperator<Object> change) {
    Map<String, Object> copy = new LinkedHashMap<>(tree);
    Object old = copy.get(path[depth]);
    Object value;
    if (depth == path.length - 1) {
      value = change.apply(old);
    } else {
      value =
          changed(
              old instanceof Map ? (Map<String, Object>) old : Map.of(), depth + 1, path, change);
    }
    if (value == null) {
      copy.remove(path[depth]);
    } else {
      copy.put(path[depth], value);
    }
    return copy;
  }
}
