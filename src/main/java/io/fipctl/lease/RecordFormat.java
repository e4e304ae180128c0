package io.fipctl.lease;

import io.fipctl.model.ApiObject;
import io.fipctl.model.FipctlException;
import io.fipctl.model.JsonText;
import java.util.Map;
import java.util.Optional;

/**
 * The version of what fipctl writes for itself and for others of its kind: intents, records and
 * fences. What has no version is from before there were any and is read like the first.
 */
final class RecordFormat {
  /** What is written, and the newest that is understood. */
  static final long VERSION = 1;

  static final String FIELD = "version";

  private RecordFormat() {}

  /** A JSON object; empty for any other text. */
  static Optional<ApiObject> tree(String json) {
    try {
      Object plain = JsonText.plain(JsonText.parse(json));
      return plain instanceof Map<?, ?>
          ? Optional.of(new ApiObject(Map.of("it", plain)).object("it"))
          : Optional.empty();
    } catch (JsonText.SyntaxException e) {
      return Optional.empty();
    }
  }

  /** Whether it is of a version that is not understood, which is told and not acted on. */
  static boolean isNewer(ApiObject tree) {
    return tree.number(FIELD).orElse(VERSION) > VERSION;
  }

  /**
   * The refusal of what is newer.
   *
   * @param what names it: {@code the record of 203.0.113.10}
   */
  static FipctlException newer(String what) {
    return FipctlException.unsupported(
        "NewerFormat",
        "%s was written by a newer fipctl; this one knows format %d".formatted(what, VERSION),
        "use the newer fipctl for this address");
  }
}
