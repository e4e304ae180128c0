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
          found(2, "Felix's gate is off and nobody says so", "FIP-102"),
          found(3, "one node's own setting turns the gate off", "FIP-102"),
          found(4, "an installer took the settings back", "FIP-102", "FIP-103", "FIP-106"),
          found(5, "calico-node has not rolled since the edit", "FIP-103"),
          found(6, "install-cni fails on an edited template", "FIP-103", "FIP-308"),
          found(7, "the CNI gate is a text instead of a flag", "FIP-103"),
          found(8, "the CNI gate stands in the wrong place", "FIP-103"),
          found(9, "an operator takes the edit back", "FIP-106"),
          found(10, "a malformed value takes a pod's network away", "FIP-201"),
          found(11, "a pod with a malformed value does not go away", "FIP-201"),
          found(12, "a value with a prefix length or a typo is passed over", "FIP-202"),
          found(13, "an address of a family the pod has not", "FIP-202"),
          found(14, "IPv6 is off in Felix", "FIP-202", "FIP-301"),
          found(15, "with etcd the annotation counts only once", "FIP-101"),
          found(16, "the eBPF dataplane has half of the rules", "FIP-104"),
          found(17, "a VXLAN pool is reached on its own node only", "FIP-204"),
          found(18, "without BIRD nobody is told", "FIP-204"),
          found(19, "a pool is missing or is not exported", "FIP-204"),
          found(20, "Felix took the IPIP routes over", "FIP-204"),
          found(21, "routers follow another node's block", "FIP-204"),
          found(22, "nobody answers ARP in the nodes' own network", "FIP-314"),
          missed(
              23, "the cloud or a switch drops the packets", "it happens outside of the cluster"),
          found(24, "a BGP session is down or there is none", "FIP-313"),
          found(25, "two pods of one node hold an address", "FIP-203"),
          found(26, "pods of two nodes hold an address", "FIP-203", "FIP-305", "FIP-206"),
          found(27, "the address is a pod's, a tunnel's or a node's own", "FIP-203", "FIP-205"),
          found(28, "the address is a Service's", "FIP-203"),
          found(29, "the address is in an announced service range", "FIP-203"),
          found(30, "flows stay with the old pod after a move", "FIP-309"),
          found(31, "a policy lets nobody in", "FIP-401"),
          missed(
              32,
              "what the pod sends has another source",
              "it is by design: floating IPs are for what comes in"),
          found(33, "rules are in another backend than one looks", "FIP-307"),
          found(34, "foreign rules spoil a table for iptables-nft", "FIP-307", "FIP-308"),
          found(35, "a pod works until its node restarts", "FIP-103"),
          found(36, "the address went with the pod that was replaced", "FIP-206"),
          found(37, "a pod on its node's network has the annotation", "FIP-202"),
          missed(
              38,
              "all nodes are not Ready for a moment after enabling",
              "it is expected, and over before anybody looks"),
          found(39, "clients see a node's address as the source", "FIP-204"),
          missed(
              40,
              "addresses of OpenStack vanished with an upgrade",
              "OpenStack's addresses are not in the Kubernetes API"));

  private static FailureMode found(int number, String name, String... checks) {
    return new FailureMode(number, name, List.of(checks), "");
  }

  private static FailureMode missed(int number, String name, String reason) {
    return new FailureMode(number, name, List.of(), reason);
  }
}
