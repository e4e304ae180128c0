package io.fipctl.cli.address;

import io.fipctl.cli.session.RecordOptions;
import io.fipctl.cli.session.Session;
import io.fipctl.doctor.nat.NatEntry;
import io.fipctl.doctor.nat.NatSurvey;
import io.fipctl.evidence.Evidence;
import io.fipctl.evidence.LiveEvidence;
import io.fipctl.kube.Cluster;
import io.fipctl.kube.Cluster.Scope;
import io.fipctl.lease.Assignment;
import io.fipctl.lease.Inventory;
import io.fipctl.lease.Leases;
import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import io.fipctl.node.NodeAccess;
import io.fipctl.render.AssignmentsPrinter;
import io.fipctl.render.RecordsPrinter;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code fipctl list}. */
@Command(
    name = "list",
    aliases = "ls",
    description = "List who has which address.",
    footer = {
      "",
      "STATUS: held, pending (no network yet), terminating, duplicate (several pods), moving (to another",
      "pod), interrupted (a change was cut off), lost (its pod went without a release), leftover (the",
      "pod has ended), ignored (Calico passes it over), malformed (the pod has lost its network).",
      "AGE: since when the pod has the address, by its record; <unknown> where there is none.",
      "DATAPLANE (--verify): ok, or what the doctor finds: the verdicts of nat, such as missing, stale",
      "and broken; unknown where a node was not read whole.",
      "",
      "Examples:",
      "  fipctl list -A",
      "  fipctl list --verify",
      "  fipctl list -A -o json | jq -r '.items[].address'"
    })
public final class ListCommand implements Callable<Integer> {
  /** How many nodes are visited at once. */
  private static final int PARALLEL = 8;

  @Option(
      names = {"-w", "--watch"},
      description = "Print what there is, then every change, until Ctrl-C.")
  boolean watch;

  @Option(
      names = "--verify",
      description = "Read the rules and routes of every node, and say whether they agree.")
  boolean verify;

  @Mixin RecordOptions records = new RecordOptions();

  private final Session session;

  public ListCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    if (watch && verify) {
      throw FipctlException.usage(
          "--watch and --verify do not go together", "fipctl list --verify   # once");
    }
    Cluster cluster = session.cluster();
    Scope scope =
        session.options().allNamespaces ? Scope.ALL : Scope.in(cluster.endpoint().namespace());
    Leases leases = new Leases(cluster, records.recordNamespace);
    if (watch) {
      new AssignmentFeed(session, scope, leases.readableRecords()).run();
      return ExitCode.OK.number();
    }
    Inventory inventory = Inventory.read(cluster, scope, leases, session.pause()::now);
    inventory.notChecked().forEach(what -> session.console().warning("not checked: " + what));
    inventory
        .records()
        .forEach(record -> RecordsPrinter.remark(record).ifPresent(session.console()::note));
    List<Assignment> holdings = inventory.in(scope);
    AssignmentRows.print(
        session,
        verify ? verified(holdings) : AssignmentRows.plain(holdings),
        session.options().allNamespaces,
        nothingFound(scope));
    return ExitCode.OK.number();
  }

  /** By the doctor's own judgement, so that nothing is ok here of which it says otherwise. */
  private List<AssignmentsPrinter.Row> verified(List<Assignment> holdings) {
    Evidence evidence =
        LiveEvidence.readRules(
            session.cluster(), NodeAccess.EXEC, NatSurvey.files(), Set.of(), session.pause().now());
    NatSurvey survey = NatSurvey.ofWhatWasSeen(evidence, PARALLEL, session.progress());
    survey
        .unread()
        .forEach(
            (node, why) ->
                session.console().warning("node %s was not read: %s".formatted(node, why)));
    return holdings.stream()
        .map(holding -> new AssignmentsPrinter.Row(holding, Optional.of(verdict(survey, holding))))
        .toList();
  }

  private static NatEntry.Verdict verdict(NatSurvey survey, Assignment holding) {
    return holding
        .address()
        .filter(address -> holding.isHeld())
        .map(address -> survey.verdict(address, holding.pod()))
        .orElse(NatEntry.Verdict.UNKNOWN);
  }

  private static String nothingFound(Scope scope) {
    return scope
        .namespace()
        .map(ns -> "No floating IPs found in namespace %s (-A looks in all).".formatted(ns))
        .orElse("No floating IPs found.");
  }
}
