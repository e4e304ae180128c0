package io.fipctl.doctor.check;

import io.fipctl.evidence.MissingEvidence;
import io.fipctl.kube.Kind;
import io.fipctl.model.ApiObject;
import io.fipctl.model.IpAddress;
import io.fipctl.model.IpAddress.Family;
import io.fipctl.model.Pod;
import io.fipctl.model.PodSelector;
import io.fipctl.nodeoutput.Neighbors;
import io.fipctl.nodeoutput.rules.Chain;
import io.fipctl.nodeoutput.rules.Rule;
import io.fipctl.nodeoutput.rules.RuleTable;
import io.fipctl.packet.Backend;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The last step: from the node to the pod. */
public final class PodChecks {
  /** {@code Policy shop/knp.default.deny ingress}, since v3.33 with the kind before the name. */
  private static final Pattern POLICY_COMMENT = Pattern.compile("Policy (\\S+) ingress;?$");

  private PodChecks() {}

  /** FIP-401. */
  public static List<Outcome> policy(Facts facts, NodeFacts node) {
    List<Outcome> outcomes = new ArrayList<>();
    Set<String> seen = new LinkedHashSet<>();
    for (Facts.Held held : facts.carriedBy(node.name())) {
      Pod pod = held.pod();
      if (!seen.add(pod.ref().toString())) {
        continue;
      }
      Backend backend = node.rules(held.address().family()).backend().orElse(Backend.IPTABLES_NFT);
      Family family = held.address().family();
      String prefix = backend == Backend.NFTABLES ? "filter-cali-" : "cali-";
      Optional<RuleTable> table =
          backend == Backend.NFTABLES
              ? node.nft().flatMap(nft -> nft.table(family == Family.IPV4 ? "ip" : "ip6", "calico"))
              : node.iptables(backend, family, "filter");
      Optional<Chain> chain =
          table.flatMap(it -> it.chain(prefix + "tw-" + facts.hostInterface(pod)));
      if (chain.isEmpty()) {
        outcomes.add(byTheApi(facts, pod));
        continue;
      }
      Set<String> policies = policies(table.get(), chain.get(), prefix);
      boolean lets =
          policies.isEmpty()
              || policies.stream()
                  .flatMap(name -> table.get().chain(name).stream())
                  .flatMap(it -> it.rules().stream())
                  .anyMatch(ReachChecks::accepts);
      outcomes.add(
          lets
              ? Outcome.ok(Subject.of(pod))
              : denied(
                  pod,
                  policies.stream().map(name -> policyName(table.get(), name)).toList(),
                  node.proof(
                      NodeFacts.file(backend, family),
                      line -> policies.stream().anyMatch(name -> tells(line, name)))));
    }
    return outcomes.isEmpty()
        ? List.of(
            new Outcome.Skipped(
                node.subject(),
                "no pod of this node holds a floating IP",
                Outcome.Skipped.Why.NOT_APPLICABLE))
        : outcomes;
  }

  /**
   * The name of the policy that a chain is of. A name too long for a chain is a hash there
   * (felix/rules/policy.go, {@code PolicyChainName}); the comment of the chain's rules has it
   * whole.
   */
  private static String policyName(RuleTable table, String chain) {
    return table.chain(chain).stream()
        .flatMap(it -> it.rules().stream())
        .flatMap(rule -> rule.comments().stream())
        .map(POLICY_COMMENT::matcher)
        .filter(Matcher::find)
        .map(comment -> comment.group(1))
        .findFirst()
        .orElseGet(() -> chain.replaceFirst("^(filter-)?cali-[pg]i-", ""));
  }

  private static boolean tells(String line, String chain) {
    return line.startsWith("-A " + chain + " ")
        || line.endsWith("-j " + chain)
        || line.indexOf("\"" + chain + "\"") >= 0;
  }

  /** What Kubernetes' own policies say, where the node's chains were not read. */
  private static Outcome byTheApi(Facts facts, Pod pod) {
    List<ApiObject> policies =
        facts.need(Kind.NETWORK_POLICIES).stream()
            .filter(policy -> policy.namespace().equals(pod.ref().namespace()))
            .filter(PodChecks::isAboutIngress)
            .filter(policy -> isAbout(policy, pod))
            .toList();
    boolean lets =
        policies.isEmpty()
            || policies.stream().anyMatch(policy -> !policy.list("spec", "ingress").isEmpty());
    return lets
        ? Outcome.ok(Subject.of(pod))
        : denied(
            pod,
            policies.stream().map(policy -> policy.namespace() + "/" + policy.name()).toList(),
            new EvidenceRef(
                "api/networkpolicies.json",
                policies.stream()
                    .map(
                        policy -> policy.namespace() + "/" + policy.name() + " has no ingress rule")
                    .toList()));
  }

  /** Without a word a policy is about ingress. */
  private static boolean isAboutIngress(ApiObject policy) {
    List<String> types = policy.texts("spec", "policyTypes");
    return types.isEmpty() || types.contains("Ingress");
  }

  private static boolean isAbout(ApiObject policy, Pod pod) {
    try {
      return PodSelector.of(policy.object("spec", "podSelector")).matches(pod.labels());
    } catch (IllegalArgumentException e) {
      throw new MissingEvidence(
          MissingEvidence.Kind.UNKNOWN,
          "networkpolicy %s/%s: %s".formatted(policy.namespace(), policy.name(), e.getMessage()));
    }
  }

  /** The chains of policies that a pod's chain leads to; profiles say what holds without any. */
  private static Set<String> policies(RuleTable table, Chain from, String prefix) {
    Set<String> policies = new LinkedHashSet<>();
    Deque<Chain> open = new ArrayDeque<>(List.of(from));
    while (!open.isEmpty()) {
      for (Rule rule : open.remove().rules()) {
        Optional<String> next =
            rule.leadsTo()
                .filter(name -> name.startsWith(prefix + "pi-") || name.startsWith(prefix + "gi-"));
        if (next.isPresent() && policies.add(next.get())) {
          table.chain(next.get()).ifPresent(open::add);
        }
      }
    }
    return policies;
  }

  private static Outcome denied(Pod pod, List<String> policies, EvidenceRef proof) {
    return Finding.error(Subject.of(pod))
        .observed(
            "policies apply to its ingress and none of them lets anything in: %s",
            String.join(", ", policies))
        .expected("a policy that allows the clients, to the pod's own address and port")
        .proof(proof)
        .impact(
            "Pod %s gets no new connections, by its floating IP or its own: policies are asked after the address is rewritten.",
            pod.ref())
        .fix(
            FixKind.SHOW_POLICIES
                .advice(pod.ref().namespace())
                .remark("one of them must let the clients in, to the pod's own port"));
  }

  /** FIP-402, by the API. */
  public static List<Outcome> ready(Facts facts) {
    List<Outcome> outcomes = new ArrayList<>();
    Set<String> seen = new LinkedHashSet<>();
    for (Facts.Held held : facts.held()) {
      Pod pod = held.pod();
      if (!seen.add(pod.ref().toString())) {
        continue;
      }
      if (pod.ready() && !pod.addresses().isEmpty()) {
        outcomes.add(Outcome.ok(Subject.of(pod)));
      } else if (pod.terminating()) {
        outcomes.add(Outcome.ok(Subject.of(pod), "pod %s is going".formatted(pod.ref())));
      } else {
        boolean network = !pod.addresses().isEmpty();
        Optional<String> event = event(facts, pod);
        outcomes.add(
            Finding.error(Subject.of(pod))
                .observed(
                    network
                        ? "the pod is %s and not Ready"
                        : "the pod is %s and has no address yet",
                    pod.phase())
                .expected("a Ready pod behind the address")
                .proof(
                    event
                        .map(text -> EvidenceRef.api("events", text))
                        .orElseGet(() -> EvidenceRef.api("pods", pod.ref() + " Ready: False")))
                .impact(
                    network
                        ? "The pod behind %s says itself that it cannot serve."
                        : "Nobody is behind %s.",
                    held.address())
                .fix(FixKind.DESCRIBE_POD.advice(pod.ref().namespace(), pod.ref().name())));
      }
    }
    return outcomes.isEmpty()
        ? List.of(Outcome.notApplicable("no pod holds a floating IP"))
        : outcomes;
  }

  /** What the kubelet says last of a pod that does not start. */
  private static Optional<String> event(Facts facts, Pod pod) {
    return facts.maybe(Kind.EVENTS).stream()
        .filter(it -> it.text("involvedObject", "uid").equals(Optional.of(pod.uid())))
        .filter(it -> it.text("type").equals(Optional.of("Warning")))
        .flatMap(it -> it.text("message").stream())
        .reduce((first, second) -> second);
  }

  /** FIP-402, on the node. */
  public static List<Outcome> answers(Facts facts, NodeFacts node) {
    List<Outcome> outcomes = new ArrayList<>();
    List<Facts.Held> carried = facts.carriedBy(node.name());
    if (carried.isEmpty()) {
      return outcomes;
    }
    Neighbors neighbors = node.need("ip-neigh.json", Neighbors::parse);
    for (Facts.Held held : carried) {
      IpAddress pod = held.target().orElseThrow();
      boolean silent =
          neighbors.of(pod).stream()
              .anyMatch(it -> it.hasFailed() && facts.interfaces(node.name()).include(it.dev()));
      outcomes.add(
          silent
              ? Finding.error(Subject.of(held.pod()))
                  .observed("the pod does not answer for %s on its own interface", pod)
                  .expected("%s is REACHABLE or STALE", pod)
                  .proof(node.proof("ip-neigh.json", line -> NodeFacts.names(line, pod.toString())))
                  .impact("What is led to %s is dropped on node %s.", pod, node.name())
                  .fix(
                      FixKind.DESCRIBE_POD.advice(
                          held.pod().ref().namespace(), held.pod().ref().name()))
              : Outcome.ok(Subject.of(held.pod())));
    }
    return outcomes;
  }
}
