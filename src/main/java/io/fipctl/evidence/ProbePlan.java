package io.fipctl.evidence;

import io.fipctl.node.NodeCommand;
import java.util.List;

/** Which connections nodes are to try: what only sending packets can tell. */
@FunctionalInterface
public interface ProbePlan {
  /**
   * Where every node is to connect to.
   *
   * @param api what was read of the API
   */
  List<NodeCommand.Target> targets(Evidence api);
}
