package io.fipctl.lab;

import io.fipctl.cluster.Kind;
import io.fipctl.lab.Kernel.Flow;
import io.fipctl.model.ApiObject;
import io.fipctl.model.IpAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * One failure that the practice cluster can have: what goes wrong in real ones, by name.
 *
 * @param name what the user types
 * @param check the check that finds it
 * @param sentence what is wrong, for people
 * @param plant makes a healthy cluster have it
 */
public record Breakage(String name, String check, String sentence, Consumer<LabState> plant) {
  private static final String TEN = "203.0.113.10";
  private static final String FREE = "[\"203.0.113.77\"]";
  private static final String CONFLIST = "10-calico.conflist";
  private static final Duration LONG_AGO = Duration.ofHours(2);

  /** Every one, in the order of the checks. */
  public static final List<Breakage> ALL =
      List.of(
          new Breakage(
              "debug-pod-left",
              "FIP-003",
              "A killed run has left its privileged debug pod on n3.",
              Breakage::debugPod),
          new Breakage(
              "lock-left",
              "FIP-003",
              "A killed run has left the lock of 203.0.113.10, which nobody renews.",
              Breakage::lock),
          new Breakage(
              "datastore-locked",
              "FIP-101",
              "Somebody locked Calico's datastore for a migration and never unlocked it.",
              state ->
                  set(state, state.calico(Kind.CLUSTER_INFORMATIONS), "default", false)
                      .accept("datastoreReady")),
          new Breakage(
              "felix-gate-off",
              "FIP-102",
              "floatingIPs is Disabled in FelixConfiguration default.",
              state -> state.felixSetting("floatingIPs", "Disabled")),
          new Breakage(
              "felix-gate-off-node",
              "FIP-102",
              "n1 has a FelixConfiguration of its own, in which floatingIPs is Disabled.",
              state ->
                  state.with(
                      state.calico(Kind.FELIX_CONFIGURATIONS),
                      """
                      {"metadata": {"name": "node.n1"}, "spec": {"floatingIPs": "Disabled"}}
                      """)),
          new Breakage(
              "felix-gate-env",
              "FIP-102",
              "A variable of calico-node, which wins over every FelixConfiguration, says Disabled.",
              state -> state.felixEnv("FELIX_FLOATINGIPS", "Disabled")),
          new Breakage(
              "cni-gate-off",
              "FIP-103",
              "The template of the CNI configuration has lost floating_ips.",
              state -> state.gates(false, true)),
          new Breakage(
              "cni-gate-off-node",
              "FIP-103",
              "The CNI configuration of n2 is an old one, without floating_ips.",
              state -> cni(state, "\"floating_ips\": true", "\"floating_ips\": false")),
          new Breakage(
              "cni-gate-text",
              "FIP-103",
              "floating_ips is a text on n2, not a flag: no pod gets a network there.",
              state -> cni(state, "\"floating_ips\": true", "\"floating_ips\": \"true\"")),
          new Breakage(
              "cni-gate-misplaced",
              "FIP-103",
              "On n2 feature_control stands beside the plugins, not in Calico's.",
              state -> {
                cni(state, "\"feature_control\": {\"floating_ips\": true},", "");
                cni(
                    state,
                    "\"name\": \"k8s-pod-network\",",
                    "\"name\": \"k8s-pod-network\", \"feature_control\": {\"floating_ips\": true},");
              }),
          new Breakage(
              "cni-other-plugin",
              "FIP-103",
              "Another network's configuration comes first by name on n2.",
              state ->
                  state.cniFile(
                      "n2",
                      "05-bridge.conf",
                      "{\"cniVersion\": \"0.3.1\", \"name\": \"bridge\", \"type\": \"bridge\"}")),
          new Breakage(
              "ebpf",
              "FIP-104",
              "The eBPF dataplane is switched on, which has no floating IPs.",
              state ->
                  set(state, state.calico(Kind.FELIX_CONFIGURATIONS), "default", true)
                      .accept("bpfEnabled")),
          new Breakage(
              "operator",
              "FIP-106",
              "An operator manages Calico and will take the CNI gate back.",
              state ->
                  state.with(
                      Kind.INSTALLATIONS,
                      """
                      {"metadata": {"name": "default"},
                       "spec": {"variant": "Calico", "cni": {"type": "Calico"}}}
                      """)),
          new Breakage(
              "annotation-malformed",
              "FIP-201",
              "The annotation of shop/web-2 is no JSON array.",
              state -> state.floatingIps("shop/web-2", "203.0.113.77")),
          new Breakage(
              "value-ignored",
              "FIP-202",
              "shop/web-2 asks for a prefix, which Felix does not take.",
              state -> state.floatingIps("shop/web-2", "[\"203.0.113.77/32\"]")),
          new Breakage(
              "wrong-family",
              "FIP-202",
              "shop/web-2 asks for an IPv6 address and has none of its own.",
              state -> state.floatingIps("shop/web-2", "[\"2001:db8:113::77\"]")),
          new Breakage(
              "duplicate-one-node",
              "FIP-203",
              "shop/web-2, on the node of shop/web-0, claims its address too.",
              state -> state.floatingIps("shop/web-2", "[\"" + TEN + "\"]")),
          new Breakage(
              "duplicate-two-nodes",
              "FIP-203",
              "shop/t1, on another node than shop/web-0, claims its address too.",
              state -> state.floatingIps("shop/t1", "[\"203.0.113.21\",\"" + TEN + "\"]")),
          new Breakage(
              "service-address",
              "FIP-203",
              "A Service has got the address of shop/web-0 for its load balancer.",
              state ->
                  state.edit(
                      Kind.SERVICES,
                      "shop",
                      "entry",
                      service ->
                          new ApiObject(
                              Json.with(
                                  service.tree(),
                                  List.of(Map.of("ip", TEN)),
                                  "status",
                                  "loadBalancer",
                                  "ingress")))),
          new Breakage(
              "node-address",
              "FIP-203",
              "Node n3 has the address of shop/web-0 for its own.",
              state ->
                  state.edit(Kind.NODES, "", "n3", node -> Breakage.plus(node, "ExternalIP", TEN))),
          new Breakage(
              "pool-vxlan",
              "FIP-204",
              "The pool of floating IPs has VXLAN: nobody outside learns its routes.",
              state -> pool(state, "vxlanMode", "Always")),
          new Breakage(
              "pool-not-exported",
              "FIP-204",
              "BIRD tells nobody of the pool: disableBGPExport is set.",
              state -> pool(state, "disableBGPExport", true)),
          new Breakage(
              "pool-missing",
              "FIP-204",
              "The pool of floating IPs was deleted.",
              state -> state.remove(state.calico(Kind.IP_POOLS), "", "floating")),
          new Breakage(
              "pool-open",
              "FIP-205",
              "IPAM may give the addresses of the pool to pods.",
              state -> pool(state, "disabled", false)),
          new Breakage(
              "template",
              "FIP-206",
              "The template of a StatefulSet gives one address to each of its pods.",
              state ->
                  state.edit(
                      Kind.STATEFUL_SETS,
                      "shop",
                      "db",
                      set ->
                          new ApiObject(
                              Json.with(
                                  set.tree(),
                                  FREE,
                                  "spec",
                                  "template",
                                  "metadata",
                                  "annotations",
                                  io.fipctl.model.FloatingIps.KEY)))),
          new Breakage(
              "rule-gone",
              "FIP-301",
              "Somebody flushed the rule for 203.0.113.10 on n1.",
              state -> state.ruleGone("n1", TEN)),
          new Breakage(
              "rule-wrong",
              "FIP-301",
              "The rule for 203.0.113.10 on n1 leads to a pod that is gone.",
              state -> frozen(state, "n1", kernel -> kernel.dnat().put(TEN, "10.244.40.190"))),
          new Breakage(
              "hairpin-gone",
              "FIP-303",
              "shop/web-0 does not reach itself by its floating IP.",
              state -> frozen(state, "n1", kernel -> kernel.snat().clear())),
          new Breakage(
              "rule-stale",
              "FIP-304",
              "n3 still has a rule for an address that nobody has.",
              state ->
                  frozen(state, "n3", kernel -> kernel.dnat().put("203.0.113.99", "10.244.98.5"))),
          new Breakage(
              "route-gone",
              "FIP-306",
              "Somebody deleted the route to 203.0.113.10 on n1.",
              state -> frozen(state, "n1", kernel -> kernel.routes().remove(TEN))),
          new Breakage(
              "backend-left",
              "FIP-307",
              "The rules of before the change to nftables are still in iptables-legacy on n1.",
              state -> state.odd("n1", Oddity.RULES_IN_LEGACY)),
          new Breakage(
              "calico-node-down",
              "FIP-308",
              "The image of calico-node cannot be pulled on n2.",
              state -> state.calicoNodeDown("n2")),
          new Breakage(
              "flow-stale",
              "FIP-309",
              "A tracked connection on n1 still leads to the pod that had the address before.",
              Breakage::flow),
          new Breakage(
              "forwarding-off",
              "FIP-310",
              "n1 forwards nothing: ip_forward is 0.",
              state -> state.sysctl("n1", "net.ipv4.ip_forward", "0")),
          new Breakage(
              "forward-drop",
              "FIP-310",
              "Another firewall on n1 set the policy of FORWARD to DROP.",
              state -> state.odd("n1", Oddity.FORWARD_DROPPED)),
          new Breakage(
              "rp-filter",
              "FIP-311",
              "n1 filters packets that come another way than it would answer.",
              state -> state.sysctl("n1", "net.ipv4.conf.eth0.rp_filter", "1")),
          new Breakage(
              "bird-down",
              "FIP-313",
              "BIRD does not run on n1: nobody learns where its addresses are.",
              state -> state.odd("n1", Oddity.WITHOUT_BIRD)),
          new Breakage(
              "pod-not-ready",
              "FIP-402",
              "shop/web-0 runs and is not Ready.",
              state -> state.ready("shop/web-0", false)));

  /** The breakage of a name. */
  public static Optional<Breakage> byName(String name) {
    return ALL.stream().filter(each -> each.name().equals(name)).findFirst();
  }

  /** The healthy practice cluster with this failure. */
  public LabState planted(InstantSource time) {
    LabState state = LabState.healthy(time);
    Controllers.settle(state);
    plant.accept(state);
    return state;
  }

  private static Consumer<String> set(LabState state, Kind kind, String name, Object value) {
    return field ->
        state.edit(
            kind,
            "",
            name,
            object -> new ApiObject(Json.with(object.tree(), value, "spec", field)));
  }

  private static void pool(LabState state, String field, Object value) {
    set(state, state.calico(Kind.IP_POOLS), "floating", value).accept(field);
  }

  private static void cni(LabState state, String text, String instead) {
    String before = state.kernel("n2").cniFiles().get(CONFLIST);
    state.cniFile("n2", CONFLIST, before.replace(text, instead));
  }

  private static ApiObject plus(ApiObject node, String type, String address) {
    List<Object> addresses = new ArrayList<>();
    node.objects("status", "addresses").forEach(each -> addresses.add(each.tree()));
    addresses.add(Map.of("type", type, "address", address));
    return new ApiObject(Json.with(node.tree(), addresses, "status", "addresses"));
  }

  /** The tables of a node that a breakage may change. */
  private record Tables(
      Map<String, String> dnat, Map<String, String> snat, Map<String, String> routes) {}

  /** Changes what Felix programmed on a node, and keeps Felix there from mending it. */
  private static void frozen(LabState state, String node, Consumer<Tables> change) {
    Kernel kernel = state.kernel(node);
    Tables tables =
        new Tables(
            new TreeMap<>(kernel.dnat()),
            new TreeMap<>(kernel.snat()),
            new TreeMap<>(kernel.routes()));
    change.accept(tables);
    state.kernel(
        node,
        new Kernel(
            kernel.cniFiles(),
            kernel.endpoints(),
            tables.dnat(),
            tables.snat(),
            tables.routes(),
            kernel.flows()));
    state.stuck(node);
  }

  private static void flow(LabState state) {
    state.kernel(
        "n1",
        state.kernel("n1").plus(new Flow("udp", "172.31.99.2", 40007, TEN, 9000, "10.244.40.190")));
  }

  private static void debugPod(LabState state) {
    state.with(
        Kind.PODS,
        """
        {"metadata": {"name": "fipctl-debug-n3-x7k2p", "namespace": "kube-system",
            "creationTimestamp": "%s",
            "labels": {"app.kubernetes.io/managed-by": "fipctl"},
            "annotations": {"fipctl.io/started-by": "somebody@elsewhere"}},
         "spec": {"nodeName": "n3", "hostNetwork": true, "activeDeadlineSeconds": 600,
            "containers": [{"name": "debug", "image": "quay.io/calico/node:v3.31.7"}]},
         "status": {"phase": "Failed", "reason": "DeadlineExceeded"}}
        """
            .formatted(state.instant().minus(LONG_AGO)));
  }

  private static void lock(LabState state) {
    state.with(
        Kind.LEASES,
        """
        {"metadata": {"name": "fip-203-0-113-10", "namespace": "fipctl-system",
            "annotations": {"fipctl.io/address": "%2$s"}},
         "spec": {"holderIdentity": "somebody@elsewhere/4711", "leaseDurationSeconds": 15,
            "acquireTime": "%1$s", "renewTime": "%1$s", "leaseTransitions": 0}}
        """
            .formatted(state.instant().minus(LONG_AGO), IpAddress.parse(TEN)));
  }
}
