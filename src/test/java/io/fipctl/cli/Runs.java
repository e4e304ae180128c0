package io.fipctl.cli;

import io.fipctl.lab.LabCluster;
import io.fipctl.lab.LabState;
import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import io.fipctl.operation.Pause;
import io.fipctl.render.Console;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import picocli.CommandLine;

/** Runs real command lines on a cluster of the lab, and keeps what they print. */
final class Runs {
  private final LabCluster cluster;
  private final Map<String, String> variables = new HashMap<>(Map.of("HOME", "/nonexistent"));
  private Console.Terminal terminal = Console.Terminal.NONE;

  private Runs(LabCluster cluster) {
    this.cluster = cluster;
  }

  static Runs on(LabState state) {
    return new Runs(LabCluster.of(state));
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

  Runs variable(String name, String value) {
    variables.put(name, value);
    return this;
  }

  /** With a terminal on which every question is answered so. */
  Runs answering(String answer) {
    terminal = new Console.Terminal(() -> false, () -> true, () -> answer);
    return this;
  }

  Result run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode = Fipctl.run(environment(out, err), arguments);
    return new Result(exitCode, out.toString(), err.toString());
  }

  /** The whole command tree. */
  CommandLine tree() {
    return Fipctl.tree(environment(new StringWriter(), new StringWriter()));
  }

  private Environment environment(StringWriter out, StringWriter err) {
    return new Environment(
        variables,
        new Console(new PrintWriter(out), new PrintWriter(err), terminal),
        options -> options.namespace().map(cluster::in).orElse(cluster),
        new Stepping());
  }

  /** A run that must end well. */
  String ok(String... arguments) {
    Result result = run(arguments);
    if (result.exitCode() != 0) {
      throw new AssertionError("exit " + result.exitCode() + ":\n" + result.out() + result.err());
    }
    return result.out();
  }

  /** Time that passes only by being waited for. */
  private static final class Stepping implements Pause {
    private Duration passed = Duration.ZERO;

    @Override
    public Instant now() {
      return Instant.parse("2026-01-05T09:00:00Z").plus(passed);
    }

    @Override
    public Duration uptime() {
      return passed;
    }

    @Override
    public void sleep(Duration duration) throws FipctlException {
      passed = passed.plus(duration);
    }
  }
}
