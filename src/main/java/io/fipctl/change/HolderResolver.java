package io.fipctl.change;

import io.fipctl.model.FipctlException;
import io.fipctl.model.IpAddress;
import io.fipctl.model.Pod;
import io.fipctl.model.ShellCommand;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Judges which pod has to let go of an address that another one is to have. */
final class HolderResolver {
  private HolderResolver() {}

  /**
   * The pod that must let go; empty when the target is the only holder already.
   *
   * @param asserted the pod that the user says has it
   * @throws FipctlException exit 5 when nobody has it, exit 4 when that is not one or not the pod
   *     that was asserted
   */
  static Optional<Pod> of(
      IpAddress address, List<Pod> holders, Pod target, Optional<Pod> asserted) {
    if (holders.isEmpty()) {
      throw FipctlException.notFound(
          "NotHeld",
          "nobody holds " + address,
          ShellCommand.of("fipctl assign %s %s", target.ref(), address));
    }
    List<Pod> others = without(holders, target);
    boolean targetHolds = others.size() < holders.size();
    if (asserted.isPresent()) {
      return asserted(address, others, asserted.get(), targetHolds);
    }
    if (others.size() + (targetHolds ? 1 : 0) > 1) {
      throw FipctlException.conflict(
          "TwoHolders",
          "%s is held by %s".formatted(address, names(holders)),
          ShellCommand.of(
              "fipctl move %s --from %s --to %s   # if that one is to lose it",
              address, others.getFirst().ref(), target.ref()),
          ShellCommand.of("fipctl show %s", address));
    }
    return others.stream().findFirst();
  }

  /** The holder that a release means when it names no pod; empty when nobody has it. */
  static Optional<Pod> only(IpAddress address, List<Pod> holders) {
    if (holders.size() > 1) {
      throw FipctlException.conflict(
          "TwoHolders",
          "%s is held by %s".formatted(address, names(holders)),
          ShellCommand.of(
              "fipctl release %s --pod %s   # if that one is to lose it",
              address, holders.getLast().ref()),
          ShellCommand.of("fipctl show %s", address));
    }
    return holders.stream().findFirst();
  }

  static List<Pod> without(Collection<Pod> pods, Pod one) {
    return pods.stream().filter(pod -> !pod.uid().equals(one.uid())).toList();
  }

  private static Optional<Pod> asserted(
      IpAddress address, List<Pod> others, Pod from, boolean targetHolds) {
    List<Pod> more = without(others, from);
    if (more.size() == others.size()) {
      if (targetHolds && others.isEmpty()) {
        return Optional.empty();
      }
      throw FipctlException.conflict(
          "NotTheHolder",
          "%s is held by %s, not by pod %s"
              .formatted(
                  address,
                  others.stream().map(pod -> "pod " + pod.ref()).collect(Collectors.joining(", ")),
                  from.ref()),
          ShellCommand.of("fipctl owner %s", address));
    }
    if (!more.isEmpty()) {
      throw FipctlException.conflict(
          "TwoHolders",
          "%s would still be on two pods: %s hold it besides %s"
              .formatted(address, names(more), from.ref()),
          ShellCommand.of(
              "fipctl release %s --pod %s   # and run this again", address, more.getFirst().ref()));
    }
    return Optional.of(from);
  }

  private static String names(List<Pod> pods) {
    return pods.stream().map(pod -> pod.ref().toString()).collect(Collectors.joining(", "));
  }
}
