package io.fipctl.kube;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which fields of an object are kept while it is read, so that a list of ten thousand pods costs
 * what is looked at and not what is sent. Lists are passed through: the mask of a list is that of
 * its elements.
 *
 * <p>Written as {@code metadata(name,labels),spec(nodeName)}; {@code *} at the end of a name stands
 * for any rest of it.
 */
public final class FieldMask {
  /** Keeps everything. */
  public static final FieldMask ALL = new FieldMask(Map.of());

  private final Map<String, FieldMask> kept;

  private FieldMask(Map<String, FieldMask> kept) {
    this.kept = kept;
  }

  public static FieldMask parse(String mask) {
    if (mask.equals("*")) {
      return ALL;
    }
    Map<String, FieldMask> kept = new LinkedHashMap<>();
    int start = 0;
    int depth = 0;
    int open = -1;
    for (int i = 0; i <= mask.length(); i++) {
      char c = i < mask.length() ? mask.charAt(i) : ',';
      if (c == '(' && depth++ == 0) {
        open = i;
      } else if (c == ')') {
        depth--;
      } else if (c == ',' && depth == 0) {
        if (open < 0) {
          kept.put(mask.substring(start, i), ALL);
        } else {
          kept.put(mask.substring(start, open), parse(mask.substring(open + 1, i - 1)));
        }
        start = i + 1;
        open = -1;
      }
    }
    return new FieldMask(kept);
  }

  /** Keeps one more field. */
  FieldMask and(String field) {
    if (kept.isEmpty()) {
      return ALL;
    }
    Map<String, FieldMask> more = new LinkedHashMap<>(kept);
    more.put(field, ALL);
    return new FieldMask(more);
  }

  /** What is kept of an object that is there already. */
  public Map<String, Object> keep(Map<String, Object> tree) {
    if (kept.isEmpty()) {
      return tree;
    }
    Map<String, Object> rest = new LinkedHashMap<>();
    tree.forEach(
        (field, value) -> below(field).ifPresent(mask -> rest.put(field, mask.keepIn(value))));
    return rest;
  }

  @SuppressWarnings("unchecked") // JSON objects have text keys only.
  private Object keepIn(Object value) {
    if (value instanceof Map<?, ?> map) {
      return keep((Map<String, Object>) map);
    }
    return value instanceof List<?> list ? list.stream().map(this::keepIn).toList() : value;
  }

  /** The mask below a field, or empty when the field is not wanted. */
  Optional<FieldMask> below(String field) {
    if (kept.isEmpty()) {
      return Optional.of(ALL);
    }
    FieldMask exact = kept.get(field);
    if (exact != null) {
      return Optional.of(exact);
    }
    return kept.entrySet().stream()
        .filter(entry -> entry.getKey().endsWith("*"))
        .filter(entry -> field.startsWith(entry.getKey().substring(0, entry.getKey().length() - 1)))
        .map(Map.Entry::getValue)
        .findFirst();
  }
}
