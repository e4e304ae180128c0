package io.fipctl.lab;

import io.fipctl.lab.simulation.Controllers;
import io.fipctl.lab.simulation.LabState;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * One failure that the practice cluster can have: what goes wrong in real ones, by name.
 *
 * @param name what the user types
 * @param check the check that finds it
 * @param sentence what is wrong, for people
 * @param plant makes a healthy cluster have it
 */
public record Breakage(String name, String check, String sentence, Consumer<LabState> plant) {
  /** Every one, in the order of the checks. */
  public static final List<Breakage> ALL =
      Stream.concat(ApiBreakages.ALL.stream(), NodeBreakages.ALL.stream())
          .sorted(Comparator.comparing(Breakage::check))
          .toList();

  /** The checks that no single failure of the lab makes find something, and why. */
  public static final Map<String, String> NOT_SHOWN =
      Map.of(
          "FIP-002",
          "a missing right is no finding: what needs it is skipped and names the rule",
          "FIP-107",
          "it tells whether the annotation is guarded, which is no finding either way",
          "FIP-305",
          "where pods can be read, two nodes lead an address to a pod only because two pods claim it"
              + " (FIP-203) or a rule is stale (FIP-304): it follows from those",
          "FIP-501",
          "pods here answer whatever reaches them",
          "FIP-502",
          "packets are sent with --probe only, and what they find here follows from FIP-301",
          "FIP-503",
          "packets are sent with --probe only, and what they find here follows from FIP-301 or FIP-306",
          "FIP-504",
          "no node can try it: it begins in the pod",
          "FIP-505",
          "no node can try it: it begins outside of the cluster");

  /** The breakage of a name. */
  public static Optional<Breakage> byName(String name) {
    return ALL.stream().filter(each -> each.name().equals(name)).findFirst();
  }

  /** The healthy practice cluster with this failure. */
  public LabState planted(InstantSource time) {
    LabState state = LabState.healthy(time);
    Controllers.settle(state);
    plant.accept(state);
    return state;
  }
}
