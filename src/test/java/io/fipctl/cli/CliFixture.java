package io.fipctl.cli;

import io.fipctl.cli.session.ClusterSource;
import io.fipctl.cli.session.Environment;
import io.fipctl.cli.session.Session;
import io.fipctl.kube.Cluster;
import io.fipctl.kube.Kind;
import io.fipctl.kube.client.Connection;
import io.fipctl.lab.LabCluster;
import io.fipctl.lab.simulation.LabState;
import io.fipctl.lease.FailPoints;
import io.fipctl.lease.Interruption;
import io.fipctl.lease.RunEnvironment;
import io.fipctl.model.Clock;
import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import io.fipctl.model.FloatingIps;
import io.fipctl.model.JsonPatch;
import io.fipctl.model.Pod;
import io.fipctl.render.Console;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine;

/** Runs real command lines on a cluster, most often one of the lab, and keeps what they print. */
final class CliFixture {
  private final LabCluster cluster;
  private final ClusterSource source;
  private final Map<String, String> variables = new HashMap<>(Map.of("HOME", "/nonexistent"));
  private Console.Terminal terminal = Console.Terminal.NONE;
  private Runnable meanwhile = () -> {};
  private Instant start = Instant.parse("2026-01-05T09:00:00Z");
  private Duration stalled = Duration.ZERO;
  private double chance = 0.5;
  private FailPoints stopPoints = FailPoints.NONE;
  private Interruption interruption = new Interruption();

  private CliFixture(LabCluster cluster) {
    this.cluster = cluster;
    this.source = options -> Session.asTold(cluster, options);
  }

  private CliFixture(LabCluster cluster, String kubeconfig) {
    this.cluster = cluster;
    this.source =
        options ->
            withNodesOf(cluster, Connection.open(options.connection(), Map.copyOf(variables)));
    variables.put("KUBECONFIG", kubeconfig);
  }

  private CliFixture() {
    this.cluster = null;
    this.source = options -> Connection.open(options.connection(), variables);
  }

  static CliFixture on(LabState state) {
    return new CliFixture(LabCluster.of(state));
  }

  /**
   * On a lab whose API objects are behind a server, which the program finds by a kubeconfig; its
   * nodes are the lab's own.
   */
  static CliFixture over(LabServer server, Path directory) {
    try {
      Path file = Files.writeString(directory.resolve("kubeconfig"), server.kubeconfig());
      return new CliFixture(server.lab(), file.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Cluster withNodesOf(LabCluster lab, Cluster connected) {
    InvocationHandler handler =
        (proxy, method, arguments) -> {
          try {
            return method.invoke(method.getName().equals("nodes") ? lab : connected, arguments);
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        };
    return (Cluster)
        Proxy.newProxyInstance(
            CliFixture.class.getClassLoader(), new Class<?>[] {Cluster.class}, handler);
  }

  /** The way to a cluster that the program itself takes: kubeconfig and network. */
  static CliFixture connecting() {
    return new CliFixture();
  }

  /** What a run printed and how it ended. */
  record Result(int exitCode, String out, String err) {
    ExitCode code() {
      for (ExitCode code : ExitCode.values()) {
        if (code.number() == exitCode) {
          return code;
        }
      }
      throw new AssertionError("no exit code " + exitCode);
    }
  }

  LabCluster cluster() {
    return cluster;
  }

  CliFixture variable(String name, String value) {
    variables.put(name, value);
    return this;
  }

  /** With a terminal on which every question is answered so. */
  CliFixture answering(String answer) {
    return answering(() -> answer);
  }

  /** With a terminal on which the questions are answered in turn. */
  CliFixture answering(String first, String... others) {
    Iterator<String> answers = Stream.concat(Stream.of(first), Stream.of(others)).iterator();
    return answering(answers::next);
  }

  /** With a terminal and somebody who may do something before they answer. */
  CliFixture answering(Console.Answers answers) {
    terminal = new Console.Terminal(() -> false, () -> true, answers);
    return this;
  }

  /** What happens elsewhere whenever the run waits. */
  CliFixture whileWaiting(Runnable happens) {
    meanwhile = happens;
    return this;
  }

  /** What happens at every boundary between two steps. */
  CliFixture stoppingAt(FailPoints points) {
    stopPoints = points;
    return this;
  }

  /** Who may ask the next run to end. */
  Interruption interruptible() {
    interruption = new Interruption();
    return interruption;
  }

  /** The following runs begin so much later. */
  CliFixture later(Duration span) {
    start = start.plus(span);
    return this;
  }

  /** The run stands still for so long, whatever it is at. */
  void stall(Duration span) {
    stalled = stalled.plus(span);
  }

  /** The random numbers of the run are these. */
  CliFixture chance(double number) {
    chance = number;
    return this;
  }

  /** Another run on the same cluster, with its own time. */
  CliFixture another() {
    return new CliFixture(cluster);
  }

  Result run(String... arguments) {
    return runInto(new StringWriter(), arguments);
  }

  /** A run whose answer goes where the test wants it. */
  Result runInto(Writer out, String... arguments) {
    StringWriter err = new StringWriter();
    int exitCode = Fipctl.run(environment(out, err), arguments);
    return new Result(exitCode, out.toString(), err.toString());
  }

  /** A run whose answer goes into a stream, which may fail; what it printed is not kept. */
  Result runInto(OutputStream out, String... arguments) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Environment environment = environment(new Console(out, err, terminal));
    int exitCode = Fipctl.run(environment, arguments);
    return new Result(exitCode, "", err.toString(StandardCharsets.UTF_8));
  }

  /** The whole command tree. */
  CommandLine tree() {
    return Fipctl.tree(environment(new StringWriter(), new StringWriter()));
  }

  /** The commands of one line, as parsing has left them; what is missing on the line is let be. */
  List<CommandLine> parsed(String... line) {
    CommandLine tree =
        Fipctl.tree(
            environment(new StringWriter(), new StringWriter()), new HashSet<>(List.of(line)));
    lenient(tree);
    return tree.parseArgs(Fipctl.withValues(line)).asCommandLineList();
  }

  private static void lenient(CommandLine command) {
    command.getCommandSpec().parser().collectErrors(true);
    command.getSubcommands().values().forEach(CliFixture::lenient);
  }

  private Environment environment(Writer out, Writer err) {
    return environment(new Console(new PrintWriter(out), new PrintWriter(err), terminal));
  }

  private Environment environment(Console console) {
    return new Environment(
        variables,
        console,
        source,
        new RunEnvironment(new Stepping(), () -> chance, stopPoints, interruption));
  }

  /** A run that must end well. */
  String ok(String... arguments) {
    Result result = run(arguments);
    if (result.exitCode() != 0) {
      throw new AssertionError("exit " + result.exitCode() + ":\n" + result.out() + result.err());
    }
    return result.out();
  }

  /** A pod as it is now, by {@code NS/NAME}. */
  Pod pod(String name) {
    return pod(cluster, name);
  }

  /** The raw annotation of a pod. */
  Optional<String> annotation(String pod) {
    return pod(pod).annotation();
  }

  /** Writes a pod's annotation behind everybody's back. */
  static void annotate(Cluster cluster, String pod, String value) {
    Pod now = pod(cluster, pod);
    JsonPatch.Operation operation =
        now.hasAnnotations()
            ? JsonPatch.add(value, "metadata", "annotations", FloatingIps.KEY)
            : JsonPatch.add(Map.of(FloatingIps.KEY, value), "metadata", "annotations");
    cluster.patch(
        Kind.PODS,
        now.ref().namespace(),
        now.ref().name(),
        JsonPatch.of(operation),
        Cluster.WriteMode.REAL);
  }

  private static Pod pod(Cluster cluster, String name) {
    int slash = name.indexOf('/');
    return cluster
        .get(Kind.PODS, name.substring(0, slash), name.substring(slash + 1))
        .map(Pod::of)
        .orElseThrow();
  }

  /** Time that passes only by being waited for. */
  private final class Stepping implements Clock {
    private Duration passed = Duration.ZERO;

    @Override
    public Instant now() {
      return start.plus(uptime());
    }

    @Override
    public Duration uptime() {
      return passed.plus(stalled);
    }

    @Override
    public void sleep(Duration duration) throws FipctlException {
      passed = passed.plus(duration);
      meanwhile.run();
    }

    @Override
    public AutoCloseable every(Duration interval, Runnable work) {
      return () -> {};
    }
  }
}
