package io.fipctl.kube.client;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import io.fipctl.kube.ApiJson;
import io.fipctl.kube.config.Target;
import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/** Names the root cause when a server gives no answer, in words a user can act on. */
final class ConnectionErrors {
  /** The reason when something answers there that is not an API server. */
  static final String NOT_KUBERNETES = "NotKubernetes";

  private static final String NOT_API = "what answers there is not a Kubernetes API: ";

  private ConnectionErrors() {}

  static FipctlException from(Target target, Throwable cause, Duration requestTimeout) {
    if (unwrapped(cause) instanceof FipctlException known) {
      return known;
    }
    String what = "the API server " + target.server() + " does not answer: ";
    return new FipctlException(
            ExitCode.UNREACHABLE,
            isForeign(unwrapped(cause)) ? NOT_KUBERNETES : "Unreachable",
            what + words(target, unwrapped(cause), requestTimeout),
            hint(target, cause))
        .causedBy(cause);
  }

  private static boolean isForeign(Throwable cause) {
    return cause instanceof ApiJson.NotApi
        || (cause instanceof JacksonException && !(cause instanceof JsonEOFException));
  }

  /** Something answers that is not an API server. */
  static FipctlException from(Target target, ApiJson.NotApi cause) {
    return from(target, cause, Duration.ZERO);
  }

  private static Throwable unwrapped(Throwable cause) {
    boolean wrapper = cause instanceof CompletionException || cause instanceof ExecutionException;
    return wrapper && cause.getCause() != null ? unwrapped(cause.getCause()) : cause;
  }

  private static String words(Target target, Throwable cause, Duration requestTimeout) {
    if (within(cause, CertificateExpiredException.class).isPresent()) {
      return "its certificate has expired";
    }
    if (within(cause, CertificateNotYetValidException.class).isPresent()) {
      return "its certificate is not valid yet; is this machine's clock right?";
    }
    if (cause instanceof SSLPeerUnverifiedException) {
      String name = target.trust().serverName().orElse(target.server().getHost());
      return "its certificate is not for the name " + name;
    }
    if (within(cause, CertificateException.class).isPresent()
        || within(cause, CertPathValidatorException.class).isPresent()) {
      return "its certificate is not signed by an authority that is trusted";
    }
    if (cause instanceof UnknownHostException) {
      return "unknown host " + host(cause.getMessage(), target);
    }
    if (within(cause, NoRouteToHostException.class).isPresent()) {
      return "no route to host";
    }
    Optional<ConnectException> connect = within(cause, ConnectException.class);
    if (connect.isPresent()) {
      return within(cause, SocketTimeoutException.class).isPresent()
          ? "no connection within 3 s"
          : refused(connect.get());
    }
    if (cause instanceof SocketTimeoutException) {
      return "no connection in time";
    }
    if (cause instanceof InterruptedIOException) {
      return "no answer within " + seconds(requestTimeout);
    }
    if (cause instanceof SSLException) {
      return "TLS failed: " + cause.getMessage();
    }
    if (cause instanceof JsonEOFException || cause instanceof ProtocolException) {
      return "its answer broke off";
    }
    if (cause instanceof JacksonException) {
      return NOT_API + "its answer is not JSON";
    }
    if (cause instanceof ApiJson.NotApi) {
      return NOT_API + cause.getMessage();
    }
    return text(cause);
  }

  private static String hint(Target target, Throwable cause) {
    boolean certificate =
        within(cause, CertificateException.class).isPresent()
            || within(cause, SSLPeerUnverifiedException.class).isPresent();
    if (certificate) {
      return "look at certificate-authority and tls-server-name in context " + target.name();
    }
    return "look at the server of context " + target.name() + ", or choose one with --context";
  }

  private static String refused(ConnectException cause) {
    Throwable root = cause;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String text = text(root);
    return text.contains("refused") ? "connection refused" : text;
  }

  private static String host(String message, Target target) {
    return message == null || message.contains(target.server().getHost())
        ? target.server().getHost()
        : message.replaceFirst(":.*", "");
  }

  private static String text(Throwable cause) {
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }

  private static String seconds(Duration duration) {
    return duration.toMillis() % 1000 == 0
        ? duration.toSeconds() + " s"
        : duration.toMillis() + " ms";
  }

  private static <T extends Throwable> Optional<T> within(Throwable cause, Class<T> type) {
    for (Throwable here = cause; here != null; here = here.getCause()) {
      if (type.isInstance(here)) {
        return Optional.of(type.cast(here));
      }
      for (Throwable suppressed : here.getSuppressed()) {
        if (type.isInstance(suppressed)) {
          return Optional.of(type.cast(suppressed));
        }
      }
    }
    return Optional.empty();
  }
}
