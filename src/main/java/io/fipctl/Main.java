package io.fipctl;

import io.fipctl.cli.Environment;
import io.fipctl.cli.Fipctl;
import io.fipctl.cluster.Connection;
import io.fipctl.operation.Pause;
import io.fipctl.render.Console;
import io.fipctl.render.Terminals;
import java.io.FileDescriptor;
import java.io.FileOutputStream;

/** Wires the parts and ends the process. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    Console console =
        new Console(
            new FileOutputStream(FileDescriptor.out),
            new FileOutputStream(FileDescriptor.err),
            Terminals.ofProcess());
    Environment environment =
        new Environment(
            System.getenv(),
            console,
            options -> Connection.open(options.connection(), System.getenv()),
            Pause.SYSTEM);
    System.exit(Fipctl.run(environment, args));
  }
}
