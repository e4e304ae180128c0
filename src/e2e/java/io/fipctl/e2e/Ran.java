package io.fipctl.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A process that has ended: what it printed, and how it ended. */
public record Ran(List<String> command, int exitCode, String out, String err) {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /** Runs a program to its end, with exactly this environment and nothing on stdin. */
  public static Ran of(Map<String, String> environment, List<String> command) {
    try {
      Path out = Files.createTempFile("fipctl-e2e", ".out");
      Path err = Files.createTempFile("fipctl-e2e", ".err");
      try {
        ProcessBuilder builder =
            new ProcessBuilder(command)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.start();
        boolean ended = process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS);
        if (!ended) {
          process.destroyForcibly().waitFor();
        }
        Ran ran =
            new Ran(
                List.copyOf(command),
                process.exitValue(),
                Files.readString(out, UTF_8),
                Files.readString(err, UTF_8));
        assertThat(ended).as("ended within %s: %s", LIMIT, ran).isTrue();
        return ran;
      } finally {
        Files.delete(out);
        Files.delete(err);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** It ended with this status. */
  public Ran exits(int status) {
    assertThat(exitCode).as(toString()).isEqualTo(status);
    return this;
  }

  /** stderr has each of these texts. */
  public Ran saying(String... texts) {
    assertThat(err).as(toString()).contains(texts);
    return this;
  }

  /** stderr has nothing of this. */
  Ran notSaying(String text) {
    assertThat(err).as(toString()).doesNotContain(text);
    return this;
  }

  /** stdout is this and nothing else. */
  public Ran answering(String text) {
    assertThat(out).as(toString()).isEqualTo(text);
    return this;
  }

  /** stdout is empty: what did not work has no answer. */
  public Ran answeringNothing() {
    return answering("");
  }

  /** stdout is exactly one JSON document. */
  public JsonNode json() {
    try {
      return JSON.readTree(out);
    } catch (JsonProcessingException e) {
      throw new AssertionError("not one JSON document: " + this, e);
    }
  }

  @Override
  public String toString() {
    return "%s%n-> exit %d%nstdout: %s%nstderr: %s"
        .formatted(String.join(" ", command), exitCode, out, err);
  }
}
