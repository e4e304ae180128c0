package io.fipctl.cli.diagnose;

import io.fipctl.cli.session.Arguments;
import io.fipctl.cli.session.NodeAccessOptions;
import io.fipctl.cli.session.Session;
import io.fipctl.doctor.nat.NatSurvey;
import io.fipctl.evidence.Evidence;
import io.fipctl.evidence.LiveEvidence;
import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import io.fipctl.model.IpAddress;
import io.fipctl.node.NodeAccess;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code fipctl nat}. */
@Command(
    name = "nat",
    description = "Show what the nodes do with floating IPs: rules, routes, connections.",
    footer = {
      "",
      "Without an argument: every node that has something of a floating IP, and every node that",
      "does not do as it should. With addresses: what every node does with them. With nodes: what",
      "they do with every address.",
      "",
      "DNAT is the pod's address that the rule leads to, SNAT whether that pod reaches itself by the",
      "floating IP (hairpin), JUMPS whether the kernel asks the rules, ROUTE where the node sends",
      "packets to (pod: to the pod that holds it), FLOWS how many tracked connections there are; ? is",
      "what was not seen.",
      "",
      "VERDICT: ok, missing, wrong-pod, not-asked, no-route, wrong-route, no-hairpin, duplicate,",
      "stale (another node's pod holds it), unwanted (no pod holds it), stale-flows, wrong-backend,",
      "leftover (in a backend that is not in effect), foreign (not Calico's rule), broken (doctor finds",
      "something else wrong with it there), unsettled (its pod comes or goes), unknown. The reasons stand below the table (not with --no-headers), or in a",
      "column of -o wide.",
      "",
      "The exit code does not depend on the verdicts: doctor's does. It is 6 or 7 when not one node",
      "could be looked at.",
      "",
      "Examples:",
      "  fipctl nat",
      "  fipctl nat 203.0.113.10",
      "  fipctl nat n1 -o wide",
      "  fipctl nat -o json | jq -r '.items[] | select(.verdict != \"ok\") | .reason'"
    })
public final class NatCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..*",
      paramLabel = "[IP|NODE...]",
      hideParamSyntax = true,
      description = "Only these addresses, on every node, or only these nodes.")
  List<String> words = List.of();

  @Mixin EvidenceOptions source = new EvidenceOptions();

  private final Session session;

  public NatCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    if (source.access.way == NodeAccessOptions.Way.none && source.from == null) {
      throw FipctlException.usage(
          "without a look at the nodes there is nothing to show",
          "leave --node-access none out",
          "fipctl list -A   # needs no node");
    }
    Evidence evidence = source.evidence(session, this::live);
    NatSurvey survey =
        NatSurvey.of(evidence, scope(evidence), source.parallelism, session.progress());
    new NatRun(session).print(survey);
    return ExitCode.OK.number();
  }

  private Evidence live(NodeAccess access) {
    Set<IpAddress> asked =
        words.stream()
            .flatMap(word -> List.of(word.split(",", -1)).stream())
            .flatMap(word -> IpAddress.tryParse(word).stream())
            .collect(Collectors.toSet());
    return LiveEvidence.readRules(
        session.cluster(), access, NatSurvey.files(), asked, session.pause().now());
  }

  /** A node may be named like an address: then it is the node, whose address no pod can hold. */
  private NatSurvey.Scope scope(Evidence evidence) {
    Set<IpAddress> addresses = new TreeSet<>();
    Set<String> nodes = new TreeSet<>();
    for (String word : words) {
      if (NatSurvey.hasNode(evidence, word)) {
        nodes.add(word);
      } else if (Arguments.looksLikeAddresses(word)) {
        addresses.addAll(Arguments.read(List.of(word)).addresses());
      } else {
        throw FipctlException.notFound(
            "NodeNotFound",
            "there is no node '%s', and it is no address".formatted(word),
            "kubectl get nodes",
            "fipctl nat 203.0.113.10");
      }
    }
    return new NatSurvey.Scope(addresses, nodes);
  }
}
