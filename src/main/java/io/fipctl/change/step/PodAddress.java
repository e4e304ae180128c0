package io.fipctl.change.step;

import io.fipctl.kube.Cluster.WriteMode;
import io.fipctl.kube.Kind;
import io.fipctl.lease.AddressLock;
import io.fipctl.lease.AddressLocks;
import io.fipctl.lease.Fence;
import io.fipctl.lease.LockLost;
import io.fipctl.lease.UncertainWrite;
import io.fipctl.model.Clock;
import io.fipctl.model.FipctlException;
import io.fipctl.model.IpAddress;
import io.fipctl.model.Pod;
import io.fipctl.model.Progress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * One pod and one address of it that is given or taken.
 *
 * @param keepUnseen whether the change stands although the nodes were not seen to follow
 */
public record PodAddress(ChangeContext site, Pod pod, IpAddress address, boolean keepUnseen) {

  public PodAddress(ChangeContext site, Pod pod, IpAddress address) {
    this(site, pod, address, false);
  }

  /**
   * The same pod as it is now, for a step back, which must be seen; empty when it is no more. An
   * API server that does not answer is asked again for as long as a node may take to follow.
   */
  Optional<PodAddress> now() {
    Clock pause = site.custody().pause();
    Duration end = pause.uptime().plus(site.timeout());
    while (true) {
      try {
        return site.cluster()
            .get(Kind.PODS, pod.ref().namespace(), pod.ref().name())
            .map(Pod::of)
            .filter(now -> now.uid().equals(pod.uid()))
            .map(now -> new PodAddress(site, now, address, false));
      } catch (FipctlException failure) {
        if (!UncertainWrite.is(failure) || pause.uptime().compareTo(end) >= 0) {
          throw failure;
        }
        pause.sleep(UncertainWrite.LOOK_AGAIN);
      }
    }
  }

  /** Whether somebody watches the node, and there is one. */
  boolean isWatched() {
    return site.watchNodes() && pod.node().isPresent();
  }

  void tryOnServer(UnaryOperator<List<IpAddress>> change) {
    Annotation.change(site.cluster(), pod, change, Annotation.Guard.NONE, WriteMode.SERVER_DRY_RUN);
  }

  /**
   * Writes, with the lock in hand. A write of which nobody knows whether it was made is looked up
   * and, when it was not, made again for as long as a node may take to follow.
   *
   * @param begun is told before the first request that may have an effect
   * @return how the lock was lost before the write, if it was: nobody but its new holder, or nobody
   *     at all, then counts on what was written
   */
  Optional<AddressLock.Loss> write(
      String what, UnaryOperator<List<IpAddress>> change, Runnable begun) {
    AddressLocks custody = site.custody();
    custody.pass("before " + what);
    Clock pause = custody.pause();
    Duration end = pause.uptime().plus(site.timeout());
    Entry entry = new Entry(what);
    boolean written = false;
    while (true) {
      try {
        written |= Annotation.change(site.cluster(), pod, change, entry, WriteMode.REAL);
        begun.run();
        break;
      } catch (FipctlException failure) {
        if (!UncertainWrite.is(failure) || !entry.made) {
          if (failure.changed()) {
            // Admission made something else of it, which stands: the way back has to look at that.
            begun.run();
          }
          throw failure;
        }
        written = true;
        begun.run();
        if (pause.uptime().compareTo(end) >= 0) {
          throw failure;
        }
        pause.sleep(UncertainWrite.LOOK_AGAIN);
      }
    }
    Optional<AddressLock.Loss> loss = custody.loss(address);
    if (loss.isPresent() && !written) {
      throw new LockLost(address, loss.get().to());
    }
    custody.pass("behind " + what);
    return loss;
  }

  /** The lock is looked at behind the look at the pod and before the request. */
  private final class Entry implements Annotation.Guard {
    private final String what;

    /** Whether the request that follows is made. */
    private boolean made;

    private Entry(String what) {
      this.what = what;
    }

    @Override
    public Optional<Fence> enter() {
      made = false;
      site.custody().secure(address);
      site.custody().pass("in the request to " + what);
      made = true;
      return site.custody().fence(address);
    }
  }

  /**
   * What is said of a write that was made although the lock had gone to somebody else: what was
   * written, and what stands now.
   *
   * @param written {@code shop/web-1 was given it}
   * @param repaired whether it was taken back
   */
  LockLost late(AddressLock.Loss loss, String written, boolean repaired) {
    return LockLost.late(address, loss, written, repaired, standing());
  }

  /** Who has the address, in words. */
  private String standing() {
    try {
      List<String> holders = holders().stream().map(one -> one.ref().toString()).toList();
      return switch (holders.size()) {
        case 0 -> "nobody has it now";
        case 1 -> "pod %s has it now".formatted(holders.getFirst());
        default -> "pods %s have it now".formatted(String.join(" and ", holders));
      };
    } catch (FipctlException e) {
      return "who has it now could not be read";
    }
  }

  /** All pods that have the address. */
  List<Pod> holders() {
    return site.cluster().list(Kind.PODS).stream()
        .map(Pod::of)
        .filter(one -> one.holds(address))
        .toList();
  }

  /**
   * Waits for a node, and gives up when the run is to end.
   *
   * @return how many stale connections were deleted there
   */
  int await(NodeDataplane.Expectation node, Progress progress) {
    AddressLocks custody = site.custody();
    progress.step("waiting until " + node.describe());
    custody.pass("before waiting until " + node.describe());
    int deleted = custody.surroundings().interruption().during(node::await);
    custody.pass("behind waiting until " + node.describe());
    return deleted;
  }
}
