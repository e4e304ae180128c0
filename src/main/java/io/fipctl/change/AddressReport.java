package io.fipctl.change;

import io.fipctl.calico.AddressUse;
import io.fipctl.kube.Cluster;
import io.fipctl.lease.AddressRecord;
import io.fipctl.lease.Assignment;
import io.fipctl.model.IpAddress;
import io.fipctl.model.IpPool;
import io.fipctl.model.Pod;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Everything there is to say about one address.
 *
 * @param holdings the pods whose annotations name it
 * @param record what is written down about it; nothing where that may not be read
 * @param otherClaims who has it in another way
 * @param doubts what speaks against its being reachable, when a pod holds it
 */
public record AddressReport(
    IpAddress address,
    List<Assignment> holdings,
    AddressRecord record,
    Optional<IpPool> pool,
    boolean reserved,
    List<AddressUse.Claim> otherClaims,
    List<String> doubts,
    List<String> notChecked) {

  /** Reads and judges, beside what is written down about the address. */
  public static AddressReport read(Cluster cluster, AddressRecord record) {
    IpAddress address = record.address();
    TargetChecks.Read read = TargetChecks.read(cluster);
    AddressUse use = read.use();
    List<Assignment> holdings =
        Assignment.of(use.pods(), List.of(record)).stream()
            .filter(holding -> holding.address().equals(Optional.of(address)))
            .toList();
    List<String> doubts = new ArrayList<>();
    holdings.stream()
        .filter(Assignment::isHeld)
        .map(Assignment::pod)
        .map(Pod::node)
        .flatMap(Optional::stream)
        .findFirst()
        .ifPresent(node -> doubts.addAll(read.doubts(address, node)));
    return new AddressReport(
        address,
        holdings,
        record,
        use.pool(address),
        use.isReserved(address),
        use.otherClaims(address),
        List.copyOf(doubts),
        use.notChecked());
  }
}
