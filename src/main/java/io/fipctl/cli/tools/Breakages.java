package io.fipctl.cli.tools;

import io.fipctl.lab.Breakage;
import io.fipctl.render.Document;
import io.fipctl.render.Table;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How the failures of the practice cluster are listed. */
final class Breakages {
  private Breakages() {}

  static Table table(List<Breakage> breakages) {
    return new Table(
        List.of("NAME", "CHECK", "FAILURE"),
        breakages.stream()
            .map(each -> List.of(each.name(), each.check(), each.sentence()))
            .toList());
  }

  static Document document(List<Breakage> breakages) {
    return Document.list("BreakageList", breakages.stream().map(Breakages::fields).toList());
  }

  private static Map<String, Object> fields(Breakage breakage) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", breakage.name());
    fields.put("check", breakage.check());
    fields.put("failure", breakage.sentence());
    return fields;
  }
}
