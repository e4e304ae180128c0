package io.fipctl.cli;

import io.fipctl.cluster.Cluster;
import io.fipctl.cluster.Cluster.Scope;
import io.fipctl.cluster.Kind;
import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import io.fipctl.model.Pod;
import io.fipctl.operation.AddressRecord;
import io.fipctl.operation.Holding;
import io.fipctl.operation.Leases;
import io.fipctl.operation.Verification;
import io.fipctl.render.Format;
import io.fipctl.render.Holdings;
import io.fipctl.render.Records;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
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
    FutureTask<List<AddressRecord>> written =
        new FutureTask<>(new Leases(cluster, records.recordNamespace)::readableRecords);
    Thread.ofVirtual().start(written);
    List<Holding> all = Holding.of(pods(cluster, scope), written(written));
    List<Holding> holdings = all.stream().filter(h -> isIn(scope, h)).toList();
    print(verify ? verified(cluster, holdings, all) : plain(holdings));
    if (holdings.isEmpty()) {
      session.console().note(nothingFound(scope));
    }
    return ExitCode.OK.number();
  }

  /** What is written down; without it the list is still right, if poorer. */
  private List<AddressRecord> written(FutureTask<List<AddressRecord>> records) {
    try {
      List<AddressRecord> read = records.get();
      read.forEach(record -> Records.remark(record).ifPresent(session.console()::note));
      return read;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    } catch (ExecutionException e) {
      session.console().warning("not checked: what is written down about addresses");
      return List.of();
    }
  }

  /** Of all namespaces where that is allowed: a second holder may be in any. */
  private List<Pod> pods(Cluster cluster, Scope scope) {
    try {
      return cluster.list(Kind.PODS).stream().map(Pod::of).toList();
    } catch (FipctlException forbidden) {
      if (forbidden.exitCode() != ExitCode.FORBIDDEN || scope.namespace().isEmpty()) {
        throw forbidden;
      }
      session.console().warning("not checked: whether pods of other namespaces have them too");
      return cluster.list(Kind.PODS, scope).stream().map(Pod::of).toList();
    }
  }

  private static boolean isIn(Scope scope, Holding holding) {
    return scope.namespace().map(holding.pod().ref().namespace()::equals).orElse(true);
  }

  private void print(List<Holdings.Row> rows) {
    switch (session.format()) {
      case TABLE, WIDE -> {
        if (!rows.isEmpty()) {
          session.print(
              Holdings.table(
                  rows,
                  session.options().allNamespaces,
                  session.format() == Format.WIDE,
                  session.pause().now()));
        }
      }
      case NAME -> session.console().print(Holdings.names(rows));
      case JSON, YAML -> session.console().print(Holdings.document(rows), session.format());
    }
  }

  private static List<Holdings.Row> plain(List<Holding> holdings) {
    return holdings.stream().map(h -> new Holdings.Row(h, Optional.empty())).toList();
  }

  private List<Holdings.Row> verified(
      Cluster cluster, List<Holding> holdings, List<Holding> everybody) {
    Verification verification = Verification.read(cluster);
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
