package io.fipctl.doctor;

import io.fipctl.doctor.check.AccessChecks;
import io.fipctl.doctor.check.AddressChecks;
import io.fipctl.doctor.check.Area;
import io.fipctl.doctor.check.CalicoChecks;
import io.fipctl.doctor.check.Check;
import io.fipctl.doctor.check.DataplaneChecks;
import io.fipctl.doctor.check.FixKind;
import io.fipctl.doctor.check.PodChecks;
import io.fipctl.doctor.check.ProbeChecks;
import io.fipctl.doctor.check.ReachChecks;
import io.fipctl.doctor.check.Severity;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Every check, in the order in which they are printed. The list is the documentation. */
public final class Catalogue {
  /** The rules of both families are read from whichever backend has them. */
  private static final List<String> RULES =
      List.of(
          "iptables-nft-save.txt",
          "iptables-legacy-save.txt",
          "ip6tables-nft-save.txt",
          "ip6tables-legacy-save.txt",
          "nft-list-ruleset.json");

  /** The routes of both families, and the text that is shown of them. */
  private static final List<String> ROUTES =
      List.of("ip-route.json", "ip6-route.json", "ip-route.txt");

  public static final List<Check> ALL =
      List.of(
          check(
                  "FIP-001",
                  Area.ACCESS,
                  "the API server answers",
                  "the API server does not answer",
                  Severity.ERROR)
              .fixes(FixKind.LIST_KIND)
              .cluster(AccessChecks::answers),
          check(
                  "FIP-002",
                  Area.ACCESS,
                  "everything needed may be read",
                  "permission to read is missing",
                  Severity.WARNING)
              .cluster(AccessChecks::permissions),
          check(
                  "FIP-003",
                  Area.ACCESS,
                  "no debug pods or locks are left behind",
                  "debug pods or locks are left behind",
                  Severity.WARNING)
              .kinds("pods", "leases")
              .fixes(FixKind.CLEAN_UP, FixKind.BREAK_LOCK, FixKind.RECOVER)
              .cluster(AccessChecks::leftovers),
          check(
                  "FIP-101",
                  Area.CALICO,
                  "Calico is installed and keeps its data in Kubernetes",
                  "no Calico, or one that does not keep its data in Kubernetes",
                  Severity.ERROR)
              .kinds("daemonsets")
              .fixes(FixKind.LIST_DAEMON_SETS, FixKind.SHOW_DAEMON_SET, FixKind.SHOW_DATASTORE)
              .cluster(CalicoChecks::present),
          check(
                  "FIP-102",
                  Area.CALICO,
                  "Felix's floatingIPs is Enabled on every node",
                  "Felix's floatingIPs is not Enabled",
                  Severity.ERROR)
              .kinds("daemonsets", "felixconfigurations", "nodes", "pods")
              .follows("FIP-101")
              .fixes(FixKind.UNSET_VARIABLE, FixKind.ENABLE)
              .cluster(CalicoChecks::felixGate),
          check(
                  "FIP-103",
                  Area.CALICO,
                  "the CNI config allows floating IPs, in the template and on every node",
                  "the CNI config does not allow floating IPs",
                  Severity.WARNING)
              .kinds("daemonsets", "configmaps")
              .files("cni-conflist.json")
              .follows("FIP-101", "FIP-103")
              .fixes(FixKind.ENABLE, FixKind.SHOW_STATUS)
              .cluster(CalicoChecks::cniTemplate)
              .node(CalicoChecks::cniOnNode),
          check(
                  "FIP-104",
                  Area.CALICO,
                  "the dataplane supports floating IPs",
                  "the dataplane does not support floating IPs",
                  Severity.ERROR)
              .kinds("daemonsets", "felixconfigurations", "nodes", "pods")
              .files(RULES)
              .follows("FIP-104")
              .cluster(CalicoChecks::dataplane)
              .node(CalicoChecks::looksLikeEbpf),
          check(
                  "FIP-105",
                  Area.CALICO,
                  "Calico is not affected by CVE-2022-28224",
                  "Calico is affected by CVE-2022-28224",
                  Severity.WARNING)
              .kinds("daemonsets")
              .cluster(CalicoChecks::version),
          check(
                  "FIP-106",
                  Area.CALICO,
                  "no operator reverts the settings",
                  "an operator reverts the settings",
                  Severity.WARNING)
              .kinds("daemonsets")
              .cluster(CalicoChecks::operator),
          check(
                  "FIP-107",
                  Area.CALICO,
                  "an admission policy protects the annotation",
                  "no admission policy protects the annotation",
                  Severity.WARNING)
              .kinds("validatingadmissionpolicies")
              .cluster(CalicoChecks::guard),
          check(
                  "FIP-201",
                  Area.ADDRESSES,
                  "every floating IP annotation is well-formed",
                  "malformed floating IP annotation",
                  Severity.ERROR)
              .kinds("pods")
              .fixes(FixKind.RELEASE_POD, FixKind.RELEASE_AND_ASSIGN)
              .cluster(AddressChecks::parses),
          check(
                  "FIP-202",
                  Area.ADDRESSES,
                  "every claimed address takes effect",
                  "claimed address without effect",
                  Severity.ERROR)
              .kinds("pods", "nodes")
              .fixes(
                  FixKind.RELEASE_POD, FixKind.RELEASE_POD_UNVERIFIED, FixKind.REWRITE_ANNOTATION)
              .cluster(AddressChecks::takesEffect),
          check(
                  "FIP-203",
                  Area.ADDRESSES,
                  "every floating IP has one user only",
                  "floating IP with another user",
                  Severity.ERROR)
              .kinds("pods", "nodes", "services", "daemonsets")
              .fixes(FixKind.LIST_PODS, FixKind.RELEASE_FROM)
              .cluster(AddressChecks::unique),
          check(
                  "FIP-204",
                  Area.ADDRESSES,
                  "every floating IP is in a pool that makes it reachable",
                  "floating IP in no pool that makes it reachable",
                  Severity.ERROR)
              .kinds("pods", "nodes", "ippools", "daemonsets", "configmaps", "felixconfigurations")
              .fixes(FixKind.CREATE_POOL, FixKind.EXPORT_POOL, FixKind.STOP_ENCAPSULATION)
              .cluster(AddressChecks::reachable),
          check(
                  "FIP-205",
                  Area.ADDRESSES,
                  "IPAM assigns no floating IP to a pod",
                  "IPAM may assign a floating IP to a pod",
                  Severity.WARNING)
              .kinds("pods", "ippools", "daemonsets")
              .fixes(FixKind.RESERVE)
              .cluster(AddressChecks::reserved),
          check(
                  "FIP-206",
                  Area.ADDRESSES,
                  "no pod template gives one address to several pods",
                  "pod template gives one address to several pods",
                  Severity.ERROR)
              .kinds("pods", "deployments", "statefulsets")
              .fixes(FixKind.CLEAR_TEMPLATE, FixKind.RECREATE_PODS)
              .cluster(AddressChecks::templates206),
          check(
                  "FIP-301",
                  Area.DATAPLANE,
                  "each floating IP has its DNAT rule",
                  "DNAT rule missing or wrong",
                  Severity.ERROR)
              .kinds("pods")
              .files(RULES)
              .follows("FIP-101", "FIP-102", "FIP-104", "FIP-202", "FIP-203", "FIP-308")
              .fixes(FixKind.EXAMINE_AGAIN, FixKind.RESTART_CALICO_NODE)
              .node(DataplaneChecks::rule),
          check(
                  "FIP-302",
                  Area.DATAPLANE,
                  "Calico's NAT chains are hooked in",
                  "Calico's NAT chains are not hooked in",
                  Severity.ERROR)
              .kinds("pods")
              .files(RULES)
              .follows("FIP-104", "FIP-308")
              .fixes(FixKind.EXAMINE_AGAIN, FixKind.RESTART_CALICO_NODE)
              .node(DataplaneChecks::jumps),
          check(
                  "FIP-303",
                  Area.DATAPLANE,
                  "each pod reaches itself by its floating IP",
                  "hairpin rule missing or wrong",
                  Severity.WARNING)
              .kinds("pods")
              .files(RULES)
              .follows("FIP-104", "FIP-203", "FIP-308")
              .fixes(FixKind.EXAMINE_AGAIN, FixKind.RESTART_CALICO_NODE)
              .node(DataplaneChecks::hairpin),
          check(
                  "FIP-304",
                  Area.DATAPLANE,
                  "no stale rules or routes",
                  "stale rules or routes",
                  Severity.ERROR)
              .kinds("pods", "daemonsets")
              .files(also(RULES, ROUTES))
              .follows("FIP-308")
              .fixes(FixKind.EXAMINE_AGAIN, FixKind.RESTART_CALICO_NODE)
              .node(DataplaneChecks::unwanted),
          check(
                  "FIP-305",
                  Area.DATAPLANE,
                  "each address has a DNAT rule on one node only",
                  "DNAT rules for one address on several nodes",
                  Severity.ERROR)
              .files(RULES)
              .follows("FIP-203", "FIP-304")
              .fixes(FixKind.SHOW_ADDRESS)
              .claims(DataplaneChecks::oneNode),
          check(
                  "FIP-306",
                  Area.DATAPLANE,
                  "each floating IP has its host route",
                  "host route missing or wrong",
                  Severity.ERROR)
              .kinds("pods", "daemonsets")
              .files(ROUTES)
              .follows("FIP-101", "FIP-102", "FIP-202", "FIP-203", "FIP-308")
              .fixes(FixKind.EXAMINE_AGAIN, FixKind.RESTART_CALICO_NODE)
              .node(DataplaneChecks::route),
          check(
                  "FIP-307",
                  Area.DATAPLANE,
                  "Calico's rules are in one backend, the configured one",
                  "Calico's rules are in another or a second backend",
                  Severity.WARNING)
              .kinds("nodes", "daemonsets", "felixconfigurations")
              .files(RULES)
              .follows("FIP-308")
              .fixes(FixKind.REMOVE_LEFTOVER_RULES)
              .node(DataplaneChecks::backend),
          check(
                  "FIP-308",
                  Area.DATAPLANE,
                  "calico-node is Ready on every node",
                  "calico-node is not Ready",
                  Severity.ERROR)
              .kinds("pods", "nodes", "daemonsets")
              .follows("FIP-101")
              .fixes(FixKind.DESCRIBE_NODE, FixKind.DESCRIBE_POD, FixKind.RESTART_CALICO_NODE)
              .cluster(DataplaneChecks::felixReady),
          check(
                  "FIP-309",
                  Area.DATAPLANE,
                  "no stale conntrack entries",
                  "stale conntrack entries",
                  Severity.WARNING)
              .kinds("pods")
              .files("conntrack.txt")
              .follows("FIP-102", "FIP-104", "FIP-203", "FIP-301", "FIP-302", "FIP-304", "FIP-308")
              .fixes(FixKind.DELETE_FLOWS)
              .node(DataplaneChecks::flows),
          check(
                  "FIP-310",
                  Area.REACHABILITY,
                  "the node forwards what Calico accepts",
                  "the node does not forward what Calico accepts",
                  Severity.ERROR)
              .kinds("pods")
              .files(also(RULES, List.of("sysctl.txt")))
              .fixes(FixKind.FORWARD_PACKETS, FixKind.ACCEPT_FORWARDED, FixKind.SHOW_RULESET)
              .node(ReachChecks::forwards),
          check(
                  "FIP-311",
                  Area.REACHABILITY,
                  "reverse-path filter allows asymmetric routing",
                  "reverse-path filter drops asymmetric traffic",
                  Severity.WARNING)
              .kinds("pods")
              .files("sysctl.txt", "ip-route.json")
              .fixes(FixKind.LOOSEN_REVERSE_PATH)
              .node(ReachChecks::reversePath),
          check(
                  "FIP-312",
                  Area.REACHABILITY,
                  "every other node has the route to the address",
                  "route to the address missing on other nodes",
                  Severity.ERROR)
              .kinds("pods", "nodes", "ippools", "daemonsets", "configmaps", "felixconfigurations")
              .files(ROUTES)
              .follows(
                  "FIP-101", "FIP-102", "FIP-202", "FIP-203", "FIP-304", "FIP-306", "FIP-308",
                  "FIP-313")
              .fixes(FixKind.DELETE_ROUTE, FixKind.SHOW_NAT)
              .node(ReachChecks::routed),
          check(
                  "FIP-313",
                  Area.REACHABILITY,
                  "BIRD runs and advertises every floating IP",
                  "BIRD does not advertise every floating IP",
                  Severity.ERROR)
              .kinds("pods", "daemonsets")
              .files(
                  "birdcl-protocols.txt",
                  "birdcl-route.txt",
                  "birdcl6-protocols.txt",
                  "birdcl6-route.txt")
              .follows("FIP-102", "FIP-306", "FIP-308", "FIP-313")
              .fixes(FixKind.RESTART_CALICO_NODE)
              .node(ReachChecks::announced),
          check(
                  "FIP-314",
                  Area.REACHABILITY,
                  "ARP for the address is answered",
                  "ARP for the address is not answered",
                  Severity.WARNING)
              .kinds("pods", "daemonsets")
              .files("ip-addr.json", "sysctl.txt")
              .node(ReachChecks::sameNetwork),
          check(
                  "FIP-401",
                  Area.PODS,
                  "network policy allows ingress",
                  "network policy allows no ingress",
                  Severity.ERROR)
              .kinds("pods", "daemonsets")
              .files(RULES)
              .fixes(FixKind.SHOW_POLICIES)
              .node(PodChecks::policy),
          check(
                  "FIP-402",
                  Area.PODS,
                  "the pod is Ready and answers on its interface",
                  "the pod is not Ready or does not answer on its interface",
                  Severity.ERROR)
              .kinds("pods")
              .files("ip-neigh.json")
              .follows("FIP-103", "FIP-201", "FIP-402")
              .fixes(FixKind.DESCRIBE_POD)
              .cluster(PodChecks::ready)
              .node(PodChecks::answers),
          check(
                  "FIP-501",
                  Area.PROBES,
                  "the pod answers its own node",
                  "the pod does not answer its own node",
                  Severity.ERROR)
              .kinds("pods")
              .files("tcp-connect.txt")
              .follows("FIP-201", "FIP-402")
              .node(ProbeChecks::pod),
          check(
                  "FIP-502",
                  Area.PROBES,
                  "the pod's node reaches it by its floating IP",
                  "the pod's node does not reach it by its floating IP",
                  Severity.ERROR)
              .kinds("pods")
              .files("tcp-connect.txt")
              .follows(
                  "FIP-101", "FIP-102", "FIP-104", "FIP-202", "FIP-203", "FIP-301", "FIP-302",
                  "FIP-304", "FIP-306", "FIP-307", "FIP-308", "FIP-309", "FIP-501")
              .fixes(FixKind.SHOW_NAT)
              .node(ProbeChecks::fromHost),
          check(
                  "FIP-503",
                  Area.PROBES,
                  "every other node reaches the pod by its floating IP",
                  "other nodes do not reach the pod by its floating IP",
                  Severity.ERROR)
              .kinds("pods")
              .files("tcp-connect.txt")
              .follows(
                  "FIP-101", "FIP-102", "FIP-104", "FIP-202", "FIP-203", "FIP-204", "FIP-301",
                  "FIP-302", "FIP-304", "FIP-306", "FIP-307", "FIP-308", "FIP-309", "FIP-310",
                  "FIP-311", "FIP-312", "FIP-313", "FIP-401", "FIP-501", "FIP-502")
              .fixes(FixKind.SHOW_NAT)
              .node(ProbeChecks::fromOthers),
          check(
                  "FIP-504",
                  Area.PROBES,
                  "the pod reaches its own floating IP",
                  "the pod does not reach its own floating IP",
                  Severity.WARNING)
              .node(ProbeChecks::hairpin),
          check(
                  "FIP-505",
                  Area.PROBES,
                  "the address is reachable from outside",
                  "the address is not reachable from outside",
                  Severity.ERROR)
              .node(ProbeChecks::external));

  /**
   * The checks that tell something and can find nothing wrong: they are shown, and count neither as
   * ok nor as anything else. A missing right is no finding, nor is that nobody guards the
   * annotation; and no node is in a pod or outside of the cluster.
   */
  static final Set<String> FIND_NOTHING = Set.of("FIP-002", "FIP-107", "FIP-504", "FIP-505");

  private Catalogue() {}

  private static List<String> also(List<String> files, List<String> others) {
    return Stream.concat(files.stream(), others.stream()).toList();
  }

  /** The files of a node that these checks read. */
  public static Set<String> files(Predicate<Check> wanted) {
    return ALL.stream()
        .filter(wanted)
        .flatMap(check -> check.files().stream())
        .collect(Collectors.toSet());
  }

  /** The check of an id, in any case. */
  public static Optional<Check> byId(String id) {
    return ALL.stream().filter(check -> check.id().equalsIgnoreCase(id)).findFirst();
  }

  /** What {@code --explain} prints: what it is, why it matters, how it is seen, how to mend it. */
  public static String explanation(Check check) {
    String file = "explain/" + check.id() + ".md";
    try (InputStream in = Catalogue.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("no explanation " + file);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Check check(
      String id, Area area, String title, String problem, Severity severity) {
    return new Check(
        id, area, title, problem, severity, List.of(), List.of(), List.of(), List.of(), List.of());
  }
}
