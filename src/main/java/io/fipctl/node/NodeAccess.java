package io.fipctl.node;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

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
}
