package io.fipctl.doctor.check;

import io.fipctl.calico.AddressUse;
import io.fipctl.calico.NewPool;
import io.fipctl.calico.Reachability;
import io.fipctl.evidence.MissingEvidence;
import io.fipctl.kube.Kind;
import io.fipctl.model.ApiObject;
import io.fipctl.model.Cidr;
import io.fipctl.model.FloatingIps;
import io.fipctl.model.IpAddress;
import io.fipctl.model.IpAddress.Family;
import io.fipctl.model.IpPool;
import io.fipctl.model.Node;
import io.fipctl.model.Pod;
import io.fipctl.model.ShellCommand;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What pods claim, and whether such a claim can come to anything. */
public final class AddressChecks {
  private AddressChecks() {}

  /** FIP-201. */
  public static List<Outcome> parses(Facts facts) {
    List<Outcome> outcomes = new ArrayList<>();
    for (Pod pod : facts.pods()) {
      if (pod.finished() || pod.hostNetwork()) {
        // Calico reads no endpoint from such a pod, so nothing is lost.
        continue;
      }
      switch (pod.floatingIps()) {
        case FloatingIps.None none -> {}
        case FloatingIps.Listed listed -> outcomes.add(Outcome.ok(Subject.of(pod)));
        case FloatingIps.Malformed malformed -> outcomes.add(malformed(pod, malformed));
      }
    }
    templates(facts).forEach(template -> brokenTemplate(template).ifPresent(outcomes::add));
    return outcomes.isEmpty()
        ? List.of(Outcome.ok(Subject.CLUSTER, "no pod has the annotation"))
        : outcomes;
  }

  private static Outcome malformed(Pod pod, FloatingIps.Malformed malformed) {
    // A pod that is going, or has no network yet, cannot be given anything.
    List<IpAddress> meant =
        pod.terminating()
            ? List.of()
            : malformed.meant().stream()
                .filter(address -> pod.address(address.family()).isPresent())
                .toList();
    return Finding.error(Subject.of(pod))
        .observed("the value is no JSON array of strings: %s", malformed.why())
        .expected(
            malformed.meant().isEmpty()
                ? "a JSON array of addresses, or no annotation"
                : FloatingIps.write(malformed.meant()))
        .proof(annotation(pod, malformed.raw()))
        .impact(
            pod.terminating()
                ? "Pod %s hangs in Terminating: its network cannot be taken down."
                    .formatted(pod.ref())
                : "Pod %s has lost its whole network, not only the floating IP."
                    .formatted(pod.ref()))
        .remedy(new Remedy.Tidy(pod, meant))
        .fix(
            meant.isEmpty()
                ? FixKind.RELEASE_POD.advice(pod.ref())
                : FixKind.RELEASE_AND_ASSIGN.advice(pod.ref(), meant));
  }

  private static EvidenceRef annotation(Pod pod, String raw) {
    return EvidenceRef.api("pods", "%s %s: %s".formatted(pod.ref(), FloatingIps.KEY, raw));
  }

  /** A workload whose pods get the annotation at their birth. */
  private record Template(ApiObject workload, String kind, String value) {
    String name() {
      return kind + "/" + workload.namespace() + "/" + workload.name();
    }

    Subject subject() {
      return Subject.ofObject(name());
    }

    List<IpAddress> addresses() {
      return FloatingIps.read(Optional.of(value), Set.of()).addresses();
    }
  }

  private static List<Template> templates(Facts facts) {
    List<Template> templates = new ArrayList<>();
    for (Kind kind : List.of(Kind.DEPLOYMENTS, Kind.STATEFUL_SETS, Kind.DAEMON_SETS)) {
      for (ApiObject workload : facts.maybe(kind)) {
        workload
            .text("spec", "template", "metadata", "annotations", FloatingIps.KEY)
            .ifPresent(
                value ->
                    templates.add(
                        new Template(
                            workload, kind.name().toLowerCase(java.util.Locale.ROOT), value)));
      }
    }
    return templates;
  }

  /** Whether a workload gives an address to whatever pods it makes. */
  static boolean isInTemplate(Facts facts, IpAddress address) {
    return templates(facts).stream().anyMatch(template -> template.addresses().contains(address));
  }

  private static Optional<Outcome> brokenTemplate(Template template) {
    return FloatingIps.read(Optional.of(template.value()), Set.of())
            instanceof FloatingIps.Malformed malformed
        ? Optional.of(
            Finding.error(template.subject())
                .observed(
                    "the value in the template is no JSON array of strings: %s", malformed.why())
                .expected(
                    malformed.meant().isEmpty()
                        ? "a JSON array of addresses, or no annotation"
                        : FloatingIps.write(malformed.meant()))
                .proof(
                    new EvidenceRef(
                        "api/" + template.kind() + "s.json",
                        List.of(
                            template.name()
                                + " template "
                                + FloatingIps.KEY
                                + ": "
                                + template.value())))
                .impact("No pod of %s starts.", template.name())
                .fix(
                    Advice.byHand(
                        Risk.SAFE,
                        "correct the annotation in the template of %s, or take it out",
                        template.name())))
        : Optional.empty();
  }

  /** FIP-202. */
  public static List<Outcome> takesEffect(Facts facts) {
    List<Outcome> outcomes = new ArrayList<>();
    for (Pod pod : facts.pods()) {
      if (!(pod.floatingIps() instanceof FloatingIps.Listed listed)
          || listed.entries().isEmpty()
          || pod.finished()) {
        continue;
      }
      Optional<Node> node = pod.node().flatMap(facts::node);
      if (pod.hostNetwork()) {
        outcomes.add(
            ineffective(pod, "the pod is on its node's network, where Calico has no endpoint")
                .remedy(new Remedy.Tidy(pod, List.of()))
                .fix(FixKind.RELEASE_POD.advice(pod.ref())));
      } else if (node.filter(Node::windows).isPresent()) {
        outcomes.add(
            ineffective(
                    pod,
                    "node %s runs Windows, where Calico has no floating IPs"
                        .formatted(node.get().name()))
                // Nobody can look at such a node.
                .fix(FixKind.RELEASE_POD_UNVERIFIED.advice(pod.ref())));
      } else {
        ignored(pod, listed).ifPresent(outcomes::add);
        listed.addresses().forEach(address -> outcomes.add(Outcome.ok(Subject.of(address, pod))));
        ipv6(facts, pod, listed, node).ifPresent(outcomes::add);
      }
    }
    return outcomes.isEmpty() ? List.of(Outcome.ok(Subject.CLUSTER)) : outcomes;
  }

  private static Finding.Draft ineffective(Pod pod, String why) {
    return Finding.error(Subject.of(pod))
        .observed(why)
        .expected("bare addresses of a family that the pod has")
        .proof(annotation(pod, pod.annotation().orElse("")))
        .impact("Calico passes it over in silence: the address does not lead to the pod.");
  }

  private static Optional<Outcome> ignored(Pod pod, FloatingIps.Listed listed) {
    List<FloatingIps.Entry> ignored =
        listed.entries().stream().filter(entry -> entry.ignoredBecause().isPresent()).toList();
    if (ignored.isEmpty()) {
      return Optional.empty();
    }
    List<IpAddress> meant =
        ignored.stream()
            .flatMap(entry -> Cidr.tryParse(entry.text()).filter(Cidr::isHost).stream())
            .map(Cidr::network)
            .filter(address -> pod.address(address.family()).isPresent())
            .distinct()
            .toList();
    return Optional.of(
        ineffective(
                pod,
                ignored.stream()
                    .map(entry -> "'%s' %s".formatted(entry.text(), entry.ignoredBecause().get()))
                    .collect(Collectors.joining("; ")))
            .remedy(new Remedy.Tidy(pod, meant))
            .fix(
                pod.held().isEmpty() && meant.isEmpty()
                    ? FixKind.RELEASE_POD.advice(pod.ref())
                    : FixKind.REWRITE_ANNOTATION.advice(pod.ref())));
  }

  private static Optional<Outcome> ipv6(
      Facts facts, Pod pod, FloatingIps.Listed listed, Optional<Node> node) {
    Optional<IpAddress> six =
        listed.addresses().stream().filter(it -> it.family() == Family.IPV6).findFirst();
    if (six.isEmpty() || node.isEmpty()) {
      return Optional.empty();
    }
    boolean off =
        facts
            .settings()
            .of("ipv6Support", node.get().name(), node.get().labels())
            .value()
            .filter(value -> value.matches("(?i)false|0|f|no|n"))
            .isPresent();
    return off
        ? Optional.of(
            Finding.error(Subject.of(six.get(), pod))
                .observed("Felix programs no IPv6 here (ipv6Support is false)")
                .expected("FELIX_IPV6SUPPORT=true")
                .proof(
                    EvidenceRef.api(
                        "daemonsets", facts.install().daemonSet() + " FELIX_IPV6SUPPORT: false"))
                .impact("%s has no rule and no route.", six.get())
                .fix(
                    Advice.byHand(
                        Risk.DISRUPTIVE,
                        "switch IPv6 on in Felix (FELIX_IPV6SUPPORT=true in DaemonSet %s/%s, which"
                            + " rolls), or do without IPv6 floating IPs",
                        facts.install().namespace(),
                        facts.install().daemonSet())))
        : Optional.empty();
  }

  /** FIP-203. */
  public static List<Outcome> unique(Facts facts) {
    List<Outcome> outcomes = new ArrayList<>();
    for (Kind kind : List.of(Kind.NODES, Kind.SERVICES)) {
      try {
        facts.need(kind);
      } catch (MissingEvidence e) {
        // That two pods hold an address is seen without them.
        outcomes.add(Outcome.of(e, Subject.ofObject(kind.plural())));
      }
    }
    AddressUse use = facts.use();
    for (IpAddress address : facts.addresses()) {
      List<Facts.Held> holders = facts.holders(address);
      List<AddressUse.Claim> others = use.otherClaims(address);
      if (holders.size() > 1) {
        outcomes.add(duplicate(facts, address, holders));
      }
      Optional<String> unusable = use.unusable(address);
      if (unusable.isPresent()) {
        outcomes.add(unusable(address, holders.getFirst().pod(), unusable.get()));
      } else if (!others.isEmpty()) {
        outcomes.add(taken(facts, address, holders.getFirst().pod(), others.getFirst()));
      }
      if (holders.size() == 1 && others.isEmpty() && unusable.isEmpty()) {
        outcomes.add(Outcome.ok(Subject.of(address)));
      }
    }
    for (IpAddress address : facts.nobodys()) {
      List<AddressUse.Claim> others = use.otherClaims(address);
      outcomes.add(
          Finding.error(Subject.of(address))
              .observed(
                  others.isEmpty()
                      ? "no pod holds it"
                      : "no pod holds it as a floating IP; it belongs to " + others.getFirst())
              .expected("a pod holds it")
              .proof(new EvidenceRef("api/pods.json", List.of()))
              .impact("Nothing leads %s to a pod.", address)
              .fix(
                  FixKind.LIST_PODS
                      .advice()
                      .remark("choose one, then: fipctl assign POD %s", address)));
    }
    return outcomes.isEmpty() ? List.of(Outcome.ok(Subject.CLUSTER)) : outcomes;
  }

  private static Outcome duplicate(Facts facts, IpAddress address, List<Facts.Held> holders) {
    List<Pod> pods =
        holders.stream()
            .map(Facts.Held::pod)
            .sorted(Comparator.comparing(pod -> pod.created().map(Object::toString).orElse("")))
            .toList();
    boolean leaving = pods.stream().filter(pod -> !pod.terminating()).count() <= 1;
    List<String> nodes = pods.stream().flatMap(pod -> pod.node().stream()).distinct().toList();
    Finding.Draft draft =
        Finding.of(leaving ? Severity.WARNING : Severity.ERROR, Subject.of(address))
            .observed("%s", holding(pods))
            .expected("one pod holds an address")
            .impact(
                nodes.size() > 1
                    ? "Each of these nodes leads it to its own pod and announces it: who reaches which"
                        + " is decided by the way the packets come."
                    : "The node leads it to one of them, and the others get nothing.")
            .remedy(new Remedy.Separate(address, pods, Optional.empty()));
    pods.forEach(pod -> draft.proof(annotation(pod, pod.annotation().orElse(""))));
    nodes.forEach(draft::related);
    Optional<Rightful> rightful = Rightful.of(facts, address, pods);
    rightful.ifPresent(holder -> draft.proof(holder.proof()));
    return draft.fix(
        rightful
            .map(holder -> releaseFromOthers(address, pods, holder))
            .orElseGet(() -> decide(address, pods, leaving)));
  }

  private static Advice releaseFromOthers(IpAddress address, List<Pod> pods, Rightful holder) {
    return FixKind.RELEASE_FROM
        .each(
            pods.stream()
                .filter(pod -> !pod.equals(holder.pod()))
                .map(pod -> new Object[] {address, pod.ref()})
                .toList())
        .remark("%s keeps it: %s", holder.pod().ref(), holder.because());
  }

  /** Where nothing tells who should keep it, only people know. */
  private static Advice decide(IpAddress address, List<Pod> pods, boolean leaving) {
    return leaving
        ? Advice.byHand(
            Risk.SAFE, "wait until the pod that is being deleted is gone, then look again")
        : Advice.byHand(
            Risk.DISRUPTIVE,
            "decide which pod keeps %s, and release it from the others: fipctl doctor --fix asks"
                + " (%s)",
            address,
            String.join(" or ", pods.stream().map(pod -> pod.ref().toString()).toList()));
  }

  /** Who holds an address that only one pod should hold. */
  public static String holding(List<Pod> pods) {
    return "%d pods hold it: %s"
        .formatted(
            pods.size(),
            pods.stream()
                .map(pod -> pod.ref() + " on " + pod.node().orElse("no node"))
                .collect(Collectors.joining(", ")));
  }

  private static Outcome taken(Facts facts, IpAddress address, Pod pod, AddressUse.Claim owner) {
    Optional<Rightful> recorded = Rightful.byRecord(facts, address, List.of(pod));
    Finding.Draft draft =
        Finding.error(Subject.of(address, pod))
            .observed("it also belongs to %s", owner)
            .expected("nothing else in the cluster has it")
            .proof(annotation(pod, pod.annotation().orElse("")))
            .proof(new EvidenceRef("api", List.of(owner.toString())))
            .impact(
                "Traffic for %s goes to pod %s wherever the rule is, and the owner loses it.",
                owner.owner(), pod.ref());
    recorded.ifPresent(holder -> draft.proof(holder.proof()));
    return draft.fix(
        recorded
            .map(
                holder ->
                    Advice.byHand(
                        Risk.DISRUPTIVE,
                        "decide who keeps %s: %s got it by fipctl, so it may be %s that must give"
                            + " it up",
                        address,
                        pod.ref(),
                        owner.owner()))
            .orElseGet(
                () ->
                    FixKind.RELEASE_FROM
                        .advice(address, pod.ref())
                        .remark("then assign another one")));
  }

  private static Outcome unusable(IpAddress address, Pod pod, String why) {
    return Finding.error(Subject.of(address, pod))
        .observed("it is %s", why)
        .expected("an address that a pod can have")
        .proof(annotation(pod, pod.annotation().orElse("")))
        .impact(
            "Pod %s is not reached at %s, and its node may lose what the address is for.",
            pod.ref(), address)
        .fix(FixKind.RELEASE_FROM.advice(address, pod.ref()).remark("then assign another one"));
  }

  /** What several addresses are not reached for. */
  private record Obstruction(Reachability.Cause cause, Optional<IpPool> pool) {}

  /** FIP-204. */
  public static List<Outcome> reachable(Facts facts) {
    List<Outcome> outcomes = new ArrayList<>();
    Map<Obstruction, Set<IpAddress>> obstructed = new LinkedHashMap<>();
    boolean alone = facts.linux().size() < 2;
    for (Facts.Held held : facts.held()) {
      Optional<Node> node = held.pod().node().flatMap(facts::node);
      IpAddress address = held.address();
      if (node.isEmpty() || facts.isTaken(address)) {
        continue;
      }
      List<Reachability.Cause> causes =
          alone
              ? List.of()
              : facts.reachability(address, node.get()).obstacles().stream()
                  .map(Reachability.Obstacle::cause)
                  // FIP-205 tells of it.
                  .filter(cause -> cause != Reachability.Cause.GIVEN_TO_PODS)
                  .toList();
      if (causes.isEmpty()) {
        outcomes.add(
            foreignBlock(facts, address, node.get())
                .map(note -> Outcome.ok(Subject.of(address, held.pod()), note))
                .orElseGet(() -> Outcome.ok(Subject.of(address, held.pod()))));
      }
      for (Reachability.Cause cause : causes) {
        Optional<IpPool> pool =
            cause == Reachability.Cause.NO_BIRD ? Optional.empty() : facts.use().pool(address);
        obstructed
            .computeIfAbsent(new Obstruction(cause, pool), key -> new TreeSet<>())
            .add(address);
      }
    }
    obstructed.forEach((what, addresses) -> outcomes.add(unreachable(facts, what, addresses)));
    return outcomes.isEmpty() ? List.of(Outcome.ok(Subject.CLUSTER)) : outcomes;
  }

  private static Outcome unreachable(Facts facts, Obstruction what, Set<IpAddress> addresses) {
    // A filter of BIRD may let through what no pool has.
    boolean filtered =
        what.cause() == Reachability.Cause.NO_POOL && !facts.maybe(Kind.BGP_FILTERS).isEmpty();
    Subject about = what.pool().map(AddressChecks::subject).orElse(Subject.CLUSTER).of(addresses);
    String group = facts.install().group().group();
    String name = what.pool().map(IpPool::name).orElse("");
    Finding.Draft draft =
        Finding.of(filtered ? Severity.WARNING : Severity.ERROR, about)
            .expected("a pool without encapsulation that BIRD exports")
            .impact(
                "From other nodes and from outside %s %s not reached.",
                listed(addresses), addresses.size() == 1 ? "is" : "are");
    what.pool()
        .ifPresent(pool -> draft.proof(EvidenceRef.api("ippools", name + " " + pool.cidr())));
    return switch (what.cause()) {
      case NO_POOL ->
          draft
              .observed("no IP pool has %s, so BIRD does not announce it", listed(addresses))
              .proof(EvidenceRef.api("ippools", "none has " + listed(addresses)))
              .fix(poolFor(facts, addresses));
      case NOT_EXPORTED ->
          draft
              .observed("pool %s is not exported (disableBGPExport)", name)
              .fix(
                  what.pool().get().allocates() || facts.hasPods(what.pool().get())
                      ? ownPool("exporting this one would announce its pods' own addresses too")
                      : FixKind.EXPORT_POOL
                          .advice(group, name)
                          .remark("BIRD then announces what lies in %s", what.pool().get().cidr()));
      case ENCAPSULATED ->
          draft
              .observed(
                  "pool %s is encapsulated (%s), and Felix routes floating IPs of such pools to"
                      + " nobody",
                  name, what.pool().get().vxlan() ? "VXLAN" : "IPIP")
              .fix(
                  what.pool().get().allocates() || facts.hasPods(what.pool().get())
                      ? ownPool("the pods in this one need its encapsulation")
                      : FixKind.STOP_ENCAPSULATION.advice(group, name));
      case NO_BIRD ->
          draft
              .observed("BIRD does not run here, so nobody announces %s", listed(addresses))
              .expected("backend bird")
              .proof(
                  EvidenceRef.api(
                      "daemonsets",
                      "%s CALICO_NETWORKING_BACKEND: %s"
                          .formatted(facts.install().daemonSet(), facts.install().backend())))
              .fix(
                  Advice.byHand(
                      Risk.RISKY,
                      "plan the change to CALICO_NETWORKING_BACKEND bird, which changes how all"
                          + " pods are routed, or do without floating IPs across nodes"));
      case GIVEN_TO_PODS -> throw new IllegalStateException("FIP-205 tells of it");
    };
  }

  /**
   * A pool is announced to every BGP peer. Whether an address of the Internet is this cluster's to
   * announce is not to be seen from here, and no command may take it for granted.
   */
  private static Advice poolFor(Facts facts, Set<IpAddress> addresses) {
    return addresses.stream().allMatch(NewPool::isLocal)
        ? FixKind.CREATE_POOL
            .advice(
                addresses.stream()
                    .map(address -> NewPool.object(facts.install().apiVersion(), address))
                    .toList())
            .remark(
                "only if %s yours: BIRD announces it to every peer; a range of your own is as good",
                addresses.size() == 1 ? "the address is" : "the addresses are")
        : Advice.byHand(
            Risk.RISKY,
            "release what is not yours; make a pool only for a range that is routed to this"
                + " cluster, because BIRD announces it to every peer");
  }

  private static Advice ownPool(String why) {
    return Advice.byHand(
        Risk.RISKY,
        "make a pool of its own for floating IPs, of a range that is yours (disabled: true,"
            + " ipipMode: Never, vxlanMode: Never, natOutgoing: false): "
            + why);
  }

  private static Subject subject(IpPool pool) {
    return Subject.ofObject("ippool/" + pool.name());
  }

  private static IpAddress first(Set<IpAddress> addresses) {
    return addresses.iterator().next();
  }

  private static String listed(Set<IpAddress> addresses) {
    List<String> texts = addresses.stream().map(IpAddress::toString).toList();
    return texts.size() <= 4
        ? String.join(", ", texts)
        : "%s and %d more".formatted(String.join(", ", texts.subList(0, 4)), texts.size() - 4);
  }

  private static String dashed(IpAddress address) {
    return address.toString().replaceAll("[.:]+", "-");
  }

  /** In another node's block the way from outside may follow the block instead of the address. */
  private static Optional<String> foreignBlock(Facts facts, IpAddress address, Node node) {
    return facts.maybe(Kind.IPAM_BLOCKS).stream()
        .filter(
            block ->
                block
                    .text("spec", "cidr")
                    .flatMap(Cidr::tryParse)
                    .filter(cidr -> cidr.contains(address))
                    .isPresent())
        .flatMap(block -> block.text("spec", "affinity").stream())
        .filter(owner -> owner.startsWith("host:") && !owner.equals("host:" + node.name()))
        .findFirst()
        .map(
            owner ->
                "%s lies in a block of node %s: a router that takes no host routes sends it there"
                    .formatted(address, owner.substring("host:".length())));
  }

  /** FIP-205. */
  public static List<Outcome> reserved(Facts facts) {
    List<Outcome> outcomes = new ArrayList<>();
    facts.pools();
    for (ApiObject reservation : facts.maybe(Kind.IP_RESERVATIONS)) {
      for (String text : reservation.texts("spec", "reservedCIDRs")) {
        if (text.indexOf('/') < 0 || Cidr.tryParse(text).isEmpty()) {
          outcomes.add(
              Finding.error(Subject.ofObject("ipreservation/" + reservation.name()))
                  .observed("'%s' is no range in CIDR notation", text)
                  .expected("203.0.113.10/32")
                  .proof(
                      EvidenceRef.api(
                          "ipreservations", reservation.name() + " reservedCIDRs: " + text))
                  .impact("IPAM of Calico 3.22 to 3.32 fails on it: no new pod gets an address.")
                  .fix(
                      Advice.byHand(
                          Risk.SAFE,
                          "write it as a range in IPReservation %s: ADDRESS/32, or ADDRESS/128",
                          reservation.name())));
        }
      }
    }
    Map<IpPool, Set<IpAddress>> given = new LinkedHashMap<>();
    for (IpAddress address : facts.addresses()) {
      Optional<IpPool> pool =
          facts
              .use()
              .pool(address)
              .filter(IpPool::allocates)
              .filter(it -> !facts.isTaken(address))
              .filter(it -> !facts.use().isReserved(address))
              .filter(it -> handsOut(facts, it));
      if (pool.isPresent()) {
        given.computeIfAbsent(pool.get(), key -> new TreeSet<>()).add(address);
      } else {
        outcomes.add(Outcome.ok(Subject.of(address)));
      }
    }
    given.forEach((pool, addresses) -> outcomes.add(unreserved(facts, pool, addresses)));
    return outcomes.isEmpty() ? List.of(Outcome.ok(Subject.CLUSTER)) : outcomes;
  }

  private static Outcome unreserved(Facts facts, IpPool pool, Set<IpAddress> addresses) {
    return Finding.warning(subject(pool).of(addresses))
        .observed(
            "pool %s hands its addresses to pods, and %s %s not reserved",
            pool.name(), listed(addresses), addresses.size() == 1 ? "is" : "are")
        .expected("an IPReservation, or a pool with disabled: true")
        .proof(
            EvidenceRef.api("ippools", "%s %s disabled: false".formatted(pool.name(), pool.cidr())))
        .impact("IPAM may give such an address to a new pod, which then loses its traffic.")
        .fix(
            FixKind.RESERVE.advice(
                facts.install().apiVersion(),
                dashed(first(addresses)),
                addresses.stream()
                    .map(address -> ShellCommand.part("\"%s\"", address.asCidr()))
                    .toList()));
  }

  /** Whether pods get addresses from a pool by themselves, beyond what the pool's type says. */
  private static boolean handsOut(Facts facts, IpPool pool) {
    return facts.need(Kind.IP_POOLS).stream()
        .filter(object -> object.name().equals(pool.name()))
        .noneMatch(
            object ->
                object.text("spec", "nodeSelector").equals(Optional.of("!all()"))
                    || (object.has("spec", "allowedUses")
                        && !object.texts("spec", "allowedUses").contains("Workload")));
  }

  /** FIP-206. */
  public static List<Outcome> templates206(Facts facts) {
    List<Outcome> outcomes = new ArrayList<>();
    for (Template template : templates(facts)) {
      List<IpAddress> listed = template.addresses();
      long replicas =
          template.kind().equals("daemonset")
              ? 2
              : template.workload().number("spec", "replicas").orElse(1);
      boolean surge =
          template.kind().equals("deployment")
              && !template
                  .workload()
                  .text("spec", "strategy", "type")
                  .equals(Optional.of("Recreate"))
              && !template
                  .workload()
                  .text("spec", "strategy", "rollingUpdate", "maxSurge")
                  .filter(value -> value.equals("0") || value.equals("0%"))
                  .isPresent();
      if (!listed.isEmpty() && (replicas > 1 || surge)) {
        outcomes.add(shared(template, replicas, listed));
      } else {
        outcomes.add(Outcome.ok(template.subject()));
      }
    }
    long lost = facts.held().stream().filter(held -> held.pod().controller().isPresent()).count();
    outcomes.add(
        Outcome.ok(
            Subject.CLUSTER,
            lost == 0
                ? ""
                : lost
                    + " of the claims end with their pod: a controller's next pod does not have them"));
    if (!facts.wasRead(Kind.DEPLOYMENTS) || !facts.wasRead(Kind.STATEFUL_SETS)) {
      outcomes.add(
          new Outcome.Unknown(Subject.CLUSTER, "the templates of workloads were not read"));
    }
    return outcomes;
  }

  private static Outcome shared(Template template, long replicas, List<IpAddress> listed) {
    boolean several = replicas > 1;
    String namespace = template.workload().namespace();
    String name = template.workload().name();
    return Finding.of(several ? Severity.ERROR : Severity.WARNING, template.subject())
        .observed(
            several
                ? "the template of %d pods names %s"
                : "the template names %2$s, and an update starts the new pod beside the old one",
            replicas,
            listed)
        .expected(
            several ? "an address of its own for each pod" : "strategy Recreate, or maxSurge 0")
        .proof(
            new EvidenceRef(
                "api/" + template.kind() + "s.json",
                List.of(
                    template.name() + " template " + FloatingIps.KEY + ": " + template.value())))
        .impact(
            several
                ? "All its pods claim the same address."
                : "During each update two pods claim the address.")
        .fix(
            several
                ? FixKind.CLEAR_TEMPLATE
                    .advice(template.kind(), namespace, name)
                    .remark("its pods are replaced and have no floating IP until one is assigned")
                : FixKind.RECREATE_PODS
                    .advice(template.kind(), namespace, name)
                    .remark("from now on each update has a gap in which no pod runs"));
  }
}
