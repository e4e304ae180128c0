package io.fipctl.kube.client;

import io.fipctl.kube.ApiJson;
import io.fipctl.kube.Cluster.Access;
import io.fipctl.kube.Cluster.Scope;
import io.fipctl.kube.Kind;
import io.fipctl.kube.client.ApiErrors.Asked;
import io.fipctl.kube.client.ApiServer.Answer;
import io.fipctl.kube.client.ApiServer.Request;
import io.fipctl.kube.client.HttpClients.Use;
import io.fipctl.model.ApiObject;
import io.fipctl.model.FipctlException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * Reads objects, lists and discovery from the API server. An absence is believed only where the
 * server itself says so, and a list only when it was read to its end.
 */
final class ApiReader {
  private static final int CHUNK = 500;

  private final ApiServer server;
  private Optional<List<ApiObject>> groups = Optional.empty();

  ApiReader(ApiServer server) {
    this.server = server;
  }

  /** A list and the version of the cluster it shows. */
  record Listing(List<ApiObject> items, String resourceVersion) {}

  /**
   * @param query more of a query, such as {@code &fieldSelector=…}
   */
  Listing list(Kind kind, Scope scope, String query) {
    return list(kind, scope, query, UnaryOperator.identity());
  }

  /** A list of which each object is made into what is kept of it while it is read. */
  Listing list(Kind kind, Scope scope, UnaryOperator<ApiObject> as) {
    return list(kind, scope, "", as);
  }

  private Listing list(Kind kind, Scope scope, String query, UnaryOperator<ApiObject> as) {
    return chunks(kind, scope, query, CHUNK, as)
        // Read too slowly, a list is no longer what it was; in one piece it cannot fall apart.
        .or(() -> chunks(kind, scope, query, 0, as))
        .orElseThrow(
            () ->
                FipctlException.unreachable(
                    "a list of " + kind.plural() + " expired in one piece"));
  }

  /** Empty when the server has forgotten the version it began with (410). */
  private Optional<Listing> chunks(
      Kind kind, Scope scope, String query, int limit, UnaryOperator<ApiObject> as) {
    List<ApiObject> items = new ArrayList<>();
    String next = "";
    while (true) {
      String path =
          ResourcePath.collection(kind, scope.namespace().orElse(""))
              + query(scope, query, limit, next);
      try (Answer answer = server.send(Request.get(path))) {
        if (next.isEmpty() && saysThereIsNone(answer, kind, kind.optional(), "list")) {
          return Optional.of(new Listing(List.of(), ""));
        }
        if (answer.code() == 410 && !next.isEmpty()) {
          return Optional.empty();
        }
        if (!answer.isGood()) {
          throw refusal(answer, "list", kind, scope.namespace().orElse(""), "");
        }
        ApiObject metadata =
            ApiJson.readList(answer.body(), kind, item -> items.add(as.apply(item)));
        String here = next;
        next = metadata.text("continue").orElse("");
        if (!next.isEmpty() && next.equals(here)) {
          throw new ApiJson.NotApi("its list does not go on");
        }
        if (next.isEmpty()) {
          return Optional.of(new Listing(items, metadata.text("resourceVersion").orElse("")));
        }
      } catch (IOException e) {
        throw server.noAnswer(e, Use.READ);
      }
    }
  }

  private static String query(Scope scope, String more, int limit, String next) {
    StringBuilder query = new StringBuilder("?limit=").append(limit);
    scope
        .labels()
        .ifPresent(labels -> query.append("&labelSelector=").append(ApiServer.encoded(labels)));
    if (!next.isEmpty()) {
      query.append("&continue=").append(ApiServer.encoded(next));
    }
    return query.append(more).toString();
  }

  Optional<ApiObject> get(Kind kind, String namespace, String name) {
    try (Answer answer = server.send(Request.get(ResourcePath.object(kind, namespace, name)))) {
      if (saysThereIsNone(answer, kind, true, "get")) {
        return Optional.empty();
      }
      if (!answer.isGood()) {
        throw refusal(answer, "get", kind, namespace, name);
      }
      return Optional.of(read(answer, kind, name));
    } catch (IOException e) {
      throw server.noAnswer(e, Use.READ);
    }
  }

  /** The object that was asked for, and no other. */
  static ApiObject read(Answer answer, Kind kind, String name) throws IOException {
    ApiObject object = ApiJson.read(answer.body(), kind.name());
    if (!name.isEmpty() && !object.name().equals(name)) {
      throw new ApiJson.NotApi("it is the %s '%s'".formatted(kind.name(), object.name()));
    }
    return object;
  }

  /**
   * Whether the API server itself says that there is nothing: by a Status, or, as API servers
   * before the one that says so do for a path they do not serve, by any 404 to a kind that their
   * discovery does not name. Everybody on the way can say 404.
   *
   * @param possible whether "there is none" can be an answer at all
   */
  private boolean saysThereIsNone(Answer answer, Kind kind, boolean possible, String verb) {
    if (answer.code() != 404) {
      return false;
    }
    ApiErrors refusal = ApiErrors.of(answer);
    if (possible && (refusal.isStatus() || (kind.optional() && !isServed(kind)))) {
      return true;
    }
    throw refusal.as(server.target(), new Asked(Access.to(verb, kind, ""), kind.resource()));
  }

  private boolean isServed(Kind kind) {
    List<ApiObject> versions =
        groups().stream()
            .filter(group -> group.text("name").equals(Optional.of(kind.group())))
            .flatMap(group -> group.objects("versions").stream())
            .filter(version -> version.text("version").equals(Optional.of(kind.version())))
            .toList();
    return !versions.isEmpty()
        && ask("/apis/" + kind.group() + "/" + kind.version(), "APIResourceList", "resources")
            .stream()
            .anyMatch(resource -> resource.text("name").equals(Optional.of(kind.plural())));
  }

  Set<String> apiGroups() {
    Set<String> names = new TreeSet<>(Set.of(""));
    groups().forEach(group -> group.text("name").ifPresent(names::add));
    return names;
  }

  /** Asked once a run. */
  private synchronized List<ApiObject> groups() {
    if (groups.isEmpty()) {
      groups = Optional.of(ask("/apis", "APIGroupList", "groups"));
    }
    return groups.get();
  }

  private List<ApiObject> ask(String path, String kind, String list) {
    try (Answer answer = server.send(Request.get(path))) {
      if (!answer.isGood()) {
        Access access = new Access("get", "", path, Optional.empty(), "");
        throw ApiErrors.of(answer)
            .as(server.target(), new Asked(access, "the list of APIs " + path));
      }
      ApiObject found = ApiJson.read(answer.body(), kind);
      if (!found.has(list)) {
        throw new ApiJson.NotApi("it has no " + list);
      }
      return found.objects(list);
    } catch (IOException e) {
      throw server.noAnswer(e, Use.READ);
    }
  }

  FipctlException refusal(Answer answer, String verb, Kind kind, String namespace, String name) {
    Asked asked =
        new Asked(
            Access.to(verb, kind, ResourcePath.place(kind, namespace)),
            ResourcePath.named(kind, namespace, name));
    return ApiErrors.of(answer).as(server.target(), asked);
  }
}
