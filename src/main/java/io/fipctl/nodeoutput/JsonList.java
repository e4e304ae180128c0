package io.fipctl.nodeoutput;

import io.fipctl.model.ApiObject;
import io.fipctl.model.JsonText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Reads the list of objects that the {@code ip} tool prints with {@code -j}. */
public record JsonList<T>(List<T> elements, List<ParseProblem> faults) {
  /**
   * @param what the list is of, in the plural
   * @param wrong what is said of an element that the reader makes nothing of
   */
  static <T> JsonList<T> read(
      String json, String what, String wrong, Function<ApiObject, Optional<T>> reader) {
    List<T> elements = new ArrayList<>();
    List<ParseProblem> faults = new ArrayList<>();
    LineIndex places = new LineIndex(json);
    try {
      // Old versions of the tool print nothing at all when there is nothing to list.
      JsonText.Value document = JsonText.parse(json.isBlank() ? "[]" : json);
      if (document instanceof JsonText.Arr list) {
        for (JsonText.Value element : list.elements()) {
          reader
              .apply(object(element))
              .ifPresentOrElse(
                  elements::add, () -> faults.add(places.fault(element.start(), wrong)));
        }
      } else {
        faults.add(places.fault(document.start(), "no list of " + what));
      }
    } catch (JsonText.SyntaxException e) {
      faults.add(places.fault(e));
    }
    return new JsonList<>(elements, faults);
  }

  /** The value as an object; the empty one when it is something else. */
  @SuppressWarnings("unchecked") // The plain form of a JSON object has text keys.
  public static ApiObject object(JsonText.Value value) {
    return JsonText.plain(value) instanceof Map<?, ?> map
        ? new ApiObject((Map<String, Object>) map)
        : ApiObject.EMPTY;
  }
}
