package io.fipctl.operation;

import io.fipctl.model.FipctlException;
import io.fipctl.model.IpAddress;
import io.fipctl.model.Pod;
import io.fipctl.operation.Change.Action;
import io.fipctl.operation.Change.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What is planned for one address: to take it from a pod, to give it to one, or both in this order,
 * so that at no time two pods have it.
 *
 * @param from the pod that loses it
 * @param to the pod that gets it, or has it already
 * @param watched whether the nodes are watched while the steps are taken
 */
record Handover(
    String address,
    Action action,
    Optional<Pod> from,
    Optional<Pod> to,
    List<WatchedStep> steps,
    boolean watched,
    List<String> warnings) {
  Handover {
    steps = List.copyOf(steps);
  }

  static Handover nothing(IpAddress address, Action action, Optional<Pod> holder) {
    return new Handover(
        address.toString(), action, Optional.empty(), holder, List.of(), false, List.of());
  }

  boolean isNothing() {
    return steps.isEmpty();
  }

  Plan plan() {
    return new Plan(List.copyOf(steps));
  }

  /** Carries it out; a step that fails undoes the whole. */
  Change carryOut(Progress progress, Pause pause) {
    if (isNothing()) {
      return result(Outcome.UNCHANGED, Duration.ZERO);
    }
    Duration start = pause.uptime();
    try {
      plan().apply(progress);
    } catch (FipctlException undone) {
      throw saying(undone);
    }
    return result(Outcome.DONE, pause.uptime().minus(start));
  }

  /** Whoever reads of a failure wants to know what is left of it. */
  private static FipctlException saying(FipctlException failure) {
    return switch (failure.exitCode()) {
      // Those say it themselves, or nobody knows.
      case HALF_DONE, UNREACHABLE -> failure;
      default ->
          new FipctlException(
                  failure.exitCode(),
                  failure.reason(),
                  failure.getMessage() + "; nothing stays changed",
                  failure.hints().toArray(String[]::new))
              .causedBy(failure);
    };
  }

  /** What it is when it is not carried out. */
  Change planned() {
    return result(isNothing() ? Outcome.UNCHANGED : Outcome.PLANNED, Duration.ZERO);
  }

  Change notDone() {
    return result(Outcome.NOT_DONE, Duration.ZERO);
  }

  private Change result(Outcome outcome, Duration took) {
    Optional<FipctlException> unseen =
        steps.stream().flatMap(step -> step.sighting().unseen().stream()).findFirst();
    int deletedFlows = steps.stream().mapToInt(step -> step.sighting().deletedFlows()).sum();
    return new Change(
        address,
        action,
        outcome,
        to.or(() -> from),
        action == Action.MOVE ? from : Optional.empty(),
        outcome == Outcome.DONE && watched && unseen.isEmpty(),
        unseen,
        deletedFlows,
        took,
        warnings);
  }
}
