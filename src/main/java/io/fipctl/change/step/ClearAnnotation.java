package io.fipctl.change.step;

import io.fipctl.kube.Cluster.WriteMode;
import io.fipctl.kube.Kind;
import io.fipctl.lease.Fence;
import io.fipctl.lease.UncertainWrite;
import io.fipctl.model.Clock;
import io.fipctl.model.FipctlException;
import io.fipctl.model.IpAddress;
import io.fipctl.model.JsonPatch;
import io.fipctl.model.Pod;
import io.fipctl.model.Progress;
import io.fipctl.model.ShellCommand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Takes a pod's annotation away as a whole, because it holds what Calico cannot read or passes
 * over. The pod gets its network back by that, where it had lost it.
 */
public final class ClearAnnotation implements WatchedStep {
  private final ChangeContext site;
  private final Pod pod;
  private final List<Pod> everybody;
  private final NodeObservation sighting = new NodeObservation();
  private boolean begun;
  private boolean written;

  /**
   * @param everybody all pods: those that hold an address of this one too keep the rule alive
   */
  public ClearAnnotation(ChangeContext site, Pod pod, List<Pod> everybody) {
    this.site = site;
    this.pod = pod;
    this.everybody = everybody;
  }

  @Override
  public String describe() {
    return "remove the annotation of %s: %s".formatted(pod.ref(), pod.annotation().orElse(""));
  }

  @Override
  public String byHand() {
    return ShellCommand.of("fipctl show %s", pod.ref());
  }

  @Override
  public void tryOnServer() {
    remove(Annotation.Guard.NONE, WriteMode.SERVER_DRY_RUN);
  }

  @Override
  public void apply(Progress progress) {
    List<NodeDataplane.Expectation> expectations = new ArrayList<>();
    try {
      expect(expectations);
      site.custody().pass("before " + describe());
      remove(this::enter, WriteMode.REAL);
      written = true;
      for (NodeDataplane.Expectation gone : expectations) {
        sighting.deleted(gone.await());
        sighting.deleted(gone.confirm());
      }
    } catch (FipctlException notSeen) {
      if (!written) {
        throw notSeen;
      }
      sighting.missed(notSeen);
    } finally {
      expectations.forEach(NodeDataplane.Expectation::close);
    }
  }

  /**
   * Does not put a value back that takes a pod's network down, and so has to say when it is gone.
   */
  @Override
  public void undo(Progress progress) {
    if (begun && !now().equals(pod.annotation())) {
      throw FipctlException.conflict(
          "StaysRemoved",
          "the annotation of %s is not put back; it was %s"
              .formatted(pod.ref(), pod.annotation().orElse("")));
    }
  }

  /** The annotation as it is now, asked for as long as a node may take to follow. */
  private Optional<String> now() {
    Clock pause = site.custody().pause();
    Duration end = pause.uptime().plus(site.timeout());
    while (true) {
      try {
        return site.cluster()
            .get(Kind.PODS, pod.ref().namespace(), pod.ref().name())
            .map(Pod::of)
            .filter(now -> now.uid().equals(pod.uid()))
            .flatMap(Pod::annotation);
      } catch (FipctlException failure) {
        if (!UncertainWrite.is(failure) || pause.uptime().compareTo(end) >= 0) {
          throw failure;
        }
        pause.sleep(UncertainWrite.LOOK_AGAIN);
      }
    }
  }

  @Override
  public NodeObservation sighting() {
    return sighting;
  }

  /** The working addresses beside the bad entries go too, and must be seen to go. */
  private void expect(List<NodeDataplane.Expectation> expectations) {
    if (site.watchNodes() && pod.node().isPresent()) {
      for (IpAddress address : pod.held()) {
        expectations.add(
            site.dataplane()
                .expect(
                    pod.node().get(),
                    address,
                    RemoveAddress.afterwards(
                        pod, address, everybody.stream().filter(p -> p.holds(address)).toList())));
      }
    }
  }

  private Optional<Fence> enter() {
    pod.held().forEach(site.custody()::secure);
    site.custody().pass("in the request to " + describe());
    begun = true;
    return pod.held().stream().findFirst().flatMap(site.custody()::fence);
  }

  private void remove(Annotation.Guard guard, WriteMode mode) {
    JsonPatch patch = Annotation.patch(pod, List.of(), guard.enter());
    site.cluster().patch(Kind.PODS, pod.ref().namespace(), pod.ref().name(), patch, mode);
  }
}
