package io.fipctl.render;

import io.fipctl.doctor.FixResult;
import io.fipctl.model.FipctlException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** How what {@code doctor --fix} did looks. */
public final class FixResultsPrinter {
  private FixResultsPrinter() {}

  /**
   * A line for each and one for each reason and hint; an empty line behind them.
   *
   * @param commands how commands to type are written
   */
  public static String lines(List<FixResult> treatments, UnaryOperator<String> commands) {
    Lines text = new Lines();
    for (FixResult treatment : treatments) {
      text.add(
          "%s %s (%s): %s"
              .formatted(
                  treatment.state(),
                  String.join(", ", treatment.fix().checks()),
                  treatment.fix().risk(),
                  treatment.fix().remedy().describe()));
      treatment.why().ifPresent(why -> why(text, why, commands));
    }
    if (treatments.isEmpty()) {
      text.add("nothing that --fix may do");
    }
    return text.empty().toString();
  }

  private static void why(Lines text, FipctlException why, UnaryOperator<String> commands) {
    text.add("  " + why.getMessage());
    why.hints().forEach(hint -> text.add("    " + commands.apply(hint)));
  }

  static List<Map<String, Object>> items(List<FixResult> treatments) {
    return treatments.stream().map(FixResultsPrinter::item).toList();
  }

  private static Map<String, Object> item(FixResult treatment) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("checks", treatment.fix().checks());
    fields.put("action", treatment.fix().remedy().describe());
    fields.put("risk", treatment.fix().risk().toString());
    fields.put("outcome", treatment.state().toString());
    fields.put("reason", treatment.why().map(FipctlException::reason).orElse(null));
    fields.put("message", treatment.why().map(Throwable::getMessage).orElse(null));
    fields.put("hints", treatment.why().map(FipctlException::hints).orElse(List.of()));
    return fields;
  }
}
