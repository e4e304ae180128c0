package io.fipctl.e2e;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The packaged program; started some hundred times, so what it loads is kept between starts. */
public final class Program {
  private static final List<String> START =
      List.of(
          // Whoever is started in the background of a script is deaf to SIGINT, and so its
          // children.
          "env",
          "--default-signal",
          Path.of(System.getProperty("java.home"), "bin/java").toString(),
          "-XX:TieredStopAtLevel=1",
          "-XX:+UseSerialGC",
          "-Xlog:disable",
          "-XX:+AutoCreateSharedArchive",
          "-XX:SharedArchiveFile=" + Path.of(property("fipctl.e2e.output")).resolve("fipctl.jsa"),
          "-jar",
          property("fipctl.jar"));

  private Program() {}

  /** The command that runs it with these arguments. */
  public static List<String> command(String... arguments) {
    List<String> command = new ArrayList<>(START);
    command.addAll(List.of(arguments));
    return List.copyOf(command);
  }

  /** What the scripts of {@code src/e2e} have set. */
  public static String property(String name) {
    return Optional.ofNullable(System.getProperty(name))
        .orElseThrow(
            () -> new IllegalStateException("run by a script of src/e2e that sets " + name));
  }
}
