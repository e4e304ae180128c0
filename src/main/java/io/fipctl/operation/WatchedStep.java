package io.fipctl.operation;

import io.fipctl.model.FipctlException;
import java.util.Optional;

/** A step on one address that the nodes are watched for. */
sealed interface WatchedStep extends Step permits Attach, Detach, ClearValue {
  /** The failure to see a change that stands: exit 7, whatever kept anybody from looking. */
  static FipctlException accepted(FipctlException why) {
    return FipctlException.notSeen(
            why.reason(),
            "accepted, not seen on the node: " + why.getMessage(),
            why.hints().toArray(String[]::new))
        .leavingAChange()
        .causedBy(why);
  }

  /** Why the nodes were not seen to follow a change that stands; empty when they were. */
  Optional<FipctlException> unseen();

  /** How many stale tracked connections were deleted. */
  int deletedFlows();
}
