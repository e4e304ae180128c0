package io.fipctl.model;

import java.util.List;
import java.util.Optional;

/**
 * A failure that is an answer: what was found, why that is refused and what to type next.
 *
 * <p>Anything else that is thrown is a bug and ends with {@link ExitCode#FAILURE}.
 */
public class FipctlException extends RuntimeException {
  private final ExitCode exitCode;
  private final String reason;
  private final List<String> hints;
  private final boolean changed;

  /**
   * @param reason a CamelCase word that scripts can compare, such as {@code AddressHeld}
   * @param message one sentence: what was asked and what was found
   * @param hints what to type or do next, best first
   */
  public FipctlException(ExitCode exitCode, String reason, String message, String... hints) {
    this(exitCode, reason, message, List.of(hints), false, null);
  }

  /** For kinds of failures that carry more; {@code changed} says whether a change stands. */
  protected FipctlException(
      ExitCode exitCode,
      String reason,
      String message,
      List<String> hints,
      boolean changed,
      Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
    this.reason = reason;
    this.hints = List.copyOf(hints);
    this.changed = changed;
  }

  public static FipctlException usage(String message, String... hints) {
    return new FipctlException(ExitCode.USAGE, "BadInput", message, hints);
  }

  public static FipctlException conflict(String reason, String message, String... hints) {
    return new FipctlException(ExitCode.CONFLICT, reason, message, hints);
  }

  public static FipctlException notFound(String reason, String message, String... hints) {
    return new FipctlException(ExitCode.NOT_FOUND, reason, message, hints);
  }

  public static FipctlException forbidden(String reason, String message, String... hints) {
    return new FipctlException(ExitCode.FORBIDDEN, reason, message, hints);
  }

  public static FipctlException notSeen(String reason, String message, String... hints) {
    return new FipctlException(ExitCode.NOT_SEEN, reason, message, hints);
  }

  public static FipctlException halfDone(String reason, String message, String... hints) {
    return new FipctlException(ExitCode.HALF_DONE, reason, message, hints);
  }

  public static FipctlException unsupported(String reason, String message, String... hints) {
    return new FipctlException(ExitCode.UNSUPPORTED, reason, message, hints);
  }

  public static FipctlException unreachable(String message, String... hints) {
    return new FipctlException(ExitCode.UNREACHABLE, "Unreachable", message, hints);
  }

  public ExitCode exitCode() {
    return exitCode;
  }

  public String reason() {
    return reason;
  }

  /** What to type next, best first; may be empty. */
  public List<String> hints() {
    return hints;
  }

  /** The first hint. */
  public Optional<String> hint() {
    return hints.stream().findFirst();
  }

  /** Whether a change was made and stands although this failed. */
  public boolean changed() {
    return changed;
  }

  /** The same failure, of which a change stands. */
  public FipctlException leavingAChange() {
    return new FipctlException(exitCode, reason, getMessage(), hints, true, getCause());
  }

  /** The same failure with what made it happen. */
  public FipctlException causedBy(Throwable cause) {
    return new FipctlException(exitCode, reason, getMessage(), hints, changed, cause);
  }
}
