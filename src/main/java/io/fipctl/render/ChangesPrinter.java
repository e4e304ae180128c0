package io.fipctl.render;

import io.fipctl.lease.Change;
import io.fipctl.lease.Change.Action;
import io.fipctl.lease.Change.Outcome;
import io.fipctl.model.Durations;
import io.fipctl.model.FipctlException;
import io.fipctl.model.Pod;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How the answers of assign, move and release look. */
public final class ChangesPrinter {
  private ChangesPrinter() {}

  /** One line for each address, in kubectl's way: {@code pod/web-0 floating IP … assigned (…)}. */
  public static String lines(List<Change> changes, boolean dryRun) {
    if (changes.isEmpty()) {
      return "floating IPs unchanged (there are none)\n";
    }
    Lines text = new Lines();
    changes.forEach(change -> text.add(line(change, dryRun)));
    return text.toString();
  }

  /** The pods, each once: {@code pod/web-0}. */
  public static String names(List<Change> changes) {
    Lines text = new Lines();
    changes.stream()
        .flatMap(change -> change.pod().stream())
        .map(pod -> "pod/" + pod.ref().name())
        .distinct()
        .forEach(text::add);
    return text.toString();
  }

  /** {@code FloatingIPChangeList}; with a failure behind what was done before it, if any. */
  public static Document document(List<Change> changes, Optional<FipctlException> failure) {
    List<Map<String, Object>> items = changes.stream().map(ChangesPrinter::item).toList();
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("items", items);
    failure.ifPresent(f -> fields.put("error", Document.error(f).fields()));
    return new Document("FloatingIPChangeList", fields);
  }

  private static String line(Change change, boolean dryRun) {
    String subject = change.pod().map(pod -> "pod/" + pod.ref().name() + " ").orElse("");
    String what =
        switch (change.outcome()) {
          case DONE -> change.action().done() + origin(change) + details(change);
          case RECORDED -> "unchanged (its record was changed)";
          case UNCHANGED -> unchanged(change);
          case PLANNED -> change.action().done() + origin(change);
          case NOT_DONE -> "not " + change.action().done();
        };
    return subject + "floating IP " + change.address() + " " + what + (dryRun ? " (dry run)" : "");
  }

  private static String unchanged(Change change) {
    if (change.action() == Action.RECOVER) {
      return "unchanged (nothing was cut off)";
    }
    if (change.action() != Action.RELEASE) {
      return "unchanged";
    }
    return change.pod().isPresent()
        ? "unchanged (the pod does not hold it)"
        : "unchanged (nobody holds it)";
  }

  private static String origin(Change change) {
    return change.previous().map(pod -> " from pod/" + pod.ref().name()).orElse("");
  }

  private static String details(Change change) {
    String node =
        change.pod().isEmpty()
            ? "nobody has it, "
            : change.pod().flatMap(Pod::node).map(name -> "node " + name + ", ").orElse("");
    String seen = change.verified() ? "" : ", not verified on the node";
    return " (" + node + Durations.print(change.took()) + seen + ")";
  }

  private static Map<String, Object> item(Change change) {
    Map<String, Object> item = new LinkedHashMap<>();
    item.put("address", change.address());
    item.put("action", change.action().name().toLowerCase(java.util.Locale.ROOT));
    item.put("outcome", outcome(change.outcome()));
    item.put("changed", change.outcome() == Outcome.DONE);
    item.put("verified", change.verified());
    item.put("pod", change.pod().map(ChangesPrinter::pod).orElse(null));
    item.put("previousPod", change.previous().map(ChangesPrinter::pod).orElse(null));
    item.put("deletedFlows", change.deletedFlows());
    item.put("survivesReplacement", change.survivesReplacement());
    item.put("seconds", change.took().toMillis() / 1000.0);
    item.put("warnings", change.warnings());
    return item;
  }

  private static String outcome(Outcome outcome) {
    return switch (outcome) {
      case DONE -> "done";
      case RECORDED -> "recorded";
      case UNCHANGED -> "unchanged";
      case PLANNED -> "planned";
      case NOT_DONE -> "notDone";
    };
  }

  /** A pod as every document shows it. */
  public static Map<String, Object> pod(Pod pod) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("namespace", pod.ref().namespace());
    fields.put("name", pod.ref().name());
    fields.put("uid", pod.uid());
    fields.put("node", pod.node().orElse(null));
    fields.put("ips", pod.addresses().stream().map(Object::toString).toList());
    return fields;
  }
}
