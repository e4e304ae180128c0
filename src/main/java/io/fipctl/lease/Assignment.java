package io.fipctl.lease;

import io.fipctl.model.FloatingIps;
import io.fipctl.model.IpAddress;
import io.fipctl.model.Pod;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One entry of a pod's annotation and what it amounts to.
 *
 * @param text the address in canonical form, or the entry as it stands when it is none
 * @param since since when the pod has the address, by its record; empty where nothing says it
 */
public record Assignment(
    String text, Optional<IpAddress> address, Pod pod, State state, Optional<Instant> since) {

  /** What an entry amounts to. */
  public enum State {
    /** The pod has the address. */
    HELD("held"),
    /** The pod claims it and has no network yet. */
    PENDING("pending"),
    /** The pod is being deleted and still has it. */
    TERMINATING("terminating"),
    /** Several pods have it. */
    DUPLICATE("duplicate"),
    /** The pod has ended: the annotation is left over. */
    LEFTOVER("leftover"),
    /** It is being moved from this pod to another one. */
    MOVING("moving"),
    /** A change was begun with it and cut off. */
    INTERRUPTED("interrupted"),
    /** The pod that is written down for it went without a release. */
    LOST("lost"),
    /** Calico passes the entry over in silence. */
    IGNORED("ignored"),
    /** Calico cannot read the value: the pod has lost its network. */
    MALFORMED("malformed");

    private final String word;

    State(String word) {
      this.word = word;
    }

    @Override
    public String toString() {
      return word;
    }
  }

  private static final Comparator<Assignment> ORDER =
      Comparator.comparing(
              (Assignment holding) -> holding.address().orElse(null),
              Comparator.nullsLast(Comparator.<IpAddress>naturalOrder()))
          .thenComparing(holding -> holding.pod().ref());

  /** What all the pods claim: addresses by number, then what is none. */
  public static List<Assignment> of(Collection<Pod> pods) {
    List<Assignment> holdings = pods.stream().flatMap(pod -> of(pod).stream()).toList();
    Map<IpAddress, Long> holders =
        holdings.stream()
            .filter(Assignment::isHeld)
            .collect(Collectors.groupingBy(h -> h.address().orElseThrow(), Collectors.counting()));
    return holdings.stream()
        .map(
            holding ->
                holding.isHeld() && holders.get(holding.address().orElseThrow()) > 1
                    ? holding.as(State.DUPLICATE)
                    : holding)
        .sorted(ORDER)
        .toList();
  }

  /**
   * What all the pods claim, beside what is written down: since when they have it; an address that
   * is being moved, or whose change was cut off, is marked, and one whose pod went without a
   * release is listed with that pod.
   */
  public static List<Assignment> of(Collection<Pod> pods, Collection<AddressRecord> records) {
    List<Assignment> holdings = new ArrayList<>(of(pods));
    for (AddressRecord record : records) {
      Optional<IpAddress> address = Optional.of(record.address());
      Optional<State> going = going(record, holdings);
      holdings.replaceAll(
          holding ->
              holding.address().equals(address)
                  ? going.map(holding::as).orElse(holding).seenBy(record)
                  : holding);
      boolean isHeld = holdings.stream().anyMatch(h -> h.address().equals(address) && h.isHeld());
      if (!isHeld) {
        last(record)
            .map(party -> party.among(pods).orElseGet(party::asItWas))
            .map(
                pod ->
                    new Assignment(
                        record.address().toString(),
                        address,
                        pod,
                        going.orElse(State.LOST),
                        Optional.empty()))
            .ifPresent(holdings::add);
      }
    }
    holdings.sort(ORDER);
    return List.copyOf(holdings);
  }

  /**
   * What is going on with an address that the annotations alone do not tell. A record hides no
   * holder that is no party of its change.
   */
  private static Optional<State> going(AddressRecord record, List<Assignment> holdings) {
    if (record.isCutOff()) {
      return Optional.of(State.INTERRUPTED);
    }
    return record
        .intent()
        .filter(intent -> intent.action() == Change.Action.MOVE)
        .filter(
            intent ->
                holdings.stream()
                    .filter(Assignment::isHeld)
                    .filter(it -> it.address().equals(Optional.of(record.address())))
                    .allMatch(it -> intent.concerns(it.pod())))
        .map(intent -> State.MOVING);
  }

  /** The pod of an address that nobody has at present: of a change that goes on, its first. */
  private static Optional<PodIdentity> last(AddressRecord record) {
    if (!record.isOpen()) {
      return record.holder();
    }
    // Who releases an address at this moment has not lost it.
    return record
        .intent()
        .filter(intent -> record.isCutOff() || intent.action() == Change.Action.MOVE)
        .flatMap(intent -> intent.from().or(intent::to));
  }

  private Assignment as(State other) {
    return isHeld() ? new Assignment(text, address, pod, other, since) : this;
  }

  /** The same, with since when the pod has it. */
  public Assignment since(Optional<Instant> when) {
    return new Assignment(text, address, pod, state, when);
  }

  private Assignment seenBy(AddressRecord record) {
    return isHeld() ? since(record.heldSince(pod)) : this;
  }

  /** What one pod claims. */
  public static List<Assignment> of(Pod pod) {
    List<Assignment> holdings = new ArrayList<>();
    switch (pod.floatingIps()) {
      case FloatingIps.None none -> {}
      case FloatingIps.Malformed malformed ->
          holdings.add(
              new Assignment(
                  malformed.raw(),
                  Optional.empty(),
                  pod,
                  ended(pod).orElse(State.MALFORMED),
                  Optional.empty()));
      case FloatingIps.Listed listed -> {
        List<IpAddress> held = pod.held();
        for (FloatingIps.Entry entry : listed.entries()) {
          Optional<IpAddress> address = entry.address();
          boolean has = address.filter(held::contains).isPresent();
          State state = ended(pod).orElse(has ? state(pod) : State.IGNORED);
          holdings.add(
              new Assignment(
                  address.map(IpAddress::toString).orElse(entry.text()),
                  state == State.IGNORED ? Optional.empty() : address,
                  pod,
                  state,
                  Optional.empty()));
        }
      }
    }
    return holdings;
  }

  /** Whether the pod has the address, alone or not. */
  public boolean isHeld() {
    return switch (state) {
      case HELD, PENDING, TERMINATING, DUPLICATE, MOVING, INTERRUPTED -> true;
      case LEFTOVER, LOST, IGNORED, MALFORMED -> false;
    };
  }

  private static Optional<State> ended(Pod pod) {
    return pod.finished() ? Optional.of(State.LEFTOVER) : Optional.empty();
  }

  private static State state(Pod pod) {
    if (pod.terminating()) {
      return State.TERMINATING;
    }
    return pod.addresses().isEmpty() ? State.PENDING : State.HELD;
  }
}
