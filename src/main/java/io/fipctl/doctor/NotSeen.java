package io.fipctl.doctor;

/** Ends a judgement that needs what was not read; the check is then skipped or unknown. */
final class NotSeen extends RuntimeException {
  private final Kind kind;

  /** Why it was not read. */
  enum Kind {
    FORBIDDEN,
    DECLINED,
    UNKNOWN
  }

  NotSeen(Kind kind, String why) {
    // It is an answer and no bug: nobody reads its trace.
    super(why, null, false, false);
    this.kind = kind;
  }

  /** What the check says instead of a judgement. */
  Outcome outcome(Subject subject) {
    return switch (kind) {
      case FORBIDDEN -> new Outcome.Skipped(subject, getMessage(), Outcome.Skipped.Why.FORBIDDEN);
      case DECLINED -> new Outcome.Skipped(subject, getMessage(), Outcome.Skipped.Why.DECLINED);
      case UNKNOWN -> new Outcome.Unknown(subject, getMessage());
    };
  }
}
