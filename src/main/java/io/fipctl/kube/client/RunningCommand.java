package io.fipctl.kube.client;

import io.fipctl.model.FipctlException;
import io.fipctl.node.NodeCommand;
import io.fipctl.node.NodeShell.Output;
import io.fipctl.node.NodeShell.Running;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A command that was sent to a node: waits for its end and says why there is none. */
final class RunningCommand implements Running {
  /** For the connection, and for {@code timeout} on the node to be the first to give up. */
  private static final Duration GRACE = Duration.ofSeconds(4);

  /** Where a node's commands are run. */
  interface Entry {
    ExecTarget target(String node);

    /** Forgets a target that turned out to be gone. */
    void forget(String node);
  }

  private final Entry entry;
  private final String node;
  private final NodeCommand command;
  private ExecTarget target;
  private ExecSession session;

  RunningCommand(Entry entry, String node, NodeCommand command) {
    this.entry = entry;
    this.node = node;
    this.command = command;
    this.target = entry.target(node);
    this.session = begin();
  }

  private ExecSession begin() {
    return new ExecSession(target.server(), path(), command.input(), command.lastLine());
  }

  @Override
  public void awaitBegun() {
    try {
      session.begun().get(command.limit().plus(GRACE).toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      // Said by the output, which is asked for next.
      session.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ApiServer.interrupted();
    }
  }

  @Override
  public Output output() {
    try {
      return await();
    } catch (ExecutionException e) {
      int code = ExecTarget.code(e.getCause());
      if (code != 404 && code != 401) {
        throw failure(e);
      }
    }
    // The pod was replaced since it was found, or the credentials have expired: once more.
    entry.forget(node);
    target = entry.target(node);
    session = begin();
    try {
      return await();
    } catch (ExecutionException e) {
      throw failure(e);
    }
  }

  private FipctlException failure(ExecutionException e) {
    return target.failure(e.getCause(), path());
  }

  private String path() {
    return target.path(command.argv(), !command.input().isEmpty());
  }

  private Output await() throws ExecutionException {
    try {
      Duration limit = command.limit().plus(GRACE);
      return session.output().get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      session.close();
      throw FipctlException.notSeen(
              "NodeTimeout",
              "node " + node + " did not answer within " + command.limit().toSeconds() + " s")
          .causedBy(e);
    } catch (InterruptedException e) {
      session.close();
      Thread.currentThread().interrupt();
      throw ApiServer.interrupted();
    }
  }

  @Override
  public void close() {
    session.close();
  }
}
