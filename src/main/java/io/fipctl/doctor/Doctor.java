package io.fipctl.doctor;

import io.fipctl.doctor.check.Advice;
import io.fipctl.doctor.check.Check;
import io.fipctl.doctor.check.Facts;
import io.fipctl.doctor.check.Finding;
import io.fipctl.doctor.check.NodeFacts;
import io.fipctl.doctor.check.NodeSummary;
import io.fipctl.doctor.check.Outcome;
import io.fipctl.doctor.check.Subject;
import io.fipctl.evidence.Evidence;
import io.fipctl.evidence.MissingEvidence;
import io.fipctl.model.FipctlException;
import io.fipctl.model.IpAddress;
import io.fipctl.model.Parallel;
import io.fipctl.model.Progress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;

/**
 * Runs the checks: over the API first, then over one node after the other, of which only findings
 * and claims are kept, and at last over the claims of all nodes.
 */
public final class Doctor {
  private final Evidence evidence;
  private final Selection selection;
  private final Facts facts;
  private final List<Check> checks;
  private final Map<Check, List<Outcome>> outcomes = new LinkedHashMap<>();
  private final Map<String, Outcome> notRead = new TreeMap<>();

  /** The nodes of which something was read, and not all of their rules. */
  private final Map<String, Outcome> notWhole = new TreeMap<>();

  private Doctor(Evidence evidence, Selection selection, List<Check> catalogue) {
    this.evidence = evidence;
    this.selection = selection;
    this.facts = new Facts(evidence, selection.addresses());
    this.checks = catalogue.stream().filter(selection::wants).toList();
    checks.forEach(check -> outcomes.put(check, new ArrayList<>()));
  }

  /**
   * Judges the evidence.
   *
   * @param parallelism how many nodes are looked at at once; the report does not depend on it
   */
  public static Report examine(
      Evidence evidence, Selection selection, int parallelism, Progress progress) {
    return new Doctor(evidence, selection, Catalogue.ALL).examine(parallelism, progress);
  }

  private Report examine(int parallelism, Progress progress) {
    for (Check check : checks) {
      for (Check.Judge.OfCluster judge : judges(check, Check.Judge.OfCluster.class)) {
        outcomes.get(check).addAll(guarded(Subject.CLUSTER, () -> judge.judge(facts)));
      }
    }
    List<NodeSummary> claims = new ArrayList<>();
    if (!selection.before() && checks.stream().anyMatch(Check::needsNodes)) {
      visit(parallelism, progress, claims);
    }
    for (Check check : checks) {
      for (Check.Judge.OfClaims judge : judges(check, Check.Judge.OfClaims.class)) {
        if (!selection.before()) {
          outcomes.get(check).addAll(guarded(Subject.CLUSTER, () -> judge.judge(facts, claims)));
          outcomes.get(check).addAll(notRead.values());
          outcomes.get(check).addAll(notWhole.values());
        }
      }
    }
    return report(claims.size());
  }

  private static <J extends Check.Judge> List<J> judges(Check check, Class<J> kind) {
    return check.judges().stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** What one node's visit comes to. */
  private record Visit(Map<Check, List<Outcome>> outcomes, Optional<NodeSummary> claims) {}

  private void visit(int parallelism, Progress progress, List<NodeSummary> claims) {
    List<String> nodes = nodes();
    if (nodes.isEmpty()) {
      nodesNotSeen()
          .ifPresent(
              outcome ->
                  checks.stream()
                      .filter(Check::needsNodes)
                      .forEach(check -> outcomes.get(check).add(outcome)));
    }
    Parallel.each(
            nodes,
            parallelism,
            node -> {
              progress.step("looking at node " + node);
              return visit(node);
            })
        .values()
        .forEach(
            done -> {
              done.outcomes().forEach((check, list) -> outcomes.get(check).addAll(list));
              done.claims().ifPresent(claims::add);
            });
  }

  private List<String> nodes() {
    return facts.visited().stream().filter(selection::wantsNode).toList();
  }

  /** Why it is not known which nodes there are, if it is not. */
  private Optional<Outcome> nodesNotSeen() {
    try {
      facts.nodes();
      return Optional.empty();
    } catch (MissingEvidence e) {
      return Optional.of(Outcome.of(e, Subject.CLUSTER));
    }
  }

  private Visit visit(String node) {
    Map<Check, List<Outcome>> found = new LinkedHashMap<>();
    NodeFacts read;
    try {
      read = new NodeFacts(evidence.nodes().read(node).orNotSeen("node " + node));
    } catch (MissingEvidence e) {
      Outcome outcome = Outcome.of(e, Subject.ofNode(node));
      synchronized (notRead) {
        notRead.put(node, outcome);
      }
      for (Check check : checks) {
        judges(check, Check.Judge.OfNode.class).forEach(j -> found.put(check, List.of(outcome)));
      }
      return new Visit(found, Optional.empty());
    }
    for (Check check : checks) {
      found.put(check, judged(check, facts, read));
    }
    try {
      return new Visit(found, Optional.of(claims(facts, read)));
    } catch (MissingEvidence e) {
      // What it has may be more than was found.
      synchronized (notWhole) {
        notWhole.put(node, Outcome.of(e, Subject.ofNode(node)));
      }
      return new Visit(found, Optional.of(new NodeSummary(node, Map.of())));
    }
  }

  /** What a check says about a node. */
  public static List<Outcome> judged(Check check, Facts facts, NodeFacts node) {
    List<Outcome> outcomes = new ArrayList<>();
    for (Check.Judge.OfNode judge : judges(check, Check.Judge.OfNode.class)) {
      outcomes.addAll(guarded(node.subject(), () -> judge.judge(facts, node)));
    }
    return outcomes;
  }

  /** What a check says about the cluster. */
  public static List<Outcome> judged(Check check, Facts facts) {
    List<Outcome> outcomes = new ArrayList<>();
    for (Check.Judge.OfCluster judge : judges(check, Check.Judge.OfCluster.class)) {
      outcomes.addAll(guarded(Subject.CLUSTER, () -> judge.judge(facts)));
    }
    return outcomes;
  }

  private static NodeSummary claims(Facts facts, NodeFacts node) {
    Map<IpAddress, List<String>> ways = new TreeMap<>();
    for (IpAddress.Family family : facts.families()) {
      node.rules(family)
          .live()
          .ifPresent(
              live ->
                  live.dnats()
                      .forEach(
                          dnat ->
                              ways.computeIfAbsent(dnat.floatingIp(), key -> new ArrayList<>())
                                  .add("DNAT to " + dnat.pod().map(Object::toString).orElse("?"))));
    }
    return new NodeSummary(node.name(), ways);
  }

  private static List<Outcome> guarded(Subject subject, Callable<List<Outcome>> judgement) {
    try {
      return judgement.call();
    } catch (MissingEvidence e) {
      return List.of(Outcome.of(e, subject));
    } catch (FipctlException e) {
      return List.of(new Outcome.Unknown(subject, e.getMessage()));
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private Report report(int nodes) {
    List<Finding> found = new ArrayList<>();
    outcomes.forEach(
        (check, list) ->
            list.forEach(
                outcome -> {
                  if (outcome instanceof Outcome.Found it
                      && selection.wants(it.finding().subject())) {
                    named(check, it.finding().fix());
                    found.add(it.finding().of(check.id()));
                  }
                }));
    List<Finding> wanted = found.stream().filter(finding -> !selection.hides(finding)).toList();
    RootCauses causes = RootCauses.of(wanted);
    List<Result> results = new ArrayList<>();
    outcomes.forEach((check, list) -> results.add(result(check, list, causes)));
    return new Report(
        evidence.origin(),
        calico(),
        results,
        nodes,
        addresses(),
        unread(),
        found.size() - wanted.size());
  }

  /**
   * The catalogue knows every command that a check names, so that each has been typed by a test.
   */
  private static void named(Check check, Advice fix) {
    for (Advice step : fix.steps()) {
      if (step.kind().filter(kind -> !check.fixes().contains(kind)).isPresent()) {
        throw new IllegalStateException(check.id() + " has no fix " + step.kind().get().id());
      }
    }
  }

  private static Result result(Check check, List<Outcome> outcomes, RootCauses causes) {
    List<String> notes = new ArrayList<>();
    Map<String, Result.Gap> gaps = new LinkedHashMap<>();
    int looked = 0;
    for (Outcome outcome : outcomes) {
      switch (outcome) {
        case Outcome.Ok ok -> {
          looked++;
          if (!ok.note().isEmpty() && !notes.contains(ok.note())) {
            notes.add(ok.note());
          }
        }
        case Outcome.Found found -> looked++;
        case Outcome.Skipped skipped ->
            gaps.putIfAbsent(
                skipped.subject() + skipped.reason(),
                new Result.Gap(
                    where(skipped.subject()),
                    skipped.reason(),
                    false,
                    skipped.why() != Outcome.Skipped.Why.NOT_APPLICABLE));
        case Outcome.Unknown unknown ->
            gaps.putIfAbsent(
                unknown.subject() + unknown.reason(),
                new Result.Gap(where(unknown.subject()), unknown.reason(), true, true));
      }
    }
    List<Finding> findings =
        causes.roots().stream()
            .filter(finding -> finding.check().equals(check.id()))
            .sorted(
                Comparator.comparing(Finding::severity)
                    .reversed()
                    .thenComparing(finding -> finding.subject().toString()))
            .toList();
    return new Result(
        check, findings, notes, List.copyOf(gaps.values()), looked, causes.following(check.id()));
  }

  private static String where(Subject subject) {
    return subject.equals(Subject.CLUSTER) ? "" : subject.toString();
  }

  private Optional<String> calico() {
    try {
      return facts.install().version().or(facts.install()::runningVersion);
    } catch (MissingEvidence | FipctlException e) {
      return Optional.empty();
    }
  }

  private Map<String, String> unread() {
    Map<String, String> reasons = new TreeMap<>();
    notRead.forEach(
        (node, outcome) -> {
          switch (outcome) {
            case Outcome.Skipped skipped -> reasons.put(node, skipped.reason());
            case Outcome.Unknown unknown -> reasons.put(node, unknown.reason());
            case Outcome.Ok ok -> throw new IllegalStateException(ok.toString());
            case Outcome.Found found -> throw new IllegalStateException(found.toString());
          }
        });
    return reasons;
  }

  private int addresses() {
    try {
      return facts.addresses().size();
    } catch (MissingEvidence e) {
      return 0;
    }
  }
}
