package io.fipctl.operation;

import io.fipctl.cluster.Cluster.WriteMode;
import io.fipctl.cluster.NodeCommand.Await.Wanted;
import io.fipctl.model.FipctlException;
import io.fipctl.model.IpAddress;
import io.fipctl.model.Pod;
import java.util.List;

/** Takes an address away from a pod, and watches until its node has neither rule nor route left. */
final class Detach implements WatchedStep {
  private final Site site;
  private final Pod pod;
  private final IpAddress address;
  private final Wanted afterwards;
  private final boolean keepUnseen;
  private final Sighting sighting = new Sighting();
  private boolean written;

  /**
   * @param others the other pods that hold the address: where one of them is on the same node, the
   *     rule stays and leads to it
   * @param keepUnseen whether the change stands although the node was not seen to follow
   */
  Detach(Site site, Pod pod, IpAddress address, List<Pod> others, boolean keepUnseen) {
    this.site = site;
    this.pod = pod;
    this.address = address;
    this.afterwards = afterwards(pod, address, others);
    this.keepUnseen = keepUnseen;
  }

  @Override
  public String describe() {
    return "take %s away from %s".formatted(address, pod.ref());
  }

  @Override
  public String byHand() {
    return "fipctl assign %s %s".formatted(pod.ref(), address);
  }

  @Override
  public void tryOnServer() {
    Annotation.change(site.cluster(), pod, Annotation.removing(address), WriteMode.SERVER_DRY_RUN);
  }

  @Override
  public void apply(Progress progress) {
    if (!site.watchNodes() || pod.node().isEmpty()) {
      write();
      return;
    }
    String node = pod.node().get();
    // Nothing is written before somebody looks: unflushed flows would live on at the pod.
    try (Dataplane.Expectation gone = site.dataplane().expect(node, address, afterwards)) {
      write();
      progress.step("waiting until node %s has let go of %s".formatted(node, address));
      gone.confirm();
      sighting.deleted(gone.deleteStale());
    } catch (FipctlException notSeen) {
      if (!written || !keepUnseen) {
        throw notSeen;
      }
      sighting.missed(notSeen);
    }
  }

  @Override
  public void undo(Progress progress) {
    if (!written) {
      return;
    }
    Pod now = Annotation.reread(site.cluster(), pod);
    new Attach(site, now, address, Observers.NONE, false).apply(progress);
    written = false;
  }

  @Override
  public Sighting sighting() {
    return sighting;
  }

  private void write() {
    Annotation.change(site.cluster(), pod, Annotation.removing(address), WriteMode.REAL);
    written = true;
  }

  static Wanted afterwards(Pod pod, IpAddress address, List<Pod> others) {
    return others.stream()
        .filter(other -> other.node().equals(pod.node()) && !other.uid().equals(pod.uid()))
        .flatMap(other -> other.address(address.family()).stream())
        // Of several holders on a node the string-wise smaller pod IP has the rule
        // (felix/dataplane/linux/floating_ip_mgr.go).
        .min(java.util.Comparator.comparing(IpAddress::toString))
        .<Wanted>map(Wanted.LeadsTo::new)
        .orElseGet(Wanted.Gone::new);
  }
}
