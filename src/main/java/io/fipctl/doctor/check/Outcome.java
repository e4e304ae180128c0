package io.fipctl.doctor.check;

import io.fipctl.evidence.MissingEvidence;

/** What a check says about one thing it looked at. */
public sealed interface Outcome {
  /** It was seen and is right. */
  record Ok(Subject subject, String note) implements Outcome {}

  /** It was seen and is wrong. */
  record Found(Finding finding) implements Outcome {}

  /** It was not looked at, for a reason that is no failure. */
  record Skipped(Subject subject, String reason, Why why) implements Outcome {
    /** Why not. */
    public enum Why {
      /** A permission is missing. */
      FORBIDDEN,
      /** The user wanted it so. */
      DECLINED,
      /** There is nothing to look at. */
      NOT_APPLICABLE
    }
  }

  /** It was to be seen and was not. */
  record Unknown(Subject subject, String reason) implements Outcome {}

  static Outcome ok(Subject subject) {
    return new Ok(subject, "");
  }

  /** Right, with something worth knowing. */
  static Outcome ok(Subject subject, String note) {
    return new Ok(subject, note);
  }

  static Outcome notApplicable(String reason) {
    return new Skipped(Subject.CLUSTER, reason, Skipped.Why.NOT_APPLICABLE);
  }

  /** What a check says instead of a judgement that needs what was not read. */
  static Outcome of(MissingEvidence missing, Subject subject) {
    return switch (missing.kind()) {
      case FORBIDDEN -> new Skipped(subject, missing.getMessage(), Skipped.Why.FORBIDDEN);
      case DECLINED -> new Skipped(subject, missing.getMessage(), Skipped.Why.DECLINED);
      case UNKNOWN -> new Unknown(subject, missing.getMessage());
    };
  }
}
