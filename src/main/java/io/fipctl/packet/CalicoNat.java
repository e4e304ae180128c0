package io.fipctl.packet;

import io.fipctl.model.IpAddress;
import io.fipctl.nodeoutput.rules.Chain;
import io.fipctl.nodeoutput.rules.Counters;
import io.fipctl.nodeoutput.rules.Rule;
import io.fipctl.nodeoutput.rules.RuleTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Calico's part of one nat table: chains and jumps by name, never by position or hash
 * (felix/rules/static.go, felix/rules/nat.go).
 *
 * @param dnatChain whether {@code cali-fip-dnat} is there; the eBPF dataplane has none
 * @param snatChain whether {@code cali-fip-snat} is there
 * @param preroutingLeads whether packets from outside reach the DNAT chain
 * @param outputLeads whether the node's own packets reach the DNAT chain
 * @param postroutingLeads whether packets that leave reach the SNAT chain
 * @param foreign rules in the two chains that are not of Calico's form
 * @param rules how many rules all of Calico's chains hold
 */
public record CalicoNat(
    Backend backend,
    boolean dnatChain,
    boolean snatChain,
    boolean preroutingLeads,
    boolean outputLeads,
    boolean postroutingLeads,
    List<Dnat> dnats,
    List<Hairpin> hairpins,
    List<Rule> foreign,
    int rules) {
  private static final String TABLE = "nat";
  private static final String CHAINS = "cali-";
  private static final String DNAT = "cali-fip-dnat";
  private static final String SNAT = "cali-fip-snat";

  public CalicoNat {
    dnats = List.copyOf(dnats);
    hairpins = List.copyOf(hairpins);
    foreign = List.copyOf(foreign);
  }

  /**
   * A floating IP and the pod it leads to.
   *
   * @param pod empty where nft shows a rule of iptables without its target
   */
  public record Dnat(IpAddress floatingIp, Optional<IpAddress> pod, Optional<Counters> counters) {}

  /** A pod that talks to its own floating IP: it is answered from that address. */
  public record Hairpin(IpAddress pod, Optional<IpAddress> floatingIp) {}

  /** Reads Calico's part of a nat table; empty when it has no chain of Calico. */
  static Optional<CalicoNat> of(Backend backend, RuleTable table) {
    String prefix = backend.chain(TABLE, CHAINS);
    List<Chain> own =
        table.chains().values().stream().filter(c -> c.name().startsWith(prefix)).toList();
    if (own.isEmpty()) {
      return Optional.empty();
    }
    String dnat = backend.chain(TABLE, DNAT);
    String snat = backend.chain(TABLE, SNAT);
    List<Dnat> dnats = new ArrayList<>();
    List<Hairpin> hairpins = new ArrayList<>();
    List<Rule> foreign = new ArrayList<>();
    for (Rule rule : rules(table, dnat)) {
      dnat(rule).ifPresentOrElse(dnats::add, () -> foreign.add(rule));
    }
    for (Rule rule : rules(table, snat)) {
      hairpin(rule).ifPresentOrElse(hairpins::add, () -> foreign.add(rule));
    }
    return Optional.of(
        new CalicoNat(
            backend,
            table.chains().containsKey(dnat),
            table.chains().containsKey(snat),
            table.leads(backend.chain(TABLE, "PREROUTING"), dnat, c -> c.startsWith(prefix)),
            table.leads(backend.chain(TABLE, "OUTPUT"), dnat, c -> c.startsWith(prefix)),
            table.leads(backend.chain(TABLE, "POSTROUTING"), snat, c -> c.startsWith(prefix)),
            dnats,
            hairpins,
            foreign,
            own.stream().mapToInt(chain -> chain.rules().size()).sum()));
  }

  /** How many of the kernel's three ways lead in; 0 means that the rules do nothing. */
  public int hooks() {
    return (preroutingLeads ? 1 : 0) + (outputLeads ? 1 : 0) + (postroutingLeads ? 1 : 0);
  }

  /** The entries of a floating IP: none, one, or more after somebody's hand. */
  public List<Dnat> dnats(IpAddress floatingIp) {
    return dnats.stream().filter(dnat -> dnat.floatingIp().equals(floatingIp)).toList();
  }

  /** Where each floating IP leads to, as far as it is shown; of several the first is used. */
  public Map<IpAddress, IpAddress> targets() {
    Map<IpAddress, IpAddress> targets = new TreeMap<>();
    dnats.forEach(dnat -> dnat.pod().ifPresent(pod -> targets.putIfAbsent(dnat.floatingIp(), pod)));
    return targets;
  }

  /** Whether this is what the eBPF dataplane leaves: it carries no floating IPs. */
  public boolean looksLikeEbpf() {
    return snatChain && !dnatChain;
  }

  private static List<Rule> rules(RuleTable table, String chain) {
    return table.chain(chain).map(Chain::rules).orElse(List.of());
  }

  private static Optional<Dnat> dnat(Rule rule) {
    Optional<IpAddress> floatingIp = rule.destination().flatMap(Rule.AddressMatch::host);
    return floatingIp.isPresent()
            && rule.action().orElse(null) instanceof Rule.Action.Dnat action
            && action.to().isPresent() == action.address().isPresent()
        ? Optional.of(new Dnat(floatingIp.get(), action.address(), rule.counters()))
        : Optional.empty();
  }

  private static Optional<Hairpin> hairpin(Rule rule) {
    Optional<IpAddress> pod = rule.source().flatMap(Rule.AddressMatch::host);
    return pod.isPresent()
            && rule.destination().flatMap(Rule.AddressMatch::host).equals(pod)
            && rule.action().orElse(null) instanceof Rule.Action.Snat action
            && action.to().isPresent() == action.address().isPresent()
        ? Optional.of(new Hairpin(pod.get(), action.address()))
        : Optional.empty();
  }
}
