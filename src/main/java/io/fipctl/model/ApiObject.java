package io.fipctl.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An object as the Kubernetes API prints it: a tree of maps, lists, texts, numbers and flags, read
 * by path. What is not there, or is of another type, is simply absent: objects come from clusters
 * of many versions.
 */
public record ApiObject(Map<String, Object> tree) {
  public static final ApiObject EMPTY = new ApiObject(Map.of());

  /** The text at the path; a number or flag as its text. */
  public Optional<String> text(String... path) {
    Object value = at(path);
    return value instanceof String || value instanceof Number || value instanceof Boolean
        ? Optional.of(value.toString())
        : Optional.empty();
  }

  /** Whether {@code true} stands at the path. */
  public boolean flag(String... path) {
    return Boolean.TRUE.equals(at(path));
  }

  public OptionalLong number(String... path) {
    return at(path) instanceof Number number
        ? OptionalLong.of(number.longValue())
        : OptionalLong.empty();
  }

  public boolean has(String... path) {
    return at(path) != null;
  }

  /** The object at the path; {@link #EMPTY} when there is none. */
  public ApiObject object(String... path) {
    return asObject(at(path));
  }

  /** The objects of the list at the path; empty when there is none. */
  public List<ApiObject> objects(String... path) {
    List<ApiObject> objects = new ArrayList<>();
    for (Object element : list(path)) {
      if (element instanceof Map) {
        objects.add(asObject(element));
      }
    }
    return objects;
  }

  /** The texts of the list at the path; empty when there is none. */
  public List<String> texts(String... path) {
    List<String> texts = new ArrayList<>();
    for (Object element : list(path)) {
      if (element instanceof String text) {
        texts.add(text);
      }
    }
    return texts;
  }

  /** The entries of the list at the path, whatever their type; empty when there is none. */
  public List<?> list(String... path) {
    return at(path) instanceof List<?> list ? list : List.of();
  }

  /** The map of texts at the path, such as labels; empty when there is none. */
  public Map<String, String> map(String... path) {
    Map<String, String> map = new LinkedHashMap<>();
    object(path)
        .tree
        .forEach(
            (key, value) -> {
              if (value instanceof String text) {
                map.put(key, text);
              }
            });
    return map;
  }

  /** Whatever is at the path. */
  public Optional<Object> value(List<String> path) {
    return Optional.ofNullable(at(path.toArray(String[]::new)));
  }

  /** {@code metadata.name}, or the empty text. */
  public String name() {
    return text("metadata", "name").orElse("");
  }

  /** {@code metadata.namespace}, or the empty text for what has none. */
  public String namespace() {
    return text("metadata", "namespace").orElse("");
  }

  public String uid() {
    return text("metadata", "uid").orElse("");
  }

  public String resourceVersion() {
    return text("metadata", "resourceVersion").orElse("");
  }

  /** The value of one annotation; annotation keys hold dots and slashes, so they are no paths. */
  public Optional<String> annotation(String key) {
    return text("metadata", "annotations", key);
  }

  public Optional<String> label(String key) {
    return text("metadata", "labels", key);
  }

  private Object at(String... path) {
    Object here = tree;
    for (String step : path) {
      if (!(here instanceof Map<?, ?> map)) {
        return null;
      }
      here = map.get(step);
    }
    return here;
  }

  @SuppressWarnings("unchecked") // JSON objects have text keys only.
  private static ApiObject asObject(Object value) {
    return value instanceof Map<?, ?> map ? new ApiObject((Map<String, Object>) map) : EMPTY;
  }
}
