package io.fipctl.operation;

import io.fipctl.cluster.Cluster.WriteMode;
import io.fipctl.cluster.Kind;
import io.fipctl.model.FipctlException;
import io.fipctl.model.IpAddress;
import io.fipctl.model.Pod;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * One pod and one address of it that is given or taken.
 *
 * @param keepUnseen whether the change stands although the nodes were not seen to follow
 */
record Subject(Site site, Pod pod, IpAddress address, boolean keepUnseen) {

  Subject(Site site, Pod pod, IpAddress address) {
    this(site, pod, address, false);
  }

  /**
   * The same pod as it is now, for a step back, which must be seen; empty when it is no more. An
   * API server that does not answer is asked again for as long as a node may take to follow.
   */
  Optional<Subject> now() {
    Pause pause = site.custody().pause();
    Duration end = pause.uptime().plus(site.timeout());
    while (true) {
      try {
        return site.cluster()
            .get(Kind.PODS, pod.ref().namespace(), pod.ref().name())
            .map(Pod::of)
            .filter(now -> now.uid().equals(pod.uid()))
            .map(now -> new Subject(site, now, address, false));
      } catch (FipctlException failure) {
        if (!Doubt.is(failure) || pause.uptime().compareTo(end) >= 0) {
          throw failure;
        }
        pause.sleep(Doubt.LOOK_AGAIN);
      }
    }
  }

  /** Whether somebody watches the node, and there is one. */
  boolean isWatched() {
    return site.watchNodes() && pod.node().isPresent();
  }

  void tryOnServer(UnaryOperator<List<IpAddress>> change) {
    Annotation.change(site.cluster(), pod, change, WriteMode.SERVER_DRY_RUN);
  }

  /**
   * Writes, with the lock in hand. A write of which nobody knows whether it was made is looked up
   * and, when it was not, made again for as long as a node may take to follow.
   *
   * @param begun is told before the first request that may have an effect
   */
  void write(String what, UnaryOperator<List<IpAddress>> change, Runnable begun) {
    Custody custody = site.custody();
    custody.pass("before " + what);
    Pause pause = custody.pause();
    Duration end = pause.uptime().plus(site.timeout());
    while (true) {
      custody.secure(address);
      try {
        Annotation.change(site.cluster(), pod, change, WriteMode.REAL);
        begun.run();
        break;
      } catch (FipctlException failure) {
        if (!Doubt.is(failure)) {
          throw failure;
        }
        begun.run();
        if (pause.uptime().compareTo(end) >= 0) {
          throw failure;
        }
        pause.sleep(Doubt.LOOK_AGAIN);
      }
    }
    custody.pass("behind " + what);
  }

  /**
   * Waits for a node, and gives up when the run is to end.
   *
   * @return how many stale connections were deleted there
   */
  int await(Dataplane.Expectation node, Progress progress) {
    Custody custody = site.custody();
    progress.step("waiting until " + node.describe());
    custody.pass("before waiting until " + node.describe());
    int deleted = custody.surroundings().interruption().during(node::await);
    custody.pass("behind waiting until " + node.describe());
    return deleted;
  }
}
