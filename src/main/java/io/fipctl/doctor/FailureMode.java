package io.fipctl.doctor;

import java.util.List;

/**
 * A way in which floating IPs are known to fail, and the checks that find it.
 *
 * @param checks none when it cannot be checked
 * @param reason why it cannot be checked; empty when it can
 */
public record FailureMode(int number, String name, List<String> checks, String reason) {
  public FailureMode {
    checks = List.copyOf(checks);
  }

  /** All that are known. */
  public static final List<FailureMode> ALL =
      List.of(
          found(1, "the CNI plugin refuses an annotated pod", "FIP-103", "FIP-402"),
          found(2, "Felix's floatingIPs is Disabled, without any message", "FIP-102"),
          found(3, "a node's own FelixConfiguration disables floating IPs", "FIP-102"),
          found(4, "an installer reverted the settings", "FIP-102", "FIP-103", "FIP-106"),
          found(5, "calico-node was not restarted after the edit", "FIP-103"),
          found(6, "install-cni fails on an edited template", "FIP-103", "FIP-308"),
          found(7, "floating_ips is a string instead of a boolean", "FIP-103"),
          found(8, "feature_control is in the wrong place", "FIP-103"),
          found(9, "an operator reverts the edit", "FIP-106"),
          found(10, "a malformed annotation takes down a pod's network", "FIP-201"),
          found(11, "a pod with a malformed annotation cannot be deleted", "FIP-201"),
          found(12, "an entry with a prefix length or a typo is ignored", "FIP-202"),
          found(13, "an address of a family that the pod does not have", "FIP-202"),
          found(14, "IPv6 is disabled in Felix", "FIP-202", "FIP-301"),
          found(15, "with etcd, changes of the annotation have no effect", "FIP-101"),
          found(16, "the eBPF dataplane implements floating IPs in part", "FIP-104"),
          found(17, "an address in a VXLAN pool is reachable on its own node only", "FIP-204"),
          found(18, "without BIRD the address is not advertised", "FIP-204"),
          found(19, "a pool is missing or not exported", "FIP-204"),
          found(20, "Felix manages the IPIP routes", "FIP-204"),
          found(21, "routers follow another node's IPAM block", "FIP-204"),
          found(22, "ARP for the address is not answered in the nodes' network", "FIP-314"),
          missed(23, "the cloud or a switch drops the packets", "it happens outside the cluster"),
          found(24, "a BGP session is down or missing", "FIP-313"),
          found(25, "two pods on one node hold an address", "FIP-203"),
          found(26, "pods on two nodes hold an address", "FIP-203", "FIP-305", "FIP-206"),
          found(27, "the address is that of a pod, a tunnel or a node", "FIP-203", "FIP-205"),
          found(28, "the address is that of a Service", "FIP-203"),
          found(29, "the address is in an advertised Service range", "FIP-203"),
          found(30, "flows stay on the old pod after a move", "FIP-309"),
          found(31, "network policy blocks ingress", "FIP-401"),
          missed(
              32,
              "connections that the pod opens have another source",
              "by design: a floating IP is for incoming connections"),
          found(33, "the rules are in another backend than expected", "FIP-307"),
          found(34, "foreign rules make a table unreadable for iptables-nft", "FIP-307", "FIP-308"),
          found(35, "a pod works until its node restarts", "FIP-103"),
          found(36, "the address was lost when its pod was replaced", "FIP-206"),
          found(37, "a hostNetwork pod has the annotation", "FIP-202"),
          missed(
              38,
              "all nodes are briefly NotReady after enabling",
              "expected, and over within seconds"),
          found(39, "clients see a node's address as the source", "FIP-204"),
          missed(
              40,
              "OpenStack floating IPs vanished with an upgrade",
              "OpenStack's floating IPs are not in the Kubernetes API"));

  private static FailureMode found(int number, String name, String... checks) {
    return new FailureMode(number, name, List.of(checks), "");
  }

  private static FailureMode missed(int number, String name, String reason) {
    return new FailureMode(number, name, List.of(), reason);
  }
}
