package io.fipctl.lease;

import io.fipctl.model.ApiObject;
import io.fipctl.model.IpAddress;
import io.fipctl.model.JsonText;
import io.fipctl.model.Pod;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What is written down about an address, in its Lease. Anybody who may edit Leases may have written
 * it, so it is never trusted: what cannot be read is named and not acted on.
 *
 * @param lock who has the address's lock, by the Lease itself
 * @param intent the change that was begun and not ended
 * @param holder the pod that the last change left the address with
 * @param history the last changes, the newest first
 * @param protect whether it may not be taken away without being told twice
 * @param owner who the address belongs to, for people
 * @param note anything, for people
 * @param unreadable the annotations that hold no such thing
 * @param newer whether a newer fipctl wrote it in a form that this one does not know
 */
public record AddressRecord(
    IpAddress address,
    Optional<Lock> lock,
    Optional<Intent> intent,
    Optional<PodIdentity> holder,
    List<Entry> history,
    boolean protect,
    Optional<String> owner,
    Optional<String> note,
    List<String> unreadable,
    boolean newer) {
  static final String PREFIX = "fipctl.io/";
  static final String FORMAT = PREFIX + "format";
  public static final String INTENT = PREFIX + "intent";
  public static final String HOLDER = PREFIX + "holder";
  public static final String HISTORY = PREFIX + "history";
  static final String PROTECTED = PREFIX + "protected";
  static final String OWNER = PREFIX + "owner";
  static final String NOTE = PREFIX + "note";
  private static final int KEPT = 20;

  /** The bytes that a history may have; others may have written any into it. */
  private static final int HISTORY_ROOM = 64 * 1024;

  /**
   * The bytes that all annotations of an object may have (TotalAnnotationSizeLimitB of
   * apimachinery/pkg/api/validation/objectmeta.go).
   */
  static final int ALL_ROOM = 256 * 1024;

  /**
   * A lock that somebody has, or had when they died.
   *
   * @param since when it was taken, by the holder's clock
   * @param renewed when it was last renewed, by the holder's clock
   */
  public record Lock(String holder, String since, String renewed) {
    public Optional<Instant> lastRenewal() {
      try {
        return Optional.of(Instant.parse(renewed));
      } catch (DateTimeParseException e) {
        return Optional.empty();
      }
    }
  }

  /** One change that was made; a field that is not there is the empty text. */
  public record Entry(Map<String, Object> tree) {
    public String text(String field) {
      return new ApiObject(tree).text(field).orElse("");
    }

    /** When it was made, by the clock of whoever made it. */
    Optional<Instant> when() {
      try {
        return Optional.of(Instant.parse(text("when")));
      } catch (DateTimeParseException e) {
        return Optional.empty();
      }
    }

    /** The pod of a field. */
    public Optional<PodIdentity> party(String field) {
      return PodIdentity.read(new ApiObject(tree).object(field));
    }

    /** The pod of a field, as NS/NAME; the empty text when there is none. */
    public String pod(String field) {
      return party(field).map(PodIdentity::toString).orElse("");
    }
  }

  /** Nothing is known of the address. */
  static AddressRecord none(IpAddress address) {
    return of(address, ApiObject.EMPTY);
  }

  /** What a Lease says. */
  public static AddressRecord of(IpAddress address, ApiObject lease) {
    List<String> unreadable = new ArrayList<>();
    Optional<Intent> intent =
        tree(lease, INTENT, unreadable)
            .map(ApiObject::new)
            .filter(tree -> !RecordFormat.isNewer(tree))
            .flatMap(Intent::read);
    Optional<PodIdentity> holder =
        tree(lease, HOLDER, unreadable).flatMap(tree -> PodIdentity.read(new ApiObject(tree)));
    missing(lease, INTENT, intent.isPresent(), unreadable);
    missing(lease, HOLDER, holder.isPresent(), unreadable);
    return new AddressRecord(
        address,
        lock(lease),
        intent,
        holder,
        history(lease, unreadable),
        lease.annotation(PROTECTED).equals(Optional.of("true")),
        lease.annotation(OWNER),
        lease.annotation(NOTE),
        List.copyOf(unreadable),
        isNewer(lease));
  }

  /** Digits above all that an older fipctl could have written; anything else is nobody's form. */
  private static boolean isNewer(ApiObject lease) {
    boolean record =
        lease
            .annotation(FORMAT)
            .filter(text -> text.matches("[1-9][0-9]{0,8}"))
            .filter(text -> Long.parseLong(text) > RecordFormat.VERSION)
            .isPresent();
    return record
        || lease
            .annotation(INTENT)
            .flatMap(RecordFormat::tree)
            .filter(RecordFormat::isNewer)
            .isPresent();
  }

  /**
   * Refuses what is not understood: it is not acted on.
   *
   * @throws io.fipctl.model.FipctlException exit 9 when a newer fipctl wrote it
   */
  void requireKnown() {
    if (newer) {
      throw RecordFormat.newer("the record of " + address);
    }
  }

  /** The same with nobody at it: for whoever has the lock, or has broken it. */
  public AddressRecord unlocked() {
    return new AddressRecord(
        address,
        Optional.empty(),
        intent,
        holder,
        history,
        protect,
        owner,
        note,
        unreadable,
        newer);
  }

  /**
   * The same as somebody sees it who only looks, by the clock of the cluster: a lock that was not
   * renewed for its term has nobody who is at it. Who wants the lock itself must not go by this.
   */
  public AddressRecord asOf(Instant now) {
    boolean isRenewed =
        lock.flatMap(Lock::lastRenewal)
            .filter(last -> last.plus(AddressLock.TERM).isAfter(now))
            .isPresent();
    return isRenewed ? this : unlocked();
  }

  /**
   * Since when a pod has the address: the oldest of the newest changes that left it with this pod,
   * by its UID. Empty when the address was last left with another pod, or the time is not legible.
   */
  public Optional<Instant> heldSince(Pod pod) {
    return history.stream()
        .takeWhile(entry -> entry.party("to").filter(party -> party.is(pod)).isPresent())
        .reduce((newer, older) -> older)
        .flatMap(Entry::when);
  }

  /** Whether a change was begun that nobody has ended, be it one that cannot be read. */
  public boolean isOpen() {
    return intent.isPresent() || unreadable.contains(INTENT);
  }

  /** Whether an open change has nobody who is at it. */
  public boolean isCutOff() {
    return isOpen() && lock.isEmpty();
  }

  /** The pods that an open change is about: whoever began it writes to no other. */
  List<PodIdentity> parties() {
    return intent.stream()
        .flatMap(open -> Stream.concat(open.from().stream(), open.to().stream()))
        .toList();
  }

  /** What was begun, in words. */
  public String begun() {
    return intent
        .map(open -> "a %s (%s, %s)".formatted(open, open.by(), open.since()))
        .orElse(newer ? "a change by a newer fipctl" : "a change that cannot be read");
  }

  /** The history with one more entry, without the oldest of too many. */
  public String historyWith(Entry newest) {
    List<Object> entries = new ArrayList<>();
    entries.add(newest.tree());
    history.stream().limit(KEPT - 1L).forEach(entry -> entries.add(entry.tree()));
    String text = JsonText.write(entries);
    while (RecordEdit.bytes(text) > HISTORY_ROOM && entries.size() > 1) {
      entries.removeLast();
      text = JsonText.write(entries);
    }
    return text;
  }

  private static Optional<Lock> lock(ApiObject lease) {
    return lease
        .text("spec", "holderIdentity")
        .filter(holder -> !holder.isEmpty())
        .map(
            holder ->
                new Lock(
                    holder,
                    lease.text("spec", "acquireTime").orElse(""),
                    lease.text("spec", "renewTime").orElse("")));
  }

  private static List<Entry> history(ApiObject lease, List<String> unreadable) {
    List<Entry> entries = new ArrayList<>();
    Optional<Object> list = json(lease, HISTORY, unreadable);
    if (list.isPresent() && list.get() instanceof List<?> elements) {
      for (Object element : elements) {
        if (element instanceof Map<?, ?> map) {
          Map<String, Object> tree = new LinkedHashMap<>();
          map.forEach((key, value) -> tree.put((String) key, value));
          entries.add(new Entry(tree));
        }
      }
    }
    missing(lease, HISTORY, list.filter(List.class::isInstance).isPresent(), unreadable);
    return List.copyOf(entries);
  }

  private static Optional<Map<String, Object>> tree(
      ApiObject lease, String key, List<String> unreadable) {
    return json(lease, key, unreadable)
        .map(value -> new ApiObject(Map.of("it", value)).object("it").tree());
  }

  private static Optional<Object> json(ApiObject lease, String key, List<String> unreadable) {
    if (lease.annotation(key).isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.ofNullable(JsonText.plain(JsonText.parse(lease.annotation(key).get())));
    } catch (JsonText.SyntaxException e) {
      missing(lease, key, false, unreadable);
      return Optional.empty();
    }
  }

  private static void missing(ApiObject lease, String key, boolean read, List<String> unreadable) {
    if (!read && lease.annotation(key).isPresent() && !unreadable.contains(key)) {
      unreadable.add(key);
    }
  }
}
