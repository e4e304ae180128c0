package io.fipctl.nodeoutput;

import io.fipctl.model.Cidr;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A rule that says which table a packet's route is looked up in (ip-rule(8)).
 *
 * @param priority the smallest is asked first
 * @param negated whether it is for every packet that it does not describe
 * @param in the interface that packets come in by; {@code lo} for the node's own
 * @param others names of conditions that nobody can judge from an address alone, such as {@code
 *     ipproto}
 * @param suppressed routes with a prefix of this length or a shorter one do not count
 */
public record RoutingRule(
    long priority,
    boolean negated,
    Optional<Cidr> from,
    Optional<Cidr> to,
    Optional<Mark> mark,
    Optional<String> in,
    Optional<String> out,
    List<String> others,
    Action action,
    OptionalLong suppressed) {
  public RoutingRule {
    others = List.copyOf(others);
  }

  /** The bits that a packet's mark must have, of those in the mask. */
  public record Mark(long value, long mask) {}

  /** What happens to a packet of the rule. */
  public sealed interface Action {
    /** Its route is looked up in a table. */
    record Lookup(String table) implements Action {}

    /** The search goes on with the rule of that priority. */
    record Goto(long priority) implements Action {}

    /** Nothing: the search goes on. */
    record Nop() implements Action {}

    /** It ends here: {@code blackhole}, {@code unreachable} or {@code prohibit}. */
    record Discard(String type) implements Action {}
  }
}
