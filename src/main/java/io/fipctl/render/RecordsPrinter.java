package io.fipctl.render;

import io.fipctl.lease.AddressRecord;
import io.fipctl.lease.AddressRecord.Entry;
import io.fipctl.lease.Intent;
import io.fipctl.lease.PodIdentity;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How locks, histories and open changes look. */
public final class RecordsPrinter {
  private static final String NONE = "<none>";

  private RecordsPrinter() {}

  /** One line for people about a change that was begun and not ended; empty when there is none. */
  public static Optional<String> remark(AddressRecord record) {
    if (!record.isOpen()) {
      return Optional.empty();
    }
    return Optional.of(
        record
            .lock()
            .map(
                lock ->
                    "%s is being changed: %s; the lock is %s's"
                        .formatted(record.address(), record.begun(), lock.holder()))
            .orElse(
                "%s of %s was cut off; fipctl recover %s ends it"
                    .formatted(record.begun(), record.address(), record.address())));
  }

  public static Table locks(List<AddressRecord> records) {
    return new Table(
        List.of("ADDRESS", "HOLDER", "SINCE", "RENEWED", "BEGUN"),
        records.stream()
            .map(
                record ->
                    List.of(
                        record.address().toString(),
                        record.lock().map(AddressRecord.Lock::holder).orElse(NONE),
                        record
                            .lock()
                            .map(AddressRecord.Lock::since)
                            .map(RecordsPrinter::shown)
                            .orElse(NONE),
                        record
                            .lock()
                            .map(AddressRecord.Lock::renewed)
                            .map(RecordsPrinter::shown)
                            .orElse(NONE),
                        begun(record)))
            .toList());
  }

  private static String begun(AddressRecord record) {
    return record.isOpen() ? record.intent().map(Intent::toString).orElse("<unreadable>") : NONE;
  }

  /**
   * All locks and open changes.
   *
   * @param now by which a lock that nobody renews any more is seen
   */
  public static Document lockList(List<AddressRecord> records, Instant now) {
    return Document.list("LockList", records.stream().map(record -> lock(record, now)).toList());
  }

  /** A lock that was broken, or that nobody had. */
  public static Document brokenLock(AddressRecord before, Instant now) {
    Map<String, Object> fields = lock(before, now);
    fields.put("changed", before.lock().isPresent());
    return new Document("BrokenLock", fields);
  }

  private static Map<String, Object> lock(AddressRecord record, Instant now) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("address", record.address().toString());
    fields.put("holder", record.lock().map(AddressRecord.Lock::holder).orElse(null));
    fields.put("since", record.lock().map(AddressRecord.Lock::since).orElse(null));
    fields.put("renewed", record.lock().map(AddressRecord.Lock::renewed).orElse(null));
    fields.put("intent", record.intent().map(Intent::tree).orElse(null));
    fields.put("cutOff", record.asOf(now).isCutOff());
    return fields;
  }

  public static Table history(AddressRecord record) {
    return new Table(
        List.of("WHEN", "ACTION", "FROM", "TO", "WHO", "VERSION"),
        record.history().stream()
            .map(
                entry ->
                    List.of(
                        shown(entry.text("when")),
                        shown(entry.text("action")),
                        shown(entry.pod("from")),
                        shown(entry.pod("to")),
                        shown(entry.text("who")),
                        shown(entry.text("version"))))
            .toList());
  }

  public static Document historyDocument(AddressRecord record) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("address", record.address().toString());
    fields.put("record", record(record));
    fields.put("items", record.history().stream().map(RecordsPrinter::entry).toList());
    return new Document("FloatingIPHistory", fields);
  }

  /** What is written down about an address besides its history. */
  public static Map<String, Object> record(AddressRecord record) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("holder", record.holder().map(PodIdentity::tree).orElse(null));
    fields.put("owner", record.owner().orElse(null));
    fields.put("note", record.note().orElse(null));
    fields.put("protected", record.protect());
    fields.put("intent", record.intent().map(Intent::tree).orElse(null));
    fields.put("lockHolder", record.lock().map(AddressRecord.Lock::holder).orElse(null));
    fields.put("unreadable", record.unreadable());
    return fields;
  }

  private static Map<String, Object> entry(Entry entry) {
    Map<String, Object> fields = new LinkedHashMap<>();
    for (String field : List.of("when", "who", "action", "version")) {
      fields.put(field, entry.text(field));
    }
    fields.put("from", entry.party("from").map(PodIdentity::tree).orElse(null));
    fields.put("to", entry.party("to").map(PodIdentity::tree).orElse(null));
    return fields;
  }

  private static String shown(String text) {
    return text.isEmpty() ? NONE : text;
  }
}
