package io.fipctl.kube.client;

import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import io.fipctl.node.NodeAccess;
import io.fipctl.node.NodeCommand;
import io.fipctl.node.NodeShell;
import io.fipctl.node.Streams;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Exec in calico-node, and a debug pod on a node where that cannot be: exec is forbidden, or the
 * node has no running calico-node. A kubelet that does not answer lets no debug pod start either.
 */
public final class FallbackNodeShell implements NodeShell {
  private final NodeShell exec;
  private final NodeShell pods;
  private final Consumer<String> says;
  private volatile boolean isForbidden;

  FallbackNodeShell(NodeShell exec, NodeShell pods, Consumer<String> says) {
    this.exec = exec;
    this.pods = pods;
    this.says = says;
  }

  /**
   * The nodes, reached in the way that was asked for.
   *
   * @param exec into calico-node
   * @param pods called when a debug pod may be needed
   */
  public static NodeShell reach(NodeAccess access, NodeShell exec, Supplier<DebugPodShell> pods) {
    return switch (access.mode()) {
      case AUTO -> new FallbackNodeShell(exec, pods.get(), access.says());
      case EXEC -> exec;
      case POD -> pods.get();
      case NONE -> new Closed();
    };
  }

  @Override
  public Running start(String node, NodeCommand command) {
    if (isForbidden) {
      return pods.start(node, command);
    }
    try {
      return new First(node, command, exec.start(node, command));
    } catch (FipctlException e) {
      return instead(e).start(node, command);
    }
  }

  @Override
  public int attach(String node, List<String> argv, Streams streams) {
    if (!isForbidden) {
      try {
        return exec.attach(node, argv, streams);
      } catch (FipctlException e) {
        return instead(e).attach(node, argv, streams);
      }
    }
    return pods.attach(node, argv, streams);
  }

  /** The debug pods, where they can do what exec could not. */
  private NodeShell instead(FipctlException failure) {
    boolean forbidden = failure.exitCode() == ExitCode.FORBIDDEN;
    if (!forbidden && !failure.reason().equals(NO_CALICO_NODE)) {
      throw failure;
    }
    if (!(forbidden && isForbidden)) {
      says.accept(failure.getMessage());
    }
    // On every node alike: it is not tried, nor said, again.
    if (forbidden) {
      isForbidden = true;
    }
    return pods;
  }

  /** A command by exec, which begins again in a debug pod when exec turns out to be forbidden. */
  private final class First implements Running {
    private final String node;
    private final NodeCommand command;
    private Running running;

    private First(String node, NodeCommand command, Running running) {
      this.node = node;
      this.command = command;
      this.running = running;
    }

    @Override
    public void awaitBegun() {
      running.awaitBegun();
    }

    @Override
    public Output output() {
      try {
        return running.output();
      } catch (FipctlException e) {
        running = instead(e).start(node, command);
        return running.output();
      }
    }

    @Override
    public void close() {
      running.close();
    }
  }

  /** No way in. */
  private static final class Closed implements NodeShell {
    @Override
    public Running start(String node, NodeCommand command) {
      throw closed(node);
    }

    @Override
    public int attach(String node, List<String> argv, Streams streams) {
      throw closed(node);
    }

    private static FipctlException closed(String node) {
      return FipctlException.notSeen(
          "NoNodeAccess",
          "node " + node + " was not looked at: --node-access none",
          "leave --node-access out, or choose exec or pod");
    }
  }
}
