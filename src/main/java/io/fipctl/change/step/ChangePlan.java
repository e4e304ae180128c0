package io.fipctl.change.step;

import io.fipctl.lease.LockLost;
import io.fipctl.lease.UncertainWrite;
import io.fipctl.model.FipctlException;
import io.fipctl.model.Progress;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Steps to take in order, all of them or none. */
public record ChangePlan(List<Step> steps) {
  public ChangePlan {
    steps = List.copyOf(steps);
  }

  public static ChangePlan of(Step... steps) {
    return new ChangePlan(List.of(steps));
  }

  public boolean isEmpty() {
    return steps.isEmpty();
  }

  /** Has the API server try the writes of all steps, and keeps nothing. */
  public void tryOnServer() {
    steps.forEach(Step::tryOnServer);
  }

  /**
   * Takes the steps, then looks at the whole. When one fails, it and those before it are undone,
   * the last first, and the cause is thrown on; when an undo fails too, exit 8 says what is left.
   * With its lock lost a run undoes nothing.
   */
  public void apply(Progress progress) {
    try {
      steps.forEach(Step::prepare);
      for (int done = 0; done < steps.size(); done++) {
        Step step = steps.get(done);
        progress.step(step.describe());
        attempt(() -> step.apply(progress), done, progress);
      }
      for (Step step : steps) {
        attempt(() -> step.confirm(progress), steps.size() - 1, progress);
      }
    } finally {
      steps.forEach(Step::close);
    }
  }

  private void attempt(Runnable part, int last, Progress progress) {
    try {
      part.run();
    } catch (LockLost lost) {
      throw lost;
    } catch (RuntimeException cause) {
      undo(last, cause, progress);
      // What became of each write is known by now: it was looked up to be taken back.
      throw cause instanceof FipctlException failure ? UncertainWrite.settled(failure) : cause;
    }
  }

  /** How to go on by hand, the way back from a step that could not be undone. */
  private String[] byHand(int step) {
    return Stream.concat(
            Stream.of("fipctl list -A --verify   # what stands now"),
            IntStream.iterate(step, i -> i >= 0, i -> i - 1).mapToObj(i -> steps.get(i).byHand()))
        .distinct()
        .toArray(String[]::new);
  }

  private void undo(int last, RuntimeException cause, Progress progress) {
    for (int i = last; i >= 0; i--) {
      Step step = steps.get(i);
      progress.step("undo: " + step.describe());
      try {
        step.undo(progress);
      } catch (LockLost lost) {
        throw lost;
      } catch (RuntimeException e) {
        FipctlException left =
            FipctlException.halfDone(
                "UndoFailed",
                "%s, and taking it back failed at '%s': %s"
                    .formatted(cause.getMessage(), step.describe(), e.getMessage()),
                byHand(i));
        left.addSuppressed(e);
        throw left.causedBy(cause).leavingAChange();
      }
    }
  }
}
