package io.fipctl.kube.client;

import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.WebSocket;
import io.fipctl.kube.client.HttpClients.Use;
import io.fipctl.kube.config.ConnectionOptions;
import io.fipctl.kube.config.CredentialPlugin;
import io.fipctl.kube.config.Credentials;
import io.fipctl.kube.config.Credentials.Proof;
import io.fipctl.kube.config.Target;
import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import io.fipctl.model.UncertainWriteException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Requests to one API server, with credentials, and few repetitions. */
final class ApiServer implements AutoCloseable {
  private static final List<Duration> BACK_OFF =
      List.of(Duration.ofMillis(200), Duration.ofMillis(800));
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

  /**
   * A request.
   *
   * @param path below the server's address, with its query
   * @param contentType empty without a body
   */
  record Request(Use use, String method, String path, String contentType, String body) {
    static Request get(String path) {
      return new Request(Use.READ, "GET", path, "", "");
    }

    static Request stream(String path) {
      return new Request(Use.STREAM, "GET", path, "", "");
    }
  }

  /**
   * The time that an answer told, to the second.
   *
   * @param nanos when that was, by a clock of this machine that is not set
   */
  private record Heard(Instant date, long nanos) {
    static Optional<Heard> of(String date) {
      try {
        return Optional.ofNullable(date)
            .map(text -> Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text)))
            .map(time -> new Heard(time, System.nanoTime()));
      } catch (DateTimeException e) {
        // Somebody on the way has a form of their own.
        return Optional.empty();
      }
    }

    Instant now() {
      return date.plusNanos(System.nanoTime() - nanos);
    }
  }

  /** The time by the server's clock, as its last answer told it; empty before the first. */
  Optional<Instant> time() {
    return heard.map(Heard::now);
  }

  /** What the server answered; the body is read by whoever closes it. */
  record Answer(int code, Optional<Duration> retryAfter, InputStream body)
      implements AutoCloseable {
    boolean isGood() {
      return code >= 200 && code < 300;
    }

    @Override
    public void close() {
      try {
        body.close();
      } catch (IOException e) {
        throw new IllegalStateException("closing what was read cannot fail", e);
      }
    }
  }

  /**
   * A body that is read to its end before it is closed. fabric8 closes on another thread than the
   * one that still fetches (OkHttpClientImpl.OkHttpAsyncBody), and a connection on which two
   * threads have read goes back to the pool with half an answer in it.
   */
  private static final class ReadToItsEnd extends FilterInputStream {
    private ReadToItsEnd(InputStream body) {
      super(body);
    }

    @Override
    public void close() throws IOException {
      try (InputStream body = in) {
        body.transferTo(OutputStream.nullOutputStream());
      } catch (IOException e) {
        // Broken off or closed already: nothing of it is wanted any more.
        in.close();
      }
    }
  }

  private final Target target;
  private final Duration requestTimeout;
  private final Credentials credentials;
  private final HttpClients clients;
  private final RetryDelay pause;
  private volatile Optional<Heard> heard = Optional.empty();
  private volatile Proof shown = new Proof(Optional.empty(), Optional.empty(), Optional.empty());

  ApiServer(
      Target target,
      ConnectionOptions options,
      Map<String, String> environment,
      CredentialPlugin plugin,
      RetryDelay pause) {
    this.target = target;
    this.requestTimeout = options.requestTimeout();
    this.credentials = new Credentials(target.login(), plugin, Clock.systemUTC());
    this.clients = new HttpClients(target, environment, requestTimeout, () -> shown.identity());
    this.pause = pause;
  }

  Target target() {
    return target;
  }

  boolean isClosed() {
    return clients.isClosed();
  }

  /** Sends and returns any answer but 401, which is a failure after credentials were renewed. */
  Answer send(Request request) {
    boolean renewed = false;
    for (int tries = 0; ; ) {
      Proof proof = credentials.current();
      shown = proof;
      Answer answer = once(request, proof);
      if (answer.code() == 401) {
        answer.close();
        if (renewed || !renew(proof)) {
          throw unauthorized();
        }
        renewed = true;
      } else {
        Optional<Duration> wait =
            tries < BACK_OFF.size() ? wait(request, answer, tries) : Optional.empty();
        if (wait.isEmpty()) {
          return answer;
        }
        answer.close();
        pause(wait.get());
        tries++;
      }
    }
  }

  private boolean renew(Proof refused) {
    if (!credentials.renew(refused)) {
      return false;
    }
    if (refused.identity().isPresent()) {
      clients.forgetConnections();
    }
    return true;
  }

  /** How long to wait before asking again; empty when the answer is final. */
  private static Optional<Duration> wait(Request request, Answer answer, int tries) {
    boolean overloaded = answer.code() == 429;
    boolean broken = answer.code() >= 500 && request.use() == Use.READ;
    if (!broken
        && !(overloaded && (request.use() == Use.READ || answer.retryAfter().isPresent()))) {
      return Optional.empty();
    }
    Duration wait = answer.retryAfter().orElse(BACK_OFF.get(tries));
    return wait.compareTo(LONGEST_WAIT) > 0 ? Optional.empty() : Optional.of(wait);
  }

  private Answer once(Request request, Proof proof) {
    HttpRequest.Builder builder =
        clients.to(request.use()).newHttpRequestBuilder().uri(uri(request.path()));
    identify(builder, proof);
    builder.setHeader("Accept", "application/json");
    if (request.contentType().isEmpty()) {
      builder.method(request.method(), null, (String) null);
    } else {
      builder.method(request.method(), request.contentType(), request.body());
    }
    HttpResponse<InputStream> response =
        await(
            clients.to(request.use()).sendAsync(builder.build(), InputStream.class), request.use());
    heard = Heard.of(response.header("Date")).or(() -> heard);
    boolean endless = request.use() == Use.STREAM && response.code() == 200;
    return new Answer(
        response.code(),
        retryAfter(response.header("Retry-After")),
        endless ? response.body() : new ReadToItsEnd(response.body()));
  }

  private static Optional<Duration> retryAfter(String seconds) {
    return seconds != null && seconds.matches("[0-9]{1,6}")
        ? Optional.of(Duration.ofSeconds(Long.parseLong(seconds)))
        : Optional.empty();
  }

  private <T> T await(CompletableFuture<T> future, Use use) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      future.cancel(true);
      Thread.currentThread().interrupt();
      throw interrupted();
    } catch (ExecutionException e) {
      throw noAnswer(e.getCause(), use);
    }
  }

  /** Opens a WebSocket; what goes wrong completes the future. */
  CompletableFuture<WebSocket> open(String path, String protocol, WebSocket.Listener listener) {
    Proof proof = credentials.current();
    shown = proof;
    WebSocket.Builder builder = clients.to(Use.STREAM).newWebSocketBuilder();
    builder.uri(uri(path));
    builder.subprotocol(protocol);
    identify(builder, proof);
    return builder.buildAsync(listener);
  }

  private URI uri(String path) {
    return URI.create(target.server() + path);
  }

  private void identify(BasicBuilder builder, Proof proof) {
    builder.setHeader("User-Agent", "fipctl");
    proof
        .authorization()
        .ifPresent(header -> builder.setHeader("Authorization", sendable(header, credentials())));
    Target.Impersonation as = target.impersonation();
    as.user()
        .ifPresent(
            user ->
                builder.setHeader(
                    "Impersonate-User", sendable(user, "the user to impersonate, " + user + ",")));
    as.uid()
        .ifPresent(
            uid ->
                builder.setHeader(
                    "Impersonate-Uid", sendable(uid, "the UID to impersonate, " + uid + ",")));
    as.groups()
        .forEach(
            group ->
                builder.header(
                    "Impersonate-Group",
                    sendable(group, "the group to impersonate, " + group + ",")));
    as.extra()
        .forEach(
            (key, values) ->
                values.forEach(
                    value ->
                        builder.header(
                            "Impersonate-Extra-" + encoded(key),
                            sendable(value, "as-user-extra " + key + ", " + value + ","))));
  }

  private String credentials() {
    return "the token or password" + (target.user().isEmpty() ? "" : " of user " + target.user());
  }

  /**
   * A text as the value of a header, where a line break would be the end of it.
   *
   * @param what it is; says nothing of a secret
   * @throws FipctlException exit 2 when it has other characters than printable ASCII
   */
  private static String sendable(String text, String what) {
    int wrong = 0;
    while (wrong < text.length() && text.charAt(wrong) >= ' ' && text.charAt(wrong) <= '~') {
      wrong++;
    }
    if (wrong == text.length()) {
      return text;
    }
    int found = text.codePointAt(wrong);
    throw FipctlException.usage(
        "%s has a character that an HTTP header cannot carry: %s"
            .formatted(
                what, found == '\n' || found == '\r' ? "a line break" : "U+%04X".formatted(found)),
        "printable ASCII only can be sent");
  }

  /** A text as part of a path or a query. */
  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  FipctlException noAnswer(Throwable cause, Use use) {
    FipctlException failure = ConnectionErrors.from(target, cause, requestTimeout);
    return use == Use.WRITE ? new UncertainWriteException(failure) : failure;
  }

  private FipctlException unauthorized() {
    if (!target.isSecure()) {
      return FipctlException.forbidden(
          "Unauthorized",
          target.server() + " wants credentials, which are never sent without TLS",
          "name a server with https:// in context " + target.name() + " or with --server");
    }
    String who = target.user().isEmpty() ? "nobody in particular" : "user " + target.user();
    return FipctlException.forbidden(
        "Unauthorized",
        target.server()
            + " does not accept the credentials of "
            + who
            + " of context "
            + target.name(),
        "log in again, or choose another context with --context");
  }

  RetryDelay pausing() {
    return pause;
  }

  void pause(Duration duration) {
    try {
      pause.take(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw interrupted();
    }
  }

  static FipctlException interrupted() {
    return new FipctlException(ExitCode.INTERRUPTED, "Interrupted", "interrupted while asking");
  }

  @Override
  public void close() {
    clients.close();
  }
}
