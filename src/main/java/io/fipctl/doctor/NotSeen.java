package io.fipctl.doctor;

/** Ends a judgement that needs what was not read; its check is then skipped or unknown. */
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

  /** Why. */
  Kind kind() {
    return kind;
  }

}
