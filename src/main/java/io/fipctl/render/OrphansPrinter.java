package io.fipctl.render;

import io.fipctl.repair.Cleanup.Leftover;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How what killed runs have left looks. */
public final class OrphansPrinter {
  private OrphansPrinter() {}

  /** One of them in a sentence. */
  public static String named(Leftover leftover) {
    return "%s/%s in %s".formatted(leftover.kind(), leftover.name(), leftover.namespace());
  }

  /**
   * A row for each.
   *
   * @param outcome what became of them: {@code planned} or {@code deleted}
   */
  public static Table table(List<Leftover> leftovers, String outcome) {
    return new Table(
        List.of("KIND", "NAMESPACE", "NAME", "OUTCOME", "WHY"),
        leftovers.stream()
            .map(each -> List.of(each.kind(), each.namespace(), each.name(), outcome, each.why()))
            .toList());
  }

  /** The names for {@code -o name}, a line each. */
  public static String names(List<Leftover> leftovers) {
    Lines text = new Lines();
    leftovers.forEach(each -> text.add(each.kind() + "/" + each.name()));
    return text.toString();
  }

  public static Document document(List<Leftover> leftovers, String outcome) {
    return Document.list(
        "LeftoverList", leftovers.stream().map(each -> fields(each, outcome)).toList());
  }

  private static Map<String, Object> fields(Leftover leftover, String outcome) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("kind", leftover.kind());
    fields.put("namespace", leftover.namespace());
    fields.put("name", leftover.name());
    fields.put("why", leftover.why());
    fields.put("outcome", outcome);
    return fields;
  }
}
