package io.fipctl.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A JSON Patch (RFC 6902): the guarded way to write. The server makes all of it or none, and a
 * {@code test} that does not hold makes it none.
 */
public record JsonPatch(List<Operation> operations) {
  /** One operation; {@code value} is absent (null) only for {@code remove}. */
  public record Operation(String op, String path, Object value) {
    /** The keys that the path goes through. */
    List<String> place() {
      return Stream.of(path.substring(1).split("/", -1))
          .map(step -> step.replace("~1", "/").replace("~0", "~"))
          .toList();
    }
  }

  public JsonPatch {
    operations = List.copyOf(operations);
  }

  public static JsonPatch of(Operation... operations) {
    return new JsonPatch(List.of(operations));
  }

  public static Operation test(Object value, String... path) {
    return new Operation("test", pointer(path), value);
  }

  public static Operation add(Object value, String... path) {
    return new Operation("add", pointer(path), value);
  }

  public static Operation replace(Object value, String... path) {
    return new Operation("replace", pointer(path), value);
  }

  public static Operation remove(String... path) {
    return new Operation("remove", pointer(path), null);
  }

  /** The operations as JSON values, in the order and form of the RFC. */
  public List<Map<String, Object>> asJson() {
    List<Map<String, Object>> json = new ArrayList<>();
    for (Operation operation : operations) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("op", operation.op());
      entry.put("path", operation.path());
      if (!operation.op().equals("remove")) {
        entry.put("value", operation.value());
      }
      json.add(entry);
    }
    return json;
  }

  /**
   * What the patch leaves where, place by place: maps are looked into, the last operation at a
   * place counts, and an empty value means that nothing is there.
   */
  public Map<List<String>, Optional<Object>> outcome() {
    Map<List<String>, Optional<Object>> outcome = new LinkedHashMap<>();
    for (Operation operation : operations) {
      switch (operation.op()) {
        case "test" -> {}
        case "remove" -> outcome.put(operation.place(), Optional.empty());
        default -> places(operation.place(), operation.value(), outcome);
      }
    }
    return outcome;
  }

  /** What the patch says was there before, as far as it tests that. */
  public Map<List<String>, Object> tested() {
    Map<List<String>, Object> tested = new LinkedHashMap<>();
    for (Operation operation : operations) {
      if (operation.op().equals("test")) {
        tested.put(operation.place(), operation.value());
      }
    }
    return tested;
  }

  /** The places of a tree as {@link #outcome} tells of them. */
  public static Map<List<String>, Optional<Object>> places(Map<String, Object> tree) {
    Map<List<String>, Optional<Object>> places = new LinkedHashMap<>();
    places(List.of(), tree, places);
    return places;
  }

  private static void places(
      List<String> place, Object value, Map<List<String>, Optional<Object>> places) {
    if (value instanceof Map<?, ?> map) {
      map.forEach(
          (key, below) -> {
            List<String> longer = new ArrayList<>(place);
            longer.add(key.toString());
            places(List.copyOf(longer), below, places);
          });
    } else {
      places.put(place, Optional.ofNullable(value));
    }
  }

  private static String pointer(String... path) {
    StringBuilder pointer = new StringBuilder();
    for (String step : path) {
      pointer.append('/').append(step.replace("~", "~0").replace("/", "~1"));
    }
    return pointer.toString();
  }
}
