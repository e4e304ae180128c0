package io.fipctl.cli.tools;

import io.fipctl.cli.session.Session;
import io.fipctl.kube.client.Connection;
import io.fipctl.model.ExitCode;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code fipctl __complete KINDS WORD}: what the completion scripts ask while somebody types. It
 * answers at once or not at all, and says nothing about why.
 */
@Command(name = CompleteCommand.NAME, hidden = true, description = "Answer the completion scripts.")
public final class CompleteCommand implements Callable<Integer> {
  public static final String NAME = "__complete";

  @Option(
      names = "--completion-timeout",
      paramLabel = "TIME",
      description = "How long to wait for the cluster (default 600ms).")
  Duration limit =
      // With the start of the program it makes less than a second, after which people type on.
      Duration.ofMillis(600);

  @Parameters(index = "0", paramLabel = "KINDS", description = "pods,addresses and so on.")
  String kinds;

  @Parameters(index = "1", paramLabel = "WORD", description = "The word so far; may be empty.")
  String word;

  private final Session session;

  public CompleteCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    session.console().quiet();
    session.options().requestTimeout = limit;
    FutureTask<List<String>> lookup = new FutureTask<>(this::names);
    Thread.ofVirtual().start(lookup);
    try {
      lookup
          .get(limit.toMillis(), TimeUnit.MILLISECONDS)
          .forEach(name -> session.console().println(name));
    } catch (ExecutionException | TimeoutException e) {
      // Nobody asked for an explanation: a completion that knows nothing offers nothing.
      lookup.cancel(true);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return ExitCode.OK.number();
  }

  private List<String> names() {
    return Arrays.stream(kinds.split(","))
        .map(kind -> LiveNames.Kind.valueOf(kind.toUpperCase(Locale.ROOT)))
        .flatMap(kind -> names(kind).stream())
        .toList();
  }

  private List<String> names(LiveNames.Kind kind) {
    if (kind == LiveNames.Kind.CONTEXTS) {
      return LiveNames.beginning(
          word,
          Connection.contexts(
              session.options().connection().kubeconfig(), session.environment().variables())
              .stream());
    }
    return new LiveNames(session.cluster(), session.options().allNamespaces).of(kind, word);
  }
}
