package io.fipctl.doctor.check;

import io.fipctl.model.ApiObject;
import io.fipctl.model.IpAddress;
import io.fipctl.model.IpAddress.Family;
import io.fipctl.model.Node;
import io.fipctl.model.Pod;
import io.fipctl.model.PodInterfaces;
import io.fipctl.model.ShellCommand;
import io.fipctl.nodeoutput.Flow;
import io.fipctl.nodeoutput.Route;
import io.fipctl.nodeoutput.rules.IptablesSave;
import io.fipctl.packet.Backend;
import io.fipctl.packet.CalicoNat;
import io.fipctl.packet.FamilyNat;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What Felix should have programmed on a node, and what is there although nobody wants it. */
public final class DataplaneChecks {
  private static final String ROUTES = "routeRefreshInterval";

  private DataplaneChecks() {}

  private static Outcome nothingHere(NodeFacts node) {
    return new Outcome.Skipped(
        node.subject(),
        "no pod of this node holds a floating IP",
        Outcome.Skipped.Why.NOT_APPLICABLE);
  }

  /** FIP-301. */
  public static List<Outcome> rule(Facts facts, NodeFacts node) {
    List<Outcome> outcomes = new ArrayList<>();
    for (Facts.Held held : facts.carriedBy(node.name())) {
      IpAddress address = held.address();
      IpAddress pod = held.target().orElseThrow();
      FamilyNat rules = node.rules(address.family());
      List<CalicoNat.Dnat> dnats = rules.dnats(address);
      // The same rule twice does no harm.
      List<IpAddress> targets =
          dnats.stream().flatMap(dnat -> dnat.pod().stream()).distinct().toList();
      Subject subject = Subject.of(address, held.pod());
      Backend backend = rules.backend().orElse(Backend.IPTABLES_NFT);
      if (!dnats.isEmpty() && targets.isEmpty()) {
        outcomes.add(new Outcome.Unknown(subject, "nft does not show where the rule leads"));
      } else if (targets.equals(List.of(pod))) {
        outcomes.add(Outcome.ok(subject));
      } else {
        outcomes.add(
            Finding.error(subject)
                .observed(
                    dnats.isEmpty()
                        ? "no DNAT rule for %s in %s".formatted(address, where(rules))
                        : "%s leads to %s".formatted(address, listed(targets)))
                .expected("one rule of chain cali-fip-dnat leads %s to %s", address, pod)
                .proof(
                    dnats.isEmpty()
                        ? node.proof(
                            NodeFacts.file(backend, address.family()),
                            line -> line.indexOf("cali-fip-dnat") >= 0)
                        : node.ruleProof(backend, address))
                .impact(
                    dnats.isEmpty()
                        ? "Packets to %s reach node %s and go no further."
                            .formatted(address, node.name())
                        : "Packets to %s do not reach pod %s.".formatted(address, held.pod().ref()))
                .fix(facts.refreshed(node.name(), refresh(rules), "FIP-301")));
      }
    }
    return outcomes.isEmpty() ? List.of(nothingHere(node)) : outcomes;
  }

  /** The parameter that says how often Felix reads its rules back. */
  private static String refresh(FamilyNat rules) {
    return rules.backend().equals(Optional.of(Backend.NFTABLES))
        ? "nftablesRefreshInterval"
        : "iptablesRefreshInterval";
  }

  private static String where(FamilyNat rules) {
    return rules
        .backend()
        .map(backend -> "the rules of " + NodeFacts.tool(backend))
        .orElse("any backend, as there is no chain of Calico at all");
  }

  private static String listed(List<IpAddress> addresses) {
    return addresses.stream().map(Object::toString).collect(Collectors.joining(" and "));
  }

  /** FIP-302. */
  public static List<Outcome> jumps(Facts facts, NodeFacts node) {
    List<Outcome> outcomes = new ArrayList<>();
    for (Family family : families(facts, node)) {
      Optional<CalicoNat> live = node.rules(family).live();
      if (live.isEmpty() || !live.get().dnatChain()) {
        // FIP-301 says that there is no rule; without the chain there is nothing to lead to.
        continue;
      }
      CalicoNat nat = live.get();
      String file = NodeFacts.file(nat.backend(), family);
      List<String> broken = new ArrayList<>();
      if (!nat.preroutingLeads()) {
        broken.add("PREROUTING does not lead to cali-fip-dnat");
      }
      if (!nat.outputLeads()) {
        broken.add("OUTPUT does not lead to cali-fip-dnat");
      }
      if (!nat.postroutingLeads() && nat.snatChain()) {
        broken.add("POSTROUTING does not lead to cali-fip-snat");
      }
      if (broken.isEmpty()) {
        outcomes.add(Outcome.ok(node.subject()));
      } else {
        boolean dead = !nat.preroutingLeads() || !nat.outputLeads();
        outcomes.add(
            Finding.of(
                    dead && !facts.carriedBy(node.name()).isEmpty()
                        ? Severity.ERROR
                        : Severity.WARNING,
                    node.subject())
                .observed(String.join("; ", broken))
                .expected(
                    "PREROUTING and OUTPUT lead to cali-fip-dnat, POSTROUTING to cali-fip-snat")
                .proof(
                    node.proof(
                        file,
                        line ->
                            line.indexOf("-j cali-fip-") >= 0
                                || (line.indexOf("cali-fip-") >= 0 && line.indexOf("jump") >= 0)))
                .impact(
                    nat.preroutingLeads()
                        ? "Node %s itself does not reach the floating IPs of its pods."
                            .formatted(node.name())
                        : "The rules of node %s are never asked: its floating IPs lead nowhere."
                            .formatted(node.name()))
                .fix(facts.refreshed(node.name(), refresh(node.rules(family)), "FIP-302")));
      }
    }
    return outcomes.isEmpty() ? List.of(nothingHere(node)) : outcomes;
  }

  /** IPv4 always, IPv6 where a pod of the node has such an address. */
  private static Set<Family> families(Facts facts, NodeFacts node) {
    Set<Family> families = EnumSet.noneOf(Family.class);
    facts.carriedBy(node.name()).forEach(held -> families.add(held.address().family()));
    if (node.nat().nat(Family.IPV4).live().isPresent()) {
      families.add(Family.IPV4);
    }
    return families;
  }

  /** FIP-303. */
  public static List<Outcome> hairpin(Facts facts, NodeFacts node) {
    List<Outcome> outcomes = new ArrayList<>();
    Set<IpAddress> seen = new TreeSet<>();
    for (Facts.Held held : facts.carriedBy(node.name())) {
      IpAddress pod = held.target().orElseThrow();
      Optional<CalicoNat> live = node.rules(held.address().family()).live();
      boolean leadsHere =
          live.isPresent()
              && live.get().dnats().stream().anyMatch(dnat -> dnat.pod().equals(Optional.of(pod)));
      if (!leadsHere || !seen.add(pod)) {
        continue;
      }
      boolean there = live.get().hairpins().stream().anyMatch(hairpin -> hairpin.pod().equals(pod));
      outcomes.add(
          there
              ? Outcome.ok(Subject.of(held.pod()))
              : Finding.warning(Subject.of(held.pod()))
                  .observed("no SNAT rule for packets from %s to itself", pod)
                  .expected("a rule of chain cali-fip-snat for %s", pod)
                  .proof(
                      node.proof(
                          NodeFacts.file(live.get().backend(), pod.family()),
                          line -> line.indexOf("cali-fip-snat") >= 0))
                  .impact("Pod %s does not reach itself by its floating IP.", held.pod().ref())
                  .fix(facts.refreshed(node.name(), refresh(node.rules(pod.family())), "FIP-303")));
    }
    return outcomes.isEmpty() ? List.of(nothingHere(node)) : outcomes;
  }

  /** FIP-304. */
  public static List<Outcome> unwanted(Facts facts, NodeFacts node) {
    List<Outcome> outcomes = new ArrayList<>();
    Set<IpAddress> wanted = new TreeSet<>();
    // A pod that is going, or has no network yet, may have a rule already or still.
    facts.held().stream()
        .filter(held -> held.pod().node().equals(Optional.of(node.name())))
        .forEach(held -> wanted.add(held.address()));
    for (Family family : facts.families()) {
      node.routes(family);
      FamilyNat rules = node.rules(family);
      Set<IpAddress> stale = new TreeSet<>();
      rules.live().ifPresent(nat -> nat.dnats().forEach(dnat -> stale.add(dnat.floatingIp())));
      stale.removeAll(wanted);
      for (IpAddress address : stale) {
        Finding.Draft draft =
            Finding.error(Subject.of(address).on(node.name()))
                .observed(
                    "node %s leads it to %s, %s",
                    node.name(),
                    listed(rules.dnats(address).stream().flatMap(d -> d.pod().stream()).toList()),
                    holder(facts, address))
                .expected("no rule on a node whose pods do not hold it")
                .proof(node.ruleProof(rules.backend().orElseThrow(), address))
                .impact(
                    "Node %s takes packets for %s away from where they belong.",
                    node.name(), address);
        facts.holders(address).forEach(held -> held.pod().node().ifPresent(draft::related));
        outcomes.add(draft.fix(facts.refreshed(node.name(), refresh(rules), "FIP-304")));
      }
    }
    staleRoutes(facts, node, wanted, outcomes);
    return outcomes.isEmpty() ? List.of(Outcome.ok(node.subject())) : outcomes;
  }

  private static String holder(Facts facts, IpAddress address) {
    List<Facts.Held> holders = facts.holders(address);
    return holders.isEmpty()
        ? "and no pod holds it"
        : "and pod %s on %s holds it"
            .formatted(
                holders.getFirst().pod().ref(), holders.getFirst().pod().node().orElse("no node"));
  }

  private static void staleRoutes(
      Facts facts, NodeFacts node, Set<IpAddress> wanted, List<Outcome> outcomes) {
    Set<IpAddress> own = new TreeSet<>();
    facts.pods().forEach(pod -> own.addAll(pod.addresses()));
    for (Route route : node.nat().routes().routes()) {
      IpAddress address = route.destination().network();
      boolean floating =
          route.table().equals("main")
              && route.destination().isHost()
              && route.leadsThrough(facts.interfaces(node.name()))
              && !own.contains(address)
              && !wanted.contains(address)
              && isFloating(facts, address);
      if (floating && node.nat().nat(address).dnats(address).isEmpty()) {
        outcomes.add(
            Finding.error(Subject.of(address).on(node.name()))
                .observed(
                    "node %s has a route to a pod's interface, %s",
                    node.name(), holder(facts, address))
                .expected("no route on a node whose pods do not hold it")
                .proof(node.routeProof(address, Optional.empty()))
                .impact("Node %s announces %s and drops what it gets.", node.name(), address)
                .fix(facts.refreshed(node.name(), ROUTES, "FIP-304")));
      }
    }
  }

  /** Held by somebody, or in a pool from which no pod gets its own address. */
  private static boolean isFloating(Facts facts, IpAddress address) {
    return facts.addresses().contains(address)
        || facts.use().pool(address).filter(pool -> !pool.allocates()).isPresent();
  }

  /** FIP-305. */
  public static List<Outcome> oneNode(Facts facts, List<NodeSummary> nodes) {
    Map<IpAddress, Map<String, List<String>>> byAddress = new TreeMap<>();
    for (NodeSummary claims : nodes) {
      claims
          .ways()
          .forEach(
              (address, ways) ->
                  byAddress
                      .computeIfAbsent(address, key -> new TreeMap<>())
                      .put(claims.node(), ways));
    }
    List<Outcome> outcomes = new ArrayList<>();
    byAddress.forEach(
        (address, claims) -> {
          if (claims.size() < 2) {
            outcomes.add(Outcome.ok(Subject.of(address)));
            return;
          }
          Finding.Draft draft =
              Finding.error(Subject.of(address))
                  .observed(
                      "%d nodes lead it to a pod: %s",
                      claims.size(),
                      claims.entrySet().stream()
                          .map(
                              claim ->
                                  claim.getKey() + " (" + String.join(", ", claim.getValue()) + ")")
                          .collect(Collectors.joining(", ")))
                  .expected("one node has the rule")
                  .impact("Which pod answers depends on the way the packets come.");
          claims.forEach(
              (node, ways) -> {
                draft.proof(
                    new EvidenceRef(
                        node + "/nat", ways.stream().map(way -> address + " " + way).toList()));
                draft.related(node);
              });
          outcomes.add(draft.fix(FixKind.SHOW_ADDRESS.advice(address)));
        });
    return outcomes.isEmpty()
        ? List.of(Outcome.notApplicable("no node has a rule for a floating IP"))
        : outcomes;
  }

  /** FIP-306. */
  public static List<Outcome> route(Facts facts, NodeFacts node) {
    List<Outcome> outcomes = new ArrayList<>();
    PodInterfaces interfaces = facts.interfaces(node.name());
    for (Facts.Held held : facts.carriedBy(node.name())) {
      IpAddress address = held.address();
      String device = facts.hostInterface(held.pod());
      Subject subject = Subject.of(address, held.pod());
      Optional<Route> route = node.routes(address.family()).localRoute(address, interfaces);
      if (route.isEmpty()) {
        outcomes.add(
            Finding.error(subject)
                .observed(
                    node.nat()
                        .routeTo(address)
                        .map(other -> "it takes %s".formatted(described(other)))
                        .orElse("no route leads there"))
                .expected("%s dev %s", address, device)
                .proof(node.routeProof(address, node.nat().routeTo(address)))
                .impact(
                    "BIRD has nothing to announce, so from elsewhere %s is not reached; nor is it from the node itself.",
                    address)
                .fix(facts.refreshed(node.name(), ROUTES, "FIP-306")));
      } else if (route.get().leadsThrough(device) || !ours(route.get(), facts, node)) {
        outcomes.add(Outcome.ok(subject));
      } else {
        outcomes.add(
            Finding.warning(subject)
                .observed("the route leads to another pod's interface: %s", described(route.get()))
                .expected("%s dev %s", address, device)
                .proof(node.routeProof(address, Optional.empty()))
                .impact(
                    "What comes in is led by the rule all the same; the node's own packets may not be.")
                .fix(facts.refreshed(node.name(), ROUTES, "FIP-306")));
      }
    }
    return outcomes.isEmpty() ? List.of(nothingHere(node)) : outcomes;
  }

  /** Whether the interface belongs to another pod of this node that is known. */
  private static boolean ours(Route route, Facts facts, NodeFacts node) {
    return facts.pods().stream()
        .filter(pod -> pod.node().equals(Optional.of(node.name())))
        .anyMatch(pod -> route.leadsThrough(facts.hostInterface(pod)));
  }

  public static String described(Route route) {
    String hops =
        route.hops().stream()
            .map(
                hop ->
                    hop.gateway().map(gateway -> " via " + gateway).orElse("")
                        + hop.dev().map(dev -> " dev " + dev).orElse(""))
            .collect(Collectors.joining(","));
    String destination =
        route.destination().prefix() == 0 ? "default" : route.destination().toString();
    return (route.discards() ? route.type() + " " : "") + destination + hops;
  }

  /** FIP-307. */
  public static List<Outcome> backend(Facts facts, NodeFacts node) {
    List<Outcome> outcomes = new ArrayList<>();
    for (Family family : facts.families()) {
      FamilyNat rules = node.rules(family);
      for (CalicoNat left : leftovers(rules)) {
        outcomes.add(leftover(facts, node, rules, left));
      }
      boolean live = rules.backend().equals(Optional.of(Backend.IPTABLES_NFT));
      for (IptablesSave.Incompatible remark : rules.incompatible()) {
        if (live && remark.whole()) {
          outcomes.add(
              Finding.warning(node.subject())
                  .observed(
                      "iptables-nft cannot print table %s: somebody put rules of nft into it",
                      remark.table())
                  .expected("a table that iptables-nft understands")
                  .proof(
                      node.proof(
                          NodeFacts.file(Backend.IPTABLES_NFT, family),
                          line -> line.indexOf("incompatible") >= 0))
                  .impact("Felix cannot read its own rules back and may fail over and over.")
                  .fix(
                      Advice.byHand(
                          Risk.SAFE,
                          "find out who puts rules of nft into table %s of node %s (nft list"
                              + " ruleset), and have them use a table of their own",
                          remark.table(),
                          node.name())));
        }
      }
    }
    wrongBackend(facts, node).ifPresent(outcomes::add);
    return outcomes.isEmpty() ? List.of(Outcome.ok(node.subject(), "")) : outcomes;
  }

  /** What is left in other backends, as far as it can do anything. */
  public static List<CalicoNat> leftovers(FamilyNat rules) {
    return rules.leftovers().stream()
        .filter(left -> left.hooks() > 0 || !left.dnats().isEmpty())
        .toList();
  }

  private static Outcome leftover(Facts facts, NodeFacts node, FamilyNat rules, CalicoNat left) {
    CalicoNat live = rules.live().orElseThrow();
    boolean leadsAway =
        left.preroutingLeads()
            && left.targets().entrySet().stream()
                .anyMatch(
                    entry ->
                        facts.carriedBy(node.name()).stream()
                            .anyMatch(
                                held ->
                                    held.address().equals(entry.getKey())
                                        && !held.target().equals(Optional.of(entry.getValue()))));
    String file = NodeFacts.file(left.backend(), rules.family());
    return Finding.of(leadsAway ? Severity.ERROR : Severity.WARNING, node.subject())
        .observed(
            "Calico's rules are in %s, and older ones are left in %s (%d floating IPs, %d hooks)",
            NodeFacts.tool(live.backend()),
            NodeFacts.tool(left.backend()),
            left.dnats().size(),
            left.hooks())
        .expected("rules of Calico in one backend")
        .proof(
            node.proof(
                file,
                line ->
                    line.indexOf("cali-fip-dnat -d") >= 0
                        || line.indexOf("-j cali-PREROUTING") >= 0
                        || (line.indexOf("nat-cali-fip-dnat") >= 0 && line.indexOf("dnat") >= 0)))
        .impact(
            "Nobody keeps these up to date, and the kernel asks them too: an address can be led to a pod that is long gone.")
        .fix(
            facts
                .onNode(
                    node.name(),
                    FixKind.REMOVE_LEFTOVER_RULES,
                    removal(left.backend(), rules.family()))
                .remark("a restart of the node does it too, and does not race with other writers"));
  }

  /**
   * Takes away all that Calico has in a backend and leaves what is not Calico's. Only since 3.33 a
   * restart of calico-node does so.
   */
  private static String removal(Backend backend, Family family) {
    String six = family == Family.IPV6 ? "6" : "";
    if (backend == Backend.NFTABLES) {
      return "nft delete table ip%s calico".formatted(six);
    }
    String tool = NodeFacts.tool(backend).replaceFirst("^ip", "ip" + six);
    return "bash -c '%1$s-save | grep -vE \"^:cali-|^-A cali-| -[jg] cali-\" | %1$s-restore'"
        .formatted(tool);
  }

  /** The configured backend against the one in which the rules are. */
  public static Optional<Outcome> wrongBackend(Facts facts, NodeFacts node) {
    Optional<Node> here = facts.node(node.name());
    Optional<Backend> found = node.nat().nat(Family.IPV4).backend();
    if (here.isEmpty() || found.isEmpty()) {
      return Optional.empty();
    }
    Optional<String> mode =
        facts.settings().of("nftablesMode", here.get().name(), here.get().labels()).value();
    Optional<String> iptables =
        facts.settings().of("iptablesBackend", here.get().name(), here.get().labels()).value();
    String wanted = "";
    if (mode.filter(value -> value.equalsIgnoreCase("Enabled")).isPresent()) {
      wanted = found.get() == Backend.NFTABLES ? "" : "nftablesMode: Enabled";
    } else if (found.get() == Backend.NFTABLES) {
      wanted =
          mode.filter(value -> value.equalsIgnoreCase("Disabled")).isPresent()
              ? "nftablesMode: Disabled"
              : "";
    } else if (iptables.filter(value -> value.equalsIgnoreCase("NFT")).isPresent()) {
      wanted = found.get() == Backend.IPTABLES_LEGACY ? "iptablesBackend: NFT" : "";
    } else if (iptables.filter(value -> value.equalsIgnoreCase("Legacy")).isPresent()) {
      wanted = found.get() == Backend.IPTABLES_NFT ? "iptablesBackend: Legacy" : "";
    }
    return wanted.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Finding.error(node.subject())
                .observed("the rules are in %s", NodeFacts.tool(found.get()))
                .expected("%s", wanted)
                .proof(
                    node.proof(
                        NodeFacts.file(found.get(), Family.IPV4),
                        line -> line.indexOf("cali-fip-dnat") >= 0))
                .impact(
                    "Felix does not keep up to date what the kernel asks on node %s.", node.name())
                .fix(
                    Advice.byHand(
                        Risk.DISRUPTIVE,
                        "read in the log of calico-node on node %s why Felix has not taken the"
                            + " setting, which it does when it starts",
                        node.name())));
  }

  /** FIP-308. */
  public static List<Outcome> felixReady(Facts facts) {
    List<Outcome> outcomes = new ArrayList<>();
    Map<String, Pod> calico = facts.calicoNodes();
    boolean any = !calico.isEmpty();
    for (Node node : facts.linux()) {
      Optional<Pod> pod = Optional.ofNullable(calico.get(node.name()));
      boolean needed = !facts.carriedBy(node.name()).isEmpty();
      Subject subject = Subject.ofNode(node.name());
      if (pod.isPresent() && pod.get().ready() && node.ready()) {
        outcomes.add(Outcome.ok(subject));
      } else if (pod.isEmpty() && !needed && any) {
        // Nodes may be left out of Calico on purpose; a pod with an address proves the contrary.
        outcomes.add(Outcome.ok(subject, "node %s runs no calico-node".formatted(node.name())));
      } else {
        EvidenceRef proof =
            pod.map(
                    it ->
                        EvidenceRef.api(
                            "pods",
                            "%s on %s %s".formatted(it.ref(), node.name(), state(facts, it))))
                .orElse(new EvidenceRef("api/pods.json", List.of()));
        outcomes.add(
            Finding.of(needed ? Severity.ERROR : Severity.WARNING, subject)
                .observed(
                    pod.map(
                            it ->
                                it.ready()
                                    ? "node %s is not Ready".formatted(node.name())
                                    : "%s on node %s is not Ready (%s)"
                                        .formatted(it.ref(), node.name(), state(facts, it)))
                        .orElse("node %s runs no calico-node".formatted(node.name())))
                .expected("calico-node is Ready on every node")
                .proof(proof)
                .impact(
                    "What changes is not programmed on node %s; what was there stays as it was.",
                    node.name())
                .fix(notReadyFix(facts, node, pod)));
      }
    }
    return outcomes;
  }

  /** A calico-node that runs and is not well is made anew; what never started has its reason. */
  private static Advice notReadyFix(Facts facts, Node node, Optional<Pod> pod) {
    if (pod.isEmpty() || pod.get().ready()) {
      return FixKind.DESCRIBE_NODE.advice(node.name());
    }
    boolean runs = state(facts, pod.get()).equals("Running");
    return node.ready() && runs
        ? facts.restart(node.name())
        : FixKind.DESCRIBE_POD.advice(pod.get().ref().namespace(), pod.get().ref().name());
  }

  /** Why it does not run, as the kubelet puts it. */
  private static String state(Facts facts, Pod pod) {
    return facts.need(io.fipctl.kube.Kind.PODS).stream()
        .filter(object -> object.uid().equals(pod.uid()))
        .flatMap(
            object ->
                java.util.stream.Stream.of("initContainerStatuses", "containerStatuses")
                    .flatMap(list -> object.objects("status", list).stream()))
        .flatMap(DataplaneChecks::waiting)
        .findFirst()
        .orElse(pod.phase());
  }

  private static java.util.stream.Stream<String> waiting(ApiObject status) {
    return status
        .text("state", "waiting", "reason")
        .map(reason -> status.text("name").orElse("?") + ": " + reason)
        .stream();
  }

  /** FIP-309. */
  public static List<Outcome> flows(Facts facts, NodeFacts node) {
    if (facts.addresses().isEmpty()) {
      // No connection was asked for then.
      return List.of(Outcome.notApplicable("no pod holds a floating IP"));
    }
    List<Outcome> outcomes = new ArrayList<>();
    List<Flow> all = node.flows().flows();
    for (IpAddress address : facts.addresses()) {
      List<Facts.Held> holders = facts.holders(address);
      List<Facts.Held> here =
          holders.stream()
              .filter(held -> held.pod().node().equals(Optional.of(node.name())))
              .toList();
      boolean unsettled =
          holders.stream().anyMatch(held -> held.target().isEmpty() || held.pod().terminating());
      if (unsettled) {
        continue;
      }
      Set<IpAddress> right = new TreeSet<>();
      here.forEach(held -> right.add(held.target().orElseThrow()));
      if (here.isEmpty()) {
        right.add(address);
      }
      List<Flow> stale =
          all.stream()
              .filter(flow -> flow.original().destination().equals(address))
              .filter(flow -> !right.contains(flow.reply().source()))
              .filter(DataplaneChecks::carries)
              .toList();
      if (!stale.isEmpty()) {
        outcomes.add(stale(facts, node, holders, address, stale));
      }
    }
    return outcomes.isEmpty() ? List.of(Outcome.ok(node.subject())) : outcomes;
  }

  /** Whether packets can still follow it: of an ended TCP connection a new one takes the place. */
  private static boolean carries(Flow flow) {
    return !Set.of("TIME_WAIT", "CLOSE", "LAST_ACK", "CLOSE_WAIT", "FIN_WAIT")
        .contains(flow.state().orElse(""));
  }

  private static Outcome stale(
      Facts facts, NodeFacts node, List<Facts.Held> holders, IpAddress address, List<Flow> stale) {
    Map<IpAddress, Integer> wrong = new LinkedHashMap<>();
    stale.forEach(flow -> wrong.merge(flow.reply().source(), 1, Integer::sum));
    Pod holder = holders.getFirst().pod();
    Finding.Draft draft =
        Finding.warning(Subject.of(address, holder).on(node.name()))
            .observed(
                "%s on node %s to %s",
                stale.size() == 1
                    ? "1 tracked connection goes"
                    : stale.size() + " tracked connections go",
                node.name(),
                wrong.keySet().stream()
                    .map(to -> to.equals(address) ? "nothing (no DNAT)" : to.toString())
                    .collect(Collectors.joining(", ")))
            .expected(
                holder.node().equals(Optional.of(node.name()))
                    ? "they go to " + holders.getFirst().target().orElseThrow()
                    : "node %s leaves %s as it is".formatted(node.name(), address))
            .proof(
                node.proof(
                    "conntrack.txt",
                    line ->
                        line.indexOf(" dst=" + address + " ") >= 0
                            && wrong.keySet().stream()
                                .anyMatch(
                                    to ->
                                        line.lastIndexOf("src=" + to + " ") > line.indexOf("dst="))
                            && !line.matches(
                                ".* (TIME_WAIT|CLOSE|LAST_ACK|CLOSE_WAIT|FIN_WAIT) .*")))
            .impact(
                "These flows stay where they are, for as long as packets come, and never see the rule.")
            .remedy(new Remedy.DeleteFlows(node.name(), address));
    holder.node().ifPresent(draft::related);
    String family = address.family() == Family.IPV4 ? "ipv4" : "ipv6";
    return draft.fix(
        facts.onNode(
            node.name(),
            FixKind.DELETE_FLOWS,
            wrong.keySet().stream()
                .map(
                    to ->
                        ShellCommand.part(
                            "conntrack -D -f %s --orig-dst %s --reply-src %s", family, address, to))
                .toList()));
  }
}
