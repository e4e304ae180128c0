package io.fipctl.lease;

import io.fipctl.kube.Cluster;
import io.fipctl.kube.Cluster.Scope;
import io.fipctl.kube.Kind;
import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import io.fipctl.model.Pod;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/**
 * Who has which address: in all namespaces where that may be read, since a second holder may be in
 * any.
 *
 * @param records what is written down about addresses; none where that may not be read
 * @param notChecked what could not be looked at, a sentence each
 */
public record Inventory(
    List<Assignment> holdings, List<AddressRecord> records, List<String> notChecked) {
  public Inventory {
    holdings = List.copyOf(holdings);
    records = List.copyOf(records);
    notChecked = List.copyOf(notChecked);
  }

  /**
   * Reads it, pods and records at the same time.
   *
   * @param scope what has to be readable; the rest is taken along where it is
   * @param clock asked behind the answers, by which a lock that nobody renews any more is seen
   * @throws FipctlException exit 6 when not even that may be listed
   */
  public static Inventory read(
      Cluster cluster, Scope scope, Leases leases, Supplier<Instant> clock) {
    FutureTask<List<AddressRecord>> reading = new FutureTask<>(leases::readableRecords);
    Thread.ofVirtual().start(reading);
    List<String> notChecked = new ArrayList<>();
    List<Pod> pods = pods(cluster, scope, notChecked);
    List<AddressRecord> written = records(reading, notChecked);
    Instant now = clock.get();
    List<AddressRecord> records = written.stream().map(record -> record.asOf(now)).toList();
    return new Inventory(Assignment.of(pods, records), records, notChecked);
  }

  /** Those of the pods in a scope. */
  public List<Assignment> in(Scope scope) {
    return holdings.stream()
        .filter(
            holding -> scope.namespace().map(holding.pod().ref().namespace()::equals).orElse(true))
        .toList();
  }

  private static List<Pod> pods(Cluster cluster, Scope scope, List<String> notChecked) {
    try {
      return cluster.list(Kind.PODS).stream().map(Pod::of).toList();
    } catch (FipctlException forbidden) {
      if (forbidden.exitCode() != ExitCode.FORBIDDEN || scope.namespace().isEmpty()) {
        throw forbidden;
      }
      notChecked.add("whether pods of other namespaces have them too");
      return cluster.list(Kind.PODS, scope).stream().map(Pod::of).toList();
    }
  }

  /** Without what is written down the list is still right, if poorer. */
  private static List<AddressRecord> records(
      FutureTask<List<AddressRecord>> reading, List<String> notChecked) {
    try {
      return reading.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof FipctlException)) {
        throw new IllegalStateException(e.getCause());
      }
    }
    notChecked.add("what is written down about addresses");
    return List.of();
  }
}
