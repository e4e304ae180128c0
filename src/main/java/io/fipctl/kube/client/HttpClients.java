package io.fipctl.kube.client;

import io.fabric8.kubernetes.client.RequestConfig;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.okhttp.OkHttpClientFactory;
import io.fipctl.kube.config.Credentials.Identity;
import io.fipctl.kube.config.Proxies;
import io.fipctl.kube.config.Target;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import okhttp3.ConnectionSpec;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;

/**
 * fabric8's HTTP clients for one server, which differ in patience only and share everything else.
 * Made when first used; fabric8's own set-up from a {@code Config} is passed by, as it reads every
 * authority of the system, wraps keys in a key store, and tries ten times.
 */
final class HttpClients implements AutoCloseable {
  /** What a client is used for. */
  enum Use {
    READ,
    /** Nothing that may have been done is done twice. */
    WRITE,
    /** Answers that go on as long as somebody listens. */
    STREAM
  }

  private static final Duration CONNECT = Duration.ofSeconds(3);

  private final Target target;
  private final Map<String, String> environment;
  private final Duration requestTimeout;
  private final Supplier<Optional<Identity>> identity;
  private final ThreadPoolExecutor threads;
  private Optional<OkHttpClient> base = Optional.empty();
  private boolean closed;

  HttpClients(
      Target target,
      Map<String, String> environment,
      Duration requestTimeout,
      Supplier<Optional<Identity>> identity) {
    this.target = target;
    this.environment = environment;
    this.requestTimeout = requestTimeout;
    this.identity = identity;
    this.threads =
        new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            1,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            Thread.ofPlatform().daemon().name("http-", 0).factory());
  }

  synchronized HttpClient to(Use use) {
    if (base.isEmpty()) {
      base = Optional.of(connecting());
    }
    OkHttpClient shared = base.get();
    OkHttpClientFactory factory =
        new OkHttpClientFactory() {
          @Override
          protected OkHttpClient.Builder newOkHttpClientBuilder() {
            return shared
                .newBuilder()
                .callTimeout(use == Use.STREAM ? Duration.ZERO : requestTimeout)
                .retryOnConnectionFailure(use != Use.WRITE);
          }
        };
    HttpClient.Builder builder = factory.newBuilder();
    return builder.tag(once()).build();
  }

  /** Makes new connections from now on, on which another identity can be shown. */
  synchronized void forgetConnections() {
    base = Optional.empty();
  }

  synchronized boolean isClosed() {
    return closed;
  }

  /** Cuts every connection, so that no thread is left waiting in the kernel when the JVM ends. */
  @Override
  public synchronized void close() {
    closed = true;
    base.ifPresent(
        client -> {
          client.dispatcher().cancelAll();
          client.connectionPool().evictAll();
        });
    threads.shutdownNow();
  }

  private OkHttpClient connecting() {
    Dispatcher dispatcher = new Dispatcher(threads);
    dispatcher.setMaxRequests(Integer.MAX_VALUE);
    dispatcher.setMaxRequestsPerHost(Integer.MAX_VALUE);
    Duration connect =
        requestTimeout.isZero() || requestTimeout.compareTo(CONNECT) > 0 ? CONNECT : requestTimeout;
    OkHttpClient.Builder client =
        new OkHttpClient.Builder()
            .dispatcher(dispatcher)
            .connectTimeout(connect)
            .readTimeout(Duration.ZERO)
            .writeTimeout(Duration.ZERO)
            .pingInterval(Duration.ofSeconds(30))
            .followRedirects(false)
            .followSslRedirects(false)
            // HTTP/2 keeps a thread in the kernel for each connection, which holds up the exit.
            .protocols(List.of(Protocol.HTTP_1_1));
    Proxies proxies = Proxies.to(target, environment);
    client.proxy(proxies.proxy());
    proxies
        .authorization()
        .ifPresent(
            header ->
                client.proxyAuthenticator(
                    (route, response) ->
                        header.equals(response.request().header("Proxy-Authorization"))
                            ? null
                            : response
                                .request()
                                .newBuilder()
                                .header("Proxy-Authorization", header)
                                .build()));
    if (target.server().getScheme().equals("https")) {
      Tls.configure(client, target.trust(), identity);
    } else {
      // Without TLS in sight okhttp leaves the system's authorities unread.
      client.connectionSpecs(List.of(ConnectionSpec.CLEARTEXT));
    }
    return client.build();
  }

  /** fabric8 tries ten times by itself; here who asks decides. */
  private static RequestConfig once() {
    return new RequestConfig(-1, 1000, 0, 0L, 0, 0, 1, 0);
  }
}
