package io.fipctl.node;

import java.time.Duration;
import java.util.List;

/**
 * Runs fixed commands on nodes. Which way is taken (exec into the node's calico-node container, a
 * debug pod) is the implementation's; the answers are the same.
 */
public interface NodeShell {
  /** The reason of a failure: the node has no calico-node container that runs. */
  String NO_CALICO_NODE = "NoCalicoNode";

  /**
   * Starts a command on a node and returns at once: a wait that is started before a write sees the
   * write's effect the moment it is there.
   *
   * @throws io.fipctl.model.FipctlException exit 6 when exec is not allowed, exit 7 ({@link
   *     #NO_CALICO_NODE}) when the node has no calico-node container to run it in
   */
  Running start(String node, NodeCommand command);

  /**
   * Runs any program on a node with the user's own streams, until it ends.
   *
   * @param argv the program and its arguments, taken as they are
   * @return its exit code
   */
  int attach(String node, List<String> argv, Streams streams);

  /** Runs a command on a node and waits for its end. */
  default Output run(String node, NodeCommand command) {
    try (Running running = start(node, command)) {
      return running.output();
    }
  }

  /** A command that was started. */
  interface Running extends AutoCloseable {
    /**
     * Waits until the command has printed something, or has ended: a wait says at once that it is
     * there. What went wrong is said by {@link #output}.
     */
    void awaitBegun();

    /**
     * Waits for the end, at most the command's own limit and a little.
     *
     * @throws io.fipctl.model.FipctlException exit 7 ({@code NodeTimeout}) when it does not end
     */
    Output output();

    /** Ends it if it still runs. */
    @Override
    void close();
  }

  /** What a command printed. */
  record Output(int exitCode, String stdout, String stderr, Duration took) {}
}
