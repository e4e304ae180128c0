package io.fipctl.doctor.check;

import io.fipctl.evidence.MissingEvidence;
import io.fipctl.evidence.NodeEvidence;
import io.fipctl.model.IpAddress;
import io.fipctl.model.IpAddress.Family;
import io.fipctl.model.Node;
import io.fipctl.model.ShellCommand;
import io.fipctl.node.NodeCommand;
import io.fipctl.nodeoutput.BirdAnswer;
import io.fipctl.nodeoutput.BirdProtocols;
import io.fipctl.nodeoutput.BirdRoutes;
import io.fipctl.nodeoutput.Interfaces;
import io.fipctl.nodeoutput.Route;
import io.fipctl.nodeoutput.Sysctl;
import io.fipctl.nodeoutput.rules.Chain;
import io.fipctl.nodeoutput.rules.Rule;
import io.fipctl.nodeoutput.rules.RuleTable;
import io.fipctl.packet.Backend;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/** Whether packets get to the node that hosts an address, and through it. */
public final class ReachChecks {
  private static final String ACCEPTED = "Policy explicitly accepted packet.";

  private ReachChecks() {}

  /** FIP-310. */
  public static List<Outcome> forwards(Facts facts, NodeFacts node) {
    List<Outcome> outcomes = new ArrayList<>();
    Severity severity = facts.carriedBy(node.name()).isEmpty() ? Severity.WARNING : Severity.ERROR;
    if (node.kernel("net.ipv4.ip_forward").equals("0")) {
      outcomes.add(
          Finding.of(severity, node.subject())
              .observed("net.ipv4.ip_forward is 0")
              .expected("net.ipv4.ip_forward = 1")
              .proof(node.proof("sysctl.txt", line -> line.startsWith("net.ipv4.ip_forward ")))
              .impact("Node %s forwards nothing to its pods.", node.name())
              .fix(facts.setKernel(node.name(), FixKind.FORWARD_PACKETS, "1", "ip_forward")));
    }
    Backend live = node.rules(Family.IPV4).backend().orElse(Backend.IPTABLES_NFT);
    for (Backend backend : List.of(Backend.IPTABLES_NFT, Backend.IPTABLES_LEGACY)) {
      Optional<Chain> forward =
          node.iptables(backend, Family.IPV4, "filter").flatMap(table -> table.chain("FORWARD"));
      forward
          .flatMap(chain -> dropped(chain, backend == live))
          .ifPresent(
              how ->
                  outcomes.add(
                      dropping(
                          node,
                          severity,
                          "chain FORWARD of %s %s".formatted(NodeFacts.tool(backend), how.text()),
                          node.proof(
                              NodeFacts.file(backend, Family.IPV4),
                              line ->
                                  line.startsWith(":FORWARD DROP")
                                      || line.startsWith("-A FORWARD ")),
                          how.rule().isPresent()
                              ? letThrough(node, how.rule().getAsInt(), forward.get())
                              : facts
                                  .onNode(
                                      node.name(),
                                      FixKind.ACCEPT_FORWARDED,
                                      "%s -P FORWARD ACCEPT",
                                      NodeFacts.tool(backend))
                                  .remark(
                                      "it opens the node's firewall for all forwarded packets; it"
                                          + " is better to tell what set the policy"))));
    }
    for (Chain chain : foreignHooks(node)) {
      dropped(chain, false)
          .ifPresent(
              how ->
                  outcomes.add(
                      dropping(
                          node,
                          severity,
                          "chain %s of nft %s".formatted(chain.name(), how.text()),
                          node.proof(
                              "nft-list-ruleset.json",
                              line -> line.indexOf("\"" + chain.name() + "\"") >= 0),
                          facts
                              .onNode(node.name(), FixKind.SHOW_RULESET, "nft list ruleset")
                              .remark(
                                  "whose chain is it? that program must let packets to pods"
                                      + " through"))));
    }
    return outcomes.isEmpty() ? List.of(Outcome.ok(node.subject())) : outcomes;
  }

  private static Outcome dropping(
      NodeFacts node, Severity severity, String observed, EvidenceRef proof, Advice advice) {
    return Finding.of(severity, node.subject())
        .observed(observed)
        .expected("what Calico accepts is forwarded")
        .proof(proof)
        .impact("Node %s drops what it should forward to its pods.", node.name())
        .fix(advice);
  }

  /** No policy helps against a rule, and only what wrote the rule keeps it away. */
  private static Advice letThrough(NodeFacts node, int number, Chain chain) {
    return Advice.byHand(
        Risk.RISKY,
        "have the firewall manager of node %s let packets to pods through, in front of rule %d: %s",
        node.name(),
        number,
        NodeFacts.shortened(chain.rules().get(number - 1).text()));
  }

  /**
   * How a chain drops.
   *
   * @param rule the number of the rule that does; empty when it is the chain's policy
   */
  private record Drop(String text, OptionalInt rule) {}

  /**
   * Why a chain drops what Calico accepts, if it does: a drop for every packet in front of the rule
   * that accepts, or a policy where no such rule stands.
   */
  private static Optional<Drop> dropped(Chain chain, boolean withCalico) {
    OptionalInt accepts =
        chain.numberOf(
            rule ->
                (withCalico && rule.comments().contains(ACCEPTED))
                    || (rule.isForEveryPacket() && rule.does("accept")));
    OptionalInt drops =
        chain.numberOf(rule -> rule.isForEveryPacket() && (rule.drops() || rule.does("reject")));
    if (drops.isPresent() && (accepts.isEmpty() || drops.getAsInt() < accepts.getAsInt())) {
      return Optional.of(new Drop("drops every packet in rule " + drops.getAsInt(), drops));
    }
    if (chain.drops() && accepts.isEmpty()) {
      return Optional.of(
          new Drop(
              withCalico
                  ? "has policy DROP and no rule that accepts what Calico accepted"
                  : "has policy DROP, and Calico's rules are elsewhere",
              OptionalInt.empty()));
    }
    return Optional.empty();
  }

  /** Chains that nft calls for forwarded packets, besides those of iptables and of Calico. */
  private static List<Chain> foreignHooks(NodeFacts node) {
    List<Chain> chains = new ArrayList<>();
    node.nft()
        .ifPresent(
            ruleset -> {
              ruleset
                  .tables()
                  .forEach(
                      (name, table) -> {
                        boolean ofIpv4 = name.startsWith("ip ") || name.startsWith("inet ");
                        if (ofIpv4 && !table.name().equals("calico") && !name.equals("ip filter")) {
                          chains.addAll(forwardHooks(table));
                        }
                      });
            });
    return chains;
  }

  private static List<Chain> forwardHooks(RuleTable table) {
    return table.chains().values().stream()
        .filter(
            chain ->
                chain
                    .hook()
                    .filter(hook -> hook.name().equals("forward") && hook.type().equals("filter"))
                    .isPresent())
        .toList();
  }

  /** FIP-311. */
  public static List<Outcome> reversePath(Facts facts, NodeFacts node) {
    if (facts.carriedBy(node.name()).isEmpty()) {
      return List.of(
          new Outcome.Skipped(
              node.subject(),
              "no pod of this node holds a floating IP",
              Outcome.Skipped.Why.NOT_APPLICABLE));
    }
    Sysctl kernel = node.kernel();
    Set<String> strict = new TreeSet<>();
    for (String uplink : uplinks(node)) {
      OptionalLong filter = kernel.reversePathFilter(uplink);
      if (filter.isEmpty()) {
        throw new MissingEvidence(
            MissingEvidence.Kind.UNKNOWN,
            "%s/sysctl.txt does not tell rp_filter of %s".formatted(node.name(), uplink));
      }
      if (filter.getAsLong() == 1) {
        strict.add(uplink);
      }
    }
    if (strict.isEmpty()) {
      return List.of(Outcome.ok(node.subject()));
    }
    return List.of(
        Finding.warning(node.subject())
            .observed("rp_filter is strict on %s", String.join(", ", strict))
            .expected("0 or 2; the larger of the interface's and of all counts")
            .proof(
                node.proof(
                    "sysctl.txt",
                    line ->
                        line.startsWith("net.ipv4.conf.all.rp_filter")
                            || strict.stream()
                                .anyMatch(
                                    dev ->
                                        line.startsWith(
                                            "net.ipv4.conf."
                                                + dev.replace('.', '/')
                                                + ".rp_filter"))))
            .impact(
                "Where the answer to a client would leave by another interface, node %s drops the client's packets without a word.",
                node.name())
            .fix(
                facts
                    .onNode(
                        node.name(),
                        FixKind.LOOSEN_REVERSE_PATH,
                        "bash -c %s",
                        ShellCommand.script(
                            strict.stream()
                                .map(
                                    dev ->
                                        ShellCommand.part(
                                            "echo 2 >%s",
                                            ShellCommand.word(
                                                "/proc/sys/net/ipv4/conf/" + dev + "/rp_filter")))
                                .toList()))
                    .remark(
                        "2 is loose, for this interface alone; where every way goes through it,"
                            + " leave it as it is")));
  }

  /** The interfaces over which gateways are reached. */
  private static Set<String> uplinks(NodeFacts node) {
    Set<String> devices = new TreeSet<>();
    for (Route route : node.routes(Family.IPV4).routes().routes()) {
      route.hops().stream()
          .filter(hop -> hop.gateway().isPresent())
          .flatMap(hop -> hop.dev().stream())
          .filter(
              dev ->
                  !dev.equals("tunl0") && !dev.startsWith("vxlan") && !dev.startsWith("wireguard"))
          .forEach(devices::add);
    }
    return devices;
  }

  /** FIP-312. */
  public static List<Outcome> routed(Facts facts, NodeFacts node) {
    List<Outcome> outcomes = new ArrayList<>();
    for (IpAddress address : facts.addresses()) {
      List<Facts.Held> holders =
          facts.holders(address).stream()
              .filter(held -> held.target().isPresent() && !held.pod().terminating())
              .filter(held -> held.pod().node().flatMap(facts::node).isPresent())
              .toList();
      boolean here =
          holders.stream().anyMatch(held -> held.pod().node().equals(Optional.of(node.name())));
      if (holders.isEmpty() || here) {
        continue;
      }
      Node host = facts.node(holders.getFirst().pod().node().orElseThrow()).orElseThrow();
      if (!facts.reachability(address, host).routeExpected()) {
        // FIP-204 says why nobody else reaches it.
        continue;
      }
      outcomes.add(route(facts, node, address, holders));
    }
    return outcomes.isEmpty()
        ? List.of(
            new Outcome.Skipped(
                node.subject(),
                "no floating IP elsewhere should have a route here",
                Outcome.Skipped.Why.NOT_APPLICABLE))
        : outcomes;
  }

  private static Outcome route(
      Facts facts, NodeFacts node, IpAddress address, List<Facts.Held> holders) {
    Subject subject = Subject.of(address, holders.getFirst().pod()).on(node.name());
    Optional<Route> route = node.routes(address.family()).routeTo(address);
    boolean towards =
        holders.stream()
            .map(held -> facts.node(held.pod().node().orElseThrow()).orElseThrow())
            .anyMatch(host -> route.filter(r -> leadsTo(r, host)).isPresent());
    boolean toACluster =
        facts.nodes().stream().anyMatch(other -> route.filter(r -> leadsTo(r, other)).isPresent());
    boolean exact = route.filter(r -> r.destination().isHost()).isPresent();
    boolean bad =
        route.isEmpty()
            || route.get().discards()
            || (toACluster && !towards)
            || (exact && route.get().leadsThrough(facts.interfaces(node.name())));
    if (towards && !bad) {
      return Outcome.ok(subject);
    }
    if (!bad && (exact || !facts.fullMesh())) {
      // Over a router that is no node: what it does with the address is not to be seen from here.
      return Outcome.ok(subject, "node %s sends %s to a router".formatted(node.name(), address));
    }
    Finding.Draft draft =
        Finding.error(subject)
            .observed(
                route
                    .map(
                        r ->
                            "node %s takes %s".formatted(node.name(), DataplaneChecks.described(r)))
                    .orElse("node %s has no route".formatted(node.name())))
            .expected(
                "%s via %s",
                address,
                String.join(
                    " or ",
                    holders.stream()
                        .flatMap(held -> facts.node(held.pod().node().orElseThrow()).stream())
                        .flatMap(host -> host.address(address.family()).stream())
                        .map(Object::toString)
                        .distinct()
                        .toList()))
            .proof(node.routeProof(address, route))
            .impact("From node %s and its pods %s is not reached.", node.name(), address);
    holders.forEach(held -> held.pod().node().ifPresent(draft::related));
    if (exact && route.get().discards()) {
      return draft.fix(
          facts
              .onNode(
                  node.name(),
                  FixKind.DELETE_ROUTE,
                  "ip route del %s %s",
                  ShellCommand.word(route.get().type()),
                  address)
              .remark("look first who has set it"));
    }
    return draft.fix(
        FixKind.SHOW_NAT
            .advice(address)
            .remark("the route of each node; FIP-313 names a BGP session that is down"));
  }

  private static boolean leadsTo(Route route, Node node) {
    return node.addresses().stream().anyMatch(route::leadsVia)
        || node.otherAddresses().keySet().stream().anyMatch(route::leadsVia);
  }

  /** FIP-313. */
  public static List<Outcome> announced(Facts facts, NodeFacts node) {
    if (!facts.install().backend().equals("bird")) {
      return List.of(
          Outcome.notApplicable(
              "BIRD does not run here (backend %s)".formatted(facts.install().backend())));
    }
    List<Outcome> outcomes = new ArrayList<>();
    for (Bird bird : Bird.of(facts, node)) {
      outcomes.addAll(announced(facts, node, bird));
    }
    return outcomes;
  }

  /** Of BIRD 1 there is one for each family (confd/etc/calico/confd/templates). */
  private enum Bird {
    IPV4(Family.IPV4, "birdcl"),
    IPV6(Family.IPV6, "birdcl6");

    private final Family family;
    private final String tool;

    Bird(Family family, String tool) {
      this.family = family;
      this.tool = tool;
    }

    /** That of IPv4 always, that of IPv6 where a pod of the node has such an address. */
    static List<Bird> of(Facts facts, NodeFacts node) {
      boolean six =
          facts.carriedBy(node.name()).stream()
              .anyMatch(held -> held.address().family() == Family.IPV6);
      return six ? List.of(IPV4, IPV6) : List.of(IPV4);
    }

    String protocols() {
      return tool + "-protocols.txt";
    }

    String routes() {
      return tool + "-route.txt";
    }

    /**
     * Whether only birdcl took too long, and had not even a greeting: BIRD stands still, while the
     * node does what else it is asked. Where other tools take too long as well, nothing is known.
     */
    boolean isSilent(NodeFacts node) {
      return isLate(node, protocols())
          && node.file(protocols()).filter(it -> it.text().isBlank()).isPresent()
          && node.files().stream()
              .filter(file -> !file.startsWith("birdcl"))
              .noneMatch(file -> isLate(node, file));
    }

    private static boolean isLate(NodeFacts node, String file) {
      return node.file(file).filter(it -> it.status() == NodeCommand.Read.TIMED_OUT).isPresent();
    }

    /** The command's words on a node. */
    String show(String what) {
      String socket = family == Family.IPV4 ? "bird.ctl" : "bird6.ctl";
      return "%s -s /var/run/calico/%s show %s".formatted(tool, socket, what);
    }

    List<Facts.Held> carried(Facts facts, NodeFacts node) {
      return facts.carriedBy(node.name()).stream()
          .filter(held -> held.address().family() == family)
          .toList();
    }
  }

  private static List<Outcome> announced(Facts facts, NodeFacts node, Bird bird) {
    if (bird.isSilent(node)) {
      return List.of(notRunning(facts, node, bird, "birdcl gets no answer in time"));
    }
    // That nobody answers is the tool's failure, in words of its own, and an answer.
    String text =
        node.file(bird.protocols())
            .filter(it -> it.status() == 1 && !it.text().isBlank())
            .map(NodeEvidence.Text::text)
            .orElseGet(() -> node.need(bird.protocols()));
    BirdProtocols protocols = BirdProtocols.parse(text);
    return switch (protocols.answer()) {
      case BirdAnswer.Ready ready ->
          sessions(facts, node, bird, node.understood(bird.protocols(), protocols));
      case BirdAnswer.Silent silent -> List.of(notRunning(facts, node, bird, "it prints nothing"));
      case BirdAnswer.NoConnection no -> List.of(notRunning(facts, node, bird, no.why().text()));
      case BirdAnswer.Unknown unknown ->
          List.of(
              new Outcome.Unknown(
                  node.subject(),
                  "%s/%s %s".formatted(node.name(), bird.protocols(), unknown.why())));
    };
  }

  private static Outcome notRunning(Facts facts, NodeFacts node, Bird bird, String why) {
    boolean carries = !bird.carried(facts, node).isEmpty();
    return Finding.of(carries ? Severity.ERROR : Severity.WARNING, node.subject())
        .observed("BIRD does not answer on node %s: %s", node.name(), why)
        .expected("BIRD runs and answers birdcl")
        .proof(node.proof(bird.protocols(), line -> !line.isBlank()))
        .impact(
            carries
                ? "Nobody is told that the floating IPs of node %s are there."
                    .formatted(node.name())
                : "Node %s does not learn where floating IPs are.".formatted(node.name()))
        .fix(facts.restart(node.name()));
  }

  private static List<Outcome> sessions(
      Facts facts, NodeFacts node, Bird bird, BirdProtocols protocols) {
    List<Outcome> outcomes = new ArrayList<>();
    boolean carries = !bird.carried(facts, node).isEmpty();
    List<BirdProtocols.BirdProtocol> sessions = protocols.bgp();
    boolean any = sessions.stream().anyMatch(BirdProtocols.BirdProtocol::isEstablished);
    for (BirdProtocols.BirdProtocol session : sessions) {
      if (session.isEstablished()) {
        outcomes.add(Outcome.ok(node.subject()));
        continue;
      }
      Finding.Draft draft =
          Finding.of(any || !carries ? Severity.WARNING : Severity.ERROR, node.subject())
              .observed(
                  "session %s is %s",
                  session.name(),
                  session.info().isBlank() ? session.state() : session.info().strip())
              .expected("Established")
              .proof(node.proof(bird.protocols(), line -> line.startsWith(session.name() + " ")))
              .impact(
                  "%s and node %s do not tell each other their addresses.",
                  session.neighbor().map(Object::toString).orElse(session.name()), node.name());
      session
          .neighbor()
          .flatMap(
              neighbor ->
                  facts.nodes().stream()
                      .filter(
                          other ->
                              other.addresses().contains(neighbor)
                                  || other.otherAddresses().containsKey(neighbor))
                      .findFirst())
          .ifPresent(other -> draft.related(other.name()));
      outcomes.add(
          draft.fix(
              Advice.byHand(
                  Risk.SAFE,
                  "see in %s %s on node %s what the other end says, and whether TCP port 179 is"
                      + " open between them",
                  bird.show("protocols all"),
                  session.name(),
                  node.name())));
    }
    if (sessions.isEmpty() && facts.linux().size() > 1) {
      outcomes.add(
          Finding.of(carries ? Severity.ERROR : Severity.WARNING, node.subject())
              .observed("BIRD on node %s has no BGP session at all", node.name())
              .expected("the mesh of nodes, or BGPPeers")
              .proof(node.proof(bird.protocols(), line -> line.indexOf(" BGP ") >= 0))
              .impact("Nobody is told of the floating IPs of node %s.", node.name())
              .fix(
                  Advice.byHand(
                      Risk.SAFE,
                      "look at nodeToNodeMeshEnabled in BGPConfiguration default: where the mesh"
                          + " is off there must be BGPPeers for node %s",
                      node.name())));
    }
    outcomes.addAll(known(facts, node, bird));
    return outcomes;
  }

  /** Whether BIRD has learned the addresses from the kernel. */
  private static List<Outcome> known(Facts facts, NodeFacts node, Bird bird) {
    List<Outcome> outcomes = new ArrayList<>();
    for (Facts.Held held : bird.carried(facts, node)) {
      IpAddress address = held.address();
      BirdRoutes routes = node.need(bird.routes(), BirdRoutes::parse);
      if (!routes.answer().isReady()) {
        throw new MissingEvidence(
            MissingEvidence.Kind.UNKNOWN,
            "%s/%s: BIRD did not answer".formatted(node.name(), bird.routes()));
      }
      outcomes.add(
          routes.to(address.asCidr()).isEmpty()
              ? Finding.error(Subject.of(address, held.pod()))
                  .observed("BIRD on node %s does not know %s", node.name(), address)
                  .expected("a route from protocol kernel1")
                  .proof(
                      node.proof(bird.routes(), line -> NodeFacts.names(line, address.toString())))
                  .impact("Nobody is told where %s is.", address)
                  .fix(facts.restart(node.name()))
              : Outcome.ok(Subject.of(address, held.pod())));
    }
    return outcomes;
  }

  /** FIP-314. */
  public static List<Outcome> sameNetwork(Facts facts, NodeFacts node) {
    List<Facts.Held> carried = facts.carriedBy(node.name());
    if (carried.isEmpty()) {
      return List.of(
          new Outcome.Skipped(
              node.subject(),
              "no pod of this node holds a floating IP",
              Outcome.Skipped.Why.NOT_APPLICABLE));
    }
    List<Outcome> outcomes = new ArrayList<>();
    Interfaces links = node.need("ip-addr.json", Interfaces::parse);
    for (Facts.Held held : carried) {
      IpAddress address = held.address();
      Optional<Interfaces.Link> link =
          links.links().stream()
              .filter(
                  it ->
                      !it.name().equals("lo") && !facts.interfaces(node.name()).include(it.name()))
              .filter(
                  it ->
                      it.addresses().stream()
                          .anyMatch(
                              own -> !own.network().isHost() && own.network().contains(address)))
              .findFirst();
      boolean answers =
          link.isPresent()
              && node.kernel("net.ipv4.conf." + link.get().name().replace('.', '/') + ".proxy_arp")
                  .equals("1");
      outcomes.add(
          link.isEmpty() || answers || facts.isTaken(address)
              ? Outcome.ok(Subject.of(address, held.pod()))
              : Finding.warning(Subject.of(address, held.pod()))
                  .observed(
                      "%s is in the network of %s, where neighbours ask for it by %s and nobody answers",
                      address,
                      link.get().name(),
                      address.family() == Family.IPV4 ? "ARP" : "neighbour discovery")
                  .expected(
                      "an address outside of the nodes' own network, or proxy_arp on %s",
                      link.get().name())
                  .proof(
                      new EvidenceRef(
                          node.name() + "/ip-addr.json",
                          link.get().addresses().stream()
                              .map(
                                  own ->
                                      link.get().name()
                                          + " "
                                          + own.address()
                                          + " in "
                                          + own.network())
                              .toList()))
                  .impact(
                      "Clients in the same network do not find %s; those behind a router do, if it is told.",
                      address)
                  .fix(
                      Advice.byHand(
                          Risk.RISKY,
                          "take an address outside of the nodes' network and route it to them; or"
                              + " have node %s answer for it, which proxy_arp on %s does for every"
                              + " address that it has a route to",
                          node.name(),
                          link.get().name())));
    }
    return outcomes;
  }

  /** Whether a rule only marks what a policy has let through. */
  static boolean accepts(Rule rule) {
    return rule.does("accept")
        || rule.text().matches(".*MARK --(set-xmark|or-mark) 0x0*[1-9a-f].*")
        || (rule.text().indexOf("\"mangle\"") >= 0 && rule.text().indexOf("\"|\"") >= 0);
  }
}
