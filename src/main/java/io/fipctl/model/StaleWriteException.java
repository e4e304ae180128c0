package io.fipctl.model;

/**
 * A guarded write that the API server did not make, because the object is no longer what was read:
 * a failed {@code test} of a JSON Patch (422), or a conflicting resource version (409).
 */
public final class StaleWriteException extends FipctlException {
  public StaleWriteException(String message, String... hints) {
    super(ExitCode.CONFLICT, "ChangedMeanwhile", message, hints);
  }
}
