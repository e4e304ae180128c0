package io.fipctl.doctor.nat;

import io.fipctl.doctor.Catalogue;
import io.fipctl.doctor.Doctor;
import io.fipctl.doctor.check.AddressChecks;
import io.fipctl.doctor.check.Area;
import io.fipctl.doctor.check.Check;
import io.fipctl.doctor.check.DataplaneChecks;
import io.fipctl.doctor.check.Facts;
import io.fipctl.doctor.check.Finding;
import io.fipctl.doctor.check.NodeFacts;
import io.fipctl.doctor.check.Outcome;
import io.fipctl.doctor.check.Severity;
import io.fipctl.doctor.check.Subject;
import io.fipctl.doctor.nat.NatEntry.Jumps;
import io.fipctl.doctor.nat.NatEntry.Rules;
import io.fipctl.doctor.nat.NatEntry.Verdict;
import io.fipctl.doctor.nat.NatEntry.Way;
import io.fipctl.evidence.MissingEvidence;
import io.fipctl.model.FipctlException;
import io.fipctl.model.IpAddress;
import io.fipctl.model.IpAddress.Family;
import io.fipctl.model.Node;
import io.fipctl.model.Pod;
import io.fipctl.model.PodInterfaces;
import io.fipctl.nodeoutput.Route;
import io.fipctl.nodeoutput.rules.Rule;
import io.fipctl.packet.CalicoNat;
import io.fipctl.packet.FamilyNat;
import io.fipctl.packet.NodeNat;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * What one node does with every floating IP. Whether that is right is for the doctor's checks to
 * say; here their findings are put beside what they are about.
 */
final class NatTable {
  /** The checks whose findings make a verdict, the most telling first. */
  private static final List<String> CHECKS =
      List.of(
          "FIP-104", "FIP-301", "FIP-302", "FIP-306", "FIP-304", "FIP-312", "FIP-303", "FIP-309");

  /** Without what these need there is no verdict; what the others need has a column of its own. */
  private static final Set<String> NEEDED = Set.of("FIP-301", "FIP-304", "FIP-306", "FIP-312");

  /** What is about no address on a node, or sends packets. */
  private static final Set<String> NOT_ASKED =
      Set.of("FIP-103", "FIP-105", "FIP-106", "FIP-107", "FIP-205", "FIP-206");

  /** Warnings for whoever looks at the cluster; of an address they say that it does not answer. */
  private static final Set<String> DEAD = Set.of("FIP-401", "FIP-402");

  private final Facts facts;
  private final NodeFacts node;
  private final Set<IpAddress> asked;
  private final List<Finding> others = new ArrayList<>();
  private final Map<String, List<Outcome>> outcomes = new LinkedHashMap<>();

  private NatTable(Facts facts, NodeFacts node, Set<IpAddress> asked, List<Finding> ofCluster) {
    this.facts = facts;
    this.node = node;
    this.asked = asked;
    this.others.addAll(ofCluster);
    for (Check check : Catalogue.ALL) {
      if (asks(check) && !CHECKS.contains(check.id())) {
        others.addAll(heavy(check, Doctor.judged(check, facts, node)));
      }
    }
    for (String id : CHECKS) {
      outcomes.put(id, Doctor.judged(Catalogue.byId(id).orElseThrow(), facts, node));
    }
  }

  /**
   * Whether a check is asked for a verdict: every one of the doctor that can say of an address that
   * it does not work on a node, so that nothing is ok here of which the doctor says otherwise.
   */
  static boolean asks(Check check) {
    return check.area() != Area.ACCESS
        && check.area() != Area.PROBES
        && !NOT_ASKED.contains(check.id());
  }

  /** What the API alone shows of addresses, once for all nodes. */
  static List<Finding> ofCluster(Facts facts) {
    return Catalogue.ALL.stream()
        .filter(NatTable::asks)
        .flatMap(check -> heavy(check, Doctor.judged(check, facts)).stream())
        .toList();
  }

  /** The findings that leave no address ok which they are about. */
  private static List<Finding> heavy(Check check, List<Outcome> outcomes) {
    return outcomes.stream()
        .flatMap(outcome -> finding(outcome).stream())
        .filter(found -> found.severity() == Severity.ERROR || DEAD.contains(check.id()))
        .map(found -> found.of(check.id()))
        .toList();
  }

  /**
   * An entry for each address that somebody holds or has asked for, or that the node has something
   * of; then what is left in other backends, and what is in Calico's chains and not Calico's.
   */
  static List<NatEntry> of(
      Facts facts, NodeFacts node, Set<IpAddress> asked, List<Finding> ofCluster) {
    NatTable table = new NatTable(facts, node, asked, ofCluster);
    List<NatEntry> entries = new ArrayList<>();
    table.addresses().forEach(address -> entries.add(table.entry(address)));
    for (Family family : Family.values()) {
      FamilyNat nat = node.nat().nat(family);
      DataplaneChecks.leftovers(nat).forEach(left -> entries.addAll(table.leftover(nat, left)));
      nat.live()
          .ifPresent(live -> live.foreign().forEach(r -> entries.add(table.foreign(live, r))));
    }
    return entries;
  }

  private Set<IpAddress> addresses() {
    Set<IpAddress> addresses = new TreeSet<>(facts.addresses());
    addresses.addAll(asked);
    for (Family family : Family.values()) {
      node.nat()
          .nat(family)
          .live()
          .ifPresent(live -> live.dnats().forEach(dnat -> addresses.add(dnat.floatingIp())));
    }
    // A route alone may be all that is left of one.
    findings("FIP-304").forEach(finding -> addresses.addAll(finding.subject().addresses()));
    return addresses;
  }

  private NatEntry entry(IpAddress address) {
    List<Pod> here = here(address);
    Judged judged = judge(address, here);
    return new NatEntry(
        node.name(),
        Optional.of(address),
        here.stream().map(Pod::ref).toList(),
        node.nat().nat(address).live().map(live -> rules(live, address, here)),
        seen(() -> way(address, here)),
        flows(address),
        judged.verdict(),
        judged.reason());
  }

  /** The pods of this node that hold an address. */
  private List<Pod> here(IpAddress address) {
    return facts.holders(address).stream()
        .map(Facts.Held::pod)
        .filter(pod -> pod.node().equals(Optional.of(node.name())))
        .toList();
  }

  private static Rules rules(CalicoNat nat, IpAddress address, List<Pod> here) {
    List<CalicoNat.Dnat> dnats = nat.dnats(address);
    List<IpAddress> targets =
        dnats.stream().flatMap(dnat -> dnat.pod().stream()).distinct().toList();
    // Of a pod that has no rule yet the pod's own address tells.
    Optional<IpAddress> pod =
        targets.stream()
            .findFirst()
            .or(
                () ->
                    here.stream().flatMap(it -> it.address(address.family()).stream()).findFirst());
    return new Rules(
        NodeFacts.tool(nat.backend()),
        targets,
        targets.isEmpty() && !dnats.isEmpty(),
        pod.map(it -> nat.hairpins().stream().anyMatch(hairpin -> hairpin.pod().equals(it))),
        new Jumps(nat.preroutingLeads(), nat.outputLeads(), nat.postroutingLeads()));
  }

  private Way way(IpAddress address, List<Pod> here) {
    NodeNat routes = node.routes(address.family());
    PodInterfaces interfaces =
        seen(() -> facts.interfaces(node.name())).orElse(PodInterfaces.UNKNOWN);
    Optional<Route> local = routes.localRoute(address, interfaces);
    Optional<Route> route = local.or(() -> routes.routeTo(address));
    if (route.isEmpty()) {
      return Way.NONE;
    }
    String text = DataplaneChecks.described(route.get());
    if (route.get().discards()) {
      return new Way(Way.Kind.DISCARD, route.get().type(), text);
    }
    if (route.get().destination().prefix() == 0) {
      return new Way(Way.Kind.DEFAULT, hops(route.get()), text);
    }
    boolean toHolder =
        here.stream().anyMatch(pod -> route.get().leadsThrough(facts.hostInterface(pod)));
    boolean gateway = route.get().hops().stream().anyMatch(hop -> hop.gateway().isPresent());
    return new Way(
        local.isPresent() && toHolder
            ? Way.Kind.POD
            : gateway ? Way.Kind.GATEWAY : Way.Kind.INTERFACE,
        hops(route.get()),
        text);
  }

  private String hops(Route route) {
    return route.hops().stream()
        .flatMap(hop -> hop.gateway().map(this::named).or(hop::dev).stream())
        .collect(Collectors.joining(","));
  }

  /** A node by its name, anything else by its address. */
  private String named(IpAddress gateway) {
    return seen(facts::nodes).stream()
        .flatMap(List::stream)
        .filter(
            other ->
                other.addresses().contains(gateway) || other.otherAddresses().containsKey(gateway))
        .map(Node::name)
        .findFirst()
        .orElseGet(gateway::toString);
  }

  /** Only those of addresses that somebody holds or asks for are read. */
  private OptionalInt flows(IpAddress address) {
    if (!facts.addresses().contains(address) && !asked.contains(address)) {
      return OptionalInt.empty();
    }
    return seen(() ->
            (int)
                node.flows().flows().stream()
                    .filter(flow -> flow.original().destination().equals(address))
                    .count())
        .map(OptionalInt::of)
        .orElse(OptionalInt.empty());
  }

  /** A verdict with what makes it one. */
  private record Judged(Verdict verdict, String reason) {}

  private Judged judge(IpAddress address, List<Pod> here) {
    Optional<String> unread = unread(address);
    if (unread.isPresent()) {
      return new Judged(Verdict.UNKNOWN, unread.get());
    }
    List<Pod> lasting =
        facts.holders(address).stream()
            .map(Facts.Held::pod)
            .filter(pod -> !pod.terminating())
            .toList();
    if (!here.isEmpty() && lasting.size() > 1) {
      return new Judged(Verdict.DUPLICATE, AddressChecks.holding(lasting));
    }
    if (!here.isEmpty() && ebpf()) {
      return new Judged(Verdict.NOT_ASKED, "the eBPF dataplane asks no rule for floating IPs");
    }
    for (String check : CHECKS) {
      for (Finding finding : findings(check)) {
        if (isAbout(check, finding.subject(), address, here)) {
          return new Judged(verdict(check, address), finding.observed());
        }
      }
    }
    return wrongBackend(address)
        .or(() -> notJudged(address))
        .or(() -> broken(address, here))
        .or(() -> unsettled(address, here))
        .orElseGet(() -> new Judged(Verdict.OK, ""));
  }

  private Optional<String> unread(IpAddress address) {
    try {
      node.rules(address.family());
      return Optional.empty();
    } catch (MissingEvidence e) {
      return Optional.of(e.getMessage());
    }
  }

  private boolean ebpf() {
    return seen(() -> facts.node(node.name()).filter(facts::ebpf).isPresent()).orElse(false);
  }

  private List<Finding> findings(String check) {
    return outcomes.get(check).stream().flatMap(outcome -> finding(outcome).stream()).toList();
  }

  private static Optional<Finding> finding(Outcome outcome) {
    return outcome instanceof Outcome.Found found ? Optional.of(found.finding()) : Optional.empty();
  }

  private boolean isAbout(String check, Subject subject, IpAddress address, List<Pod> here) {
    if (!subject.addresses().isEmpty()) {
      return subject.addresses().contains(address);
    }
    if (subject.pod().isPresent()) {
      return here.stream().anyMatch(pod -> pod.ref().equals(subject.pod().get()));
    }
    Optional<CalicoNat> live = node.nat().nat(address).live();
    return check.equals("FIP-302")
        // The jumps are for all addresses of a family that the node has rules for.
        ? live.filter(nat -> nat.hooks() < 3 && !nat.dnats(address).isEmpty()).isPresent()
        : !here.isEmpty();
  }

  private Verdict verdict(String check, IpAddress address) {
    return switch (check) {
      case "FIP-301" ->
          node.nat().nat(address).dnats(address).isEmpty() ? Verdict.MISSING : Verdict.WRONG_POD;
      case "FIP-104" -> Verdict.MISSING;
      case "FIP-302" -> Verdict.NOT_ASKED;
      case "FIP-303" -> Verdict.NO_HAIRPIN;
      case "FIP-304" -> facts.holders(address).isEmpty() ? Verdict.UNWANTED : Verdict.STALE;
      case "FIP-306", "FIP-312" ->
          switch (way(address, List.of()).kind()) {
            case NONE, DEFAULT, DISCARD -> Verdict.NO_ROUTE;
            case POD, INTERFACE, GATEWAY -> Verdict.WRONG_ROUTE;
          };
      case "FIP-309" -> Verdict.STALE_FLOWS;
      default -> throw new IllegalArgumentException(check);
    };
  }

  private Optional<Judged> broken(IpAddress address, List<Pod> here) {
    return others.stream()
        .filter(found -> concerns(found.subject(), address, here))
        .findFirst()
        .map(
            found ->
                new Judged(Verdict.BROKEN, "%s: %s".formatted(found.check(), found.observed())));
  }

  /** What is about no node, or about all that a node does, concerns those that host the address. */
  private boolean concerns(Subject subject, IpAddress address, List<Pod> here) {
    boolean onThisNode = subject.nodes().contains(node.name());
    if (!subject.addresses().isEmpty()) {
      return subject.addresses().contains(address) && (onThisNode || !here.isEmpty());
    }
    if (subject.pod().isPresent()) {
      return here.stream().anyMatch(pod -> pod.ref().equals(subject.pod().get()));
    }
    return !here.isEmpty() && (onThisNode || subject.nodes().isEmpty());
  }

  private Optional<Judged> wrongBackend(IpAddress address) {
    if (node.nat().nat(address).dnats(address).isEmpty()) {
      return Optional.empty();
    }
    return seen(() -> DataplaneChecks.wrongBackend(facts, node))
        .flatMap(outcome -> outcome)
        .flatMap(NatTable::finding)
        .map(
            finding ->
                new Judged(
                    Verdict.WRONG_BACKEND,
                    "%s; configured is %s".formatted(finding.observed(), finding.expected())));
  }

  /** What a check could not see is not right. */
  private Optional<Judged> notJudged(IpAddress address) {
    return outcomes.entrySet().stream()
        .filter(entry -> NEEDED.contains(entry.getKey()))
        .flatMap(entry -> entry.getValue().stream())
        .flatMap(outcome -> unseen(outcome, address).stream())
        .findFirst()
        .map(why -> new Judged(Verdict.UNKNOWN, why));
  }

  private static Optional<String> unseen(Outcome outcome, IpAddress address) {
    return switch (outcome) {
      case Outcome.Ok ok -> Optional.empty();
      case Outcome.Found found -> Optional.empty();
      case Outcome.Skipped skipped ->
          skipped.why() == Outcome.Skipped.Why.FORBIDDEN
              ? Optional.of("not judged without the right: " + skipped.reason())
              : Optional.empty();
      case Outcome.Unknown unknown ->
          unknown.subject().addresses().isEmpty() || unknown.subject().addresses().contains(address)
              ? Optional.of(unknown.reason())
              : Optional.empty();
    };
  }

  private static Optional<Judged> unsettled(IpAddress address, List<Pod> here) {
    boolean lasting =
        here.stream()
            .anyMatch(pod -> !pod.terminating() && pod.address(address.family()).isPresent());
    return here.isEmpty() || lasting
        ? Optional.empty()
        : Optional.of(
            new Judged(
                Verdict.UNSETTLED,
                "pod %s %s"
                    .formatted(
                        here.getFirst().ref(),
                        here.getFirst().terminating()
                            ? "is being deleted"
                            : "has no network yet")));
  }

  private List<NatEntry> leftover(FamilyNat nat, CalicoNat left) {
    String reason =
        "left over in %s; the rules in effect are in %s"
            .formatted(NodeFacts.tool(left.backend()), NodeFacts.tool(nat.backend().orElseThrow()));
    List<Optional<IpAddress>> addresses =
        left.dnats().isEmpty()
            ? List.of(Optional.empty())
            : left.dnats().stream()
                .map(CalicoNat.Dnat::floatingIp)
                .distinct()
                .map(Optional::of)
                .toList();
    return addresses.stream()
        .map(
            address ->
                new NatEntry(
                    node.name(),
                    address,
                    List.of(),
                    address.map(it -> rules(left, it, List.of())),
                    Optional.of(Way.NONE),
                    OptionalInt.empty(),
                    Verdict.LEFTOVER,
                    reason))
        .toList();
  }

  private NatEntry foreign(CalicoNat nat, Rule rule) {
    Optional<IpAddress> address = rule.destination().flatMap(Rule.AddressMatch::host);
    return new NatEntry(
        node.name(),
        address,
        List.of(),
        Optional.of(
            new Rules(
                NodeFacts.tool(nat.backend()),
                List.of(),
                false,
                Optional.empty(),
                new Jumps(nat.preroutingLeads(), nat.outputLeads(), nat.postroutingLeads()))),
        Optional.of(Way.NONE),
        OptionalInt.empty(),
        Verdict.FOREIGN,
        "not a rule of Calico, in its chain %s: %s".formatted(rule.chain(), rule.text()));
  }

  /** What was read; empty when it was not. */
  private static <T> Optional<T> seen(Supplier<T> look) {
    try {
      return Optional.of(look.get());
    } catch (MissingEvidence | FipctlException e) {
      return Optional.empty();
    }
  }
}
