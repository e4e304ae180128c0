package io.fipctl.repair;

import io.fipctl.kube.Cluster;
import io.fipctl.kube.Cluster.Scope;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What runs that were killed have left in the cluster. */
public final class Cleanup {
  /** One thing that nobody needs any more. */
  public interface Leftover {
    /** What it is: {@code pod}, {@code lock}. */
    String kind();

    String namespace();

    String name();

    /** How it is known that nobody needs it. */
    String why();

    /** Takes it away; one that is gone already is no failure. */
    void remove(Cluster cluster);
  }

  /** What was found, and what was left alone, a sentence each. */
  public record Found(List<Leftover> leftovers, List<String> spared) {
    public Found {
      leftovers = List.copyOf(leftovers);
      spared = List.copyOf(spared);
    }
  }

  private Cleanup() {}

  /**
   * All leftovers.
   *
   * @param scope where debug pods are looked for
   * @param records the namespace of the locks, which are looked at when it is in that scope
   * @throws io.fipctl.model.FipctlException exit 6 when pods may not be listed there
   */
  public static Found find(Cluster cluster, Scope scope, String records, Instant now) {
    List<Found> found = new ArrayList<>();
    found.add(DebugPodOrphan.find(cluster, scope, now));
    if (scope.namespace().map(records::equals).orElse(true)) {
      found.add(LockOrphan.find(cluster, records, now));
    }
    return new Found(
        found.stream().flatMap(some -> some.leftovers().stream()).toList(),
        found.stream().flatMap(some -> some.spared().stream()).toList());
  }
}
