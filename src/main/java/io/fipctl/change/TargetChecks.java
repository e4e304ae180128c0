package io.fipctl.change;

import io.fipctl.calico.AddressUse;
import io.fipctl.calico.CalicoInstall;
import io.fipctl.calico.FeatureGates;
import io.fipctl.calico.FelixSettings;
import io.fipctl.calico.Reachability;
import io.fipctl.calico.Support;
import io.fipctl.change.step.Annotation;
import io.fipctl.change.step.VerifyingNodes;
import io.fipctl.kube.Cluster;
import io.fipctl.model.Clock;
import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import io.fipctl.model.IpAddress;
import io.fipctl.model.Node;
import io.fipctl.model.Pod;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What both assigning and moving ask of the pod that is to receive an address. */
final class TargetChecks {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

  private TargetChecks() {}

  /** Everything that the judgement is made over. */
  record Read(
      CalicoInstall install,
      FeatureGates.Template template,
      FelixSettings settings,
      AddressUse use) {
    /** What the user should know whatever comes of it. */
    List<String> warnings() {
      List<String> warnings = new ArrayList<>(install.passedOver());
      use.notChecked().forEach(kind -> warnings.add("not checked: " + kind));
      return warnings;
    }

    /**
     * Whether the pod can receive the address, whatever pods hold it now.
     *
     * @throws FipctlException the first thing in the way
     */
    Verdict judge(Pod pod, IpAddress address, Leniency leniency) {
      Preflight.usable(address, use);
      Preflight.pod(pod, address, use.nodes());
      String node = pod.node().orElseThrow();
      Support support = support(use.node(node), node);
      if (template instanceof FeatureGates.Template.Refused refused
          && refused.why().exitCode() == ExitCode.FORBIDDEN
          && !leniency.cniGateOff()) {
        // Not read is not off.
        throw refused.why();
      }
      Preflight.support(support, pod, leniency.cniGateOff());
      Preflight.free(address, use);
      if (!leniency.outsidePools()) {
        Preflight.pooled(address, use, install);
      }
      Reachability reachability = Reachability.of(address, node, use, support);
      if (leniency.strict()) {
        Stream.concat(
                reachability.doubts().stream(),
                use.notChecked().stream().map(what -> "not checked: " + what))
            .findFirst()
            .ifPresent(
                doubt -> {
                  throw FipctlException.unsupported(
                      "Strict", doubt, "leave --strict out to do it all the same");
                });
      }
      return new Verdict(observers(reachability, node, address), reachability.doubts());
    }

    /** What speaks against the address being reachable at a pod on the node. */
    List<String> doubts(IpAddress address, String node) {
      List<String> doubts = new ArrayList<>();
      Support support = support(use.node(node), node);
      use.unusable(address).ifPresent(why -> doubts.add("%s is %s".formatted(address, why)));
      if (!support.felixGate()) {
        doubts.add(
            "Felix on node %s programs no floating IPs (%s)"
                .formatted(node, support.felixGateSource()));
      }
      if (!support.cniGate()) {
        doubts.add("the CNI plugin's gate is off: the pod could not start again");
      }
      doubts.addAll(Reachability.of(address, node, use, support).doubts());
      return doubts;
    }

    private Support support(Optional<Node> node, String name) {
      Map<String, String> labels = node.map(Node::labels).orElse(Map.of());
      return Support.of(install, template, settings, name, labels);
    }

    private VerifyingNodes observers(Reachability reachability, String node, IpAddress address) {
      Optional<IpAddress> nextHop = use.node(node).flatMap(n -> n.address(address.family()));
      if (!reachability.routeExpected() || nextHop.isEmpty()) {
        return VerifyingNodes.NONE;
      }
      List<String> others =
          use.nodes().stream()
              .filter(candidate -> candidate.ready() && !candidate.windows())
              .map(Node::name)
              .filter(name -> !name.equals(node))
              .limit(1)
              .toList();
      return new VerifyingNodes(others, nextHop);
    }
  }

  /** What came out: who must be seen to follow, and what the user should know. */
  record Verdict(VerifyingNodes observers, List<String> warnings) {}

  static Read read(Cluster cluster) {
    CalicoInstall install = CalicoInstall.discover(cluster);
    return new Read(
        install,
        FeatureGates.template(cluster, install),
        FeatureGates.settings(cluster, install),
        AddressUse.read(cluster, install.group()));
  }

  /**
   * The pod once it has an IP, or as it is when the time is up; one that never gets one at once.
   */
  static Pod awaitAddress(Cluster cluster, Pod pod, Duration timeout, Clock pause) {
    Duration end = pause.uptime().plus(timeout);
    Pod now = pod;
    while (now.addresses().isEmpty()
        && !now.finished()
        && !now.hostNetwork()
        && pause.uptime().compareTo(end) < 0) {
      pause.sleep(LOOK_AGAIN);
      now = Annotation.reread(cluster, now);
    }
    return now;
  }
}
