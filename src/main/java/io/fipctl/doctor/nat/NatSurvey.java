package io.fipctl.doctor.nat;

import io.fipctl.doctor.Catalogue;
import io.fipctl.doctor.check.Facts;
import io.fipctl.doctor.check.Finding;
import io.fipctl.doctor.check.NodeFacts;
import io.fipctl.doctor.check.Outcome;
import io.fipctl.doctor.check.Subject;
import io.fipctl.evidence.Evidence;
import io.fipctl.evidence.MissingEvidence;
import io.fipctl.model.FipctlException;
import io.fipctl.model.IpAddress;
import io.fipctl.model.Node;
import io.fipctl.model.Parallel;
import io.fipctl.model.Pod;
import io.fipctl.model.Progress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the nodes do with floating IPs, node by node.
 *
 * @param nodes how many were to be looked at
 * @param leftOut how many more entries there are that tell nothing new: of nodes that pass an
 *     address on as they should, or have not learned a route that its own node does not have
 * @param nobodys the addresses that were asked for and that no pod holds
 * @param unread why a node was not looked at, by its name
 */
public record NatSurvey(
    List<NatEntry> entries,
    int nodes,
    int leftOut,
    Set<IpAddress> nobodys,
    Map<String, String> unread) {
  private static final Comparator<NatEntry> BY_ADDRESS =
      Comparator.comparing(
          (NatEntry entry) -> entry.address().orElse(null),
          Comparator.nullsLast(Comparator.<IpAddress>naturalOrder()));

  public NatSurvey {
    entries = List.copyOf(entries);
    unread = Collections.unmodifiableMap(new TreeMap<>(unread));
  }

  /**
   * What is to be said of a pod's address: of its own node first, then of any other. Only where
   * every node was looked at is it ok, because any of them may have a rule of it.
   */
  public NatEntry.Verdict verdict(IpAddress address, Pod pod) {
    Set<NatEntry.Verdict> here = verdicts(address, entry -> entry.pods().contains(pod.ref()));
    Set<NatEntry.Verdict> elsewhere = verdicts(address, entry -> entry.pods().isEmpty());
    if (here.isEmpty()) {
      return NatEntry.Verdict.UNKNOWN;
    }
    here.remove(NatEntry.Verdict.OK);
    elsewhere.remove(NatEntry.Verdict.OK);
    return Stream.concat(here.stream(), elsewhere.stream())
        .findFirst()
        .orElse(unread.isEmpty() ? NatEntry.Verdict.OK : NatEntry.Verdict.UNKNOWN);
  }

  /** What is read of nodes for it, by its name in a collection. */
  public static Set<String> files() {
    return Catalogue.files(NatTable::asks);
  }

  private Set<NatEntry.Verdict> verdicts(IpAddress address, Predicate<NatEntry> of) {
    Set<NatEntry.Verdict> verdicts = EnumSet.noneOf(NatEntry.Verdict.class);
    entries.stream()
        .filter(entry -> entry.address().equals(Optional.of(address)) && of.test(entry))
        .forEach(entry -> verdicts.add(entry.verdict()));
    return verdicts;
  }

  /**
   * What was asked for; with neither, everything that matters.
   *
   * @param addresses told of on every node
   * @param nodes told of with every address
   */
  public record Scope(Set<IpAddress> addresses, Set<String> nodes) {
    public Scope {
      addresses = Set.copyOf(addresses);
      nodes = Set.copyOf(nodes);
    }

    private boolean isEverything() {
      return addresses.isEmpty() && nodes.isEmpty();
    }

    private boolean wants(NatEntry entry) {
      return addresses.isEmpty() || entry.address().filter(addresses::contains).isPresent();
    }
  }

  /**
   * Whether there is a node of that name.
   *
   * @throws FipctlException exit 6 or 7 when that cannot be known, exit 9 when it is one of Windows
   */
  public static boolean hasNode(Evidence evidence, String name) {
    Facts facts = new Facts(evidence, Set.of());
    try {
      if (facts.node(name).filter(Node::windows).isPresent()) {
        throw FipctlException.unsupported(
            "WindowsNode",
            "node %s runs Windows: Calico has no floating IPs there".formatted(name));
      }
      return facts.visited().contains(name) || facts.node(name).isPresent();
    } catch (MissingEvidence e) {
      if (facts.visited().contains(name)) {
        return true;
      }
      throw failure(Outcome.of(e, Subject.CLUSTER), "which nodes there are was not seen");
    }
  }

  /**
   * Visits the nodes, each once.
   *
   * @param parallelism how many at a time; the answer does not depend on it
   * @throws FipctlException exit 6 or 7 when not one of them could be looked at
   */
  public static NatSurvey of(Evidence evidence, Scope scope, int parallelism, Progress progress) {
    return of(evidence, scope, parallelism, progress, true);
  }

  /**
   * The same of everything, where a look at not one node is an answer too.
   *
   * @throws FipctlException exit 6 or 7 when it cannot be known who holds what
   */
  public static NatSurvey ofWhatWasSeen(Evidence evidence, int parallelism, Progress progress) {
    return of(evidence, new Scope(Set.of(), Set.of()), parallelism, progress, false);
  }

  private static NatSurvey of(
      Evidence evidence, Scope scope, int parallelism, Progress progress, boolean needsOne) {
    Facts facts = new Facts(evidence, scope.addresses());
    try {
      facts.addresses();
    } catch (MissingEvidence e) {
      throw failure(Outcome.of(e, Subject.CLUSTER), "who holds which address was not seen");
    }
    List<String> nodes =
        facts.visited().stream()
            .filter(node -> scope.nodes().isEmpty() || scope.nodes().contains(node))
            .toList();
    List<Finding> ofCluster = NatTable.ofCluster(facts);
    Map<String, Visit> byNode =
        Parallel.each(
            nodes,
            parallelism,
            node -> {
              progress.step("looking at node " + node);
              return visit(facts, node, scope, ofCluster);
            });
    List<Visit> visits = List.copyOf(byNode.values());
    Optional<Outcome> unread =
        visits.stream().flatMap(visit -> visit.unread().stream()).findFirst();
    if (needsOne
        && unread.isPresent()
        && visits.stream().allMatch(visit -> visit.unread().isPresent())) {
      throw failure(unread.get(), nodes.size() == 1 ? "not seen" : "no node could be looked at");
    }
    List<NatEntry> all =
        visits.stream().flatMap(visit -> visit.entries().stream()).filter(scope::wants).toList();
    List<NatEntry> shown = scope.isEverything() ? telling(all) : all;
    Map<String, String> reasons = new TreeMap<>();
    byNode.forEach(
        (node, visit) -> visit.unread().ifPresent(why -> reasons.put(node, reason(why))));
    return new NatSurvey(shown, nodes.size(), all.size() - shown.size(), facts.nobodys(), reasons);
  }

  private static List<NatEntry> telling(List<NatEntry> all) {
    Set<Optional<IpAddress>> unlearned =
        all.stream()
            .filter(
                entry -> entry.hostsWithoutRoute() && entry.verdict() != NatEntry.Verdict.UNKNOWN)
            .map(NatEntry::address)
            .collect(Collectors.toSet());
    return all.stream()
        .filter(
            entry ->
                !entry.passesOn()
                    || (entry.verdict() != NatEntry.Verdict.OK
                        && !unlearned.contains(entry.address())))
        .toList();
  }

  private record Visit(List<NatEntry> entries, Optional<Outcome> unread) {}

  private static Visit visit(Facts facts, String node, Scope scope, List<Finding> ofCluster) {
    try {
      NodeFacts read = new NodeFacts(facts.evidence().nodes().read(node).orNotSeen("node " + node));
      List<NatEntry> entries =
          new ArrayList<>(NatTable.of(facts, read, scope.addresses(), ofCluster));
      entries.sort(BY_ADDRESS);
      return new Visit(entries, Optional.empty());
    } catch (MissingEvidence e) {
      Outcome outcome = Outcome.of(e, Subject.ofNode(node));
      return new Visit(unread(facts, node, scope, reason(outcome)), Optional.of(outcome));
    }
  }

  /** Of a node that was not read: the addresses that matter there, or that it was not read. */
  private static List<NatEntry> unread(Facts facts, String node, Scope scope, String why) {
    Set<IpAddress> addresses = new TreeSet<>(scope.addresses());
    if (addresses.isEmpty()) {
      facts.held().stream()
          .filter(held -> held.pod().node().equals(Optional.of(node)))
          .forEach(held -> addresses.add(held.address()));
    }
    List<Optional<IpAddress>> about =
        addresses.isEmpty()
            ? List.of(Optional.empty())
            : addresses.stream().map(Optional::of).toList();
    return about.stream()
        .map(
            address ->
                new NatEntry(
                    node,
                    address,
                    address.stream()
                        .flatMap(it -> facts.holders(it).stream())
                        .filter(held -> held.pod().node().equals(Optional.of(node)))
                        .map(held -> held.pod().ref())
                        .toList(),
                    Optional.empty(),
                    Optional.empty(),
                    OptionalInt.empty(),
                    NatEntry.Verdict.UNKNOWN,
                    why))
        .toList();
  }

  private static String reason(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Ok ok -> ok.note();
      case Outcome.Found found -> found.finding().observed();
      case Outcome.Skipped skipped -> skipped.reason();
      case Outcome.Unknown unknown -> unknown.reason();
    };
  }

  private static FipctlException failure(Outcome outcome, String what) {
    boolean forbidden =
        outcome instanceof Outcome.Skipped skipped
            && skipped.why() == Outcome.Skipped.Why.FORBIDDEN;
    return forbidden
        ? FipctlException.forbidden("Forbidden", what + ": no permission", reason(outcome))
        : FipctlException.notSeen("NotSeen", what + ": " + reason(outcome));
  }
}
