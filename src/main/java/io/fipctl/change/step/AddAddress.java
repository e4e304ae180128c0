package io.fipctl.change.step;

import io.fipctl.kube.Cluster.WriteMode;
import io.fipctl.lease.AddressLock;
import io.fipctl.lease.Fence;
import io.fipctl.model.FipctlException;
import io.fipctl.model.IpAddress;
import io.fipctl.model.Pod;
import io.fipctl.model.Progress;
import io.fipctl.model.ShellCommand;
import io.fipctl.node.NodeCommand.Await.Wanted;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Gives a pod an address, and watches until its node and others lead there. */
public final class AddAddress implements WatchedStep {
  private final PodAddress subject;
  private final VerifyingNodes observers;
  private final Optional<Pod> companion;
  private final boolean patient;
  private final List<NodeDataplane.Expectation> expectations = new ArrayList<>();
  private final NodeObservation sighting = new NodeObservation();
  private boolean written;

  private AddAddress(
      PodAddress subject, VerifyingNodes observers, Optional<Pod> companion, boolean patient) {
    this.subject = subject;
    this.observers = observers;
    this.companion = companion;
    this.patient = patient;
  }

  /**
   * While no other pod has the address.
   *
   * @param observers the nodes that must be seen to follow
   */
  public static AddAddress alone(PodAddress subject, VerifyingNodes observers) {
    return new AddAddress(subject, observers, Optional.empty(), true);
  }

  /**
   * While another pod has the address still, and loses it in the next step.
   *
   * @param companion that other pod
   */
  public static AddAddress beside(PodAddress subject, VerifyingNodes observers, Pod companion) {
    // Two pods of one node share one rule, which need not lead to this one before the other lets
    // go.
    boolean ownRule = !subject.pod().node().equals(companion.node());
    return new AddAddress(subject, observers, Optional.of(companion), ownRule);
  }

  @Override
  public String describe() {
    return "give %s to %s".formatted(subject.address(), subject.pod().ref());
  }

  @Override
  public String byHand() {
    return ShellCommand.of("fipctl release %s --pod %s", subject.address(), subject.pod().ref());
  }

  @Override
  public void tryOnServer() {
    subject.tryOnServer(Annotation.adding(subject.address()));
  }

  @Override
  public void prepare() {
    if (!subject.isWatched()) {
      return;
    }
    Pod pod = subject.pod();
    IpAddress podAddress = pod.address(subject.address().family()).orElseThrow();
    sighting.look(
        subject.keepUnseen(),
        () -> {
          expect(pod.node().orElseThrow(), new Wanted.LeadsTo(podAddress));
          observers
              .others()
              .forEach(other -> expect(other, new Wanted.RoutedVia(observers.nextHop())));
        });
  }

  private void expect(String node, Wanted wanted) {
    expectations.add(subject.site().dataplane().expect(node, subject.address(), wanted));
  }

  @Override
  public void apply(Progress progress) {
    expectations.forEach(NodeDataplane.Expectation::awaitBegun);
    subject
        .write(describe(), Annotation.adding(subject.address()), () -> written = true)
        .ifPresent(this::tell);
    if (patient) {
      giveWayToAnotherHolder();
      await(1, progress);
    }
  }

  @Override
  public void confirm(Progress progress) {
    if (!patient) {
      giveWayToAnotherHolder();
    }
    await(expectations.size(), progress);
    sighting.look(
        subject.keepUnseen(), () -> expectations.forEach(node -> sighting.deleted(node.confirm())));
  }

  /** Waits for the first nodes; what they deleted of stale connections counts. */
  private void await(int first, Progress progress) {
    sighting.look(
        subject.keepUnseen(),
        () ->
            expectations.stream()
                .limit(first)
                .filter(node -> !node.isAwaited())
                .forEach(node -> sighting.deleted(subject.await(node, progress))));
  }

  @Override
  public void undo(Progress progress) {
    if (written) {
      // Seen gone before anybody else gets it, or two nodes would rewrite it to two pods.
      subject
          .now()
          .ifPresent(now -> RemoveAddress.of(now, companion.stream().toList()).takeAlone(progress));
      written = false;
    }
  }

  @Override
  public void close() {
    expectations.forEach(NodeDataplane.Expectation::close);
  }

  @Override
  public NodeObservation sighting() {
    return sighting;
  }

  /**
   * A lock binds only those who take it: whoever sees a second holder after writing takes its own
   * back, so that of two writers nobody ends as a silent double.
   */
  private void giveWayToAnotherHolder() {
    List<Pod> others =
        others().stream()
            .filter(other -> companion.filter(one -> one.uid().equals(other.uid())).isEmpty())
            .toList();
    if (!others.isEmpty()) {
      Pod pod = subject.pod();
      Annotation.change(
          subject.site().cluster(),
          Annotation.reread(subject.site().cluster(), pod),
          Annotation.removing(subject.address()),
          () -> {
            // With the lock lost it is the other one's by right, and nothing here is undone.
            subject.site().custody().secure(subject.address());
            return subject.site().custody().fence(subject.address());
          },
          WriteMode.REAL);
      written = false;
      throw FipctlException.conflict(
          "AddressTaken",
          "pod %s took %s at the same moment".formatted(others.getFirst().ref(), subject.address()),
          ShellCommand.of("fipctl show %s", subject.address()));
    }
  }

  private List<Pod> others() {
    return subject.holders().stream()
        .filter(other -> !other.uid().equals(subject.pod().uid()))
        .toList();
  }

  /**
   * What was given although the lock was lost is taken back when somebody else has it by now, the
   * companion as much as any: the lock's new holder has ended what was begun and knows nothing of
   * this. While that is still open, whoever ends it sees what was given.
   */
  private void tell(AddressLock.Loss loss) {
    boolean repaired = false;
    try {
      repaired = !loss.open() && !others().isEmpty() && isTakenBack();
    } catch (FipctlException e) {
      // What stands is read and said below, as far as it can be.
    }
    throw subject.late(loss, "pod %s was given it".formatted(subject.pod().ref()), repaired);
  }

  /** Only what nobody has touched since is taken back: the fence is this run's still. */
  private boolean isTakenBack() {
    Pod now = Annotation.reread(subject.site().cluster(), subject.pod());
    Optional<String> own = subject.site().custody().fence(subject.address()).map(Fence::text);
    if (!now.fence().equals(own)) {
      return false;
    }
    return Annotation.isMadeAtOnce(
        subject.site().cluster(), now, Annotation.removing(subject.address()));
  }
}
