package io.fipctl.model;

/**
 * A write of which nobody knows whether it was made: its answer is missing, or a server in trouble
 * gave it.
 */
public final class UncertainWriteException extends FipctlException {
  private final transient FipctlException trouble;

  /**
   * @param trouble what came instead of an answer
   */
  public UncertainWriteException(FipctlException trouble) {
    super(
        trouble.exitCode(),
        trouble.reason(),
        trouble.getMessage() + "; whether the change was made is not known",
        trouble.hints(),
        false,
        trouble);
    this.trouble = trouble;
  }

  /** What came instead of an answer, for whoever has found out what became of the write. */
  public FipctlException trouble() {
    return trouble;
  }
}
