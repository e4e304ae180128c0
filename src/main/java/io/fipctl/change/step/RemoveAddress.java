package io.fipctl.change.step;

import io.fipctl.model.FipctlException;
import io.fipctl.model.IpAddress;
import io.fipctl.model.Pod;
import io.fipctl.model.Progress;
import io.fipctl.model.ShellCommand;
import io.fipctl.node.NodeCommand.Await.Wanted;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Takes an address away from a pod, and watches until its node has neither rule nor route left. */
public final class RemoveAddress implements WatchedStep {
  private final PodAddress subject;
  private final Wanted afterwards;
  private final Wanted atLast;
  private final List<Pod> companions;
  private final NodeObservation sighting = new NodeObservation();
  private Optional<NodeDataplane.Expectation> expectation = Optional.empty();
  private boolean written;

  private RemoveAddress(
      PodAddress subject, Wanted afterwards, Wanted atLast, List<Pod> companions) {
    this.subject = subject;
    this.afterwards = afterwards;
    this.atLast = atLast;
    this.companions = companions;
  }

  /**
   * While no pod gets the address in the next step.
   *
   * @param others the other pods that hold the address: where one of them is on the same node, the
   *     rule stays and leads to it
   */
  public static RemoveAddress of(PodAddress subject, List<Pod> others) {
    return of(subject, others, Optional.empty());
  }

  /** The same before a pod gets the address in the next step, or is seen to have it. */
  public static RemoveAddress of(PodAddress subject, List<Pod> others, Optional<Pod> next) {
    return new RemoveAddress(
        subject,
        afterwards(subject.pod(), subject.address(), others),
        afterwards(
            subject.pod(),
            subject.address(),
            Stream.concat(others.stream(), next.stream()).toList()),
        others);
  }

  @Override
  public String describe() {
    return "take %s away from %s".formatted(subject.address(), subject.pod().ref());
  }

  @Override
  public String byHand() {
    return ShellCommand.of("fipctl assign %s %s", subject.pod().ref(), subject.address());
  }

  @Override
  public void tryOnServer() {
    subject.tryOnServer(Annotation.removing(subject.address()));
  }

  /** Nothing is written before somebody looks: unflushed flows would live on at the pod. */
  @Override
  public void prepare() {
    if (subject.isWatched()) {
      expectation =
          Optional.of(
              subject
                  .site()
                  .dataplane()
                  .expect(subject.pod().node().orElseThrow(), subject.address(), afterwards));
    }
  }

  @Override
  public void apply(Progress progress) {
    expectation.ifPresent(NodeDataplane.Expectation::awaitBegun);
    subject
        .write(describe(), Annotation.removing(subject.address()), () -> written = true)
        .ifPresent(
            loss -> {
              throw subject.late(loss, "it was taken from pod " + subject.pod().ref(), false);
            });
    sighting.look(
        subject.keepUnseen(),
        () -> expectation.ifPresent(node -> sighting.deleted(subject.await(node, progress))));
  }

  @Override
  public void confirm(Progress progress) {
    sighting.look(
        subject.keepUnseen(),
        () -> expectation.ifPresent(node -> sighting.deleted(node.confirm(atLast))));
  }

  @Override
  public void undo(Progress progress) {
    if (!written) {
      return;
    }
    PodAddress now =
        subject
            .now()
            .orElseThrow(
                () ->
                    FipctlException.conflict(
                        "PodGone", "pod %s is no more".formatted(subject.pod().ref())));
    AddAddress back =
        companions.isEmpty()
            ? AddAddress.alone(now, VerifyingNodes.NONE)
            : AddAddress.beside(now, VerifyingNodes.NONE, companions.getFirst());
    back.takeAlone(progress);
    written = false;
  }

  @Override
  public void close() {
    expectation.ifPresent(NodeDataplane.Expectation::close);
  }

  @Override
  public NodeObservation sighting() {
    return sighting;
  }

  static Wanted afterwards(Pod pod, IpAddress address, List<Pod> others) {
    return onTheSameNode(pod, others)
        .flatMap(other -> other.address(address.family()).stream())
        // Of several holders on a node the string-wise smaller pod IP has the rule
        // (felix/dataplane/linux/floating_ip_mgr.go).
        .min(Comparator.comparing(IpAddress::toString))
        .<Wanted>map(Wanted.LeadsTo::new)
        .orElseGet(Wanted.Gone::new);
  }

  private static Stream<Pod> onTheSameNode(Pod pod, List<Pod> others) {
    return others.stream()
        .filter(other -> other.node().equals(pod.node()) && !other.uid().equals(pod.uid()));
  }
}
