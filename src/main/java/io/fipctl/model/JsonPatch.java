package io.fipctl.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A JSON Patch (RFC 6902): the guarded way to write. The server makes all of it or none, and a
 * {@code test} that does not hold makes it none.
 */
public record JsonPatch(List<Operation> operations) {
  /** One operation; {@code value} is absent (null) only for {@code remove}. */
  public record Operation(String op, String path, Object value) {}

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

  private static String pointer(String... path) {
    StringBuilder pointer = new StringBuilder();
    for (String step : path) {
      pointer.append('/').append(step.replace("~", "~0").replace("/", "~1"));
    }
    return pointer.toString();
  }
}
