package io.fipctl.change;

import io.fipctl.calico.AddressUse;
import io.fipctl.change.step.AddAddress;
import io.fipctl.change.step.ChangeContext;
import io.fipctl.change.step.PodAddress;
import io.fipctl.change.step.RemoveAddress;
import io.fipctl.change.step.VerifyingNodes;
import io.fipctl.change.step.WatchedStep;
import io.fipctl.lease.Change.Action;
import io.fipctl.lease.Intent.Ordering;
import io.fipctl.model.FipctlException;
import io.fipctl.model.IpAddress;
import io.fipctl.model.Node;
import io.fipctl.model.Pod;
import io.fipctl.model.ShellCommand;
import java.util.List;
import java.util.Optional;

/**
 * The steps that hand an address over from one pod to another.
 *
 * @param ordering which of the two is first
 * @param fenced whether a node that does not answer counts as one that forwards nothing
 */
record MovePlanner(ChangeContext site, Ordering ordering, boolean fenced) {

  /** What takes the address from one pod and gives it to the other. */
  AddressPlan handover(
      Pod from, Pod to, IpAddress address, TargetChecks.Verdict verdict, AddressUse use) {
    boolean silent = isSilent(from, use);
    if (silent) {
      site.requireSight(to);
    } else {
      site.requireSight(from, to);
    }
    return AddressPlan.of(
        address,
        Action.MOVE,
        Optional.of(from),
        Optional.of(to),
        steps(from, to, address, verdict.observers(), silent),
        site.watchNodes(),
        silent ? List.of(notChecked(from)) : List.of());
  }

  private List<WatchedStep> steps(
      Pod from, Pod to, IpAddress address, VerifyingNodes observers, boolean silent) {
    PodAddress loser = new PodAddress(silent ? site.unwatched() : site, from, address);
    PodAddress winner = new PodAddress(site, to, address);
    if (to.holds(address)) {
      return List.of(RemoveAddress.of(loser, List.of(to)));
    }
    Optional<String> old = silent || from.node().equals(to.node()) ? Optional.empty() : from.node();
    VerifyingNodes all = observers.and(old);
    return switch (ordering) {
      case EXCLUSIVE ->
          List.of(
              RemoveAddress.of(loser, List.of(), Optional.of(to)), AddAddress.alone(winner, all));
      case OVERLAP ->
          List.of(AddAddress.beside(winner, all, from), RemoveAddress.of(loser, List.of(to)));
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
          "add --node-is-fenced   # only when the node is known to be powered off or isolated");
    }
    return true;
  }

  static String notChecked(Pod from) {
    return "not checked: whether node %s, which is NotReady, has let go of it"
        .formatted(from.node().orElse("?"));
  }
}
