package io.fipctl.operation;

import io.fipctl.cluster.Cluster.WriteMode;
import io.fipctl.cluster.Kind;
import io.fipctl.cluster.NodeCommand.Await.Wanted;
import io.fipctl.model.FipctlException;
import io.fipctl.model.IpAddress;
import io.fipctl.model.Pod;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Gives a pod an address, and watches until its node and one other lead there. */
final class Attach implements WatchedStep {
  private final Site site;
  private final Pod pod;
  private final IpAddress address;
  private final Observers observers;
  private final boolean keepUnseen;
  private final Sighting sighting = new Sighting();
  private boolean written;

  /**
   * @param observers the nodes that must be seen to follow
   * @param keepUnseen whether the change stands although the nodes were not seen to follow
   */
  Attach(Site site, Pod pod, IpAddress address, Observers observers, boolean keepUnseen) {
    this.site = site;
    this.pod = pod;
    this.address = address;
    this.observers = observers;
    this.keepUnseen = keepUnseen;
  }

  @Override
  public String describe() {
    return "give %s to %s".formatted(address, pod.ref());
  }

  @Override
  public String byHand() {
    return "fipctl release %s --pod %s".formatted(address, pod.ref());
  }

  @Override
  public void tryOnServer() {
    Annotation.change(site.cluster(), pod, Annotation.adding(address), WriteMode.SERVER_DRY_RUN);
  }

  @Override
  public void apply(Progress progress) {
    if (!site.watchNodes()) {
      write();
      return;
    }
    List<Dataplane.Expectation> expectations = new ArrayList<>();
    Optional<FipctlException> blind = expect(expectations);
    try {
      if (blind.isPresent() && !keepUnseen) {
        throw blind.get();
      }
      write();
      blind.ifPresent(
          why -> {
            throw why;
          });
      progress.step("waiting for the rule and the route of %s".formatted(address));
      expectations.forEach(Dataplane.Expectation::confirm);
      sighting.deleted(expectations.getFirst().deleteStale());
    } catch (FipctlException notSeen) {
      if (!written || !keepUnseen) {
        throw notSeen;
      }
      sighting.missed(notSeen);
    } finally {
      expectations.forEach(Dataplane.Expectation::close);
    }
  }

  @Override
  public void undo(Progress progress) {
    if (written) {
      // Seen gone before anybody else gets it, or two nodes would rewrite it to two pods.
      Pod now = Annotation.reread(site.cluster(), pod);
      new Detach(site, now, address, List.of(), false).apply(progress);
      written = false;
    }
  }

  @Override
  public Sighting sighting() {
    return sighting;
  }

  /** Starts the waits; a node that cannot be looked at is the answer, not a failure yet. */
  private Optional<FipctlException> expect(List<Dataplane.Expectation> expectations) {
    IpAddress podAddress = pod.address(address.family()).orElseThrow();
    try {
      expectations.add(
          site.dataplane()
              .expect(pod.node().orElseThrow(), address, new Wanted.LeadsTo(podAddress)));
      observers
          .other()
          .ifPresent(
              other ->
                  expectations.add(
                      site.dataplane()
                          .expect(other, address, new Wanted.RoutedVia(observers.nextHop()))));
      return Optional.empty();
    } catch (FipctlException cannotLook) {
      return Optional.of(cannotLook);
    }
  }

  private void write() {
    Annotation.change(site.cluster(), pod, Annotation.adding(address), WriteMode.REAL);
    written = true;
    giveWayToAnotherHolder();
  }

  /**
   * Knowing who holds an address is a list, not a lock: whoever sees a second holder after writing
   * takes its own back, so that of two writers nobody ends as a silent double.
   */
  private void giveWayToAnotherHolder() {
    List<Pod> others =
        site.cluster().list(Kind.PODS).stream()
            .map(Pod::of)
            .filter(other -> other.holds(address) && !other.uid().equals(pod.uid()))
            .toList();
    if (!others.isEmpty()) {
      Annotation.change(
          site.cluster(),
          Annotation.reread(site.cluster(), pod),
          Annotation.removing(address),
          WriteMode.REAL);
      written = false;
      throw FipctlException.conflict(
          "AddressHeld",
          "pod %s took %s at the same moment".formatted(others.getFirst().ref(), address),
          "fipctl show " + address);
    }
  }
}
