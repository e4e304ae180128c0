package io.fipctl.doctor.nat;

import io.fipctl.model.IpAddress;
import io.fipctl.model.PodRef;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a node does with a floating IP, and what is to be said of it.
 *
 * @param address empty for something that is about no single one
 * @param pods those of this node that hold it
 * @param rules empty when Calico has none there, or they were not read
 * @param way empty when the routes were not read
 * @param flows how many tracked connections are to the address; empty when they were not read
 * @param reason what is wrong, in a sentence; empty when nothing is
 */
public record NatEntry(
    String node,
    Optional<IpAddress> address,
    List<PodRef> pods,
    Optional<Rules> rules,
    Optional<Way> way,
    OptionalInt flows,
    Verdict verdict,
    String reason) {
  public NatEntry {
    pods = List.copyOf(pods);
  }

  /** What is to be said of an entry. */
  public enum Verdict {
    OK("ok"),
    /** The pod's node has no rule for it. */
    MISSING("missing"),
    /** The rule leads elsewhere than to the pod. */
    WRONG_POD("wrong-pod"),
    /** There are rules, and the kernel does not ask all of them. */
    NOT_ASKED("not-asked"),
    /** The node has no route to it. */
    NO_ROUTE("no-route"),
    /** The node's route leads elsewhere. */
    WRONG_ROUTE("wrong-route"),
    /** The pod does not reach itself by it. */
    NO_HAIRPIN("no-hairpin"),
    /** Several pods hold it. */
    DUPLICATE("duplicate"),
    /** A pod of another node holds it, and this node takes it for itself. */
    STALE("stale"),
    /** No pod holds it, and this node takes it for itself. */
    UNWANTED("unwanted"),
    /** Tracked connections lead elsewhere. */
    STALE_FLOWS("stale-flows"),
    /** The rules are not where they are configured to be. */
    WRONG_BACKEND("wrong-backend"),
    /** The rule is in a backend that nobody keeps up to date any more. */
    LEFTOVER("leftover"),
    /** The rule is in Calico's chain and not Calico's. */
    FOREIGN("foreign"),
    /** Another check of the doctor finds something wrong with it here: the reason names it. */
    BROKEN("broken"),
    /** Its pod comes or goes: there may be a rule or not. */
    UNSETTLED("unsettled"),
    /** It was not seen. */
    UNKNOWN("unknown");

    private final String word;

    Verdict(String word) {
      this.word = word;
    }

    @Override
    public String toString() {
      return word;
    }
  }

  /**
   * Calico's rules for the address in one backend.
   *
   * @param backend by the name of its tool
   * @param targets the pods' addresses that it leads to; of several the first is used
   * @param targetsHidden whether there is a rule and the tool does not show where it leads
   * @param hairpin whether such a pod reaches itself by it; empty without a pod
   */
  public record Rules(
      String backend,
      List<IpAddress> targets,
      boolean targetsHidden,
      Optional<Boolean> hairpin,
      Jumps jumps) {
    public Rules {
      targets = List.copyOf(targets);
    }
  }

  /** Which of the kernel's ways lead to Calico's rules. */
  public record Jumps(boolean prerouting, boolean output, boolean postrouting) {
    public int count() {
      return (prerouting ? 1 : 0) + (output ? 1 : 0) + (postrouting ? 1 : 0);
    }
  }

  /**
   * The route that the node takes to the address.
   *
   * @param kind where it leads to
   * @param to the interface, the node, or the address of another next hop; for a discarding one its
   *     type; empty where there is none
   * @param text the whole route; empty when there is none
   */
  public record Way(Kind kind, String to, String text) {
    static final Way NONE = new Way(Kind.NONE, "", "");

    /** Where a route leads to. */
    public enum Kind {
      /** The interface of a pod that holds the address. */
      POD,
      /** The interface of another pod, or one that is not known. */
      INTERFACE,
      /** A next hop. */
      GATEWAY,
      /** The next hop of whatever has no route of its own. */
      DEFAULT,
      /** Packets end here. */
      DISCARD,
      NONE
    }
  }

  /** Whether the node has no part in the address but to pass it on. */
  boolean passesOn() {
    boolean leads = rules.filter(it -> it.targetsHidden() || !it.targets().isEmpty()).isPresent();
    return pods.isEmpty()
        && !leads
        && switch (verdict) {
          case OK, NO_ROUTE, WRONG_ROUTE -> true;
          default -> false;
        };
  }

  /** Whether it is the pod's node, and has no route that others could learn from it. */
  boolean hostsWithoutRoute() {
    return !pods.isEmpty() && way.filter(it -> it.kind() == Way.Kind.POD).isEmpty();
  }
}
