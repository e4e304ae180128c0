package io.fipctl.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code fipctl completion}. */
@Command(
    name = "completion",
    description = "Show whether floating IPs can work here, node by node.")
final class CompletionCommand implements Callable<Integer> {
  private final Session session;

  CompletionCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    session.cluster();
    return 0;
  }
}
