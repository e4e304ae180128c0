package io.fipctl.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fipctl.kube.ApiJson;
import io.fipctl.kube.Cluster.Scope;
import io.fipctl.kube.Cluster.WriteMode;
import io.fipctl.kube.FieldMask;
import io.fipctl.kube.Kind;
import io.fipctl.lab.LabCluster;
import io.fipctl.model.ApiObject;
import io.fipctl.model.FipctlException;
import io.fipctl.model.JsonPatch;
import io.fipctl.model.StaleWriteException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The lab's API objects over HTTP, as an API server has them. Somebody stands before it: a proxy, a
 * webhook, or trouble; a test says what becomes of each request.
 */
final class LabServer implements AutoCloseable {
  /** A request; {@code path} is without its query. */
  record Asked(String method, String path, Map<String, String> query, String body) {
    boolean isWrite() {
      return !method.equals("GET") && !path.contains("selfsubject");
    }

    boolean isPatchOf(String plural) {
      return method.equals("PATCH") && path.contains("/" + plural + "/");
    }
  }

  /** An answer; without a code the connection ends instead. */
  record Reply(int code, String body) {
    static final Reply NONE = new Reply(0, "");
  }

  /** Whoever stands before the server and may ask it, or not. */
  interface Between {
    Reply answer(Asked asked, Function<Asked, Reply> server);
  }

  private static final Pattern PATH =
      Pattern.compile("/(?:api|apis/([^/]+))/[^/]+(?:/namespaces/([^/]+))?/([a-z]+)(?:/([^/]+))?");

  private final LabCluster lab;
  private final Between between;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  final List<Asked> asked = new CopyOnWriteArrayList<>();

  LabServer(LabCluster lab, Between between) {
    this.lab = lab;
    this.between = between;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  String kubeconfig() {
    return """
        current-context: lab
        contexts: [{name: lab, context: {cluster: lab, user: nobody, namespace: shop}}]
        clusters: [{name: lab, cluster: {server: "%s"}}]
        users: [{name: nobody, user: {}}]
        """
        .formatted(url());
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Asked request =
          new Asked(
              exchange.getRequestMethod(),
              exchange.getRequestURI().getPath(),
              query(exchange.getRequestURI().getRawQuery()),
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
      asked.add(request);
      Reply reply = between.answer(request, this::answer);
      if (reply.code() > 0) {
        byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(reply.code(), body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
      }
    }
  }

  private static Map<String, String> query(String raw) {
    Map<String, String> query = new LinkedHashMap<>();
    for (String part : raw == null ? new String[0] : raw.split("&", -1)) {
      int equals = part.indexOf('=');
      query.put(
          part.substring(0, equals),
          URLDecoder.decode(part.substring(equals + 1), StandardCharsets.UTF_8));
    }
    return query;
  }

  private Reply answer(Asked request) {
    try {
      return answered(request);
    } catch (StaleWriteException e) {
      return status(422, "the server rejected our request due to an error in our request");
    } catch (FipctlException e) {
      return switch (e.exitCode()) {
        case CONFLICT -> status(409, e.getMessage());
        case NOT_FOUND -> status(404, e.getMessage());
        case FORBIDDEN -> status(403, e.getMessage());
        default -> status(500, e.getMessage());
      };
    }
  }

  private Reply answered(Asked request) {
    if (request.path().equals("/apis")) {
      return new Reply(
          200,
          ApiJson.write(
              Map.of(
                  "kind",
                  "APIGroupList",
                  "groups",
                  lab.apiGroups().stream().map(group -> Map.of("name", group)).toList())));
    }
    Matcher path = PATH.matcher(request.path());
    if (!path.matches()) {
      return new Reply(404, "404 page not found\n");
    }
    if (path.group(3).equals("selfsubjectaccessreviews")) {
      return new Reply(201, "{\"kind\":\"SelfSubjectAccessReview\",\"status\":{\"allowed\":true}}");
    }
    Kind kind = kind(Optional.ofNullable(path.group(1)).orElse(""), path.group(3));
    String namespace = Optional.ofNullable(path.group(2)).orElse("");
    Optional<String> name = Optional.ofNullable(path.group(4));
    WriteMode mode =
        request.query().containsKey("dryRun") ? WriteMode.SERVER_DRY_RUN : WriteMode.REAL;
    return switch (request.method()) {
      case "GET" ->
          name.map(one -> found(lab.get(kind, namespace, one), kind))
              .orElseGet(() -> list(kind, namespace, request.query()));
      case "PATCH" ->
          object(200, kind, lab.patch(kind, namespace, name.orElseThrow(), patch(request), mode));
      case "POST" -> object(201, kind, lab.create(kind, created(request, namespace), mode));
      case "DELETE" -> {
        lab.delete(kind, namespace, name.orElseThrow());
        yield status(200, "deleted");
      }
      default -> status(405, request.method());
    };
  }

  private Reply list(Kind kind, String namespace, Map<String, String> query) {
    Scope scope =
        new Scope(
            Optional.of(namespace).filter(one -> !one.isEmpty()),
            Optional.ofNullable(query.get("labelSelector")));
    return new Reply(
        200,
        ApiJson.write(
            Map.of(
                "kind",
                kind.name() + "List",
                "metadata",
                Map.of("resourceVersion", "1"),
                "items",
                lab.list(kind, scope))));
  }

  private static Reply found(Optional<ApiObject> object, Kind kind) {
    return object
        .map(one -> object(200, kind, one))
        .orElseGet(() -> status(404, kind.plural() + " not found"));
  }

  /** An object as an answer, which always says what it is. */
  static Reply object(int code, Kind kind, ApiObject object) {
    Map<String, Object> tree = new LinkedHashMap<>(object.tree());
    tree.put("kind", kind.name());
    return new Reply(code, ApiJson.write(tree));
  }

  static Reply status(int code, String message) {
    return new Reply(
        code,
        ApiJson.write(
            Map.of("kind", "Status", "apiVersion", "v1", "code", code, "message", message)));
  }

  private static ApiObject created(Asked request, String namespace) {
    Map<String, Object> tree = new LinkedHashMap<>(read(request.body()).tree());
    Map<String, Object> metadata =
        new LinkedHashMap<>(new ApiObject(tree).object("metadata").tree());
    if (!namespace.isEmpty()) {
      metadata.put("namespace", namespace);
    }
    tree.put("metadata", metadata);
    return new ApiObject(tree);
  }

  private static JsonPatch patch(Asked request) {
    return new JsonPatch(
        read("{\"operations\":" + request.body() + "}").objects("operations").stream()
            .map(
                operation ->
                    new JsonPatch.Operation(
                        operation.text("op").orElseThrow(),
                        operation.text("path").orElseThrow(),
                        operation.tree().get("value")))
            .toList());
  }

  static ApiObject read(String json) {
    try {
      return ApiJson.read(
          new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), FieldMask.ALL);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Kind kind(String group, String plural) {
    return Stream.of(Kind.class.getFields())
        .filter(field -> field.getType() == Kind.class)
        .map(
            field -> {
              try {
                return (Kind) field.get(null);
              } catch (IllegalAccessException e) {
                throw new IllegalStateException(e);
              }
            })
        .filter(kind -> kind.plural().equals(plural))
        .filter(kind -> kind.group().equals(group) || group.equals(Kind.V3_GROUP))
        .findFirst()
        .orElseThrow(() -> FipctlException.notFound("NotFound", "no " + plural));
  }

  LabCluster lab() {
    return lab;
  }
}
