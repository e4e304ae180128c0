package io.fipctl.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;

/** A process that has ended: what it printed, and how it ended. */
public record ProcessResult(List<String> command, int exitCode, String out, String err) {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /** Runs a program to its end, with exactly this environment and nothing on stdin. */
  public static ProcessResult of(Map<String, String> environment, List<String> command) {
    return Running.start(environment, command).ended();
  }

  /** It ended with this status. */
  public ProcessResult exits(int status) {
    assertThat(exitCode).as(toString()).isEqualTo(status);
    return this;
  }

  /** stderr has each of these texts. */
  public ProcessResult saying(String... texts) {
    assertThat(err).as(toString()).contains(texts);
    return this;
  }

  /** stderr has nothing of this. */
  public ProcessResult notSaying(String text) {
    assertThat(err).as(toString()).doesNotContain(text);
    return this;
  }

  /** stdout is this and nothing else. */
  public ProcessResult answering(String text) {
    assertThat(out).as(toString()).isEqualTo(text);
    return this;
  }

  /** stdout is empty: what did not work has no answer. */
  public ProcessResult answeringNothing() {
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
