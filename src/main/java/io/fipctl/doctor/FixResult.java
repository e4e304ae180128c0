package io.fipctl.doctor;

import io.fipctl.model.FipctlException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What became of a fix.
 *
 * @param why nothing was done, or not all of it
 */
public record FixResult(Fix fix, State state, Optional<FipctlException> why) {
  /** How far it got. */
  public enum State {
    /** It would be done. */
    PLANNED,
    DONE,
    /** It was not begun: something is to be decided or done by the user first. */
    LEFT,
    /** It was begun. */
    FAILED;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public static FixResult planned(Fix fix) {
    return new FixResult(fix, State.PLANNED, Optional.empty());
  }

  public static FixResult done(Fix fix) {
    return new FixResult(fix, State.DONE, Optional.empty());
  }

  public static FixResult left(Fix fix, FipctlException why) {
    return new FixResult(fix, State.LEFT, Optional.of(why));
  }

  public static FixResult failed(Fix fix, FipctlException why) {
    return new FixResult(fix, State.FAILED, Optional.of(why));
  }

  /** What failed first: a run in which something did is not a success, whatever is left to see. */
  public static Optional<FipctlException> failure(List<FixResult> treatments) {
    return treatments.stream()
        .filter(treatment -> treatment.state() == State.FAILED)
        .flatMap(treatment -> treatment.why().stream())
        .findFirst();
  }
}
