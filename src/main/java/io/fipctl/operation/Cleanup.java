package io.fipctl.operation;

import io.fipctl.cluster.Cluster;
import io.fipctl.cluster.Cluster.Scope;
import java.time.Instant;
import java.util.List;

/** What runs that were killed have left in the cluster. */
public final class Cleanup {
  /** One thing that nobody needs any more. */
  public interface Leftover {
    /** Its kind as kubectl writes it: {@code pod}. */
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

  /** Looks for one kind of thing. */
  interface Search {
    Found find(Cluster cluster, Scope scope, Instant now);
  }

  /** Every kind of thing that fipctl leaves when it is killed. */
  private static final List<Search> SEARCHES = List.of(DebugPodLeftover::find);

  private Cleanup() {}

  /**
   * All leftovers of a namespace or of all.
   *
   * @throws io.fipctl.model.FipctlException exit 6 when one kind of thing may not be listed
   */
  public static Found find(Cluster cluster, Scope scope, Instant now) {
    List<Found> found = SEARCHES.stream().map(search -> search.find(cluster, scope, now)).toList();
    return new Found(
        found.stream().flatMap(some -> some.leftovers().stream()).toList(),
        found.stream().flatMap(some -> some.spared().stream()).toList());
  }
}
