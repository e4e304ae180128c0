package io.fipctl.change;

import io.fipctl.calico.AddressUse;
import io.fipctl.calico.CalicoInstall;
import io.fipctl.calico.NewPool;
import io.fipctl.calico.Support;
import io.fipctl.lease.AddressRecord;
import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import io.fipctl.model.IpAddress;
import io.fipctl.model.Node;
import io.fipctl.model.Pod;
import io.fipctl.model.ShellCommand;
import io.fipctl.model.SpecialRange;
import java.util.List;

/**
 * Whether a pod can hold an address, judged over what was read: the first thing in the way is
 * thrown as a refusal that names it and the command that helps.
 */
final class Preflight {
  private Preflight() {}

  /** An address that a pod may have in some cluster. */
  static void usable(IpAddress address) {
    SpecialRange.of(address)
        .ifPresent(
            special -> {
              throw unusable(address, special.toString());
            });
  }

  /** An address that a pod may have in this cluster. */
  static void usable(IpAddress address, AddressUse use) {
    use.unusable(address)
        .ifPresent(
            why -> {
              throw unusable(address, why);
            });
  }

  private static FipctlException unusable(IpAddress address, String why) {
    return new FipctlException(
        ExitCode.USAGE,
        "UnusableAddress",
        "%s cannot be a floating IP, it is %s".formatted(address, why),
        "choose an address of an IP pool: kubectl get ippools -o wide",
        ShellCommand.of("fipctl release %s   # if a pod has it", address));
  }

  /**
   * The pod itself: there to stay, scheduled, running, with a network and an address of the family,
   * and with annotations that are its own.
   */
  static void pod(Pod pod, IpAddress address, List<Node> nodes) {
    if (pod.finished()) {
      throw FipctlException.unsupported(
          "PodFinished",
          "pod %s has ended (%s): Calico programs nothing for it".formatted(pod.ref(), pod.phase()),
          ShellCommand.of(
              "kubectl -n %s get pods   # choose a running one", pod.ref().namespace()));
    }
    if (pod.terminating()) {
      throw FipctlException.unsupported(
          "PodTerminating",
          "pod %s is being deleted: the address would be lost with it".formatted(pod.ref()),
          ShellCommand.of(
              "kubectl -n %s get pods   # choose one that stays", pod.ref().namespace()));
    }
    if (pod.isMirror()) {
      throw FipctlException.unsupported(
          "StaticPod",
          "pod %s is the mirror of a static pod: the kubelet recreates it without the annotation"
              .formatted(pod.ref()),
          ShellCommand.of(
              "kubectl -n %s get pods   # choose one that is not made from a file on its node",
              pod.ref().namespace()));
    }
    if (pod.hostNetwork()) {
      throw FipctlException.unsupported(
          "HostNetwork",
          "pod %s is on its node's network: Calico gives it no endpoint, so no floating IP"
              .formatted(pod.ref()),
          ShellCommand.of(
              "kubectl -n %s get pods -o wide   # choose a pod with an IP of its own",
              pod.ref().namespace()));
    }
    String node =
        pod.node()
            .orElseThrow(
                () ->
                    FipctlException.unsupported(
                        "NotScheduled",
                        "pod %s is on no node yet".formatted(pod.ref()),
                        ShellCommand.of(
                            "kubectl -n %s describe pod %s",
                            pod.ref().namespace(), pod.ref().name())));
    if (nodes.stream()
        .anyMatch(candidate -> candidate.name().equals(node) && candidate.windows())) {
      throw FipctlException.unsupported(
          "WindowsNode",
          "pod %s is on the Windows node %s, where Calico has no floating IPs"
              .formatted(pod.ref(), node),
          ShellCommand.of(
              "kubectl -n %s get pods -o wide   # choose one on a Linux node",
              pod.ref().namespace()));
    }
    if (pod.addresses().isEmpty()) {
      throw FipctlException.unsupported(
          "NoPodIp",
          "pod %s has no IP yet (%s)".formatted(pod.ref(), pod.phase()),
          ShellCommand.of(
              "kubectl -n %s describe pod %s", pod.ref().namespace(), pod.ref().name()));
    }
    if (pod.address(address.family()).isEmpty()) {
      throw FipctlException.unsupported(
          "WrongFamily",
          "%s is %s, and pod %s has only %s"
              .formatted(address, address.family(), pod.ref(), list(pod.addresses())),
          "choose an address of a family the pod has: Calico ignores the other in silence");
    }
  }

  /** The cluster: dataplane, datastore and both gates. */
  static void support(Support support, Pod pod, boolean allowCniGateOff) {
    if (!support.kubernetesDatastore()) {
      throw FipctlException.unsupported(
          "EtcdDatastore",
          "Calico keeps its data in etcd here: a running pod's annotation has no effect",
          "put the annotation into the pod's template and let the pod be made again");
    }
    if (support.ebpf()) {
      throw FipctlException.unsupported(
          "EbpfDataplane", "Calico's eBPF dataplane programs no floating IPs", "fipctl status");
    }
    if (!support.datastoreReady()) {
      throw FipctlException.unsupported(
          "DatastoreNotReady",
          "Calico's datastore is locked (ClusterInformation datastoreReady: false), as during a"
              + " migration",
          "wait for the migration to end");
    }
    if (!support.felixGate()) {
      throw FipctlException.unsupported(
          "FelixGateOff",
          "Felix on node %s programs no floating IPs (%s)"
              .formatted(pod.node().orElse("?"), support.felixGateSource()),
          "fipctl enable");
    }
    if (!support.cniGate() && !allowCniGateOff) {
      throw FipctlException.unsupported(
          "CniGateOff",
          "the CNI plugin's gate is off: pod %s would work now and never start again"
              .formatted(pod.ref()),
          "fipctl enable",
          "add --allow-cni-gate-off if you know that the pod need not start again");
    }
  }

  /** Nothing but pods has the address. */
  static void free(IpAddress address, AddressUse use) {
    List<AddressUse.Claim> claims = use.otherClaims(address);
    if (!claims.isEmpty()) {
      throw FipctlException.conflict(
          "AddressInUse",
          "%s already belongs to %s".formatted(address, claims.getFirst()),
          ShellCommand.of("fipctl show %s", address),
          "choose an address that nothing else in the cluster has");
    }
  }

  /** Some IP pool has the address, so that BIRD announces it. */
  static void pooled(IpAddress address, AddressUse use, CalicoInstall install) {
    if (!use.isOutsidePools(address)) {
      return;
    }
    throw FipctlException.unsupported(
        "NoPool",
        "%s is in no IP pool, so BIRD would not announce it".formatted(address),
        NewPool.isLocal(address)
            ? ShellCommand.of(
                NewPool.COMMAND
                    + "   # if the address is yours: BIRD announces it to every BGP peer",
                NewPool.object(install.apiVersion(), address))
            : "make an IP pool, but only for a range that is routed to this cluster: BIRD announces it"
                + " to every BGP peer",
        "add --allow-outside-pools if only its own node, or a BGPFilter, is to make it reachable");
  }

  /** The address may be taken away from who has it. */
  static void unprotected(AddressRecord record, boolean unprotect) {
    if (record.protect() && !unprotect) {
      throw FipctlException.conflict(
          "Protected",
          "%s is protected%s%s"
              .formatted(
                  record.address(),
                  record.owner().map(owner -> ", it belongs to " + owner).orElse(""),
                  record.note().map(note -> " (" + note + ")").orElse("")),
          "add --unprotect   # takes the protection away too",
          ShellCommand.of("fipctl history %s", record.address()));
    }
  }

  /** Other pods hold the address that this one is to have. */
  static FipctlException held(IpAddress address, List<Pod> holders, Pod pod) {
    return FipctlException.conflict(
        "AddressHeld",
        "%s is held by %s"
            .formatted(address, list(holders.stream().map(p -> "pod " + p.ref()).toList())),
        ShellCommand.of(
            "fipctl move %s --from %s --to %s", address, holders.getFirst().ref(), pod.ref()),
        ShellCommand.of("fipctl show %s", address));
  }

  private static String list(List<?> things) {
    return String.join(", ", things.stream().map(Object::toString).toList());
  }
}
