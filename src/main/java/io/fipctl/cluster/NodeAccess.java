package io.fipctl.cluster;

import io.fipctl.model.FipctlException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Which way commands get onto nodes, and of what a debug pod is made where one is started.
 *
 * @param image of the debug pod; that of the node's calico-node when empty
 * @param namespace of the debug pod; calico-node's when empty
 * @param pullSecret the name of a Secret there to pull the image with
 * @param pullPolicy Kubernetes' own word, such as {@code IfNotPresent}
 * @param deadline after which a debug pod ends by itself, whatever became of fipctl
 * @param says told what is started and why, a line each
 */
public record NodeAccess(
    Mode mode,
    Optional<String> image,
    Optional<String> namespace,
    Optional<String> pullSecret,
    Optional<String> pullPolicy,
    Duration deadline,
    Consumer<String> says) {
  /** Long enough for any command that reads; a shell takes more. */
  public static final Duration DEADLINE = Duration.ofMinutes(10);

  /** In calico-node only: never starts anything. */
  public static final NodeAccess EXEC = of(Mode.EXEC, line -> {});

  /** The way. */
  public enum Mode {
    /** Exec, and a debug pod where that is forbidden or calico-node does not run. */
    AUTO,
    /** In the node's own calico-node container. */
    EXEC,
    /** In a privileged pod that is made for this run and deleted after it. */
    POD,
    /** Not at all. */
    NONE
  }

  /** A way with everything else as it is by default. */
  public static NodeAccess of(Mode mode, Consumer<String> says) {
    return new NodeAccess(
        mode,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        DEADLINE,
        says);
  }

  /**
   * The nodes, reached this way.
   *
   * @param pods called when a debug pod may be needed
   */
  public NodeShell shell(NodeShell exec, Supplier<DebugPodShell> pods) {
    return switch (mode) {
      case AUTO -> new ExecElsePod(exec, pods.get(), says);
      case EXEC -> exec;
      case POD -> pods.get();
      case NONE -> new Closed();
    };
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
