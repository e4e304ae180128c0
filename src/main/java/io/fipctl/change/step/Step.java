package io.fipctl.change.step;

import io.fipctl.model.Progress;

/**
 * One change that can be taken back. A step has succeeded when its effect was seen where it counts
 * (on the nodes), not when the API server took the write.
 */
public interface Step {
  /** What it does, for dry runs and progress: {@code remove 203.0.113.10 from shop/web-0}. */
  String describe();

  /** The command that takes it back, for the user to type when {@link #undo} could not. */
  String byHand();

  /**
   * Has the API server try the write and keep nothing ({@code dryRun=All}): admission, validation
   * and permissions answer as they would.
   *
   * @throws io.fipctl.model.FipctlException when the write would be refused
   */
  void tryOnServer();

  /**
   * Begins to watch for the effect; done for all steps of a plan before the first of them is taken,
   * so that nothing need be begun between two of them.
   *
   * @throws io.fipctl.model.FipctlException when nobody can watch
   */
  default void prepare() {}

  /**
   * Makes the change and waits for its effect.
   *
   * @throws io.fipctl.model.FipctlException when it was refused or its effect was not seen; it may
   *     have been made in part then, and {@link #undo} takes that back
   */
  void apply(Progress progress);

  /**
   * Takes the change back as far as it was made, and waits for the effect of that. Harmless when
   * nothing was made.
   */
  void undo(Progress progress);

  /**
   * Convinces itself of the effect once all steps of a plan are taken.
   *
   * @throws io.fipctl.model.FipctlException when it was not seen
   */
  default void confirm(Progress progress) {}

  /** Ends what {@link #prepare} began. */
  default void close() {}

  /** Takes this one step and nothing else. */
  default void takeAlone(Progress progress) {
    try {
      prepare();
      apply(progress);
      confirm(progress);
    } finally {
      close();
    }
  }
}
