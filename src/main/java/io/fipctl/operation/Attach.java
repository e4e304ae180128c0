package io.fipctl.operation;

import io.fipctl.cluster.Cluster.WriteMode;
import io.fipctl.cluster.Kind;
import io.fipctl.cluster.NodeCommand.Await.Wanted;
import io.fipctl.model.FipctlException;
import io.fipctl.model.IpAddress;
import io.fipctl.model.Pod;
import io.fipctl.model.ShellCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Gives a pod an address, and watches until its node and others lead there. */
final class Attach implements WatchedStep {
  private final Subject subject;
  private final Observers observers;
  private final Optional<Pod> companion;
  private final boolean patient;
  private final List<Dataplane.Expectation> expectations = new ArrayList<>();
  private final Sighting sighting = new Sighting();
  private boolean written;

  private Attach(Subject subject, Observers observers, Optional<Pod> companion, boolean patient) {
    this.subject = subject;
    this.observers = observers;
    this.companion = companion;
    this.patient = patient;
  }

  /**
   * @param observers the nodes that must be seen to follow
   */
  static Attach alone(Subject subject, Observers observers) {
    return new Attach(subject, observers, Optional.empty(), true);
  }

  /**
   * While another pod has the address still, and loses it in the next step.
   *
   * @param companion that other pod
   */
  static Attach beside(Subject subject, Observers observers, Pod companion) {
    // Two pods of one node share one rule, which need not lead to this one before the other lets
    // go.
    boolean ownRule = !subject.pod().node().equals(companion.node());
    return new Attach(subject, observers, Optional.of(companion), ownRule);
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
    expectations.forEach(Dataplane.Expectation::awaitBegun);
    subject.write(describe(), Annotation.adding(subject.address()), () -> written = true);
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
          .ifPresent(now -> Detach.of(now, companion.stream().toList()).takeAlone(progress));
      written = false;
    }
  }

  @Override
  public void close() {
    expectations.forEach(Dataplane.Expectation::close);
  }

  @Override
  public Sighting sighting() {
    return sighting;
  }

  /**
   * A lock binds only those who take it: whoever sees a second holder after writing takes its own
   * back, so that of two writers nobody ends as a silent double.
   */
  private void giveWayToAnotherHolder() {
    Pod pod = subject.pod();
    List<Pod> others =
        subject.site().cluster().list(Kind.PODS).stream()
            .map(Pod::of)
            .filter(other -> other.holds(subject.address()) && !other.uid().equals(pod.uid()))
            .filter(other -> companion.filter(one -> one.uid().equals(other.uid())).isEmpty())
            .toList();
    if (!others.isEmpty()) {
      Annotation.change(
          subject.site().cluster(),
          Annotation.reread(subject.site().cluster(), pod),
          Annotation.removing(subject.address()),
          WriteMode.REAL);
      written = false;
      // With the lock lost it is the other one's by right, and nothing here is undone.
      subject.site().custody().secure(subject.address());
      throw FipctlException.conflict(
          "AddressTaken",
          "pod %s took %s at the same moment".formatted(others.getFirst().ref(), subject.address()),
          ShellCommand.of("fipctl show %s", subject.address()));
    }
  }
}
