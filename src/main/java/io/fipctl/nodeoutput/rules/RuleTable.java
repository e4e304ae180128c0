package io.fipctl.nodeoutput.rules;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** A table with its chains by name, in the order in which they are printed. */
public record RuleTable(String name, Map<String, Chain> chains) {
  public RuleTable {
    chains = Collections.unmodifiableMap(new LinkedHashMap<>(chains));
  }

  static RuleTable of(String name, Collection<Chain> chains) {
    Map<String, Chain> byName = new LinkedHashMap<>();
    chains.forEach(chain -> byName.put(chain.name(), chain));
    return new RuleTable(name, byName);
  }

  public Optional<Chain> chain(String name) {
    return Optional.ofNullable(chains.get(name));
  }

  /** Whether jumps and gotos lead from one chain to the other, through chains of a kind only. */
  public boolean leads(String from, String to, Predicate<String> through) {
    Set<String> seen = new HashSet<>();
    Deque<String> open = new ArrayDeque<>();
    open.add(from);
    while (!open.isEmpty()) {
      Chain here = chains.get(open.remove());
      if (here == null) {
        continue;
      }
      for (Rule rule : here.rules()) {
        String next = rule.leadsTo().orElse("");
        if (next.equals(to)) {
          return chains.containsKey(to);
        }
        if (through.test(next) && seen.add(next)) {
          open.add(next);
        }
      }
    }
    return false;
  }
}
