package io.fipctl.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Stands between fipctl and the API server, sees every request, and lets a test decide what becomes
 * of each: it may act in the moment before one is passed on, after the program has read and decided
 * and before the server has its write, or spoil one.
 */
final class InterceptingProxy implements AutoCloseable {
  /** Headers that belong to one connection, and those that the client library sets itself. */
  private static final Set<String> OWN =
      caseless(
          "Host",
          "Connection",
          "Content-Length",
          "Expect",
          "Transfer-Encoding",
          "Upgrade",
          "Authorization",
          "Keep-Alive",
          "HTTP2-Settings");

  /** A request as fipctl made it. */
  record Request(String method, URI uri, String body) {
    boolean isWrite() {
      return !method.equals("GET") && !uri.getPath().contains("selfsubject");
    }

    boolean isPatchOf(String pod) {
      return method.equals("PATCH") && uri.getPath().endsWith("/pods/" + pod);
    }

    boolean isDryRun() {
      return String.valueOf(uri.getQuery()).contains("dryRun=All");
    }
  }

  /** What becomes of a request. */
  sealed interface Fate {
    /** The server gets it and is heard. */
    Fate PASSED = new Passed();

    /** The connection ends, and the server never hears of it. */
    Fate DROPPED = new Dropped();

    /** The server does it, and the connection ends before its answer arrives. */
    Fate UNANSWERED = new Unanswered();

    record Passed() implements Fate {}

    record Dropped() implements Fate {}

    record Unanswered() implements Fate {}

    /** Somebody else answers, and the server never hears of it. */
    record Answered(int status, Map<String, String> headers) implements Fate {}

    /** The server gets something else in its place, as after a mutating webhook. */
    record Mutated(UnaryOperator<String> body) implements Fate {}

    /** The server does it, and somebody on the way says this in its place. */
    record Misreported(int status) implements Fate {}
  }

  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final Function<Request, Fate> fates;
  private final URI target;
  private final String token;
  private final HttpClient client;
  private volatile HttpServer server;
  private volatile CompletableFuture<Void> back = CompletableFuture.completedFuture(null);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Path kubeconfig;

  /** Acts before every request that the moment describes. */
  static InterceptingProxy before(TestApiServer server, Predicate<Request> moment, Runnable act) {
    return deciding(
        server,
        request -> {
          if (moment.test(request)) {
            act.run();
          }
          return Fate.PASSED;
        });
  }

  /** Asks of every request what becomes of it. */
  static InterceptingProxy deciding(TestApiServer server, Function<Request, Fate> fates) {
    try {
      return new InterceptingProxy(server, fates);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Only looks on. */
  static InterceptingProxy watching(TestApiServer server) {
    return before(server, request -> false, () -> {});
  }

  private InterceptingProxy(TestApiServer api, Function<Request, Fate> fates)
      throws IOException, GeneralSecurityException {
    this.fates = fates;
    this.target = api.url();
    this.token = api.token();
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .sslContext(trusting(api.authority()))
            .build();
    this.server = listening(0);
    this.kubeconfig = Files.createTempFile("fipctl-e2e", ".kubeconfig");
    Files.writeString(
        kubeconfig,
        """
        apiVersion: v1
        kind: Config
        clusters: [{name: interposed, cluster: {server: "http://127.0.0.1:%d"}}]
        users: [{name: nobody, user: {}}]
        contexts: [{name: interposed, context: {cluster: interposed, user: nobody}}]
        current-context: interposed
        """
            .formatted(server.getAddress().getPort()));
  }

  private HttpServer listening(int port) throws IOException {
    InetAddress here = InetAddress.getLoopbackAddress();
    HttpServer listening = HttpServer.create(new InetSocketAddress(here, port), 0);
    listening.setExecutor(threads);
    listening.createContext("/", this::pass);
    listening.start();
    return listening;
  }

  /** For so long nobody listens here, and every connection has ended. */
  void goAwayFor(Duration time) {
    Executor later = CompletableFuture.delayedExecutor(time.toMillis(), TimeUnit.MILLISECONDS);
    // Not on the thread of a request, which goes away with the others.
    back =
        CompletableFuture.runAsync(() -> server.stop(0), threads)
            .thenRunAsync(this::listenAgain, later);
  }

  private void listenAgain() {
    try {
      server = listening(server.getAddress().getPort());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Leads here, as administrator. */
  Path kubeconfig() {
    return kubeconfig;
  }

  /** Every request that could have changed something, in order. */
  List<Request> writes() {
    return requests.stream().filter(Request::isWrite).toList();
  }

  /** Whether it went through here at all. */
  boolean hasSeenReadsOf(String plural) {
    return requests.stream()
        .anyMatch(request -> !request.isWrite() && request.uri().getPath().contains("/" + plural));
  }

  /** The queries of the lists of a kind, in order. */
  List<String> queriesOf(String plural) {
    return requests.stream()
        .filter(request -> request.uri().getPath().endsWith("/" + plural))
        .map(request -> String.valueOf(request.uri().getQuery()))
        .toList();
  }

  @Override
  public void close() {
    back.join();
    server.stop(0);
    threads.shutdownNow();
    client.shutdownNow();
    try {
      Files.delete(kubeconfig);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void pass(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      Request request =
          new Request(
              exchange.getRequestMethod(), exchange.getRequestURI(), new String(body, UTF_8));
      requests.add(request);
      // An exchange that is closed without an answer takes its connection with it.
      switch (fates.apply(request)) {
        case Fate.Passed passed -> answer(ask(exchange, body), exchange);
        case Fate.Dropped dropped -> {}
        case Fate.Unanswered unanswered -> ask(exchange, body).body().close();
        case Fate.Answered answered -> answer(answered.status(), answered.headers(), exchange);
        case Fate.Mutated mutated ->
            answer(ask(exchange, mutated.body().apply(request.body()).getBytes(UTF_8)), exchange);
        case Fate.Misreported misreported -> {
          ask(exchange, body).body().close();
          answer(misreported.status(), Map.of(), exchange);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private HttpResponse<InputStream> ask(HttpExchange exchange, byte[] body)
      throws IOException, InterruptedException {
    HttpRequest.Builder onward =
        HttpRequest.newBuilder(target.resolve(exchange.getRequestURI()))
            .method(exchange.getRequestMethod(), BodyPublishers.ofByteArray(body))
            .header("Authorization", "Bearer " + token);
    exchange
        .getRequestHeaders()
        .forEach(
            (name, values) -> {
              if (!OWN.contains(name)) {
                values.forEach(value -> onward.header(name, value));
              }
            });
    return client.send(onward.build(), BodyHandlers.ofInputStream());
  }

  private static void answer(int status, Map<String, String> headers, HttpExchange exchange)
      throws IOException {
    headers.forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
    exchange.getResponseHeaders().set("Content-Type", "text/plain");
    byte[] text = "said by the go-between\n".getBytes(UTF_8);
    exchange.sendResponseHeaders(status, text.length);
    exchange.getResponseBody().write(text);
  }

  private static void answer(HttpResponse<InputStream> response, HttpExchange exchange)
      throws IOException {
    response
        .headers()
        .map()
        .forEach(
            (name, values) -> {
              if (!OWN.contains(name)) {
                exchange.getResponseHeaders().put(name, List.copyOf(values));
              }
            });
    exchange.sendResponseHeaders(response.statusCode(), 0);
    try (InputStream in = response.body();
        OutputStream out = exchange.getResponseBody()) {
      byte[] buffer = new byte[8192];
      // Flushed piece by piece: a watch says little and never ends.
      for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
        out.write(buffer, 0, length);
        out.flush();
      }
    }
  }

  private static SSLContext trusting(Path authority) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (InputStream certificate = Files.newInputStream(authority)) {
      store.setCertificateEntry(
          "ca", CertificateFactory.getInstance("X.509").generateCertificate(certificate));
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  private static Set<String> caseless(String... names) {
    Set<String> set = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    set.addAll(List.of(names));
    return set;
  }
}
