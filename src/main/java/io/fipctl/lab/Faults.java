package io.fipctl.lab;

import io.fipctl.kube.Cluster;
import io.fipctl.model.FipctlException;
import io.fipctl.node.NodeCommand.Section;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * What is to go wrong with the writes and the nodes of a practice cluster, for tests of what
 * happens then.
 */
public final class Faults {
  private final AtomicInteger writes = new AtomicInteger();
  private final Map<Integer, RuntimeException> failures = new ConcurrentHashMap<>();
  private final Map<Integer, Boolean> lost = new ConcurrentHashMap<>();
  private final Map<Integer, Consumer<Cluster>> others = new ConcurrentHashMap<>();
  private final Map<String, Map<Section, UnaryOperator<Said>>> tools = new ConcurrentHashMap<>();
  private final ThreadLocal<Boolean> isOther = ThreadLocal.withInitial(() -> false);

  private volatile Optional<Instant> time = Optional.empty();

  Faults() {}

  /** The cluster's clock shows this, whatever the clocks of others show. */
  public Faults time(Instant shown) {
    time = Optional.of(shown);
    return this;
  }

  Optional<Instant> time() {
    return time;
  }

  /** What a tool of a node prints, and its exit status. */
  public record Said(String text, int status) {}

  /** From now on these tools of a node print nothing and end so; without a name, all of them. */
  public Faults failTools(String node, int status, Section... sections) {
    for (Section section : sections.length == 0 ? Section.values() : sections) {
      tool(node, section, said -> new Said("", status));
    }
    return this;
  }

  /** From now on a tool of a node prints something else, and ends well all the same. */
  public Faults garbleTool(String node, Section section, UnaryOperator<String> garble) {
    return tool(node, section, said -> new Said(garble.apply(said.text()), said.status()));
  }

  private Faults tool(String node, Section section, UnaryOperator<Said> fault) {
    tools.computeIfAbsent(node, key -> new ConcurrentHashMap<>()).put(section, fault);
    return this;
  }

  /** From now on the tools of a node do as they should. */
  public void mendTools(String node) {
    tools.remove(node);
  }

  /** What becomes of what a tool has to say. */
  Said said(String node, Section section, Said said) {
    return tools
        .getOrDefault(node, Map.of())
        .getOrDefault(section, UnaryOperator.identity())
        .apply(said);
  }

  /** Whether some of these tools do not do as they should. */
  boolean anyOf(String node, Set<Section> sections) {
    return !Collections.disjoint(tools.getOrDefault(node, Map.of()).keySet(), sections);
  }

  /** How many writes were tried so far; dry runs and those of a second writer do not count. */
  public int writes() {
    return writes.get();
  }

  /** The n-th write from now on is not made and fails so; 1 is the next. */
  public Faults failWrite(int nth, RuntimeException failure) {
    failures.put(writes.get() + nth, failure);
    return this;
  }

  /** The n-th write from now on is made, but its answer does not arrive. */
  public Faults loseAnswer(int nth) {
    lost.put(writes.get() + nth, true);
    return this;
  }

  /** Somebody else acts right before the n-th write from now on: after what it was based on. */
  public Faults beforeWrite(int nth, Consumer<Cluster> other) {
    others.put(writes.get() + nth, other);
    return this;
  }

  /** Counts a write and lets happen what comes before it; the write's number. */
  int before(Cluster cluster) {
    if (isOther.get()) {
      return 0;
    }
    int number = writes.incrementAndGet();
    Consumer<Cluster> other = others.remove(number);
    if (other != null) {
      isOther.set(true);
      try {
        other.accept(cluster);
      } finally {
        isOther.set(false);
      }
    }
    RuntimeException failure = failures.remove(number);
    if (failure != null) {
      throw failure;
    }
    return number;
  }

  void after(int number) {
    if (lost.remove(number) != null) {
      throw FipctlException.unreachable(
          "the API server lab did not answer: the connection was closed");
    }
  }
}
