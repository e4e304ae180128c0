package io.fipctl.lease;

import io.fipctl.lease.Change.Action;
import io.fipctl.model.ApiObject;
import io.fipctl.model.JsonText;
import io.fipctl.model.Pod;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What somebody set out to do with an address, written down before the first write to a pod. Which
 * steps are done is not in it: that is seen in the cluster.
 *
 * @param from the pod that loses the address
 * @param to the pod that gets it
 * @param handover in which order a move is made
 * @param by who began it
 * @param since when, by their clock
 */
public record Intent(
    Action action,
    Optional<PodIdentity> from,
    Optional<PodIdentity> to,
    Ordering handover,
    String by,
    String since) {

  /** In which order an address is handed over. */
  public enum Ordering {
    /** Taken away and seen gone, then given: at no time two pods have it. */
    EXCLUSIVE,
    /** Given, then taken away: two pods have it for a moment, and hardly a packet is lost. */
    OVERLAP;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What was written, by this or an older fipctl; empty when it says no whole change. */
  static Optional<Intent> read(ApiObject tree) {
    Optional<PodIdentity> from = PodIdentity.read(tree.object("from"));
    Optional<PodIdentity> to = PodIdentity.read(tree.object("to"));
    return Stream.of(Action.ASSIGN, Action.MOVE, Action.RELEASE)
        .filter(action -> tree.text("action").equals(Optional.of(action.word())))
        .filter(action -> from.isPresent() == (action != Action.ASSIGN))
        .filter(action -> to.isPresent() == (action != Action.RELEASE))
        .findFirst()
        .map(
            action ->
                new Intent(
                    action,
                    from,
                    to,
                    tree.text("handover").equals(Optional.of(Ordering.OVERLAP.toString()))
                        ? Ordering.OVERLAP
                        : Ordering.EXCLUSIVE,
                    tree.text("by").orElse("somebody"),
                    tree.text("since").orElse("")));
  }

  /** As it is written down. */
  String written() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put(RecordFormat.FIELD, RecordFormat.VERSION);
    tree.putAll(tree());
    return JsonText.write(tree);
  }

  /** Whether the pod loses the address by it, or gets it. */
  boolean concerns(Pod pod) {
    return from.filter(party -> party.is(pod)).isPresent()
        || to.filter(party -> party.is(pod)).isPresent();
  }

  /** As it is printed. */
  public Map<String, Object> tree() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("action", action.word());
    from.ifPresent(pod -> tree.put("from", pod.tree()));
    to.ifPresent(pod -> tree.put("to", pod.tree()));
    tree.put("handover", handover.toString());
    tree.put("by", by);
    tree.put("since", since);
    return tree;
  }

  /** {@code move from shop/web-0 to shop/web-1}. */
  @Override
  public String toString() {
    return action.word()
        + from.map(pod -> " from " + pod).orElse("")
        + to.map(pod -> " to " + pod).orElse("");
  }
}
