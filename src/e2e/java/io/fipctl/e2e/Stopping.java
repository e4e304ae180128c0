package io.fipctl.e2e;

import io.fipctl.Main;
import io.fipctl.lease.Interruption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The program with a process that sends itself a signal at one of the boundaries between two steps,
 * and takes down which ones it passed.
 */
public final class Stopping {
  private static final String AT = "fipctl.e2e.boundary";
  private static final String SIGNAL = "fipctl.e2e.signal";
  private static final String PASSED = "fipctl.e2e.passed";

  private Stopping() {}

  /**
   * The command that runs the program and gets a signal.
   *
   * @param boundary at which of them, the first is 1; 0 for none
   * @param passed a file that gets a line for each boundary
   */
  public static List<String> command(
      String signal, int boundary, Path passed, String... arguments) {
    return Program.command(
        Stopping.class,
        Map.of(SIGNAL, signal, AT, String.valueOf(boundary), PASSED, passed.toString()),
        arguments);
  }

  public static void main(String[] arguments) {
    int at = Integer.getInteger(AT);
    Path passed = Path.of(System.getProperty(PASSED));
    AtomicInteger count = new AtomicInteger();
    System.exit(
        Main.run(
            boundary -> {
              write(passed, boundary);
              if (count.incrementAndGet() == at) {
                String signal = System.getProperty(SIGNAL);
                do {
                  stop(signal);
                } while (isWantedAgain(passed));
              }
            },
            arguments));
  }

  /**
   * Lets a process go on that has stopped in a bad moment of another of its threads, until it has
   * stopped once more at the same boundary.
   */
  static void stopAgain(Running stopped, Path passed) {
    try {
      Files.createFile(again(passed));
      stopped.signal("CONT");
      while (Files.exists(again(passed))) {
        Thread.onSpinWait();
      }
      stopped.isStopped();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The boundaries that were passed so far. */
  public static List<String> passed(Path file) {
    try {
      return Files.exists(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isWantedAgain(Path passed) {
    try {
      return Files.deleteIfExists(again(passed));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path again(Path passed) {
    return passed.resolveSibling(passed.getFileName() + ".again");
  }

  private static void write(Path passed, String boundary) {
    try {
      Files.writeString(
          passed, boundary + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void stop(String signal) {
    try {
      String self = String.valueOf(ProcessHandle.current().pid());
      new ProcessBuilder("sh", "-c", "kill -" + signal + " " + self).start().waitFor();
      switch (signal) {
        // Behind it somebody has continued the process.
        case "STOP" -> {}
        case "KILL" -> new CountDownLatch(1).await();
        default -> awaitBeingHeard();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns once the run has been asked to end; where there is nothing to clean up, never. */
  private static void awaitBeingHeard() {
    while (Thread.getAllStackTraces().entrySet().stream()
        .noneMatch(
            thread -> isWaiting(thread.getKey()) && isIn(Interruption.class, thread.getValue()))) {
      Thread.onSpinWait();
    }
  }

  private static boolean isWaiting(Thread thread) {
    return Optional.of(thread.getState())
        .filter(state -> state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING)
        .isPresent();
  }

  private static boolean isIn(Class<?> type, StackTraceElement[] stack) {
    return Arrays.stream(stack).anyMatch(frame -> frame.getClassName().equals(type.getName()));
  }
}
