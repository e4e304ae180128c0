package io.fipctl.doctor.check;

import io.fipctl.calico.CalicoInstall;
import io.fipctl.calico.CniConfig;
import io.fipctl.calico.FeatureGates;
import io.fipctl.calico.FelixGate;
import io.fipctl.kube.CalicoDaemonSet;
import io.fipctl.kube.Kind;
import io.fipctl.model.ApiObject;
import io.fipctl.model.CniTemplate;
import io.fipctl.model.FipctlException;
import io.fipctl.model.FloatingIps;
import io.fipctl.model.IpAddress.Family;
import io.fipctl.model.Node;
import io.fipctl.model.Pod;
import io.fipctl.model.ShellCommand;
import io.fipctl.nodeoutput.CniConflist;
import io.fipctl.packet.CalicoNat;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Whether Calico, as it is installed and configured, can carry floating IPs. */
public final class CalicoChecks {
  private static final Pattern VERSION = Pattern.compile("v?(\\d+)\\.(\\d+)(?:\\.(\\d+))?.*");
  private static final String REFUSED_BY_GATE = "requested feature is not enabled: floating_ips";

  private CalicoChecks() {}

  /** FIP-101. */
  public static List<Outcome> present(Facts facts) {
    CalicoInstall install;
    try {
      install = facts.install();
    } catch (FipctlException refused) {
      return List.of(
          Finding.error(Subject.CLUSTER)
              .observed(refused.getMessage())
              .expected("one DaemonSet that runs calico-node and is known to be Calico's")
              .proof(new EvidenceRef("api/daemonsets.json", List.of()))
              .impact("Without Calico's Felix nobody programs floating IPs.")
              .fix(
                  FixKind.LIST_DAEMON_SETS
                      .advice()
                      .remark(
                          CalicoDaemonSet.isUndecided(refused)
                              ? "if one is Calico's, add --calico-namespace NS"
                              : "which of them is Calico's, if any?")));
    }
    List<Outcome> outcomes = new ArrayList<>();
    if (install.datastore() == CalicoInstall.Datastore.ETCD) {
      outcomes.add(
          Finding.error(Subject.CLUSTER)
              .observed("calico-node keeps its data in etcd")
              .expected("DATASTORE_TYPE=kubernetes")
              .proof(
                  EvidenceRef.api(
                      "daemonsets",
                      "%s/%s DATASTORE_TYPE: %s"
                          .formatted(
                              install.namespace(),
                              install.daemonSet(),
                              install.env().getOrDefault("DATASTORE_TYPE", "not set"))))
              .impact(
                  "The annotation is read when a pod is created and never again: nothing that"
                      + " fipctl writes to a running pod has an effect.")
              .fix(
                  Advice.byHand(
                      Risk.DISRUPTIVE,
                      "write the address into the template of the pod's workload, which replaces"
                          + " the pod")));
    }
    if (install.datastoreReady().equals(Optional.of(false))) {
      outcomes.add(
          Finding.error(Subject.CLUSTER)
              .observed("ClusterInformation says datastoreReady: false")
              .expected("datastoreReady: true")
              .proof(EvidenceRef.api("clusterinformations", "default spec.datastoreReady: false"))
              .impact("A migration is going on: Calico creates no pods and takes no changes.")
              .fix(
                  FixKind.SHOW_DATASTORE
                      .advice(install.group().group())
                      .remark("wait until the migration has ended")));
    }
    boolean isWell = outcomes.isEmpty();
    install.source().passedOver().forEach(other -> outcomes.add(passedOver(install, other)));
    if (isWell) {
      outcomes.add(
          Outcome.ok(
              Subject.CLUSTER,
              "%s, %s/%s, %s"
                  .formatted(
                      install.version().or(install::runningVersion).orElse("version unknown"),
                      install.namespace(),
                      install.daemonSet(),
                      install.apiVersion())));
    }
    return outcomes;
  }

  /** Somebody's that looks like it: not believed, and worth knowing of. */
  private static Outcome passedOver(CalicoInstall install, CalicoDaemonSet.PassedOver other) {
    return Finding.warning(Subject.ofObject("daemonset/" + other.name()))
        .observed("DaemonSet %s has a container calico-node too; %s", other.name(), other.why())
        .expected("only %s/%s has one", install.namespace(), install.daemonSet())
        .proof(EvidenceRef.api("daemonsets", other.name()))
        .impact(
            "Nothing here is judged by it. Who goes by the label k8s-app may take its pods for Calico's.")
        .fix(
            FixKind.SHOW_DAEMON_SET
                .advice(other.namespace(), other.daemonSet())
                .remark(
                    "whose is it? If it is Calico's, add --calico-namespace %s",
                    other.namespace()));
  }

  /** FIP-102. */
  public static List<Outcome> felixGate(Facts facts) {
    if (facts.install().datastore() == CalicoInstall.Datastore.ETCD) {
      return List.of(
          Outcome.notApplicable("with an etcd datastore Felix's configuration is not in this API"));
    }
    List<Node> nodes = dataplaneNodes(facts);
    Map<String, List<Node>> off = new LinkedHashMap<>();
    Map<String, String> sources = new LinkedHashMap<>();
    List<Outcome> outcomes = new ArrayList<>();
    for (Node node : nodes) {
      FelixGate gate = facts.gate(node);
      switch (gate.state()) {
        case ON -> outcomes.add(Outcome.ok(Subject.ofNode(node.name())));
        case UNKNOWN ->
            outcomes.add(
                new Outcome.Unknown(
                    Subject.ofNode(node.name()), String.join("; ", gate.warnings())));
        case OFF -> {
          String value =
              facts
                  .settings()
                  .of(FelixGate.FIELD, node.name(), node.labels())
                  .value()
                  .orElse("not set");
          String key = gate.source() + ": " + FelixGate.FIELD + " " + value;
          sources.put(key, gate.source());
          off.computeIfAbsent(key, it -> new ArrayList<>()).add(node);
        }
      }
    }
    off.forEach(
        (observed, where) ->
            outcomes.add(gateOff(facts, observed, sources.get(observed), where, nodes.size())));
    return outcomes;
  }

  private static Outcome gateOff(
      Facts facts, String observed, String source, List<Node> where, int all) {
    List<String> names = where.stream().map(Node::name).toList();
    List<Facts.Held> dead = names.stream().flatMap(node -> facts.carriedBy(node).stream()).toList();
    Subject subject = names.size() == all ? Subject.CLUSTER : Subject.ofNodes(names);
    Finding.Draft draft =
        Finding.of(dead.isEmpty() ? Severity.WARNING : Severity.ERROR, subject)
            .observed("%s, on %d of %d nodes", observed, names.size(), all)
            .expected("floatingIPs: Enabled is what Felix takes on every node")
            .proof(
                source.startsWith("environment")
                    ? EvidenceRef.api("daemonsets", facts.install().daemonSet() + " " + observed)
                    : EvidenceRef.api("felixconfigurations", observed))
            .impact(
                dead.isEmpty()
                    ? "A floating IP of a pod on such a node would have no rule and no route, and nobody"
                        + " would say so."
                    : "%s of %s %s no rule and no route."
                        .formatted(
                            addresses(dead),
                            dead.size() == 1
                                ? "pod " + dead.getFirst().pod().ref()
                                : "these nodes' pods",
                            dead.size() == 1 ? "has" : "have"));
    if (source.startsWith("environment variable ")) {
      // It wins over everything that fipctl may write.
      CalicoInstall install = facts.install();
      return draft.fix(
          FixKind.UNSET_VARIABLE
              .advice(
                  install.namespace(),
                  install.daemonSet(),
                  ShellCommand.word(source.substring("environment variable ".length())))
              .remark("calico-node restarts on one node after the other"));
    }
    boolean overrides =
        source.startsWith("FelixConfiguration ") && !source.equals("FelixConfiguration default");
    return draft.fix(new Remedy.Enable(false, overrides));
  }

  private static String addresses(List<Facts.Held> held) {
    List<String> texts = held.stream().map(it -> it.address().toString()).distinct().toList();
    return texts.size() <= 3
        ? String.join(", ", texts)
        : "%s and %d more".formatted(String.join(", ", texts.subList(0, 3)), texts.size() - 3);
  }

  /** The Linux nodes that run calico-node; all Linux nodes when none of its pods was seen. */
  private static List<Node> dataplaneNodes(Facts facts) {
    Map<String, Pod> calico = facts.calicoNodes();
    List<Node> running =
        facts.linux().stream().filter(node -> calico.containsKey(node.name())).toList();
    return running.isEmpty() ? facts.linux() : running;
  }

  /** FIP-103, the template and what it has done to pods. */
  public static List<Outcome> cniTemplate(Facts facts) {
    List<Outcome> outcomes = new ArrayList<>();
    if (!facts.install().cni().isInstalled()) {
      return List.of(Outcome.notApplicable("Calico installs no CNI configuration here"));
    }
    switch (facts.template()) {
      case FeatureGates.Template.Refused refused ->
          outcomes.add(new Outcome.Unknown(Subject.CLUSTER, refused.why().getMessage()));
      case FeatureGates.Template.Editable editable -> template(facts, editable, outcomes);
    }
    for (ApiObject event : facts.maybe(Kind.EVENTS)) {
      refusedPod(facts, event).ifPresent(outcomes::add);
    }
    return outcomes;
  }

  private static void template(
      Facts facts, FeatureGates.Template.Editable editable, List<Outcome> outcomes) {
    CniTemplate template = editable.template();
    CniConfig.InConfigMap place = editable.place();
    CniTemplate.Gate gate = template.gate();
    Subject subject = Subject.ofObject("configmap/" + place.namespace() + "/" + place.name());
    EvidenceRef proof =
        EvidenceRef.api(
            "configmaps",
            "%s line %d: %s"
                .formatted(
                    place, gate.line(), template.text().split("\n", -1)[gate.line() - 1].strip()));
    String misplaced =
        template.misplaced().stream()
            .map(
                it ->
                    "%s in line %d stands where Calico does not look for it"
                        .formatted(it.path(), it.line()))
            .collect(Collectors.joining("; "));
    switch (gate.state()) {
      case ON ->
          // Besides the right one it does no harm.
          outcomes.add(Outcome.ok(subject, misplaced));
      case BROKEN ->
          outcomes.add(
              Finding.error(subject)
                  .observed("floating_ips is %s, which is no flag", gate.literal())
                  .expected("floating_ips: true")
                  .proof(proof)
                  .impact("No pod at all can be created on a node that has this.")
                  .fix(new Remedy.Enable(true, false)));
      case OFF, ABSENT -> outcomes.add(templateOff(facts, subject, gate, misplaced, proof));
    }
  }

  private static Outcome templateOff(
      Facts facts, Subject subject, CniTemplate.Gate gate, String misplaced, EvidenceRef proof) {
    List<String> again =
        facts.held().stream().map(held -> held.pod().ref().toString()).distinct().toList();
    boolean lost = !again.isEmpty();
    return Finding.of(lost ? Severity.ERROR : Severity.WARNING, subject)
        .observed(
            "%s%s",
            gate.state() == CniTemplate.State.OFF
                ? "floating_ips is " + gate.literal()
                : "the plugin of type calico has no feature_control.floating_ips",
            misplaced.isEmpty() ? "" : "; " + misplaced)
        .expected("feature_control.floating_ips: true")
        .proof(proof)
        .impact(
            lost
                ? "%s %s when it has to be created again, and a node's restart is enough for that."
                    .formatted(
                        again.size() == 1
                            ? "Pod " + again.getFirst()
                            : again.size() + " pods with a floating IP",
                        again.size() == 1 ? "does not come back" : "do not come back")
                : "A pod that has the annotation when it is created does not start.")
        .fix(new Remedy.Enable(false, false));
  }

  private static Optional<Outcome> refusedPod(Facts facts, ApiObject event) {
    String message = event.text("message").orElse("");
    Optional<Pod> pod =
        facts.pods().stream()
            .filter(it -> it.uid().equals(event.text("involvedObject", "uid").orElse("-")))
            .filter(it -> !it.ready())
            .findFirst();
    if (message.indexOf(REFUSED_BY_GATE) < 0 || pod.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        Finding.error(Subject.of(pod.get()))
            .observed("the CNI plugin refuses the pod: %s", REFUSED_BY_GATE)
            .expected("the pod gets its network")
            .proof(EvidenceRef.api("events", message))
            .impact("Pod %s does not start.", pod.get().ref())
            .fix(new Remedy.Enable(false, false)));
  }

  /** FIP-103, on a node's disk. */
  public static List<Outcome> cniOnNode(Facts facts, NodeFacts node) {
    if (!facts.install().cni().isInstalled()) {
      return List.of(
          Outcome.notApplicable(
              "Calico installs no CNI configuration here: another plugin makes the pods' network"
                  + " and asks no gate"));
    }
    CniConflist found = CniConflist.parse(node.need("cni-conflist.json"));
    EvidenceRef proof = node.proof("cni-conflist.json", line -> line.indexOf("floating_ips") >= 0);
    return switch (found) {
      case CniConflist.Absent absent ->
          List.of(new Outcome.Unknown(node.subject(), "the CNI directory holds no config"));
      case CniConflist.Unreadable unreadable ->
          List.of(
              new Outcome.Unknown(
                  node.subject(),
                  "%s could not be read (%s)".formatted(unreadable.file(), unreadable.reason())));
      case CniConflist.CallsOthers first ->
          List.of(
              new Outcome.Unknown(
                  node.subject(),
                  "%s is of %s, which calls another plugin that it does not name"
                      .formatted(first.file(), first.plugin())));
      case CniConflist.Foreign foreign -> List.of(foreign(facts, node, foreign.file()));
      case CniConflist.Calicos calicos -> List.of(calicos(facts, node, calicos, proof));
    };
  }

  private static Outcome calicos(
      Facts facts, NodeFacts node, CniConflist.Calicos config, EvidenceRef proof) {
    String file = config.file();
    CniTemplate.State here = config.gate().state();
    if (here == CniTemplate.State.BROKEN) {
      return Finding.error(node.subject())
          .observed("floating_ips is %s in %s", config.gate().literal(), file)
          .expected("floating_ips: true")
          .proof(proof)
          .impact("No pod at all can be created on node %s.", node.name())
          .fix(new Remedy.Enable(true, false));
    }
    if (!(facts.template() instanceof FeatureGates.Template.Editable editable)) {
      return new Outcome.Unknown(node.subject(), "the template of " + file + " is not known");
    }
    boolean on = here == CniTemplate.State.ON;
    if (on == editable.template().gate().isOn()) {
      return Outcome.ok(node.subject());
    }
    Finding.Draft draft =
        Finding.of(on ? Severity.WARNING : Severity.ERROR, node.subject())
            .observed(
                "%s has the gate %s, the template has it %s",
                file, on ? "on" : "off", on ? "off" : "on")
            .expected("what the template says: calico-node writes it when its pod is created")
            .proof(proof)
            .impact(
                on
                    ? "The gate goes off on node %s when its calico-node is next replaced."
                        .formatted(node.name())
                    : "A pod with a floating IP cannot be created on node %s."
                        .formatted(node.name()));
    // A rollout alone would write what the template says now, and take the gate away.
    return draft.fix(new Remedy.Enable(true, false));
  }

  private static Outcome foreign(Facts facts, NodeFacts node, String file) {
    // With Calico for policy alone another plugin makes the pods' network, and should.
    boolean onPurpose = facts.install().backend().equals("none");
    return Finding.of(
            facts.carriedBy(node.name()).isEmpty() || onPurpose ? Severity.WARNING : Severity.ERROR,
            node.subject())
        .observed("%s comes first in the node's CNI directory and is not Calico's", file)
        .expected("the container runtime takes Calico's network config")
        .proof(node.proof("cni-conflist.json", line -> line.indexOf("\"type\"") >= 0))
        .impact(
            "New pods of node %s get their network from another plugin, which asks no gate.",
            node.name())
        .fix(
            FixKind.SHOW_STATUS
                .advice()
                .remark(
                    "the file of each node; leave it where it is: pods have their network from it."
                        + " Who installed it can say whether Calico's should come first"));
  }

  /** FIP-104, by configuration. */
  public static List<Outcome> dataplane(Facts facts) {
    List<Node> nodes = dataplaneNodes(facts);
    List<String> ebpf = nodes.stream().filter(facts::ebpf).map(Node::name).toList();
    if (ebpf.isEmpty()) {
      return List.of(Outcome.ok(Subject.CLUSTER));
    }
    List<Facts.Held> dead = ebpf.stream().flatMap(node -> facts.carriedBy(node).stream()).toList();
    Node first = facts.node(ebpf.getFirst()).orElseThrow();
    String source = facts.settings().of("bpfEnabled", first.name(), first.labels()).source();
    return List.of(
        Finding.of(
                dead.isEmpty() ? Severity.WARNING : Severity.ERROR,
                ebpf.size() == nodes.size() ? Subject.CLUSTER : Subject.ofNodes(ebpf))
            .observed("the eBPF dataplane is on (%s)", source)
            .expected("the iptables or the nftables dataplane")
            .proof(
                source.startsWith("environment")
                    ? EvidenceRef.api("daemonsets", source + ": true")
                    : EvidenceRef.api("felixconfigurations", source + " bpfEnabled: true"))
            .impact(
                "eBPF has no floating IPs: the SNAT rule and the route are there and look healthy,"
                    + " the DNAT rule never comes.")
            .fix(
                Advice.byHand(
                    Risk.RISKY,
                    "do without floating IPs, or plan the way back to iptables or nftables: eBPF"
                        + " stands in for kube-proxy, so kube-proxy must run on every node before"
                        + " bpfEnabled is switched off, or no Service works")));
  }

  /** FIP-104, by what is programmed, whatever the configuration says. */
  public static List<Outcome> looksLikeEbpf(Facts facts, NodeFacts node) {
    Optional<CalicoNat> live = node.rules(Family.IPV4).live();
    if (live.filter(CalicoNat::looksLikeEbpf).isEmpty()) {
      return List.of(Outcome.ok(node.subject()));
    }
    return List.of(
        Finding.of(
                facts.carriedBy(node.name()).isEmpty() ? Severity.WARNING : Severity.ERROR,
                node.subject())
            .observed("chain cali-fip-snat is there and cali-fip-dnat is not")
            .expected("both chains: iptables and nftables mode make both")
            .proof(
                node.proof(
                    NodeFacts.file(live.get().backend(), Family.IPV4),
                    line -> line.indexOf("cali-fip-") >= 0))
            .impact(
                "Packets to a floating IP reach the pod as they are and are dropped: this is how"
                    + " the eBPF dataplane leaves a node.")
            .fix(
                Advice.byHand(
                    Risk.SAFE,
                    "look whether bpfEnabled is set for node %s, in a FelixConfiguration or as"
                        + " FELIX_BPFENABLED; the eBPF dataplane has no floating IPs",
                    node.name())));
  }

  /** FIP-105. */
  public static List<Outcome> version(Facts facts) {
    CalicoInstall install = facts.install();
    Optional<String> text = install.version().or(install::runningVersion);
    Matcher version = VERSION.matcher(text.orElse(""));
    if (!version.matches()) {
      return List.of(new Outcome.Unknown(Subject.CLUSTER, "no version is told by the image's tag"));
    }
    int minor = Integer.parseInt(version.group(1)) * 1000 + Integer.parseInt(version.group(2));
    int patch = version.group(3) == null ? 99 : Integer.parseInt(version.group(3));
    boolean bypass =
        minor < 3020
            || (minor == 3020 && patch < 5)
            || (minor == 3021 && patch < 5)
            || (minor == 3022 && patch < 2);
    if (bypass) {
      return List.of(
          Finding.warning(Subject.CLUSTER)
              .observed("Calico %s", text.get())
              .expected("3.20.5, 3.21.5, 3.22.2 or later")
              .proof(EvidenceRef.api("daemonsets", install.daemonSet() + " image " + text.get()))
              .impact(
                  "Whoever may edit a pod takes any address with both gates off (CVE-2022-28224).")
              .fix(
                  Advice.byHand(
                      Risk.DISRUPTIVE, "upgrade Calico to a version that Tigera supports")));
    }
    return List.of(Outcome.ok(Subject.CLUSTER, text.get()));
  }

  /** FIP-106. */
  public static List<Outcome> operator(Facts facts) {
    if (!facts.install().operatorManaged()) {
      return List.of(Outcome.ok(Subject.CLUSTER));
    }
    return List.of(
        Finding.warning(Subject.CLUSTER)
            .observed("the Tigera operator manages this Calico")
            .expected("an installation from manifests")
            .proof(
                EvidenceRef.api(
                    "daemonsets",
                    facts.install().namespace()
                        + "/"
                        + facts.install().daemonSet()
                        + " belongs to an Installation"))
            .impact(
                "The operator takes the CNI gate back: a pod with a floating IP works until it is"
                    + " created again.")
            .fix(
                Advice.byHand(
                    Risk.SAFE,
                    "use Services of type LoadBalancer: Calico does not support floating IPs"
                        + " under the operator")));
  }

  /** FIP-107. */
  public static List<Outcome> guard(Facts facts) {
    List<String> guards =
        facts.need(Kind.ADMISSION_POLICIES).stream()
            .filter(policy -> policy.tree().toString().indexOf(FloatingIps.KEY) >= 0)
            .map(ApiObject::name)
            .toList();
    return List.of(
        Outcome.ok(
            Subject.CLUSTER,
            guards.isEmpty()
                ? "no admission policy guards the annotation: whoever may edit pods may claim any"
                    + " address"
                : String.join(", ", guards)));
  }
}
