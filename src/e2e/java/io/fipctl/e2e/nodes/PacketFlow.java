package io.fipctl.e2e.nodes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/** A flow of numbered packets, 200 a second from one source port, that runs beside the test. */
final class PacketFlow {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process process;
  private final int sourcePort;

  private PacketFlow(Process process, int sourcePort) {
    this.process = process;
    this.sourcePort = sourcePort;
  }

  /** How conntrack names where it comes from. */
  String source() {
    return "sport=" + sourcePort + " ";
  }

  /**
   * What came of a flow.
   *
   * @param answeredBy how many packets each host answered
   * @param changes when somebody else began to answer, or nobody
   */
  record Report(int sent, int lost, Map<String, Integer> answeredBy, List<Change> changes) {
    /** Who answered the last packet; empty for nobody. */
    String last() {
      return changes.getLast().by();
    }
  }

  /** From this millisecond on, this host answers; empty for nobody. */
  record Change(long at, String by) {}

  static PacketFlow start(Map<String, String> environment, List<String> command, int sourcePort) {
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
      builder.environment().clear();
      builder.environment().putAll(environment);
      return new PacketFlow(builder.start(), sourcePort);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends it, whatever comes of it. */
  void end() {
    process.destroyForcibly();
  }

  /** Lets it run on for a second, and waits for its end. */
  Report report() {
    try {
      process.getOutputStream().close();
      String out = new String(process.getInputStream().readAllBytes(), UTF_8);
      assertThat(process.waitFor()).as("the flow's end: %s", out).isZero();
      return JSON.readValue(out, Report.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
