package io.fipctl.packet;

import io.fipctl.model.IpAddress;
import io.fipctl.model.IpAddress.Family;
import io.fipctl.nodeoutput.rules.IptablesSave;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a node does with the floating IPs of one family.
 *
 * <p>Rules of Calico in two backends mean that one is left over from before a switch: Felix keeps
 * only one up to date, and what it left is not marked as such. Taken for the live one is the one
 * that more of the kernel's ways lead into; of equals the one with more floating IPs, because it
 * rewrites packets whoever wrote it; then the one with more rules; then the newer backend, because
 * that is the way clusters are upgraded. Whoever knows the configured backend asks {@link #in}.
 *
 * @param found Calico's part of each backend that has one, the live one first
 * @param incompatible nat tables of which iptables-nft-save does not print everything
 * @param unseen the backends that were not read whole, and why: what is not found may be there
 */
public record FamilyNat(
    Family family,
    List<CalicoNat> found,
    List<IptablesSave.Incompatible> incompatible,
    Map<Backend, String> unseen) {
  private static final Comparator<CalicoNat> LIVE_FIRST =
      Comparator.comparingInt(CalicoNat::hooks)
          .thenComparingInt(nat -> nat.dnats().size())
          .thenComparingInt(CalicoNat::rules)
          .reversed()
          .thenComparing(CalicoNat::backend);

  public FamilyNat {
    found = found.stream().sorted(LIVE_FIRST).toList();
    incompatible = List.copyOf(incompatible);
    unseen = Collections.unmodifiableMap(new LinkedHashMap<>(unseen));
  }

  /** The part that is in effect; empty when no backend has rules of Calico. */
  public Optional<CalicoNat> live() {
    return found.stream().findFirst();
  }

  /** The backend that is in effect. */
  public Optional<Backend> backend() {
    return live().map(CalicoNat::backend);
  }

  /** What other backends still hold. With a hook of its own it still rewrites packets. */
  public List<CalicoNat> leftovers() {
    return found.stream().skip(1).toList();
  }

  /** Calico's part of one backend. */
  public Optional<CalicoNat> in(Backend backend) {
    return found.stream().filter(nat -> nat.backend() == backend).findFirst();
  }

  /** Why something may be there that was not found; empty when every backend was read whole. */
  public Optional<String> doubt() {
    return unseen.values().stream().findFirst();
  }

  /** The live entries of a floating IP. */
  public List<CalicoNat.Dnat> dnats(IpAddress floatingIp) {
    return live().map(nat -> nat.dnats(floatingIp)).orElse(List.of());
  }

  /** Whether nothing rewrites a floating IP, not even what is left over in another backend. */
  public boolean isFree(IpAddress floatingIp) {
    return dnats(floatingIp).isEmpty()
        && leftovers().stream()
            .allMatch(left -> left.hooks() == 0 || left.dnats(floatingIp).isEmpty());
  }

  /** The pod that a floating IP leads to; empty also when it is not shown. */
  public Optional<IpAddress> target(IpAddress floatingIp) {
    return dnats(floatingIp).stream().findFirst().flatMap(CalicoNat.Dnat::pod);
  }
}
