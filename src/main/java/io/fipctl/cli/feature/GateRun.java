package io.fipctl.cli.feature;

import io.fipctl.cli.session.DryRunOptions;
import io.fipctl.cli.session.Session;
import io.fipctl.feature.GatePlan;
import io.fipctl.model.ExitCode;
import io.fipctl.render.Document;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Shows, asks and carries out what enable or disable plans, and answers. */
final class GateRun {
  private GateRun() {}

  /**
   * @param done what the answer says when it is done: {@code enabled}
   * @param advice further lines for the question
   */
  static int run(
      Session session, GatePlan plan, GateSwitches switches, String done, List<String> advice) {
    plan.warnings().forEach(session.console()::warning);
    DryRunOptions attempt = switches.attempt;
    if (plan.plan().isEmpty()) {
      answer(session, plan, "unchanged", done);
      return plan.left().isEmpty() ? attempt.unchanged() : ExitCode.OK.number();
    }
    if (!attempt.isDryRun()) {
      List<String> lines =
          new ArrayList<>(plan.plan().steps().stream().map(s -> s.describe()).toList());
      if (!plan.consequence().isEmpty()) {
        lines.add(plan.consequence());
      }
      lines.addAll(advice);
      session.confirm(lines);
      session.surroundings().interruption().begin();
      plan.plan().apply(session.progress());
    } else if (attempt.isTriedOnServer()) {
      plan.plan().tryOnServer();
    }
    answer(session, plan, attempt.isDryRun() ? "planned" : "done", done);
    return ExitCode.OK.number();
  }

  private static void answer(Session session, GatePlan plan, String outcome, String done) {
    switch (session.format()) {
      case TABLE, WIDE -> {
        if (outcome.equals("planned")) {
          session.console().print(plan.diff());
        }
        session
            .console()
            .println(
                "floating IPs %s"
                    .formatted(
                        switch (outcome) {
                          case "planned" -> done + " (dry run)";
                          case "done" -> plan.left().isEmpty() ? done : "partly " + done;
                          default -> plan.left().isEmpty() ? "unchanged" : "partly " + done;
                        }));
        plan.left().forEach(command -> session.console().note("still to do: " + command));
      }
      case NAME -> {}
      case JSON, YAML -> {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("outcome", outcome);
        fields.put("changed", outcome.equals("done"));
        fields.put("steps", plan.plan().steps().stream().map(step -> step.describe()).toList());
        fields.put("diff", plan.diff());
        fields.put("warnings", plan.warnings());
        fields.put("left", plan.left());
        session.console().print(new Document("GateChange", fields), session.format());
      }
    }
  }
}
