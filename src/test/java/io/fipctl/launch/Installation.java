package io.fipctl.launch;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * An installed {@code fipctl} with a home of its own, and Javas that only write down their call.
 */
final class Installation {
  private static final Path SCRIPT = Path.of("fipctl").toAbsolutePath();
  private static final long PATIENCE = Duration.ofMinutes(2).toNanos();

  private final Path dir;
  private final Map<String, String> environment = new HashMap<>();
  private int javas;

  private Installation(Path dir) {
    this.dir = dir;
  }

  /** What one call did; {@code java} and {@code arguments} are empty when it came to no Java. */
  record Run(int exit, String stdout, String stderr, String java, List<String> arguments) {}

  static Installation in(Path dir) throws IOException {
    Installation installation = new Installation(dir);
    Files.createDirectories(dir.resolve("bin"));
    Files.createDirectories(dir.resolve("lib"));
    Files.createDirectories(dir.resolve("home"));
    Files.copy(SCRIPT, installation.script());
    Files.writeString(installation.jar(), "a jar");
    installation
        .with("PATH", "/usr/bin:/bin")
        .with("HOME", dir.resolve("home").toString())
        .with("FIPCTL_CACHE", "off");
    return installation;
  }

  Path script() {
    return dir.resolve("bin/fipctl");
  }

  Path jar() {
    return dir.resolve("lib/fipctl.jar");
  }

  Installation with(String name, String value) {
    environment.put(name, value);
    return this;
  }

  Installation without(String name) {
    environment.remove(name);
    return this;
  }

  /** A Java of that version, which {@code FIPCTL_JAVA} names from now on. */
  Path java(String version) throws IOException {
    Path home = Files.createDirectories(dir.resolve("jdk " + javas++));
    Files.createDirectories(home.resolve("bin"));
    Files.writeString(
        home.resolve("release"),
        """
        IMPLEMENTOR="Nobody"
        IMPLEMENTOR_VERSION="Nobody-1"
        JAVA_RUNTIME_VERSION="%1$s+9"
        JAVA_VERSION="%1$s"
        """
            .formatted(version));
    executable(
        home.resolve("bin/java"),
        """
        #!/bin/sh
        case " $* " in
          *' io.fipctl.launch.Training '*)
            echo training >>'%1$s/trainings'
            [ "${TRAINING:-}" = fails ] && exit 1
            while [ "$1" != io.fipctl.launch.Training ]; do shift; done
            : >"$2/started"
            echo trained >"$2/cache.aot"
            exit 0
            ;;
        esac
        printf '%%s' "${LC_ALL-none}" >'%1$s/locale'
        printf '%%s\\0' "$0" "$@" >'%1$s/call'
        exit 42
        """
            .formatted(dir));
    with("FIPCTL_JAVA", home.toString());
    return home;
  }

  /** A program before all others on PATH. */
  void tool(String name, String script) throws IOException {
    Path tools = Files.createDirectories(dir.resolve("tools"));
    executable(tools.resolve(name), "#!/bin/sh\n" + script + "\n");
    with("PATH", tools + ":" + environment.get("PATH"));
  }

  /** A PATH on which there is nothing else. */
  Path onlyTools(String... names) throws IOException {
    Path tools = Files.createDirectories(dir.resolve("only"));
    for (String name : names) {
      Files.createSymbolicLink(tools.resolve(name), Path.of("/usr/bin", name));
    }
    return tools;
  }

  /** A source checkout that was never built. */
  Path checkout() throws IOException {
    Path checkout = Files.createDirectories(dir.resolve("checkout"));
    Files.createDirectories(checkout.resolve("src/main"));
    Files.writeString(checkout.resolve("pom.xml"), "<project/>");
    Files.copy(SCRIPT, checkout.resolve("fipctl"));
    return checkout;
  }

  Run run(String... arguments) throws IOException, InterruptedException {
    return from(dir, script().toString(), arguments);
  }

  Run from(Path directory, String command, String... arguments)
      throws IOException, InterruptedException {
    Path call = dir.resolve("call");
    Files.deleteIfExists(call);
    Path stdout = Files.createTempFile(dir, "stdout", "");
    Path stderr = Files.createTempFile(dir, "stderr", "");
    int exit =
        process(directory, command, arguments)
            .redirectOutput(stdout.toFile())
            .redirectError(stderr.toFile())
            .start()
            .waitFor();
    List<String> words =
        Files.exists(call) ? List.of(Files.readString(call).split("\0", -1)) : List.of("", "");
    return new Run(
        exit,
        Files.readString(stdout),
        Files.readString(stderr),
        words.getFirst(),
        words.subList(1, words.size() - 1));
  }

  Process start(String... arguments) throws IOException {
    return process(dir, script().toString(), arguments).start();
  }

  Process startFrom(Path script, String... arguments) throws IOException {
    return process(dir, script.toString(), arguments).start();
  }

  private ProcessBuilder process(Path directory, String command, String... arguments) {
    ProcessBuilder builder =
        new ProcessBuilder(Stream.concat(Stream.of(command), Stream.of(arguments)).toList())
            .directory(directory.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    return builder;
  }

  /** {@code LC_ALL} as the last Java was given it. */
  String locale() throws IOException {
    return Files.readString(dir.resolve("locale"));
  }

  long trainings() throws IOException {
    Path log = dir.resolve("trainings");
    return Files.exists(log) ? Files.readString(log, UTF_8).lines().count() : 0;
  }

  Path awaitCache() throws IOException {
    return awaitAnotherCache(dir);
  }

  /** Waits for a cache that is finished, and is not the old one. */
  Path awaitAnotherCache(Path old) throws IOException {
    await(() -> caches(".attempt", old).isEmpty() && !caches(".aot", old).isEmpty());
    return caches(".aot", old).getFirst();
  }

  void awaitTrainings(int number) throws IOException {
    await(() -> trainings() >= number);
  }

  /** Waits until nothing of it runs any more: a training outlives the command that began it. */
  void awaitQuiet() throws IOException {
    await(
        () ->
            ProcessHandle.allProcesses()
                .flatMap(process -> process.info().commandLine().stream())
                .noneMatch(line -> line.contains(dir.toString())));
  }

  /** Where a training failed, or goes on. */
  Path attempt() throws IOException {
    return caches(".attempt", dir).getFirst();
  }

  private List<Path> caches(String suffix, Path except) throws IOException {
    Path caches = dir.resolve("home/.cache/fipctl");
    if (!Files.isDirectory(caches)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(caches)) {
      return files
          .filter(file -> file.toString().endsWith(suffix))
          .filter(Predicate.not(except::equals))
          .toList();
    }
  }

  interface Condition {
    boolean holds() throws IOException;
  }

  /** The training is nobody's child, so it can only be looked for. */
  static void await(Condition condition) throws IOException {
    long start = System.nanoTime();
    while (!condition.holds()) {
      if (System.nanoTime() - start > PATIENCE) {
        throw new AssertionError("nothing happened in the background");
      }
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
  }

  private static void executable(Path file, String text) throws IOException {
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
