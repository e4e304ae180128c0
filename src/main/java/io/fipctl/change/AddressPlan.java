package io.fipctl.change;

import io.fipctl.change.step.ChangePlan;
import io.fipctl.change.step.WatchedStep;
import io.fipctl.lease.Actor;
import io.fipctl.lease.Change;
import io.fipctl.lease.Change.Action;
import io.fipctl.lease.Change.Outcome;
import io.fipctl.lease.Intent;
import io.fipctl.lease.Intent.Ordering;
import io.fipctl.lease.LockLost;
import io.fipctl.lease.PodIdentity;
import io.fipctl.model.Clock;
import io.fipctl.model.FipctlException;
import io.fipctl.model.IpAddress;
import io.fipctl.model.Pod;
import io.fipctl.model.Progress;
import io.fipctl.model.ShellCommand;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * What is planned for one address: to take it from a pod, to give it to one, or both.
 *
 * @param address as it is printed; where a whole value is cleared away, that value
 * @param concerns the addresses whose locks and records it needs: one, or those of a whole value
 * @param from the pod that loses it
 * @param to the pod that gets it, or has it already
 * @param watched whether the nodes are watched while the steps are taken
 * @param continues whether it goes on with what was cut off: it then cannot be undone to a whole
 */
record AddressPlan(
    String address,
    List<IpAddress> concerns,
    Action action,
    Optional<Pod> from,
    Optional<Pod> to,
    List<WatchedStep> steps,
    boolean watched,
    boolean continues,
    List<String> warnings) {
  AddressPlan {
    concerns = List.copyOf(concerns);
    steps = List.copyOf(steps);
    warnings = List.copyOf(warnings);
  }

  static AddressPlan nothing(IpAddress address, Action action, Optional<Pod> holder) {
    return new AddressPlan(
        address.toString(),
        List.of(address),
        action,
        Optional.empty(),
        holder,
        List.of(),
        false,
        false,
        List.of());
  }

  /** Only to be closed: of what was begun nothing was written to a pod. */
  static AddressPlan closing(IpAddress address, Action action, Optional<Pod> holder, String why) {
    return new AddressPlan(
        address.toString(),
        List.of(address),
        action,
        Optional.empty(),
        holder,
        List.of(),
        false,
        true,
        List.of(why));
  }

  /** Of one address, to be done from the beginning. */
  static AddressPlan of(
      IpAddress address,
      Action action,
      Optional<Pod> from,
      Optional<Pod> to,
      List<WatchedStep> steps,
      boolean watched,
      List<String> warnings) {
    return new AddressPlan(
        address.toString(), List.of(address), action, from, to, steps, watched, false, warnings);
  }

  /** Whether nothing is to be done: what was cut off is at least to be closed. */
  boolean isNothing() {
    return steps.isEmpty() && !continues;
  }

  ChangePlan plan() {
    return new ChangePlan(List.copyOf(steps));
  }

  /** What is written down before the first write. */
  Intent intent(Ordering ordering, Actor author, Clock pause) {
    return new Intent(
        action,
        from.map(PodIdentity::of),
        to.map(PodIdentity::of),
        ordering,
        author.who(),
        pause.now().truncatedTo(ChronoUnit.SECONDS).toString());
  }

  /** Carries it out; a step that fails undoes the whole. */
  Change carryOut(Progress progress, Clock pause) {
    if (isNothing()) {
      return result(Outcome.UNCHANGED, Duration.ZERO);
    }
    if (steps.isEmpty()) {
      return recorded();
    }
    Duration start = pause.uptime();
    try {
      plan().apply(progress);
    } catch (FipctlException undone) {
      throw continues ? halfDone(undone) : saying(undone);
    }
    return result(Outcome.DONE, pause.uptime().minus(start));
  }

  /** Whoever reads of a failure wants to know what is left of it. */
  private static FipctlException saying(FipctlException failure) {
    if (failure instanceof LockLost) {
      return failure;
    }
    return switch (failure.exitCode()) {
      // Those say it themselves.
      case HALF_DONE -> failure;
      default ->
          new FipctlException(
                  failure.exitCode(),
                  failure.reason(),
                  failure.getMessage() + "; nothing stays changed",
                  failure.hints().toArray(String[]::new))
              .causedBy(failure);
    };
  }

  private FipctlException halfDone(FipctlException failure) {
    return failure instanceof LockLost
        ? failure
        : FipctlException.halfDone(
                "StillCutOff",
                "%s is as it was left: %s".formatted(address, failure.getMessage()),
                ShellCommand.of("fipctl recover %s   # once that is out of the way", address))
            .causedBy(failure);
  }

  /** What it is when it is not carried out. */
  Change planned() {
    return result(isNothing() ? Outcome.UNCHANGED : Outcome.PLANNED, Duration.ZERO);
  }

  Change notDone() {
    return result(Outcome.NOT_DONE, Duration.ZERO);
  }

  /** Only the record was changed. */
  Change recorded() {
    return result(Outcome.RECORDED, Duration.ZERO);
  }

  private Change result(Outcome outcome, Duration took) {
    Optional<FipctlException> unseen =
        steps.stream().flatMap(step -> step.sighting().unseen().stream()).findFirst();
    int deletedFlows = steps.stream().mapToInt(step -> step.sighting().deletedFlows()).sum();
    return new Change(
        address,
        action,
        outcome,
        action == Action.RELEASE ? to.or(() -> from) : to,
        action == Action.MOVE ? from : Optional.empty(),
        outcome == Outcome.DONE && watched && unseen.isEmpty(),
        unseen,
        deletedFlows,
        took,
        warnings);
  }
}
