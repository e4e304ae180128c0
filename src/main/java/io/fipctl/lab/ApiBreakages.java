package io.fipctl.lab;

import io.fipctl.kube.Kind;
import io.fipctl.lab.simulation.Json;
import io.fipctl.lab.simulation.LabState;
import io.fipctl.model.ApiObject;
import io.fipctl.model.FloatingIps;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The failures that stand in the API: objects, and what is missing of them. */
final class ApiBreakages {
  private static final String TEN = "203.0.113.10";
  private static final String FREE = "[\"203.0.113.77\"]";
  private static final Duration LONG_AGO = Duration.ofHours(2);

  static final List<Breakage> ALL =
      List.of(
          new Breakage(
              "api-trouble",
              "FIP-001",
              "The API server answers HTTP 500 for IPReservations: their webhook is gone.",
              state -> state.troubled(state.calico(Kind.IP_RESERVATIONS))),
          new Breakage(
              "debug-pod-left",
              "FIP-003",
              "A killed run has left its privileged debug pod on n3.",
              ApiBreakages::debugPod),
          new Breakage(
              "lock-left",
              "FIP-003",
              "A killed run has left the lock of 203.0.113.10, which nobody renews.",
              ApiBreakages::lock),
          new Breakage(
              "change-cut-off",
              "FIP-003",
              "A run was killed while it moved 203.0.113.10 from shop/web-0 to shop/web-2.",
              ApiBreakages::cutOff),
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
              "cni-template-misplaced",
              "FIP-103",
              "In the template feature_control stands beside the plugins, not in Calico's.",
              ApiBreakages::misplaced),
          new Breakage(
              "ebpf",
              "FIP-104",
              "The eBPF dataplane is switched on, which has no floating IPs.",
              state ->
                  set(state, state.calico(Kind.FELIX_CONFIGURATIONS), "default", true)
                      .accept("bpfEnabled")),
          new Breakage(
              "old-calico",
              "FIP-105",
              "Calico 3.22.1 takes the annotation from everybody, whatever the gates say.",
              ApiBreakages::oldCalico),
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
              state -> state.edit(Kind.NODES, "", "n3", node -> plus(node, "ExternalIP", TEN))),
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
                                  FloatingIps.KEY)))),
          new Breakage(
              "address-in-node-network",
              "FIP-314",
              "shop/web-2 has an address of the nodes' own network, where nobody answers ARP for it.",
              ApiBreakages::nodeNetwork),
          new Breakage(
              "policy-deny",
              "FIP-401",
              "A NetworkPolicy lets nothing in to shop/t1.",
              state ->
                  state.with(
                      Kind.NETWORK_POLICIES,
                      """
                      {"metadata": {"name": "deny", "namespace": "shop"},
                       "spec": {"podSelector": {"matchLabels": {"app": "t1"}},
                          "policyTypes": ["Ingress"]}}
                      """)),
          new Breakage(
              "pod-not-ready",
              "FIP-402",
              "shop/web-0 runs and is not Ready.",
              state -> state.ready("shop/web-0", false)));

  private ApiBreakages() {}

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

  private static void misplaced(LabState state) {
    state
        .gates(false, true)
        .edit(
            Kind.CONFIG_MAPS,
            "kube-system",
            "calico-config",
            map ->
                new ApiObject(
                    Json.with(
                        map.tree(),
                        map.text("data", "cni_network_config")
                            .orElseThrow()
                            .replace(
                                "\"plugins\": [",
                                "\"feature_control\": {\"floating_ips\": true}, \"plugins\": ["),
                        "data",
                        "cni_network_config")));
  }

  private static void oldCalico(LabState state) {
    state.edit(
        Kind.DAEMON_SETS,
        "kube-system",
        "calico-node",
        set ->
            new ApiObject(Json.tree(Json.print(set.tree()).replaceAll(":v3[.0-9]+", ":v3.22.1"))));
  }

  private static void nodeNetwork(LabState state) {
    state
        .with(
            state.calico(Kind.IP_POOLS),
            """
            {"metadata": {"name": "beside-nodes"},
             "spec": {"allowedUses": ["Workload"], "blockSize": 32, "cidr": "172.31.99.64/27",
                "disabled": true, "ipipMode": "Never", "vxlanMode": "Never",
                "natOutgoing": false, "nodeSelector": "all()"}}
            """)
        .floatingIps("shop/web-2", "[\"172.31.99.77\"]");
  }

  private static ApiObject plus(ApiObject node, String type, String address) {
    List<Object> addresses = new ArrayList<>();
    node.objects("status", "addresses").forEach(each -> addresses.add(each.tree()));
    addresses.add(Map.of("type", type, "address", address));
    return new ApiObject(Json.with(node.tree(), addresses, "status", "addresses"));
  }

  private static void debugPod(LabState state) {
    state.with(
        Kind.PODS,
        """
        {"metadata": {"name": "fipctl-debug-n3-x7k2p", "namespace": "kube-system",
            "creationTimestamp": "%s",
            "labels": {"app.kubernetes.io/managed-by": "fipctl"},
            "annotations": {"fipctl.io/started-by": "somebody@elsewhere",
                "fipctl.io/run": "elsewhere 4711 1767600000000"}},
         "spec": {"nodeName": "n3", "hostNetwork": true, "activeDeadlineSeconds": 600,
            "containers": [{"name": "debug", "image": "quay.io/calico/node:v3.31.7"}]},
         "status": {"phase": "Failed", "reason": "DeadlineExceeded"}}
        """
            .formatted(state.instant().minus(LONG_AGO)));
  }

  private static void lock(LabState state) {
    lease(state, Map.of());
  }

  private static void cutOff(LabState state) {
    Map<String, Object> intent = new LinkedHashMap<>();
    intent.put("action", "move");
    intent.put("from", party(state, "web-0"));
    intent.put("to", party(state, "web-2"));
    intent.put("handover", "exclusive");
    intent.put("by", "somebody@elsewhere:4711");
    intent.put("since", state.instant().minus(LONG_AGO).toString());
    lease(state, Map.of("fipctl.io/intent", Json.print(intent)));
  }

  private static Map<String, Object> party(LabState state, String name) {
    ApiObject pod = state.find(Kind.PODS, "shop", name).orElseThrow();
    return Map.of(
        "namespace",
        "shop",
        "name",
        name,
        "uid",
        pod.uid(),
        "node",
        pod.text("spec", "nodeName").orElseThrow());
  }

  /** The Lease of an address, as a run leaves it that is killed. */
  private static void lease(LabState state, Map<String, Object> more) {
    Map<String, Object> annotations = new LinkedHashMap<>(more);
    annotations.put("fipctl.io/address", TEN);
    ApiObject lease =
        new ApiObject(
            Json.tree(
                """
                {"metadata": {"name": "fip-203-0-113-10", "namespace": "fipctl-system"},
                 "spec": {"holderIdentity": "somebody@elsewhere:4711",
                    "leaseDurationSeconds": 15, "acquireTime": "%1$s", "renewTime": "%1$s",
                    "leaseTransitions": 0}}
                """
                    .formatted(state.instant().minus(LONG_AGO))));
    state
        .with(Kind.NAMESPACES, "{\"metadata\": {\"name\": \"fipctl-system\"}}")
        .with(
            Kind.LEASES,
            new ApiObject(Json.with(lease.tree(), annotations, "metadata", "annotations")));
  }
}
