package io.fipctl.change;

import io.fipctl.kube.Cluster;
import io.fipctl.kube.Cluster.WriteMode;
import io.fipctl.kube.Kind;
import io.fipctl.lease.Actor;
import io.fipctl.lease.Change;
import io.fipctl.model.ApiObject;
import io.fipctl.model.Clock;
import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import io.fipctl.model.Pod;
import io.fipctl.model.Progress;
import io.fipctl.model.UncertainWriteException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** Tells of changes by Events on the pods; that it may not is a note, once, and never a failure. */
final class EventRecorder {
  private final Cluster cluster;
  private final Actor author;
  private final Clock pause;
  private final Progress progress;
  private boolean silent;

  EventRecorder(Cluster cluster, Actor author, Clock pause, Progress progress) {
    this.cluster = cluster;
    this.author = author;
    this.pause = pause;
    this.progress = progress;
  }

  /** Tells of one change on each pod that it concerns. */
  void announce(Change change) {
    Stream.concat(change.pod().stream(), change.previous().stream())
        .filter(pod -> !silent)
        .forEach(pod -> tell(pod, change));
  }

  private void tell(Pod pod, Change change) {
    try {
      cluster.create(Kind.EVENTS, event(pod, change), WriteMode.REAL);
    } catch (FipctlException failure) {
      silent = true;
      if (failure instanceof UncertainWriteException lost) {
        progress.warning("an Event may be missing: " + lost.trouble().getMessage());
        return;
      }
      progress.warning(
          failure.exitCode() == ExitCode.FORBIDDEN
              ? "no Events were written: no permission to create events in " + pod.ref().namespace()
              : "no Events were written: " + failure.getMessage());
    }
  }

  private ApiObject event(Pod pod, Change change) {
    Instant now = pause.now();
    String time = now.truncatedTo(ChronoUnit.SECONDS).toString();
    String done = change.action().done();
    Map<String, Object> event = new LinkedHashMap<>();
    event.put(
        "metadata",
        Map.of("generateName", pod.ref().name() + ".", "namespace", pod.ref().namespace()));
    event.put(
        "involvedObject",
        Map.of(
            "apiVersion", "v1",
            "kind", "Pod",
            "namespace", pod.ref().namespace(),
            "name", pod.ref().name(),
            "uid", pod.uid()));
    event.put(
        "reason", "FloatingIP" + done.substring(0, 1).toUpperCase(Locale.ROOT) + done.substring(1));
    event.put("message", message(change, done));
    event.put("type", "Normal");
    event.put("count", 1L);
    event.put("firstTimestamp", time);
    event.put("lastTimestamp", time);
    event.put("source", Map.of("component", "fipctl"));
    event.put("reportingComponent", "fipctl");
    event.put("reportingInstance", author.who());
    return new ApiObject(event);
  }

  private String message(Change change, String done) {
    return "floating IP %s %s%s%s by %s"
        .formatted(
            change.address(),
            done,
            change.previous().map(from -> " from " + from.ref()).orElse(""),
            change.action() == Change.Action.RELEASE
                ? ""
                : change.pod().map(to -> " to " + to.ref()).orElse(""),
            author.who());
  }
}
