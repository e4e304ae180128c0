package io.fipctl.evidence;

/** Ends a judgement that needs what was not read; its check is then skipped or unknown. */
public final class MissingEvidence extends RuntimeException {
  private final Kind kind;

  /** Why it was not read. */
  public enum Kind {
    FORBIDDEN,
    DECLINED,
    UNKNOWN
  }

  public MissingEvidence(Kind kind, String why) {
    // It is an answer and no bug: nobody reads its trace.
    super(why, null, false, false);
    this.kind = kind;
  }

  /** Why. */
  public Kind kind() {
    return kind;
  }
}
