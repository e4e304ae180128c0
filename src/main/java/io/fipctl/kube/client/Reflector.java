package io.fipctl.kube.client;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import io.fipctl.kube.ApiJson;
import io.fipctl.kube.Cluster.Change;
import io.fipctl.kube.Cluster.Scope;
import io.fipctl.kube.Kind;
import io.fipctl.kube.client.ApiReader.Listing;
import io.fipctl.kube.client.ApiServer.Answer;
import io.fipctl.kube.client.ApiServer.Request;
import io.fipctl.kube.client.HttpClients.Use;
import io.fipctl.model.ApiObject;
import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Follows the objects of a kind: a list, then a watch from where the list stands, and again when
 * the server has forgotten that place. The consumer sees differences only.
 */
final class Reflector {
  private static final Duration SHORTEST_PAUSE = Duration.ofMillis(250);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(8);

  /** The server ends a watch by itself after this, so that a dead connection is noticed. */
  private static final int SECONDS = 240;

  private enum Next {
    STOP,
    RECONNECT,
    RELIST
  }

  private final ApiReader reader;
  private final ApiServer server;
  private final Kind kind;
  private final Scope scope;
  private final Predicate<Change> consumer;
  private final Map<String, ApiObject> known = new LinkedHashMap<>();
  private String version = "";
  private Duration pause = SHORTEST_PAUSE;

  Reflector(
      ApiReader reader, ApiServer server, Kind kind, Scope scope, Predicate<Change> consumer) {
    this.reader = reader;
    this.server = server;
    this.kind = kind;
    this.scope = scope;
    this.consumer = consumer;
  }

  /** A server that is not there at first is a failure; one that goes away later is waited for. */
  void run() {
    Next next = catchUp() ? Next.RECONNECT : Next.STOP;
    while (next != Next.STOP) {
      try {
        if (next == Next.RELIST && !catchUp()) {
          return;
        }
        next = follow();
      } catch (FipctlException e) {
        boolean passing =
            (e.exitCode() == ExitCode.UNREACHABLE
                    && !e.reason().equals(ConnectionErrors.NOT_KUBERNETES))
                || e.reason().equals("ServerError")
                || e.reason().equals("Throttled");
        if (server.isClosed()) {
          return;
        }
        if (!passing) {
          throw e;
        }
      }
      if (next != Next.STOP) {
        server.pause(pause);
        Duration longer = pause.multipliedBy(2);
        pause = longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer;
      }
    }
  }

  /** Lists, and tells the consumer what is new, changed or gone; false when it has enough. */
  private boolean catchUp() {
    Listing listing = reader.list(kind, scope, "");
    Map<String, ApiObject> present = new LinkedHashMap<>();
    listing.items().forEach(object -> present.put(key(object), object));
    List<Change> changes = new ArrayList<>();
    for (Map.Entry<String, ApiObject> before : known.entrySet()) {
      ApiObject now = present.get(before.getKey());
      if (now == null || !now.uid().equals(before.getValue().uid())) {
        changes.add(new Change("DELETED", before.getValue()));
      }
    }
    for (Map.Entry<String, ApiObject> now : present.entrySet()) {
      ApiObject before = known.get(now.getKey());
      if (before == null || !before.uid().equals(now.getValue().uid())) {
        changes.add(new Change("ADDED", now.getValue()));
      } else if (!before.resourceVersion().equals(now.getValue().resourceVersion())) {
        changes.add(new Change("MODIFIED", now.getValue()));
      }
    }
    known.clear();
    known.putAll(present);
    version = listing.resourceVersion();
    return changes.stream().allMatch(consumer);
  }

  private Next follow() {
    String path =
        ResourcePath.collection(kind, scope.namespace().orElse(""))
            + "?watch=true&allowWatchBookmarks=true&timeoutSeconds="
            + SECONDS
            + "&resourceVersion="
            + ApiServer.encoded(version)
            + scope
                .labels()
                .map(labels -> "&labelSelector=" + ApiServer.encoded(labels))
                .orElse("");
    try (Answer answer = server.send(Request.stream(path))) {
      if (answer.code() == 410) {
        return Next.RELIST;
      }
      if (!answer.isGood()) {
        throw reader.refusal(answer, "watch", kind, scope.namespace().orElse(""), "");
      }
      ApiJson.EventReader events = ApiJson.events(answer.body(), kind);
      for (Optional<Change> event = events.next(); event.isPresent(); event = events.next()) {
        Next next = take(event.get());
        if (next != Next.RECONNECT) {
          return next;
        }
        pause = SHORTEST_PAUSE;
      }
      return Next.RECONNECT;
    } catch (JsonEOFException e) {
      return brokenOff();
    } catch (ApiJson.NotApi | JsonParseException e) {
      throw server.noAnswer(e, Use.READ);
    } catch (IOException e) {
      return brokenOff();
    }
  }

  private Next brokenOff() {
    if (Thread.currentThread().isInterrupted()) {
      throw ApiServer.interrupted();
    }
    return server.isClosed() ? Next.STOP : Next.RECONNECT;
  }

  /** {@code RECONNECT} means go on reading. */
  private Next take(Change change) {
    ApiObject object = change.object();
    switch (change.type()) {
      case "BOOKMARK" -> version = object.resourceVersion();
      case "ADDED", "MODIFIED" -> {
        version = object.resourceVersion();
        ApiObject before = known.put(key(object), object);
        boolean isNews = before == null || !before.resourceVersion().equals(version);
        return !isNews || consumer.test(change) ? Next.RECONNECT : Next.STOP;
      }
      case "DELETED" -> {
        version = object.resourceVersion();
        known.remove(key(object));
        return consumer.test(change) ? Next.RECONNECT : Next.STOP;
      }
      default -> {
        // ERROR carries a Status; nearly always 410, and a fresh list cures the others as well.
        return Next.RELIST;
      }
    }
    return Next.RECONNECT;
  }

  private static String key(ApiObject object) {
    return object.namespace() + "/" + object.name();
  }
}
