package io.fipctl.model;

import java.util.List;

/** A CNI network config that cannot be read or edited with certainty, and the line of that. */
public final class TemplateRefusedException extends FipctlException {
  private final int line;
  private final String what;

  TemplateRefusedException(String reason, int line, String what, String text, String hint) {
    super(
        ExitCode.UNSUPPORTED,
        reason,
        "the CNI network config cannot be edited with certainty: %s in line %d: %s"
            .formatted(what, line, text),
        List.of(hint),
        false,
        null);
    this.line = line;
    this.what = what;
  }

  /** The line, counted from 1. */
  public int line() {
    return line;
  }

  /** What is wrong, without the text of the line: on a node that may be a secret. */
  public String what() {
    return what;
  }
}
