package io.fipctl.cli.session;

import io.fipctl.model.FipctlException;
import io.fipctl.node.NodeAccess;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options of every verb that may start a debug pod to look at a node. */
public final class NodeAccessOptions {
  /** What {@code --node-access} was given. */
  public enum Way {
    auto,
    exec,
    pod,
    none
  }

  /** Kubernetes' own words. */
  enum PullPolicy {
    Always,
    IfNotPresent,
    Never
  }

  @Option(
      names = "--node-access",
      paramLabel = "auto|exec|pod|none",
      description =
          "How to get onto nodes. exec: in the node's calico-node container; pod: in a privileged"
              + " debug pod, deleted afterwards; auto: exec, and a debug pod where exec is"
              + " forbidden or calico-node does not run (default auto).")
  public Way way = Way.auto;

  @Option(
      names = "--image",
      paramLabel = "IMAGE",
      description = "The debug pod's image (default that of the node's calico-node).")
  String image;

  @Option(
      names = "--debug-namespace",
      paramLabel = "NS",
      description = "Where debug pods are made (default calico-node's namespace).")
  String namespace;

  @Option(
      names = "--pull-secret",
      paramLabel = "NAME",
      description = "A Secret of that namespace to pull the image with.")
  String pullSecret;

  @Option(
      names = "--pull-policy",
      paramLabel = "Always|IfNotPresent|Never",
      description = "Whether the node pulls the image, as Kubernetes has it.")
  PullPolicy pullPolicy;

  @Option(
      names = "--debug-deadline",
      paramLabel = "TIME",
      description =
          "When a debug pod ends by itself, whatever becomes of fipctl (default 10m; a shell: 1h).")
  Duration deadline;

  /**
   * What was asked for.
   *
   * @param usual the deadline when none is given
   */
  public NodeAccess access(Session session, Duration usual) {
    Duration limit = Optional.ofNullable(deadline).orElse(usual);
    if (!limit.isPositive()) {
      throw FipctlException.usage("--debug-deadline must be longer than nothing", "write 10m");
    }
    return new NodeAccess(
        switch (way) {
          case auto -> NodeAccess.Mode.AUTO;
          case exec -> NodeAccess.Mode.EXEC;
          case pod -> NodeAccess.Mode.POD;
          case none -> NodeAccess.Mode.NONE;
        },
        Optional.ofNullable(image),
        Optional.ofNullable(namespace),
        Optional.ofNullable(pullSecret),
        Optional.ofNullable(pullPolicy).map(PullPolicy::name),
        limit,
        session.console()::note);
  }

  public NodeAccess access(Session session) {
    return access(session, NodeAccess.DEADLINE);
  }
}
