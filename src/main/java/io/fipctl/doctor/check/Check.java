package io.fipctl.doctor.check;

import java.util.ArrayList;
import java.util.List;

/**
 * One check of the catalogue.
 *
 * @param id stable for ever
 * @param title the fact, as it is when the check passes
 * @param problem the same when it fails
 * @param severity of most of its findings; each says its own
 * @param kinds the API kinds it cannot do without, by their plural
 * @param files the files of a node that it reads, those of IPv6 only where IPv6 is used
 * @param follows the checks whose findings explain those of this one
 * @param fixes every command that its findings name
 * @param judges most have one; a thing that shows in the API and on nodes has one for each
 */
public record Check(
    String id,
    Area area,
    String title,
    String problem,
    Severity severity,
    List<String> kinds,
    List<String> files,
    List<String> follows,
    List<FixKind> fixes,
    List<Judge> judges) {
  public Check {
    kinds = List.copyOf(kinds);
    files = List.copyOf(files);
    follows = List.copyOf(follows);
    fixes = List.copyOf(fixes);
    judges = List.copyOf(judges);
  }

  /** A judgement over evidence: pure, and over as little at once as it can be. */
  public sealed interface Judge {
    /** Over the API alone. */
    non-sealed interface OfCluster extends Judge {
      List<Outcome> judge(Facts facts);
    }

    /** Over one node after the other. */
    non-sealed interface OfNode extends Judge {
      List<Outcome> judge(Facts facts, NodeFacts node);
    }

    /** Over what all nodes claim, once each was looked at. */
    non-sealed interface OfClaims extends Judge {
      List<Outcome> judge(Facts facts, List<NodeSummary> nodes);
    }
  }

  public Check kinds(String... needed) {
    return new Check(
        id, area, title, problem, severity, List.of(needed), files, follows, fixes, judges);
  }

  public Check files(String... needed) {
    return files(List.of(needed));
  }

  public Check files(List<String> needed) {
    return new Check(id, area, title, problem, severity, kinds, needed, follows, fixes, judges);
  }

  public Check follows(String... ids) {
    return new Check(id, area, title, problem, severity, kinds, files, List.of(ids), fixes, judges);
  }

  public Check fixes(FixKind... named) {
    return new Check(
        id, area, title, problem, severity, kinds, files, follows, List.of(named), judges);
  }

  public Check cluster(Judge.OfCluster judge) {
    return judgedBy(judge);
  }

  public Check node(Judge.OfNode judge) {
    return judgedBy(judge);
  }

  public Check claims(Judge.OfClaims judge) {
    return judgedBy(judge);
  }

  private Check judgedBy(Judge judge) {
    List<Judge> more = new ArrayList<>(judges);
    more.add(judge);
    return new Check(id, area, title, problem, severity, kinds, files, follows, fixes, more);
  }

  /** Whether nodes are looked at for it. */
  public boolean needsNodes() {
    return judges.stream().anyMatch(judge -> !(judge instanceof Judge.OfCluster));
  }
}
