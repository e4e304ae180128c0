package io.fipctl.e2e;

import java.io.File;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

  /**
   * The command that runs another main class beside it, with these system properties. What was kept
   * of other starts is used, and nothing is added to it.
   */
  static List<String> command(Class<?> main, Map<String, String> properties, String... arguments) {
    List<String> command = new ArrayList<>(START.subList(0, START.indexOf("-jar")));
    command.remove("-XX:+AutoCreateSharedArchive");
    // As the manifest has it, which counts for -jar only.
    command.add("--enable-native-access=ALL-UNNAMED");
    properties.forEach((name, value) -> command.add("-D" + name + "=" + value));
    command.add("-cp");
    // The archive is of the program alone, which therefore is first.
    command.add(property("fipctl.jar") + File.pathSeparator + place(main));
    command.add(main.getName());
    command.addAll(List.of(arguments));
    return List.copyOf(command);
  }

  private static Path place(Class<?> of) {
    return Path.of(URI.create(of.getProtectionDomain().getCodeSource().getLocation().toString()));
  }

  /** What the scripts of {@code src/e2e} have set. */
  public static String property(String name) {
    return Optional.ofNullable(System.getProperty(name))
        .orElseThrow(
            () -> new IllegalStateException("run by a script of src/e2e that sets " + name));
  }
}
