package io.fipctl.cli.diagnose;

import io.fipctl.cli.session.NodeAccessOptions;
import io.fipctl.cli.session.Session;
import io.fipctl.evidence.Evidence;
import io.fipctl.evidence.SavedEvidence;
import io.fipctl.model.FipctlException;
import io.fipctl.node.NodeAccess;
import java.nio.file.Path;
import java.util.function.Function;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where what is judged comes from: the cluster and all its nodes, or a folder. */
final class EvidenceOptions {
  @Mixin NodeAccessOptions access = new NodeAccessOptions();

  @Option(
      names = "--parallelism",
      paramLabel = "N",
      description = "How many nodes to visit at once (default 8).")
  int parallelism = 8;

  @Option(
      names = "--from",
      paramLabel = "DIR",
      description = "Judge what 'doctor --save' kept; no cluster is needed.")
  Path from;

  /**
   * What is judged; nodes are visited when they are.
   *
   * @param live reads it from the cluster
   */
  Evidence evidence(Session session, Function<NodeAccess, Evidence> live) {
    if (parallelism < 1) {
      throw FipctlException.usage("--parallelism must be at least 1", "--parallelism 8");
    }
    return from == null
        ? live.apply(access.access(session))
        : SavedEvidence.open(from).withCalicoIn(session.options().calicoNamespace());
  }
}
