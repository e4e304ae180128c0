package io.fipctl.change.step;

import io.fipctl.lease.LockLost;
import io.fipctl.model.FipctlException;
import java.util.Optional;

/** What was seen on the nodes of a step that was taken. */
public final class NodeObservation {
  private int deletedFlows;
  private Optional<FipctlException> unseen = Optional.empty();

  void deleted(int flows) {
    deletedFlows += flows;
  }

  /**
   * Looks at a node, unless one of this step could not be seen already.
   *
   * @param keepUnseen whether the change stands although the look fails
   */
  void look(boolean keepUnseen, Runnable look) {
    if (unseen.isPresent()) {
      return;
    }
    try {
      look.run();
    } catch (FipctlException notSeen) {
      // Only a node can fail to be seen: a lost lock and a wish to end are no such thing.
      boolean other = notSeen instanceof LockLost || notSeen.reason().equals("Interrupted");
      if (!keepUnseen || other) {
        throw notSeen;
      }
      missed(notSeen);
    }
  }

  /**
   * The effect of a change that stands was not seen: exit 7, whatever kept anybody from looking.
   */
  void missed(FipctlException why) {
    unseen =
        Optional.of(
            FipctlException.notSeen(
                    why.reason(),
                    "accepted, not seen on the node: " + why.getMessage(),
                    why.hints().toArray(String[]::new))
                .leavingAChange()
                .causedBy(why));
  }

  /** Why the nodes were not seen to follow a change that stands; empty when they were. */
  public Optional<FipctlException> unseen() {
    return unseen;
  }

  /** How many stale tracked connections were deleted. */
  public int deletedFlows() {
    return deletedFlows;
  }
}
