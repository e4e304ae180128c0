package io.fipctl.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A process that has been started; what it prints is kept until it has ended. */
public final class Running {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final List<String> command;
  private final Process process;
  private final Path out;
  private final Path err;

  private Running(List<String> command, Process process, Path out, Path err) {
    this.command = List.copyOf(command);
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /** Starts a program with exactly this environment and nothing on stdin. */
  public static Running start(Map<String, String> environment, List<String> command) {
    try {
      Path out = Files.createTempFile("fipctl-e2e", ".out");
      Path err = Files.createTempFile("fipctl-e2e", ".err");
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile());
      builder.environment().clear();
      builder.environment().putAll(environment);
      return new Running(command, builder.start(), out, err);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  long pid() {
    return process.pid();
  }

  /** Waits this long for its end; whether it came. */
  boolean endsWithin(Duration time) {
    try {
      return process.waitFor(time.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** {@code kill -9}, which on Linux is what this is. */
  void kill() {
    process.destroyForcibly();
  }

  /** Sends it a signal: {@code CONT}, {@code INT}. */
  public void signal(String name) {
    ProcessResult.of(
            Map.of("PATH", System.getenv("PATH")),
            List.of("sh", "-c", "kill -" + name + " " + process.pid()))
        .exits(0);
  }

  /** Waits until it is stopped by a signal; whether it is, or has ended instead. */
  public boolean isStopped() {
    while (process.isAlive()) {
      if (state().equals("T")) {
        return true;
      }
      endsWithin(Duration.ofMillis(5));
    }
    return false;
  }

  /** The process's state as the kernel tells it; the command before it may hold anything. */
  private String state() {
    try {
      String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
      return stat.substring(stat.lastIndexOf(')') + 2).substring(0, 1);
    } catch (IOException e) {
      return "";
    }
  }

  /** What it has printed on stderr so far. */
  String err() {
    try {
      return Files.readString(err, UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for its end. */
  public ProcessResult ended() {
    try {
      boolean ended = endsWithin(LIMIT);
      if (!ended) {
        process.destroyForcibly().waitFor();
      }
      ProcessResult ran =
          new ProcessResult(
              command,
              process.exitValue(),
              Files.readString(out, UTF_8),
              Files.readString(err, UTF_8));
      assertThat(ended).as("ended within %s: %s", LIMIT, ran).isTrue();
      return ran;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } finally {
      delete(out);
      delete(err);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
