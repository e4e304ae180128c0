package io.fipctl.lease;

import io.fipctl.model.FipctlException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What people want to be written down about an address besides who has it.
 *
 * @param owner who it belongs to; the empty text takes that out
 * @param note anything; the empty text takes that out
 * @param protect whether it is to be protected from now on, or no longer; as it is when empty
 */
public record RecordEdit(Optional<String> owner, Optional<String> note, Optional<Boolean> protect) {
  /** How many bytes owner and note may have together: a Lease has 262144 for all it carries. */
  static final int ROOM = 32 * 1024;

  /**
   * Refuses what could be written only in part.
   *
   * @throws FipctlException exit 2 when owner and note are too long
   */
  public RecordEdit {
    long bytes = bytes(owner.orElse("")) + bytes(note.orElse(""));
    if (bytes > ROOM) {
      throw FipctlException.usage(
          "owner and note are %d bytes long, and there is room for %d".formatted(bytes, ROOM),
          "keep the text elsewhere and write down where");
    }
  }

  static long bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  /** Nothing. */
  public static final RecordEdit NONE =
      new RecordEdit(Optional.empty(), Optional.empty(), Optional.empty());

  /** Takes the protection away. */
  public static RecordEdit unprotecting(boolean unprotect) {
    return unprotect
        ? new RecordEdit(Optional.empty(), Optional.empty(), Optional.of(false))
        : NONE;
  }

  /** Whether it would change the record. */
  public boolean changes(AddressRecord record) {
    return owner.filter(text -> !text.equals(record.owner().orElse(""))).isPresent()
        || note.filter(text -> !text.equals(record.note().orElse(""))).isPresent()
        || protect.filter(flag -> flag != record.protect()).isPresent();
  }

  public Map<String, Optional<String>> annotations() {
    Map<String, Optional<String>> annotations = new LinkedHashMap<>();
    owner.ifPresent(text -> annotations.put(AddressRecord.OWNER, filled(text)));
    note.ifPresent(text -> annotations.put(AddressRecord.NOTE, filled(text)));
    protect.ifPresent(
        flag ->
            annotations.put(
                AddressRecord.PROTECTED, flag ? Optional.of("true") : Optional.empty()));
    return annotations;
  }

  private static Optional<String> filled(String text) {
    return Optional.of(text).filter(words -> !words.isEmpty());
  }
}
