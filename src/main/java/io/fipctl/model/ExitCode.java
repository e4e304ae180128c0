package io.fipctl.model;

/** What the process says with its exit status; never a function of the output format. */
public enum ExitCode {
  OK(0, "done, or nothing to do"),
  FAILURE(1, "a bug, an unclassified failure, or declined at a question"),
  USAGE(2, "wrong usage or input"),
  UNCHANGED(3, "unchanged, and --error-unchanged was given"),
  CONFLICT(4, "conflict: held by another pod, or an assertion failed"),
  NOT_FOUND(5, "not found: pod, node, or an address that nobody holds"),
  FORBIDDEN(6, "not allowed: RBAC, authentication or admission"),
  NOT_SEEN(7, "not seen on the node in time, or nobody could look"),
  HALF_DONE(8, "stopped half-way, or the undo failed"),
  UNSUPPORTED(9, "the pod, node or cluster cannot carry it"),
  FINDINGS(10, "doctor: findings at or above --fail-on"),
  NOT_LOOKED(11, "doctor --strict: something could not be looked at"),
  UNREACHABLE(20, "the API server is unreachable"),
  INTERRUPTED(130, "interrupted (SIGINT), after cleaning up"),
  TERMINATED(143, "terminated (SIGTERM), after cleaning up");

  private final int number;
  private final String meaning;

  ExitCode(int number, String meaning) {
    this.number = number;
    this.meaning = meaning;
  }

  /** The exit status of the process. */
  public int number() {
    return number;
  }

  /** One line for {@code --help} and the man page. */
  public String meaning() {
    return meaning;
  }
}
