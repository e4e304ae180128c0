package io.fipctl.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code fipctl __complete}. */
@Command(
    name = "__complete",
    description = "Show whether floating IPs can work here, node by node.")
final class CompleteCommand implements Callable<Integer> {
  private final Session session;

  CompleteCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    session.cluster();
    return 0;
  }
}
