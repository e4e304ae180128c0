package io.fipctl;

import io.fipctl.cli.Environment;
import io.fipctl.cli.Fipctl;
import io.fipctl.cli.GlobalOptions;
import io.fipctl.cluster.Cluster;
import io.fipctl.cluster.Connection;
import io.fipctl.cluster.ConnectionOptions;
import io.fipctl.operation.Pause;
import io.fipctl.render.Console;
import io.fipctl.render.Terminals;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Wires the parts and ends the process. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    Console console =
        new Console(writer(FileDescriptor.out), writer(FileDescriptor.err), Terminals.ofProcess());
    Environment environment = new Environment(System.getenv(), console, Main::open, Pause.SYSTEM);
    System.exit(Fipctl.run(environment, args));
  }

  private static Cluster open(GlobalOptions options) {
    return Connection.open(
        new ConnectionOptions(
            options.kubeconfig().map(Path::toString),
            options.context(),
            options.namespace(),
            options.impersonated(),
            options.impersonatedGroups(),
            options.requestTimeout().orElse(ConnectionOptions.DEFAULT_REQUEST_TIMEOUT),
            options.server(),
            options.token(),
            options.insecureSkipTlsVerify(),
            options.certificateAuthority().map(Path::toString)),
        System.getenv());
  }

  private static PrintWriter writer(FileDescriptor stream) {
    return new PrintWriter(new FileOutputStream(stream), false, StandardCharsets.UTF_8);
  }
}
