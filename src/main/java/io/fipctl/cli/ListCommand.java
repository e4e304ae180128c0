package io.fipctl.cli;

import io.fipctl.cluster.Cluster;
import io.fipctl.cluster.Cluster.Scope;
import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import io.fipctl.operation.Holding;
import io.fipctl.operation.Inventory;
import io.fipctl.operation.Leases;
import io.fipctl.operation.Verification;
import io.fipctl.render.Holdings;
import io.fipctl.render.Records;
import java.util.List;
import java.util.Optional;
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
      "STATUS: held, pending (no network yet), terminating, duplicate (several pods), interrupted (a",
      "change was cut off), lost (its pod went without a release), leftover (the pod has ended),",
      "ignored (Calico passes it over), malformed (the pod has lost its network).",
      "DATAPLANE (--verify): ok, missing, stale, duplicate, unknown.",
      "",
      "Examples:",
      "  fipctl list -A",
      "  fipctl list --verify",
      "  fipctl list -A -o json | jq -r '.items[].address'"
    })
final class ListCommand implements Callable<Integer> {
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

  ListCommand(Session session) {
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
    if (watch) {
      new HoldingFeed(session, scope).run();
      return ExitCode.OK.number();
    }
    Inventory inventory =
        Inventory.read(
            cluster, scope, new Leases(cluster, records.recordNamespace), session.pause()::now);
    inventory.notChecked().forEach(what -> session.console().warning("not checked: " + what));
    inventory
        .records()
        .forEach(record -> Records.remark(record).ifPresent(session.console()::note));
    List<Holding> holdings = inventory.in(scope);
    HoldingRows.print(
        session,
        verify ? verified(holdings, inventory.holdings()) : HoldingRows.plain(holdings),
        session.options().allNamespaces,
        nothingFound(scope));
    return ExitCode.OK.number();
  }

  private List<Holdings.Row> verified(List<Holding> holdings, List<Holding> everybody) {
    Verification verification = Verification.read(session.cluster());
    verification
        .unread()
        .forEach(
            (node, why) ->
                session.console().warning("node %s was not read: %s".formatted(node, why)));
    return holdings.stream()
        .map(h -> new Holdings.Row(h, Optional.of(verification.judge(h, everybody))))
        .toList();
  }

  private static String nothingFound(Scope scope) {
    return scope
        .namespace()
        .map(ns -> "No floating IPs found in namespace %s (-A looks in all).".formatted(ns))
        .orElse("No floating IPs found.");
  }
}
