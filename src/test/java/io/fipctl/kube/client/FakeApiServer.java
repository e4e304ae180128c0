package io.fipctl.kube.client;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.fipctl.kube.ApiJson;
import io.fipctl.kube.Cluster;
import io.fipctl.kube.FieldMask;
import io.fipctl.kube.Kind;
import io.fipctl.kube.config.ConnectionOptions;
import io.fipctl.model.ApiObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/** An API server that says what it was told to say, and remembers what it was asked. */
public final class FakeApiServer implements AutoCloseable {
  /** What was asked: method, path with query, headers by lower-case name, and body. */
  public record Asked(String method, String path, Map<String, List<String>> headers, String body) {
    public Optional<String> header(String name) {
      return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of()).stream().findFirst();
    }
  }

  /** One answer. */
  record Said(int code, String body, Map<String, String> headers) {}

  private static final String EXACTLY = "X-Exactly";

  /** Fills in what an API server says of each object and list. */
  static final class Whole {
    private static final Pattern PATH =
        Pattern.compile(
            ".*/(?:api|apis/[^/]+)/[^/]+(?:/namespaces/[^/]+)?/([a-z]+)(?:/([^/?]+))?(?:\\?.*)?");

    static String answer(String method, String path, String asked, String said) {
      Map<String, Object> tree;
      try {
        tree = new LinkedHashMap<>(read(said).tree());
      } catch (IOException e) {
        return said;
      }
      Matcher matcher = PATH.matcher(path.replace("/api/v1/namespaces?", "/api/v1/namespaces/?"));
      if (path.contains("watch=true") || path.contains("/exec?") || !matcher.matches()) {
        tree.putIfAbsent("kind", path.startsWith("/apis") ? "APIGroupList" : "");
        return path.equals("/apis") ? ApiJson.write(tree) : said;
      }
      boolean isList = method.equals("GET") && matcher.group(2) == null;
      tree.putIfAbsent("kind", kind(matcher.group(1)) + (isList ? "List" : ""));
      if (!isList) {
        Map<String, Object> metadata =
            new LinkedHashMap<>(new ApiObject(tree).object("metadata").tree());
        metadata.putIfAbsent("name", matcher.group(2) == null ? name(asked) : matcher.group(2));
        tree.put("metadata", metadata);
      }
      return ApiJson.write(tree);
    }

    private static String kind(String plural) {
      if (plural.equals("selfsubjectaccessreviews")) {
        return "SelfSubjectAccessReview";
      }
      return Stream.of(Kind.class.getFields())
          .filter(field -> field.getType() == Kind.class)
          .map(Whole::value)
          .filter(kind -> kind.plural().equals(plural))
          .map(Kind::name)
          .findFirst()
          .orElse("");
    }

    private static Kind value(Field field) {
      try {
        return (Kind) field.get(null);
      } catch (IllegalAccessException e) {
        throw new IllegalStateException(e);
      }
    }

    private static String name(String asked) {
      try {
        return read(asked).name();
      } catch (IOException e) {
        return "";
      }
    }

    private static ApiObject read(String json) throws IOException {
      return ApiJson.read(
          new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), FieldMask.ALL);
    }
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, Deque<Said>> answers = new LinkedHashMap<>();
  public final List<Asked> asked = new CopyOnWriteArrayList<>();

  /** The port at the other end of each connection. */
  final Set<Integer> clients = ConcurrentHashMap.newKeySet();

  private FakeApiServer(HttpServer server) {
    this.server = server;
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  public static FakeApiServer start() {
    try {
      return new FakeApiServer(HttpServer.create(anyPort(), 0));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** With TLS, and a certificate that nobody signed. */
  public static FakeApiServer startSecure() {
    return start(Throwaway.TLS, false);
  }

  /** One certificate for all tests: making it takes half a second. */
  private static final class Throwaway {
    static final SSLContext TLS = tls();

    private static SSLContext tls() {
      try {
        Path directory = Files.createTempDirectory("fipctl-test");
        try {
          return Certificates.make(directory, "throwaway", "ip:127.0.0.1").server();
        } finally {
          for (String file : List.of("throwaway.p12", "throwaway.crt")) {
            Files.deleteIfExists(directory.resolve(file));
          }
          Files.delete(directory);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  public static FakeApiServer start(SSLContext tls, boolean onlyKnownClients) {
    try {
      HttpsServer server = HttpsServer.create(anyPort(), 0);
      server.setHttpsConfigurator(
          new HttpsConfigurator(tls) {
            @Override
            public void configure(HttpsParameters parameters) {
              SSLParameters wanted = tls.getDefaultSSLParameters();
              wanted.setNeedClientAuth(onlyKnownClients);
              parameters.setSSLParameters(wanted);
            }
          });
      return new FakeApiServer(server);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InetSocketAddress anyPort() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  int port() {
    return server.getAddress().getPort();
  }

  public String url() {
    return (server instanceof HttpsServer ? "https" : "http") + "://127.0.0.1:" + port();
  }

  /**
   * The next answer to requests that begin so; the last one is given again and again. Of a good
   * answer's object, what every API server says and the test does not is filled in: its kind, and
   * its name.
   */
  public FakeApiServer says(String beginning, int code, String body) {
    return says(beginning, new Said(code, body, Map.of()));
  }

  /** The next answer to requests that begin so, every byte of it. */
  FakeApiServer saysExactly(String beginning, int code, String body) {
    return says(beginning, new Said(code, body, Map.of(EXACTLY, "")));
  }

  public synchronized FakeApiServer says(String beginning, Said said) {
    answers.computeIfAbsent(beginning, key -> new ArrayDeque<>()).add(said);
    return this;
  }

  private synchronized Said next(String request) {
    return answers.entrySet().stream()
        .filter(entry -> request.startsWith(entry.getKey()))
        .max(Map.Entry.comparingByKey(Comparator.comparingInt(String::length)))
        .map(
            entry ->
                entry.getValue().size() > 1 ? entry.getValue().poll() : entry.getValue().peek())
        .orElse(
            new Said(404, status(404, "NotFound", "nothing is said about " + request), Map.of()));
  }

  private void handle(HttpExchange exchange) throws IOException {
    clients.add(exchange.getRemoteAddress().getPort());
    try (exchange) {
      String path = exchange.getRequestURI().toString();
      Map<String, List<String>> headers = new LinkedHashMap<>();
      exchange
          .getRequestHeaders()
          .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values));
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      asked.add(new Asked(exchange.getRequestMethod(), path, headers, body));
      Said said = next(exchange.getRequestMethod() + " " + path);
      said.headers().forEach(exchange.getResponseHeaders()::add);
      byte[] bytes =
          (said.headers().containsKey(EXACTLY) || said.code() >= 300
                  ? said.body()
                  : Whole.answer(exchange.getRequestMethod(), path, body, said.body()))
              .getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(said.code(), bytes.length == 0 ? -1 : 0);
      exchange.getResponseBody().write(bytes);
    }
  }

  public static String status(int code, String reason, String message) {
    return ApiJson.write(
        Map.of(
            "kind",
            "Status",
            "apiVersion",
            "v1",
            "status",
            "Failure",
            "code",
            code,
            "reason",
            reason,
            "message",
            message));
  }

  /** A cluster by this server, asked by nobody in particular, in a hurry. */
  Cluster cluster() {
    return cluster(options(url()));
  }

  static Cluster cluster(ConnectionOptions options) {
    return Connection.open(options, Map.of("HOME", "/nowhere"), hurried());
  }

  static Connection.Surroundings hurried() {
    return new Connection.Surroundings(
        Path.of("/nowhere"), () -> false, Duration.ofSeconds(10), pause -> {});
  }

  static ConnectionOptions options(String server) {
    return new ConnectionOptions(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Duration.ofSeconds(10),
        Optional.of(server),
        Optional.empty(),
        false,
        Optional.empty());
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
