package io.fipctl.kube.client;

import io.fipctl.kube.ApiJson;
import io.fipctl.kube.Cluster.Access;
import io.fipctl.kube.FieldMask;
import io.fipctl.kube.client.ApiServer.Answer;
import io.fipctl.kube.config.Kubeconfig;
import io.fipctl.kube.config.Target;
import io.fipctl.model.ApiObject;
import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import io.fipctl.model.StaleWriteException;
import io.fipctl.model.UncertainWriteException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An answer of the API server that is no, with the server's own words for it.
 *
 * @param message what the server says; never empty
 * @param isStatus whether an API server speaks (metav1.Status), and not something on the way to it
 */
record ApiErrors(int code, String message, boolean hasCauses, boolean isStatus) {
  private static final int LONGEST = 1024 * 1024;

  /** RBAC and the node authorizer speak like this; whatever else refuses has its own words. */
  private static final Pattern NO_RIGHT = Pattern.compile("cannot [a-z*]+ (resource|path) \"");

  private static final Pattern ADMISSION =
      Pattern.compile(
          "admission webhook \".*\" denied|ValidatingAdmissionPolicy '.*denied request");

  /**
   * What apiserver answers when a JSON Patch cannot be applied, be it for a {@code test} or for a
   * path that is gone (apimachinery, NewGenericServerResponse; apiserver, handlers/patch.go).
   */
  private static final String NOT_APPLICABLE = "the server rejected our request due to an error";

  /** What was asked of which object; {@code object} is for the reader. */
  record Asked(Access access, String object) {}

  static ApiErrors of(Answer answer) {
    byte[] body;
    try (answer) {
      body = answer.body().readNBytes(LONGEST);
    } catch (IOException e) {
      body = new byte[0];
    }
    ApiObject status = ApiObject.EMPTY;
    String text = new String(body, StandardCharsets.UTF_8).strip();
    try {
      status = ApiJson.read(new ByteArrayInputStream(body), FieldMask.ALL);
    } catch (IOException e) {
      // A proxy in between answers in plain text; the first line of it says enough.
      text = text.lines().findFirst().orElse("");
    }
    return new ApiErrors(
        answer.code(),
        Kubeconfig.filled(status.text("message"))
            .orElse(text.isEmpty() || status.has("kind") ? "HTTP " + answer.code() : text),
        !status.objects("details", "causes").isEmpty(),
        status.text("kind").equals(Optional.of("Status"))
            && status.text("apiVersion").equals(Optional.of("v1")));
  }

  /** Whether RBAC refused, rather than an admission rule. */
  boolean isMissingRight() {
    return NO_RIGHT.matcher(message).find();
  }

  FipctlException as(Target target, Asked asked) {
    if (ADMISSION.matcher(message).find()) {
      return admission();
    }
    String verb = asked.access().verb();
    return switch (code) {
      case 403 -> isMissingRight() ? noRight(message, asked.access()) : admission();
      case 404 ->
          isStatus
              ? FipctlException.notFound("NotFound", asked.object() + " is not there: " + message)
              : notTheServer(target, verb);
      case 409 ->
          verb.equals("create")
              ? FipctlException.conflict("AlreadyExists", message)
              : new StaleWriteException(asked.object() + " has changed meanwhile: " + message);
      case 422 -> invalid(verb, asked);
      case 429 -> throttled(target, verb, asked);
      default -> serverError(target, verb, asked);
    };
  }

  /** Who says that there is nothing, and is not the API server, does not know. */
  private FipctlException notTheServer(Target target, String verb) {
    FipctlException failure =
        ConnectionErrors.from(
            target, new ApiJson.NotApi("it says HTTP %d: %s".formatted(code, message)));
    return isReading(verb) ? failure : new UncertainWriteException(failure);
  }

  /** Refused before anything was done: priority and fairness, or a limit on the way. */
  private FipctlException throttled(Target target, String verb, Asked asked) {
    return new FipctlException(
        ExitCode.FAILURE,
        "Throttled",
        "the API server %s answers, but has too many requests to %s %s (HTTP 429): %s"
            .formatted(target.server(), verb, asked.object(), message),
        "run it again later; kubectl get --raw '/readyz?verbose' shows how the server is");
  }

  private static boolean isReading(String verb) {
    return verb.equals("get") || verb.equals("list") || verb.equals("watch");
  }

  private FipctlException invalid(String verb, Asked asked) {
    if (verb.equals("patch")
        && !hasCauses
        && (message.startsWith(NOT_APPLICABLE) || message.contains("testing value"))) {
      return new StaleWriteException(
          asked.object() + " has changed meanwhile: it is no longer as it was read");
    }
    // Who creates has said what it is to be; who patches meets an object that cannot carry it.
    return new FipctlException(
        verb.equals("create") ? ExitCode.USAGE : ExitCode.UNSUPPORTED, "Invalid", message);
  }

  private FipctlException serverError(Target target, String verb, Asked asked) {
    FipctlException failure =
        new FipctlException(
            ExitCode.FAILURE,
            "ServerError",
            "the API server "
                + target.server()
                + " answers HTTP "
                + code
                + " to "
                + verb
                + " "
                + asked.object()
                + ": "
                + message);
    return isReading(verb) || code < 500 ? failure : new UncertainWriteException(failure);
  }

  private FipctlException admission() {
    return FipctlException.forbidden("AdmissionDenied", message);
  }

  static FipctlException noRight(String message, Access access, String... verbs) {
    return FipctlException.forbidden(
        "Forbidden",
        message,
        verbs.length == 0 ? access.missingRule() : access.missingRule(List.of(verbs)));
  }
}
