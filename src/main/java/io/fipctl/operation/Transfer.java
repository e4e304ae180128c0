package io.fipctl.operation;

import io.fipctl.model.FipctlException;
import io.fipctl.model.IpAddress;
import io.fipctl.model.Node;
import io.fipctl.model.Pod;
import io.fipctl.model.ShellCommand;
import io.fipctl.operation.Change.Action;
import io.fipctl.operation.Intent.Ordering;
import java.util.List;
import java.util.Optional;

/**
 * The steps that hand an address over from one pod to another.
 *
 * @param ordering which of the two is first
 * @param fenced whether a node that does not answer counts as one that forwards nothing
 */
record Transfer(Site site, Ordering ordering, boolean fenced) {

  /** What takes the address from one pod and gives it to the other. */
  Handover handover(
      Pod from, Pod to, IpAddress address, Receivers.Verdict verdict, AddressUse use) {
    boolean silent = isSilent(from, use);
    if (silent) {
      site.requireSight(to);
    } else {
      site.requireSight(from, to);
    }
    return Handover.of(
        address,
        Action.MOVE,
        Optional.of(from),
        Optional.of(to),
        steps(from, to, address, verdict.observers(), silent),
        site.watchNodes(),
        silent ? List.of(notChecked(from)) : List.of());
  }

  private List<WatchedStep> steps(
      Pod from, Pod to, IpAddress address, Observers observers, boolean silent) {
    Subject loser = new Subject(silent ? site.unwatched() : site, from, address);
    Subject winner = new Subject(site, to, address);
    if (to.holds(address)) {
      return List.of(Detach.of(loser, List.of(to)));
    }
    Optional<String> old = silent || from.node().equals(to.node()) ? Optional.empty() : from.node();
    Observers all = observers.and(old);
    return switch (ordering) {
      case EXCLUSIVE ->
          List.of(Detach.of(loser, List.of(), Optional.of(to)), Attach.alone(winner, all));
      case OVERLAP -> List.of(Attach.beside(winner, all, from), Detach.of(loser, List.of(to)));
    };
  }

  /**
   * A node that does not answer may go on rewriting packets to the old pod.
   *
   * @throws FipctlException exit 4 when it is such a node and is not known to be off
   */
  boolean isSilent(Pod holder, AddressUse use) {
    Optional<Node> node = holder.node().flatMap(use::node);
    if (node.isEmpty() || node.get().ready()) {
      return false;
    }
    if (!fenced) {
      throw FipctlException.conflict(
          "NodeNotReady",
          "node %s of the present holder %s is NotReady: it may still rewrite packets to it"
              .formatted(node.get().name(), holder.ref()),
          ShellCommand.of("kubectl describe node %s", node.get().name()),
          "add --node-is-fenced   # only when the node is off or cut off for certain");
    }
    return true;
  }

  static String notChecked(Pod from) {
    return "not checked: whether node %s, which is NotReady, has let go of it"
        .formatted(from.node().orElse("?"));
  }
}
