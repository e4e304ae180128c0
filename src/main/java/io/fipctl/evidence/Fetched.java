package io.fipctl.evidence;

/**
 * Something that was to be read: its value, or why there is none. Empty and unread are never the
 * same here.
 */
public sealed interface Fetched<T> {
  /** What was read. */
  record Read<T>(T value) implements Fetched<T> {}

  /** RBAC forbids it; {@code rule} is what a role would have to grant. */
  record Forbidden<T>(String rule) implements Fetched<T> {}

  /** It was tried, or should be there, and is not. */
  record Missing<T>(String why) implements Fetched<T> {}

  /** Nobody wanted it to be read. */
  record Declined<T>(String why) implements Fetched<T> {}

  /**
   * The value.
   *
   * @param what names the thing for whoever reads why a check has no answer
   * @throws MissingEvidence when there is none
   */
  default T orNotSeen(String what) {
    return switch (this) {
      case Read<T> read -> read.value();
      case Forbidden<T> forbidden ->
          throw new MissingEvidence(MissingEvidence.Kind.FORBIDDEN, forbidden.rule());
      case Missing<T> missing ->
          throw new MissingEvidence(MissingEvidence.Kind.UNKNOWN, what + ": " + missing.why());
      case Declined<T> declined ->
          throw new MissingEvidence(MissingEvidence.Kind.DECLINED, declined.why());
    };
  }
}
