package io.fipctl;

import io.fipctl.cli.Fipctl;
import io.fipctl.cli.session.Environment;
import io.fipctl.kube.client.Connection;
import io.fipctl.lease.FailPoints;
import io.fipctl.lease.Interruption;
import io.fipctl.lease.RunEnvironment;
import io.fipctl.model.Clock;
import io.fipctl.render.Console;
import io.fipctl.render.Terminals;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.security.SecureRandom;

/** Wires the parts and ends the process. */
public final class Main {
  private Main() {}

  /** Made when first asked for: what no other run may draw too, on no other machine. */
  private static final class Chance {
    private static final SecureRandom RANDOM = new SecureRandom();

    static double next() {
      return RANDOM.nextDouble();
    }
  }

  public static void main(String[] args) {
    System.exit(run(FailPoints.NONE, args));
  }

  /**
   * Runs one command line and returns the exit status of the process.
   *
   * @param stopPoints hears of every boundary between two steps; for tests that stop there
   */
  public static int run(FailPoints stopPoints, String... args) {
    Console console =
        new Console(
            Terminals.stdout(), new FileOutputStream(FileDescriptor.err), Terminals.ofProcess());
    Interruption interruption = new Interruption();
    Signals.end(interruption);
    Environment environment =
        new Environment(
            System.getenv(),
            console,
            options -> Connection.open(options.connection(), System.getenv()),
            new RunEnvironment(Clock.SYSTEM, Chance::next, stopPoints, interruption));
    int exitCode = Fipctl.run(environment, args);
    interruption.ended(exitCode);
    return exitCode;
  }
}
