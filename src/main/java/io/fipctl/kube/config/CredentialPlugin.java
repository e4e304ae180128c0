package io.fipctl.kube.config;

import io.fipctl.kube.ApiJson;
import io.fipctl.kube.FieldMask;
import io.fipctl.kube.config.Credentials.Proof;
import io.fipctl.kube.config.Target.Interactive;
import io.fipctl.kube.config.Target.Login;
import io.fipctl.model.ApiObject;
import io.fipctl.model.FipctlException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Runs exec credential plugins as kubectl does: the command itself and no shell, its stderr to
 * ours, its stdin from the terminal only where the kubeconfig allows. Whatever goes wrong is an
 * error: nothing is asked anonymously instead.
 *
 * @param environment what the plugin inherits
 * @param terminal whether somebody sits there who can be asked
 * @param limit how long it may take
 */
public record CredentialPlugin(
    Map<String, String> environment, BooleanSupplier terminal, Duration limit) {
  public static final Duration LIMIT = Duration.ofSeconds(60);

  Proof run(Login.Plugin plugin) {
    boolean interactive = plugin.interactive() != Interactive.NEVER && terminal.getAsBoolean();
    if (plugin.interactive() == Interactive.ALWAYS && !interactive) {
      throw failed(plugin, "wants to ask at a terminal, and there is none", Optional.empty());
    }
    Process process = start(plugin, interactive);
    ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    Thread reader =
        Thread.ofPlatform().daemon().start(() -> copy(process.getInputStream(), stdout));
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw failed(plugin, "did not end within " + limit.toSeconds() + " s", Optional.empty());
      }
      // What it started in the background may hold the pipe open; the answer is there by now.
      reader.join(1000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed(plugin, "was interrupted", Optional.empty());
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    if (process.exitValue() != 0) {
      throw failed(plugin, "ended with exit code " + process.exitValue(), Optional.empty());
    }
    return proof(plugin, stdout.toByteArray());
  }

  private Process start(Login.Plugin plugin, boolean interactive) {
    ProcessBuilder builder = new ProcessBuilder(plugin.argv());
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    if (interactive) {
      builder.redirectInput(ProcessBuilder.Redirect.INHERIT);
    }
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.environment().putAll(plugin.environment());
    builder.environment().put("KUBERNETES_EXEC_INFO", execInfo(plugin, interactive));
    try {
      Process process = builder.start();
      if (!interactive) {
        process.getOutputStream().close();
      }
      return process;
    } catch (IOException e) {
      throw failed(
              plugin, "cannot be started: it is not there or not executable", plugin.installHint())
          .causedBy(e);
    }
  }

  private static String execInfo(Login.Plugin plugin, boolean interactive) {
    Map<String, Object> spec = new LinkedHashMap<>();
    plugin.clusterInfo().ifPresent(cluster -> spec.put("cluster", cluster));
    spec.put("interactive", interactive);
    Map<String, Object> info = new LinkedHashMap<>();
    info.put("kind", "ExecCredential");
    info.put("apiVersion", plugin.apiVersion());
    info.put("spec", spec);
    return ApiJson.write(info);
  }

  private static Proof proof(Login.Plugin plugin, byte[] stdout) {
    ApiObject answer;
    try {
      answer = ApiJson.read(new ByteArrayInputStream(stdout), FieldMask.ALL);
    } catch (IOException e) {
      throw failed(plugin, "printed no ExecCredential", Optional.empty()).causedBy(e);
    }
    String version = answer.text("apiVersion").orElse("");
    if (!version.equals(plugin.apiVersion())) {
      throw failed(
          plugin, "answered in " + version + ", not in " + plugin.apiVersion(), Optional.empty());
    }
    ApiObject status = answer.object("status");
    Optional<String> token = Kubeconfig.filled(status.text("token"));
    Optional<String> certificate = Kubeconfig.filled(status.text("clientCertificateData"));
    Optional<String> key = Kubeconfig.filled(status.text("clientKeyData"));
    if ((token.isEmpty() && certificate.isEmpty()) || certificate.isPresent() != key.isPresent()) {
      throw failed(plugin, "printed no token and no certificate with its key", Optional.empty());
    }
    return new Proof(
        token.map(text -> "Bearer " + text),
        certificate.map(pem -> Credentials.identity(pem, key.orElseThrow())),
        status.text("expirationTimestamp").map(text -> instant(plugin, text)));
  }

  private static Instant instant(Login.Plugin plugin, String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw failed(
              plugin, "printed an expirationTimestamp that is no time: " + text, Optional.empty())
          .causedBy(e);
    }
  }

  private static void copy(InputStream in, ByteArrayOutputStream out) {
    try {
      in.transferTo(out);
    } catch (IOException e) {
      // The process was ended; what is missing shows when the answer is parsed.
      out.reset();
    }
  }

  private static FipctlException failed(
      Login.Plugin plugin, String what, Optional<String> installHint) {
    return FipctlException.forbidden(
        "CredentialPluginFailed",
        "the credential plugin " + plugin.argv().getFirst() + " of the kubeconfig " + what,
        installHint
            .map(List::of)
            // Its arguments may hold secrets, so that they are not shown.
            .orElse(List.of("run it by hand, as user.exec in the kubeconfig has it"))
            .toArray(String[]::new));
  }
}
