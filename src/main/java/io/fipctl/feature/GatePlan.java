package io.fipctl.feature;

import io.fipctl.change.step.ChangePlan;
import java.util.List;

/**
 * What {@link Enable} or {@link Disable} is going to do, and all that is to be said before.
 *
 * @param plan empty when nothing is to do
 * @param diff the unified diff of the template and of the FelixConfigurations
 * @param consequence what it means for the nodes, for the question; empty when nothing happens
 * @param warnings what stops nothing and should be known
 * @param left what the user still has to do afterwards, as commands
 */
public record GatePlan(
    ChangePlan plan, String diff, String consequence, List<String> warnings, List<String> left) {
  public GatePlan {
    warnings = List.copyOf(warnings);
    left = List.copyOf(left);
  }
}
