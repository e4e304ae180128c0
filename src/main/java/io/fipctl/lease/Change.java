package io.fipctl.lease;

import io.fipctl.model.FipctlException;
import io.fipctl.model.Pod;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What became of one address.
 *
 * @param address the canonical text; where a whole value was cleared away that is no list of
 *     addresses, the value as it stood
 * @param pod the pod that holds the address now; after a release the one that held it
 * @param previous the pod that held it before a move
 * @param unseen why the nodes were not seen to follow, although the change stands
 * @param deletedFlows how many stale tracked connections were deleted
 */
public record Change(
    String address,
    Action action,
    Outcome outcome,
    Optional<Pod> pod,
    Optional<Pod> previous,
    boolean verified,
    Optional<FipctlException> unseen,
    int deletedFlows,
    Duration took,
    List<String> warnings) {

  /** The verbs. */
  public enum Action {
    ASSIGN("assigned"),
    MOVE("moved"),
    RELEASE("released"),
    /** Finishes or takes back one of the others that was cut off. */
    RECOVER("recovered");

    private final String done;

    Action(String done) {
      this.done = done;
    }

    /** The verb, as it is typed. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** The past participle, as the answer says it. */
    public String done() {
      return done;
    }
  }

  /**
   * What happened: done, only the record was changed, nothing to do, only planned (dry run), or not
   * reached.
   */
  public enum Outcome {
    DONE,
    RECORDED,
    UNCHANGED,
    PLANNED,
    NOT_DONE
  }

  /** Whether a pod has the address now and no node was looked at. */
  public boolean isToBeSeen() {
    return pod.isPresent() && action != Action.RELEASE && !verified;
  }

  /** Whether the address stays when the pod is replaced: it does not when a controller owns it. */
  public boolean survivesReplacement() {
    return pod.flatMap(Pod::controller).isEmpty();
  }
}
