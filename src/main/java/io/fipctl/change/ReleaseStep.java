package io.fipctl.change;

import io.fipctl.change.step.Annotation;
import io.fipctl.change.step.Step;
import io.fipctl.lease.AddressLocks;
import io.fipctl.lease.RecordEdit;
import io.fipctl.model.FloatingIps;
import io.fipctl.model.IpAddress;
import io.fipctl.model.Pod;
import io.fipctl.model.PodTarget;
import io.fipctl.model.Progress;
import io.fipctl.model.ShellCommand;
import io.fipctl.model.SpecialRange;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Takes all that it has from a pod as {@code release --pod} does: under the locks of the addresses,
 * with a record of each.
 */
final class ReleaseStep implements Step {
  private final AddressTransaction.Means means;
  private final Pod pod;
  private final Release.Options options;
  private boolean begun;

  ReleaseStep(AddressTransaction.Means means, Pod pod, Release.Options options) {
    this.means = means;
    this.pod = pod;
    this.options = options;
  }

  @Override
  public String describe() {
    return Release.hasMoreThanItHolds(pod)
        ? "remove the annotation of %s: %s".formatted(pod.ref(), pod.annotation().orElse(""))
        : "take %s away from %s".formatted(words(", "), pod.ref());
  }

  @Override
  public String byHand() {
    return pod.held().isEmpty()
        ? ShellCommand.of("fipctl show %s", pod.ref())
        : ShellCommand.of("fipctl assign %s %s", pod.ref(), pod.held());
  }

  private String words(String separator) {
    return pod.held().stream().map(IpAddress::toString).collect(Collectors.joining(separator));
  }

  @Override
  public void tryOnServer() {
    propose(AddressLocks.none(means.author(), means.surroundings())).tryOnServer();
  }

  @Override
  public void apply(Progress progress) {
    begun = true;
    carryOut(this::propose, RecordEdit.unprotecting(options.unprotect()));
  }

  private ChangeProposal propose(AddressLocks custody) {
    return Release.propose(
        means.cluster(), Optional.of(PodTarget.of(pod.ref())), List.of(), options, custody);
  }

  /** Gives back what the pod had; a value that takes a pod's network down stays away. */
  @Override
  public void undo(Progress progress) {
    if (!begun || Annotation.reread(means.cluster(), pod).annotation().equals(pod.annotation())) {
      return;
    }
    // What no pod may have is not given back: it should not have been there.
    List<IpAddress> usable =
        pod.held().stream().filter(address -> SpecialRange.of(address).isEmpty()).toList();
    if (!usable.isEmpty()) {
      Assign.Options back =
          new Assign.Options(
              false, Leniency.ofRecovery(false), false, true, true, options.timeout());
      carryOut(
          custody ->
              Assign.propose(means.cluster(), PodTarget.of(pod.ref()), usable, back, custody),
          RecordEdit.NONE);
    }
    if (Release.hasMoreThanItHolds(pod) || usable.size() < pod.held().size()) {
      progress.warning(
          "the annotation of %s was %s and is now %s"
              .formatted(
                  pod.ref(),
                  pod.annotation().orElse(""),
                  usable.isEmpty() ? "removed" : FloatingIps.write(usable)));
    }
    begun = false;
  }

  private void carryOut(Function<AddressLocks, ChangeProposal> propose, RecordEdit edit) {
    new AddressTransaction(means, pod.held(), propose, edit).carryOutSeen(agreed -> {});
  }
}
