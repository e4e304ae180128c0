package io.fipctl;

import io.fipctl.operation.StopPoints;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The program, which ends or stops at a boundary between two steps. Run as a process of its own:
 * {@code java -cp target/test-classes:target/fipctl.jar -Dfipctl.stop.at=7
 * -Dfipctl.stop.how=kill|stop [-Dfipctl.stop.log=FILE] io.fipctl.StoppingMain move …}.
 *
 * <p>Boundaries are numbered from 0 in the order in which they are passed; -1, the default, never
 * stops. {@code kill} ends the process at once, as {@code kill -9} does; {@code stop} sends it
 * SIGSTOP, so that the test goes on with SIGCONT. Every boundary is a line of the log, written
 * before it is acted on.
 */
public final class StoppingMain {
  private static final int KILLED = 137;

  private StoppingMain() {}

  public static void main(String[] args) {
    int at = Integer.getInteger("fipctl.stop.at", -1);
    boolean kills = System.getProperty("fipctl.stop.how", "kill").equals("kill");
    String log = System.getProperty("fipctl.stop.log", "");
    System.exit(Main.run(new At(at, kills, log), args));
  }

  private static final class At implements StopPoints {
    private final int at;
    private final boolean kills;
    private final String log;
    private int passed;

    private At(int at, boolean kills, String log) {
      this.at = at;
      this.kills = kills;
      this.log = log;
    }

    @Override
    public void reached(String boundary) {
      try {
        if (!log.isEmpty()) {
          Files.writeString(
              Path.of(log), boundary + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
        if (passed++ == at) {
          stop();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private void stop() throws IOException, InterruptedException {
      if (kills) {
        Runtime.getRuntime().halt(KILLED);
      }
      String own = String.valueOf(ProcessHandle.current().pid());
      new ProcessBuilder("kill", "-STOP", own).start().waitFor();
    }
  }
}
