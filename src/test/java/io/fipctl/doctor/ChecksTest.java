package io.fipctl.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.doctor.check.Check;
import io.fipctl.doctor.check.Severity;
import io.fipctl.evidence.Fetched;
import io.fipctl.evidence.NodeEvidence;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Each check finds what it is for, alone, and lets pass what only looks like it. */
class ChecksTest {
  private static final String SAVE = "iptables-nft-save.txt";
  private static final String LEGACY = "iptables-legacy-save.txt";

  /**
   * One thing changed in a healthy cluster.
   *
   * @param findings all that is found: check, subject
   * @param line in the evidence, or in the note of a near miss
   * @param fix the beginning of what to type
   */
  record Row(
      String id,
      String what,
      Supplier<EvidenceBuilder> situation,
      List<String> findings,
      String line,
      String fix) {
    @Override
    public String toString() {
      return id + " " + what;
    }
  }

  private static Row bad(
      String id,
      String what,
      UnaryOperator<EvidenceBuilder> change,
      String finding,
      String line,
      String fix) {
    return new Row(
        id,
        what,
        () -> change.apply(EvidenceBuilder.healthy()),
        List.of(finding.split(", (?=FIP)")),
        line,
        fix);
  }

  private static Row fine(String id, String what, UnaryOperator<EvidenceBuilder> change) {
    return new Row(id, what, () -> change.apply(EvidenceBuilder.healthy()), List.of(), "", "");
  }

  private static EvidenceBuilder felix(EvidenceBuilder s, String field, Object value) {
    return s.set("felixconfigurations", "default", value, "spec", field);
  }

  private static EvidenceBuilder pool(EvidenceBuilder s, String field, Object value) {
    return s.set("ippools", "floating", value, "spec", field);
  }

  private static final List<Row> ROWS =
      List.of(
          bad(
              "FIP-001",
              "a kind could not be listed",
              s -> s.unread("services", new Fetched.Missing<>("HTTP 503: the webhook is down")),
              "FIP-001 services",
              "",
              "kubectl get services -A"),
          fine(
              "FIP-001",
              "a kind is empty",
              s -> s.unread("services", new Fetched.Read<>(List.of()))),
          bad(
              "FIP-003",
              "a debug pod is there since an hour",
              s ->
                  s.with(
                      "pods",
                      "{metadata: {name: fipctl-debug-x, namespace: kube-system, uid: u9,"
                          + " creationTimestamp: '2026-11-23T13:00:00Z', labels:"
                          + " {app.kubernetes.io/managed-by: fipctl}, annotations:"
                          + " {fipctl.io/run: 'x 4711 1000'}}, spec: {nodeName: n1,"
                          + " activeDeadlineSeconds: 600, hostNetwork: true}, status: {phase: Running}}"),
              "FIP-003 pod/kube-system/fipctl-debug-x",
              "managed-by: fipctl",
              "fipctl cleanup -n kube-system"),
          bad(
              "FIP-003",
              "a lock whose holder is long gone",
              s ->
                  s.with(
                      "leases",
                      "{metadata: {name: fip-203-0-113-10, namespace: fipctl-system}, spec:"
                          + " {holderIdentity: 'me@host:1', leaseDurationSeconds: 15, renewTime:"
                          + " '2026-11-23T13:30:00.000000Z'}}"),
              "FIP-003 lease/fipctl-system/fip-203-0-113-10",
              "me@host:1",
              "fipctl lock break 203.0.113.10"),
          fine(
              "FIP-003",
              "a debug pod that is somebody's shell",
              s ->
                  s.with(
                      "pods",
                      "{metadata: {name: fipctl-debug-x, namespace: kube-system, uid: u9,"
                          + " creationTimestamp: '2026-11-23T13:30:00Z', labels:"
                          + " {app.kubernetes.io/managed-by: fipctl}, annotations:"
                          + " {fipctl.io/run: 'x 4711 1000'}}, spec: {nodeName: n1,"
                          + " activeDeadlineSeconds: 3600, hostNetwork: true}, status: {phase:"
                          + " Running}}")),
          bad(
              "FIP-003",
              "a debug pod that has ended half a minute ago",
              s -> s.with("pods", endedDebugPod("13:59:29")),
              "FIP-003 pod/kube-system/fipctl-debug-x",
              "managed-by: fipctl",
              "fipctl cleanup -n kube-system"),
          fine(
              "FIP-003",
              "a pod of somebody else's tool with the same label",
              s ->
                  s.with(
                      "pods",
                      "{metadata: {name: report, namespace: shop, uid: u9, creationTimestamp:"
                          + " '2026-11-23T13:00:00Z', labels: {app.kubernetes.io/managed-by:"
                          + " fipctl}}, spec: {nodeName: n1}, status: {phase: Succeeded}}")),
          fine(
              "FIP-003",
              "a debug pod that has just ended",
              s -> s.with("pods", endedDebugPod("13:59:45"))),
          fine(
              "FIP-003",
              "a lock that is held, and one that was given back",
              s ->
                  s.with(
                          "leases",
                          "{metadata: {name: fip-203-0-113-10, namespace: fipctl-system}, spec:"
                              + " {holderIdentity: 'me@host:1', leaseDurationSeconds: 15, renewTime:"
                              + " '2026-11-23T13:59:55.000000Z'}}")
                      .with(
                          "leases",
                          "{metadata: {name: fip-203-0-113-11, namespace: fipctl-system}, spec:"
                              + " {holderIdentity: '', renewTime: '2026-11-23T10:00:00.000000Z'}}")),
          bad(
              "FIP-101",
              "no DaemonSet has calico-node",
              s -> s.unread("daemonsets", new Fetched.Read<>(List.of())),
              "FIP-101 cluster",
              "",
              "kubectl get daemonsets -A"),
          bad(
              "FIP-101",
              "an etcd datastore",
              s -> s.env("DATASTORE_TYPE", "etcdv3"),
              "FIP-101 cluster",
              "DATASTORE_TYPE: etcdv3",
              "write the address into the template"),
          bad(
              "FIP-101",
              "a locked datastore",
              s -> s.set("clusterinformations", "default", false, "spec", "datastoreReady"),
              "FIP-101 cluster",
              "datastoreReady: false",
              "kubectl get clusterinformations.crd.projectcalico.org default"),
          fine(
              "FIP-101",
              "nothing says whether the datastore is ready",
              s -> s.set("clusterinformations", "default", null, "spec", "datastoreReady")),
          bad(
              "FIP-102",
              "the default is Disabled and rules are gone",
              s -> felix(noRules(s), "floatingIPs", "Disabled"),
              "FIP-102 cluster",
              "FelixConfiguration default: floatingIPs Disabled",
              "fipctl enable"),
          bad(
              "FIP-102",
              "one node's own configuration",
              s ->
                  s.with(
                      "felixconfigurations",
                      "{apiVersion: crd.projectcalico.org/v1, metadata: {name: node.n3}, spec:"
                          + " {floatingIPs: Disabled}}"),
              "FIP-102 node/n3",
              "FelixConfiguration node.n3",
              "fipctl enable --include-overrides"),
          bad(
              "FIP-102",
              "the environment",
              s -> noRules(s).env("FELIX_FLOATINGIPS", "Disabled"),
              "FIP-102 cluster",
              "FELIX_FLOATINGIPS",
              "kubectl set env -n kube-system daemonset/calico-node FELIX_FLOATINGIPS-"),
          fine("FIP-102", "written another way", s -> felix(s, "floatingIPs", "enabled")),
          bad(
              "FIP-103",
              "the template has no gate, nor have the nodes",
              s -> cni(s, "\"feature_control\": {\"floating_ips\": true},", ""),
              "FIP-103 configmap/kube-system/calico-config",
              "",
              "fipctl enable"),
          bad(
              "FIP-103",
              "a text instead of a flag, on a node",
              s ->
                  s.edit(
                      "n2",
                      "cni-conflist.json",
                      t -> t.replace("_ips\": true", "_ips\": \"true\"")),
              "FIP-103 node/n2",
              "\"true\"",
              "fipctl enable --cni-only"),
          bad(
              "FIP-103",
              "a node that has not rolled",
              s ->
                  s.edit(
                      "n2", "cni-conflist.json", t -> t.replace("_ips\": true", "_ips\": false")),
              "FIP-103 node/n2",
              "false",
              "fipctl enable --cni-only"),
          bad(
              "FIP-103",
              "another plugin comes first",
              s ->
                  s.edit(
                      "n2",
                      "cni-conflist.json",
                      t -> "# /etc/cni/net.d/05-x.conf\n{\"type\": \"x\"}"),
              "FIP-103 node/n2",
              "\"type\": \"x\"",
              "fipctl status"),
          bad(
              "FIP-103",
              "a pod that the plugin refuses",
              s ->
                  s.with(
                          "pods",
                          "{metadata: {name: late, namespace: shop, uid: u7, annotations:"
                              + " {cni.projectcalico.org/floatingIPs: '[\"203.0.113.50\"]'}},"
                              + " spec: {nodeName: n3}, status: {phase: Pending}}")
                      .with(
                          "events",
                          "{type: Warning, involvedObject: {uid: u7}, message: 'plugin"
                              + " type=\"calico\" failed (add): requested feature is not enabled:"
                              + " floating_ips'}"),
              "FIP-103 pod/shop/late node/n3",
              "requested feature is not enabled: floating_ips",
              "fipctl enable"),
          fine(
              "FIP-103",
              "the file names itself",
              s ->
                  s.edit(
                      "n1",
                      "cni-conflist.json",
                      t -> "# /host/etc/cni/net.d/10-calico.conflist\n" + t)),
          bad(
              "FIP-104",
              "eBPF, and only half of the rules",
              s ->
                  felix(
                      s.dropLines("n1", SAVE, l -> l.contains("cali-fip-dnat"))
                          .dropLines("n2", SAVE, l -> l.contains("cali-fip-dnat"))
                          .dropLines("n3", SAVE, l -> l.contains("cali-fip-dnat")),
                      "bpfEnabled",
                      true),
              "FIP-104 cluster",
              "bpfEnabled: true",
              "do without floating IPs, or plan the way back"),
          bad(
              "FIP-104",
              "the sign of eBPF on one node",
              s -> s.dropLines("n1", SAVE, l -> l.contains("cali-fip-dnat")),
              "FIP-104 node/n1",
              "cali-fip-snat",
              "look whether bpfEnabled is set for node n1"),
          fine("FIP-104", "eBPF is named and off", s -> felix(s, "bpfEnabled", false)),
          bad(
              "FIP-105",
              "a version before the fix",
              s -> s.set("clusterinformations", "default", "v3.21.4", "spec", "calicoVersion"),
              "FIP-105 cluster",
              "v3.21.4",
              "upgrade Calico"),
          fine(
              "FIP-105",
              "the first version with the fix",
              s -> s.set("clusterinformations", "default", "v3.21.5", "spec", "calicoVersion")),
          bad(
              "FIP-106",
              "the operator owns the DaemonSet",
              s ->
                  s.set(
                      "daemonsets",
                      "calico-node",
                      List.of(Map.of("kind", "Installation", "name", "default")),
                      "metadata",
                      "ownerReferences"),
              "FIP-106 cluster",
              "Installation",
              "use Services of type LoadBalancer"),
          fine(
              "FIP-106",
              "something else owns it",
              s ->
                  s.set(
                      "daemonsets",
                      "calico-node",
                      List.of(Map.of("kind", "HelmRelease", "name", "x")),
                      "metadata",
                      "ownerReferences")),
          bad(
              "FIP-201",
              "an address without brackets",
              s -> s.annotate("web-2", "203.0.113.30"),
              "FIP-201 pod/shop/web-2 node/n1",
              "floatingIPs: 203.0.113.30",
              "fipctl release --pod shop/web-2"),
          bad(
              "FIP-201",
              "an empty value",
              s -> s.annotate("web-2", ""),
              "FIP-201 pod/shop/web-2 node/n1",
              "",
              "fipctl release --pod shop/web-2"),
          fine("FIP-201", "an empty list", s -> s.annotate("web-2", "[]")),
          fine(
              "FIP-201",
              "a malformed value of a pod that has ended",
              s ->
                  s.annotate("web-2", "nonsense")
                      .set("pods", "web-2", "Succeeded", "status", "phase")),
          bad(
              "FIP-202",
              "a prefix length",
              s -> s.annotate("web-2", "[\"203.0.113.30/32\"]"),
              "FIP-202 pod/shop/web-2 node/n1",
              "203.0.113.30/32",
              "fipctl doctor shop/web-2 --check FIP-202 --fix"),
          bad(
              "FIP-202",
              "IPv6 on a pod without it",
              s -> s.annotate("web-2", "[\"2001:db8::5\"]"),
              "FIP-202 pod/shop/web-2 node/n1",
              "2001:db8::5",
              "fipctl release --pod shop/web-2"),
          bad(
              "FIP-202",
              "a pod on its node's network",
              s ->
                  s.annotate("web-2", "[\"203.0.113.30\"]")
                      .set("pods", "web-2", true, "spec", "hostNetwork"),
              "FIP-202 pod/shop/web-2 node/n1",
              "203.0.113.30",
              "fipctl release --pod shop/web-2"),
          fine(
              "FIP-202",
              "such a pod that has ended",
              s ->
                  s.annotate("web-2", "[\"203.0.113.30/32\"]")
                      .set("pods", "web-2", "Failed", "status", "phase")),
          bad(
              "FIP-203",
              "an address that is a Service's",
              s ->
                  s.with(
                      "services",
                      "{metadata: {name: api, namespace: shop}, spec: {clusterIP: 10.96.0.9,"
                          + " externalIPs: [203.0.113.10]}}"),
              "FIP-203 203.0.113.10 pod/shop/web-0 node/n1",
              "service/shop/api",
              "fipctl release 203.0.113.10 --pod shop/web-0"),
          bad(
              "FIP-203",
              "two holders, one of them on another node",
              s -> s.annotate("web-2", "[\"203.0.113.31\"]"),
              "FIP-203 203.0.113.31",
              "shop/web-2",
              "decide which pod keeps 203.0.113.31"),
          fine(
              "FIP-203",
              "the other holder has ended",
              s ->
                  s.annotate("web-2", "[\"203.0.113.31\"]")
                      .set("pods", "web-2", "Succeeded", "status", "phase")),
          bad(
              "FIP-203",
              "an address of a Service, of which no more is said",
              s ->
                  pool(s, "disabled", false)
                      .with(
                          "services",
                          "{metadata: {name: web, namespace: shop}, spec: {externalIPs:"
                              + " [203.0.113.10]}}"),
              "FIP-203 203.0.113.10 pod/shop/web-0 node/n1, FIP-205 ippool/floating 203.0.113.31"
                  + " 203.0.113.32",
              "service/shop/web",
              "fipctl release 203.0.113.10 --pod shop/web-0"),
          bad(
              "FIP-203",
              "two pods hold it, for one who may not list nodes",
              s ->
                  s.annotate("web-0", "[\"203.0.113.10\",\"203.0.113.31\"]")
                      .unread("nodes", new Fetched.Forbidden<>("rule missing: nodes")),
              "FIP-203 203.0.113.31",
              "203.0.113.31",
              "decide which pod keeps 203.0.113.31"),
          bad(
              "FIP-204",
              "a pool that is not exported",
              s -> pool(s, "disableBGPExport", true),
              "FIP-204 ippool/floating 203.0.113.10 203.0.113.31 203.0.113.32",
              "floating 203.0.113.0/24",
              "kubectl patch ippools.crd.projectcalico.org floating"),
          bad(
              "FIP-204",
              "a VXLAN pool",
              s -> pool(s, "vxlanMode", "Always"),
              "FIP-204 ippool/floating 203.0.113.10 203.0.113.31 203.0.113.32",
              "floating",
              "kubectl patch ippools.crd.projectcalico.org floating"),
          bad(
              "FIP-204",
              "no pool has the addresses",
              s -> s.unread("ippools", new Fetched.Read<>(List.of())),
              "FIP-204 203.0.113.10 203.0.113.31 203.0.113.32",
              "none has 203.0.113.10, 203.0.113.31, 203.0.113.32",
              "printf '{\"apiVersion\":\"v1\",\"kind\":\"List\""),
          fine("FIP-204", "a disabled pool is exported", s -> pool(s, "disabled", true)),
          bad(
              "FIP-205",
              "IPAM may give it away",
              s -> pool(s, "disabled", false),
              "FIP-205 ippool/floating 203.0.113.10 203.0.113.31 203.0.113.32",
              "disabled: false",
              "printf '{\"apiVersion\":\"crd.projectcalico.org/v1\",\"kind\":\"IPReservation\""),
          bad(
              "FIP-205",
              "a malformed reservation",
              s ->
                  s.with(
                      "ipreservations",
                      "{apiVersion: crd.projectcalico.org/v1, metadata: {name: r}, spec:"
                          + " {reservedCIDRs: [203.0.113.10]}}"),
              "FIP-205 ipreservation/r",
              "reservedCIDRs: 203.0.113.10",
              "write it as a range in IPReservation r"),
          fine(
              "FIP-205",
              "a reserved range",
              s ->
                  pool(s, "disabled", false)
                      .with(
                          "ipreservations",
                          "{apiVersion: crd.projectcalico.org/v1, metadata: {name: r}, spec:"
                              + " {reservedCIDRs: [203.0.113.0/26]}}")),
          bad(
              "FIP-206",
              "three replicas of one template",
              s -> s.with("deployments", template(3, "RollingUpdate")),
              "FIP-206 deployment/shop/front",
              "203.0.113.77",
              "kubectl patch deployment -n shop front"),
          bad(
              "FIP-206",
              "an update beside the old pod",
              s -> s.with("deployments", template(1, "RollingUpdate")),
              "FIP-206 deployment/shop/front",
              "203.0.113.77",
              "kubectl patch deployment -n shop front"),
          fine("FIP-206", "one pod at a time", s -> s.with("deployments", template(1, "Recreate"))),
          bad(
              "FIP-301",
              "the rule leads to a pod that is gone",
              s ->
                  s.edit(
                      "n1",
                      SAVE,
                      t -> t.replace("-destination 10.244.40.128", "-destination 10.244.40.99")),
              "FIP-301 203.0.113.10 pod/shop/web-0 node/n1",
              "--to-destination 10.244.40.99",
              "fipctl doctor --node n1 --check FIP-301"),
          fine(
              "FIP-301",
              "a pod that is just going",
              s ->
                  s.dropLines(
                          "n1", SAVE, l -> l.contains("fip-dnat -d") || l.contains("fip-snat -s"))
                      .dropLines("n2", "ip-route.json", l -> false)
                      .set(
                          "pods",
                          "web-0",
                          "2026-11-23T13:59:59Z",
                          "metadata",
                          "deletionTimestamp")),
          bad(
              "FIP-302",
              "the jump from PREROUTING is gone",
              s ->
                  s.dropLines(
                      "n1", SAVE, l -> l.contains("-A cali-PREROUTING") && l.contains("fip-dnat")),
              "FIP-302 node/n1",
              "-A cali-OUTPUT",
              "fipctl doctor --node n1 --check FIP-302"),
          fine(
              "FIP-302",
              "kube-proxy's jump comes first",
              s ->
                  s.addLine(
                      "n1",
                      SAVE,
                      "-A PREROUTING .*cali:6gwbT8clXdHdC1b1.*\n-A PREROUTING -d 10",
                      "-A PREROUTING -m comment --comment x -j MARK --set-xmark 0x0/0x0")),
          bad(
              "FIP-303",
              "the rule for a pod's way to itself is gone",
              s -> s.dropLines("n1", SAVE, l -> l.contains("fip-snat -s")),
              "FIP-303 pod/shop/web-0 node/n1",
              "cali-fip-snat",
              "fipctl doctor --node n1 --check FIP-303"),
          fine(
              "FIP-303",
              "it uses another of the pod's addresses",
              s ->
                  s.edit(
                      "n2",
                      SAVE,
                      t -> t.replace("--to-source 203.0.113.31", "--to-source 203.0.113.32"))),
          bad(
              "FIP-304",
              "a rule that nobody wants",
              s ->
                  s.addLine("n3", SAVE, ":cali-nat-outgoing.*", "")
                      .edit(
                          "n3",
                          SAVE,
                          t ->
                              t.replaceFirst(
                                  "(?m)^-A cali-nat-outgoing",
                                  "-A cali-fip-dnat -d 203.0.113.99/32 -j DNAT --to-destination 10.244.98.5\n-A cali-nat-outgoing")),
              "FIP-304 203.0.113.99 node/n3",
              "-d 203.0.113.99/32",
              "fipctl doctor --node n3 --check FIP-304"),
          bad(
              "FIP-304",
              "a route that nobody wants",
              s ->
                  s.edit(
                      "n3",
                      "ip-route.json",
                      t ->
                          t.replaceFirst(
                              "\\[\\{",
                              "[{\"dst\":\"203.0.113.99\",\"dev\":\"cali0123456789a\",\"scope\":\"link\",\"flags\":[]},{")),
              "FIP-304 203.0.113.99 node/n3",
              "",
              "fipctl doctor --node n3 --check FIP-304"),
          fine(
              "FIP-304",
              "a route to a pod that the API does not list yet, from a pool of pods",
              s ->
                  s.edit(
                      "n3",
                      "ip-route.json",
                      t ->
                          t.replaceFirst(
                              "\\[\\{",
                              "[{\"dst\":\"10.244.98.9\",\"dev\":\"cali0123456789a\",\"scope\":\"link\",\"flags\":[]},{"))),
          new Row(
              "FIP-305",
              "two nodes have a rule for it, and follows from the two holders",
              () -> EvidenceBuilder.recorded("iptables-duplicate-two-nodes"),
              List.of("FIP-203 203.0.113.10"),
              "",
              "decide which pod keeps 203.0.113.10"),
          fine(
              "FIP-305",
              "one node has the rule twice",
              s ->
                  s.edit("n1", SAVE, t -> t.replaceFirst("(?m)^(-A cali-fip-dnat .*)$", "$1\n$1"))),
          bad(
              "FIP-306",
              "the route is gone, and with it all that is told of it",
              s -> withoutRoute(s),
              "FIP-306 203.0.113.10 pod/shop/web-0 node/n1",
              "default via",
              "fipctl doctor --node n1 --check FIP-306"),
          fine(
              "FIP-306",
              "the route of an older Calico, without a metric",
              s -> s.edit("n1", "ip-route.json", t -> t.replace("\"metric\":1024,", ""))),
          bad(
              "FIP-307",
              "rules are left in the legacy backend",
              s -> s.edit("n1", LEGACY, t -> EvidenceBuilder.legacy("203.0.113.10", "10.244.40.7")),
              "FIP-307 node/n1",
              "10.244.40.7",
              "kubectl exec -n kube-system calico-node-v86mh -c calico-node -- bash -c"
                  + " 'iptables-legacy-save | grep"),
          bad(
              "FIP-307",
              "another backend is configured",
              s -> felix(felix(s, "nftablesMode", "Disabled"), "iptablesBackend", "Legacy"),
              "FIP-307 node/n1, FIP-307 node/n2, FIP-307 node/n3",
              "",
              "read in the log of calico-node on node n1"),
          fine(
              "FIP-307",
              "empty chains that nothing leads to",
              s ->
                  s.edit(
                      "n1",
                      LEGACY,
                      t -> t + "*nat\n:PREROUTING ACCEPT [0:0]\n:cali-fip-dnat - [0:0]\nCOMMIT\n")),
          bad(
              "FIP-308",
              "calico-node is not Ready",
              s ->
                  s.set(
                      "pods",
                      "calico-node-v86mh",
                      List.of(Map.of("type", "Ready", "status", "False")),
                      "status",
                      "conditions"),
              "FIP-308 node/n1",
              "calico-node-v86mh",
              "kubectl delete pod -n kube-system calico-node-v86mh"),
          bad(
              "FIP-308",
              "calico-node cannot start",
              s ->
                  s.set(
                          "pods",
                          "calico-node-v86mh",
                          List.of(Map.of("type", "Ready", "status", "False")),
                          "status",
                          "conditions")
                      .set(
                          "pods",
                          "calico-node-v86mh",
                          List.of(
                              Map.of(
                                  "name",
                                  "calico-node",
                                  "state",
                                  Map.of("waiting", Map.of("reason", "CrashLoopBackOff")))),
                          "status",
                          "containerStatuses"),
              "FIP-308 node/n1",
              "CrashLoopBackOff",
              "kubectl describe pod -n kube-system calico-node-v86mh"),
          fine(
              "FIP-308",
              "a Windows node without calico-node",
              s ->
                  s.with(
                      "nodes",
                      "{metadata: {name: w1, labels: {kubernetes.io/os: windows}}, status:"
                          + " {addresses: [{type: InternalIP, address: 172.31.99.50}]}}")),
          bad(
              "FIP-309",
              "a flow without the rule",
              s ->
                  s.edit(
                      "n1",
                      "conntrack.txt",
                      t ->
                          t
                              + "ipv4     2 udp      17 25 src=172.31.99.2 dst=203.0.113.10 sport=4 dport=9"
                              + " packets=1 bytes=2 [UNREPLIED] src=203.0.113.10 dst=172.31.99.2 sport=9"
                              + " dport=4 packets=0 bytes=0 mark=0 use=1\n"),
              "FIP-309 203.0.113.10 pod/shop/web-0 node/n1",
              "sport=4 dport=9",
              "kubectl exec -n kube-system calico-node-v86mh -c calico-node -- conntrack -D"),
          fine(
              "FIP-309",
              "a TCP connection that has ended",
              s ->
                  s.edit(
                      "n1",
                      "conntrack.txt",
                      t ->
                          t
                              + "ipv4     2 tcp      6 25 TIME_WAIT src=172.31.99.2 dst=203.0.113.10 sport=4"
                              + " dport=9 packets=1 bytes=2 src=10.244.40.77 dst=172.31.99.2 sport=9"
                              + " dport=4 packets=0 bytes=0 [ASSURED] mark=0 use=1\n")),
          fine(
              "FIP-309",
              "a node that only forwards",
              s ->
                  s.edit(
                      "n3",
                      "conntrack.txt",
                      t ->
                          t
                              + "ipv4     2 udp      17 25 src=172.31.99.2 dst=203.0.113.10 sport=4 dport=9"
                              + " packets=1 bytes=2 [UNREPLIED] src=203.0.113.10 dst=172.31.99.2 sport=9"
                              + " dport=4 packets=0 bytes=0 mark=0 use=1\n")),
          bad(
              "FIP-310",
              "forwarding is off",
              s -> s.edit("n1", "sysctl.txt", t -> t.replace("ip_forward = 1", "ip_forward = 0")),
              "FIP-310 node/n1",
              "net.ipv4.ip_forward = 0",
              "kubectl exec -n kube-system calico-node-v86mh -c calico-node -- bash -c 'echo "),
          bad(
              "FIP-310",
              "a policy DROP in the other backend",
              s ->
                  s.edit(
                      "n1", LEGACY, t -> t.replace(":FORWARD ACCEPT [1647", ":FORWARD DROP [1647")),
              "FIP-310 node/n1",
              ":FORWARD DROP",
              "kubectl exec -n kube-system calico-node-v86mh -c calico-node -- iptables-legacy -P"),
          bad(
              "FIP-310",
              "a drop in front of Calico's accept",
              s -> s.addLine("n1", SAVE, "-A FORWARD .*Policy explicitly", "-A FORWARD -j DROP"),
              "FIP-310 node/n1",
              "-A FORWARD -j DROP",
              "have the firewall manager of node n1 let packets to pods through"),
          fine(
              "FIP-310",
              "a policy DROP beside Calico's accept",
              s ->
                  s.edit(
                      "n1",
                      SAVE,
                      t -> t.replaceFirst("(?s)(\\*filter.*?):FORWARD ACCEPT", "$1:FORWARD DROP"))),
          bad(
              "FIP-311",
              "strict on the uplink",
              s ->
                  s.edit(
                      "n1",
                      "sysctl.txt",
                      t -> t.replace("eth0.rp_filter = 0", "eth0.rp_filter = 1")),
              "FIP-311 node/n1",
              "net.ipv4.conf.eth0.rp_filter = 1",
              "kubectl exec -n kube-system calico-node-v86mh -c calico-node -- bash -c 'echo 2 "),
          fine(
              "FIP-311",
              "loose wins over strict",
              s ->
                  s.edit(
                      "n1",
                      "sysctl.txt",
                      t ->
                          t.replace("eth0.rp_filter = 0", "eth0.rp_filter = 1")
                              .replace("all.rp_filter = 0", "all.rp_filter = 2"))),
          fine(
              "FIP-311",
              "strict on a node without an address",
              s ->
                  s.edit(
                      "n3",
                      "sysctl.txt",
                      t -> t.replace("eth0.rp_filter = 0", "eth0.rp_filter = 1"))),
          bad(
              "FIP-312",
              "another node has no route",
              s ->
                  s.edit(
                          "n3",
                          "ip-route.json",
                          t ->
                              t.replaceFirst("\\{\"dst\":\"203.0.113.10\"[^}]*\\},?", "")
                                  .replace(",]", "]"))
                      .dropLines("n3", "ip-route.txt", l -> l.startsWith("203.0.113.10 ")),
              "FIP-312 203.0.113.10 pod/shop/web-0 node/n3",
              "default via",
              "fipctl nat 203.0.113.10"),
          fine(
              "FIP-312",
              "without the mesh the default route may be right",
              s ->
                  s.edit(
                          "n3",
                          "ip-route.json",
                          t ->
                              t.replaceFirst("\\{\"dst\":\"203.0.113.10\"[^}]*\\},?", "")
                                  .replace(",]", "]"))
                      .set("bgpconfigurations", "default", false, "spec", "nodeToNodeMeshEnabled")),
          bad(
              "FIP-313",
              "a session is down",
              s ->
                  s.edit(
                      "n1",
                      "birdcl-protocols.txt",
                      t ->
                          t.replaceFirst(
                                  "(Global_172_31_99_2 BGP .*)up (.*)Established",
                                  "$1start $2Active")
                              .replaceFirst(
                                  "BGP state:          Established", "BGP state:          Active")),
              "FIP-313 node/n1",
              "Global_172_31_99_2",
              "see in birdcl -s /var/run/calico/bird.ctl show protocols all Global_172_31_99_2 on node n1"),
          fine(
              "FIP-313",
              "another protocol of BIRD is down",
              s ->
                  s.edit(
                      "n1",
                      "birdcl-protocols.txt",
                      t -> t.replaceFirst("(?m)^(static1 .* )up ", "$1down "))),
          bad(
              "FIP-314",
              "an address of the nodes' own network",
              s ->
                  s.edit(
                      "n1",
                      "ip-addr.json",
                      t ->
                          t.replace(
                              "\"172.31.99.11\",\"prefixlen\":24",
                              "\"203.0.113.2\",\"prefixlen\":24")),
              "FIP-314 203.0.113.10 pod/shop/web-0 node/n1",
              "203.0.113.0/24",
              "take an address outside of the nodes' network"),
          fine(
              "FIP-314",
              "the node answers for it",
              s ->
                  s.edit(
                          "n1",
                          "ip-addr.json",
                          t ->
                              t.replace(
                                  "\"172.31.99.11\",\"prefixlen\":24",
                                  "\"203.0.113.2\",\"prefixlen\":24"))
                      .edit(
                          "n1",
                          "sysctl.txt",
                          t -> t.replace("eth0.proxy_arp = 0", "eth0.proxy_arp = 1"))),
          new Row(
              "FIP-401",
              "a policy that lets nobody in",
              () -> EvidenceBuilder.recorded("v3.33-policy-deny"),
              List.of("FIP-401 pod/shop/web-0 node/n1", "FIP-401 pod/shop/web-1 node/n2"),
              "cali-pi-knp/shop/deny",
              "kubectl describe networkpolicies -n shop"),
          new Row(
              "FIP-401",
              "a policy that lets somebody in",
              () ->
                  EvidenceBuilder.recorded("v3.33-policy-deny")
                      .edit("n1", SAVE, ChecksTest::letIn)
                      .edit("n2", SAVE, ChecksTest::letIn),
              List.of(),
              "",
              ""),
          bad(
              "FIP-402",
              "the pod is not Ready",
              s ->
                  s.set(
                      "pods",
                      "web-0",
                      List.of(Map.of("type", "Ready", "status", "False")),
                      "status",
                      "conditions"),
              "FIP-402 pod/shop/web-0 node/n1",
              "shop/web-0 Ready: False",
              "kubectl describe pod -n shop web-0"),
          bad(
              "FIP-402",
              "the pod does not answer on its interface",
              s ->
                  s.edit(
                      "n1",
                      "ip-neigh.json",
                      t -> t.replaceFirst("(\"dst\":\"10.244.40.128\"[^}]*)REACHABLE", "$1FAILED")),
              "FIP-402 pod/shop/web-0 node/n1",
              "FAILED",
              "kubectl describe pod -n shop web-0"),
          fine(
              "FIP-402",
              "a pod without an address is not Ready",
              s ->
                  s.set(
                      "pods",
                      "web-2",
                      List.of(Map.of("type", "Ready", "status", "False")),
                      "status",
                      "conditions")),
          bad(
              "FIP-501",
              "the pod does not answer its node",
              s -> ProbeChecksTest.connected(s, "n1", "124", "124"),
              "FIP-501 pod/shop/web-0 node/n1",
              "10.244.40.128 8080 124",
              "see whether pod shop/web-0 runs"),
          fine(
              "FIP-501",
              "it answers that nobody listens there",
              s ->
                  ProbeChecksTest.connected(
                      s, "n1", "1 Connection refused", "1 Connection refused")),
          bad(
              "FIP-502",
              "its node does not reach it by the floating IP",
              s -> ProbeChecksTest.connected(s, "n1", "0", "124"),
              "FIP-502 203.0.113.10 pod/shop/web-0 node/n1",
              "203.0.113.10 8080 124",
              "fipctl nat 203.0.113.10"),
          fine(
              "FIP-502",
              "both addresses are taken",
              s -> ProbeChecksTest.connected(s, "n1", "0", "0")),
          bad(
              "FIP-503",
              "another node does not reach it by the floating IP",
              s -> ProbeChecksTest.connected(s, "n3", "0", "124"),
              "FIP-503 203.0.113.10 pod/shop/web-0 node/n3",
              "203.0.113.10 8080 124",
              "fipctl nat 203.0.113.10"),
          fine(
              "FIP-503",
              "nor does that node reach the pod itself",
              s -> ProbeChecksTest.connected(s, "n3", "124", "124")));

  @Test
  void a_client_of_BIRD_that_waits_in_vain_tells_of_BIRD_only_where_nothing_else_is_late() {
    assertThat(RecordingsTest.found(late("birdcl-protocols.txt", "birdcl-route.txt").report()))
        .containsExactly("FIP-313 node/n1");

    Report report = late("birdcl-protocols.txt", "ip-route.json").report();
    assertThat(RecordingsTest.found(report)).isEmpty();
    assertThat(RecordingsTest.status(report, "FIP-313")).isEqualTo(Status.UNKNOWN);
  }

  private static EvidenceBuilder late(String... names) {
    return EvidenceBuilder.healthy()
        .files(
            "n1",
            files -> {
              for (String name : names) {
                files.put(name, new NodeEvidence.Text("", 124));
              }
              return files;
            });
  }

  private static EvidenceBuilder claimedAgain(String claimed) {
    return EvidenceBuilder.healthy()
        .annotate("web-2", "[\"203.0.113.31\"]")
        .set("pods", "web-2", "2026-02-01T00:00:00Z", "metadata", "creationTimestamp")
        .set("pods", "web-1", claimed, "fipctl", "claimed");
  }

  @Test
  void an_address_stays_with_the_pod_that_claimed_it_before_the_others_were_there() {
    assertThat(fixes(claimedAgain("2026-01-31T23:59:59Z"), "FIP-203"))
        .singleElement()
        .asString()
        .startsWith("fipctl release 203.0.113.31 --pod shop/web-2  # shop/web-1 keeps it");
    assertThat(fixes(claimedAgain("2026-02-01T00:00:01Z"), "FIP-203"))
        .singleElement()
        .asString()
        .startsWith("decide which pod keeps 203.0.113.31");
  }

  @Test
  void no_command_announces_an_address_that_may_be_somebody_elses() {
    EvidenceBuilder announced = EvidenceBuilder.healthy().annotate("web-2", "[\"8.8.8.8\"]");

    assertThat(announced.report().findings().filter(found -> found.check().equals("FIP-204")))
        .singleElement()
        .satisfies(
            found -> {
              assertThat(found.fix().command()).isEmpty();
              assertThat(found.fix().text()).startsWith("release what is not yours");
            });
  }

  @Test
  void the_file_of_another_plugin_is_left_where_it_is() {
    EvidenceBuilder multus =
        EvidenceBuilder.healthy()
            .edit(
                "n1",
                "cni-conflist.json",
                t -> "# /host/etc/cni/net.d/00-multus.conf\n{\"type\": \"multus\"}");
    assertThat(RecordingsTest.found(multus.report())).isEmpty();
    assertThat(RecordingsTest.status(multus.report(), "FIP-103")).isEqualTo(Status.UNKNOWN);

    assertThat(
            fixes(
                EvidenceBuilder.healthy()
                    .env("CALICO_NETWORKING_BACKEND", "none")
                    .edit(
                        "n1",
                        "cni-conflist.json",
                        t -> "# /host/etc/cni/net.d/05-cloud.conf\n{\"type\": \"ptp\"}"),
                "FIP-103"))
        .singleElement()
        .asString()
        .contains("leave it where it is");
  }

  private static List<String> fixes(EvidenceBuilder situations, String check) {
    return situations
        .report()
        .findings()
        .filter(found -> found.check().equals(check))
        .map(found -> found.fix().text())
        .toList();
  }

  /** A name that is too long for a chain is a hash there. */
  @Test
  void a_policy_is_told_by_its_name_and_not_by_that_of_its_chain() {
    EvidenceBuilder shortened =
        EvidenceBuilder.recorded("v3.33-policy-deny")
            .edit(
                "n1",
                SAVE,
                t ->
                    t.replace("cali-pi-knp/shop/deny", "cali-pi-_Xo3fJ0pVbC1nQw8zKdLm")
                        .replace(
                            "KubernetesNetworkPolicy shop/deny", "Policy shop/knp.default.deny"));

    assertThat(shortened.report().findings())
        .anyMatch(found -> found.observed().endsWith(": shop/knp.default.deny"))
        .noneMatch(found -> found.observed().contains("_Xo3"));
  }

  @Test
  void a_pod_that_nobody_can_reach_is_an_error() {
    assertThat(EvidenceBuilder.recorded("v3.33-policy-deny").report().findings())
        .isNotEmpty()
        .allMatch(found -> found.severity() == Severity.ERROR);
    assertThat(
            EvidenceBuilder.healthy()
                .set(
                    "pods",
                    "web-0",
                    List.of(Map.of("type", "Ready", "status", "False")),
                    "status",
                    "conditions")
                .report()
                .findings())
        .isNotEmpty()
        .allMatch(found -> found.severity() == Severity.ERROR);
  }

  private static String letIn(String save) {
    return save.replaceFirst(
        "(?m)^-A cali-pi-knp/shop/deny .*$",
        "-A cali-pi-knp/shop/deny -p tcp -m multiport --dports 80 -j MARK --set-xmark 0x10000/0x10000");
  }

  private static EvidenceBuilder noRules(EvidenceBuilder s) {
    EvidenceBuilder changed = s;
    for (String node : List.of("n1", "n2", "n3")) {
      changed =
          changed
              .dropLines(node, SAVE, l -> l.contains("fip-dnat -d") || l.contains("fip-snat -s"))
              .edit(
                  node,
                  "ip-route.json",
                  t -> t.replaceAll("\\{\"dst\":\"203.0.113[^}]*\\},?", "").replace(",]", "]"));
    }
    return changed;
  }

  private static EvidenceBuilder withoutRoute(EvidenceBuilder s) {
    EvidenceBuilder changed = s;
    for (String node : List.of("n1", "n2", "n3")) {
      changed =
          changed
              .edit(
                  node,
                  "ip-route.json",
                  t -> t.replaceAll("\\{\"dst\":\"203.0.113.10\"[^}]*\\},?", "").replace(",]", "]"))
              .dropLines(node, "ip-route.txt", l -> l.startsWith("203.0.113.10 "))
              .dropLines(node, "birdcl-route.txt", l -> l.startsWith("203.0.113.10/"));
    }
    return changed;
  }

  private static EvidenceBuilder cni(EvidenceBuilder s, String what, String instead) {
    return s.change(
            "configmaps",
            "calico-config",
            map ->
                EvidenceBuilder.object(
                    "{apiVersion: v1, metadata: {name: calico-config, namespace: kube-system}, data:"
                        + " {calico_backend: bird, cni_network_config: '{\"plugins\": [{\"type\":"
                        + " \"calico\", \"mtu\": __CNI_MTU__}]}'}}"))
        .edit("n1", "cni-conflist.json", t -> t.replace(what, instead))
        .edit("n2", "cni-conflist.json", t -> t.replace(what, instead))
        .edit("n3", "cni-conflist.json", t -> t.replace(what, instead));
  }

  private static String template(int replicas, String strategy) {
    return "{metadata: {name: front, namespace: shop}, spec: {replicas: %d, strategy: {type: %s},"
            .formatted(replicas, strategy)
        + " template: {metadata: {annotations: {cni.projectcalico.org/floatingIPs:"
        + " '[\"203.0.113.77\"]'}}}}}";
  }

  private static String endedDebugPod(String at) {
    return "{metadata: {name: fipctl-debug-x, namespace: kube-system, uid: u9, creationTimestamp:"
        + " '2026-11-23T13:59:00Z', labels: {app.kubernetes.io/managed-by: fipctl}, annotations:"
        + " {fipctl.io/run: 'x 4711 1000'}}, spec: {nodeName: n1, activeDeadlineSeconds: 600, hostNetwork: true}, status: {phase: Failed,"
        + " containerStatuses: [{name: debug, state: {terminated: {finishedAt: '2026-11-23T"
        + at
        + "Z'}}}]}}";
  }

  @ParameterizedTest
  @FieldSource("ROWS")
  void finds_this_and_nothing_else(Row row) {
    Report report = row.situation().get().report();

    assertThat(RecordingsTest.found(report)).as(report.toString()).isEqualTo(row.findings());
    report
        .findings()
        .findFirst()
        .ifPresent(
            first -> {
              assertThat(first.fix().text()).startsWith(row.fix());
              assertThat(first.impact()).isNotBlank();
              assertThat(first.evidence().toString()).contains(row.line());
              assertThat(first.observed()).isNotBlank().isNotEqualTo(first.expected());
            });
  }

  @ParameterizedTest
  @FieldSource("ROWS")
  void what_to_do_is_a_command_without_a_gap_or_a_sentence(Row row) {
    assertThat(row.situation().get().report().findings().flatMap(it -> it.fix().steps().stream()))
        .allSatisfy(
            step -> {
              assertThat(step.text()).isNotBlank();
              assertThat(step.command().orElse("fipctl doctor"))
                  .matches("(fipctl|kubectl|printf) .*")
                  .doesNotContainPattern("\\b(POD|NODE|IP|NS|NAME|ID)\\b");
            });
  }

  @Test
  void who_may_not_list_nodes_knows_those_that_run_calico_node() {
    Report report =
        EvidenceBuilder.healthy()
            .unread("nodes", new Fetched.Forbidden<>("rule missing: nodes"))
            .onlyVisited()
            .report();

    assertThat(report.nodes()).isEqualTo(3);
    assertThat(RecordingsTest.status(report, "FIP-301")).isEqualTo(Status.OK);
    assertThat(RecordingsTest.status(report, "FIP-312")).isEqualTo(Status.SKIPPED);
  }

  @Test
  void every_check_of_nodes_says_why_when_no_node_is_known() {
    Report report =
        EvidenceBuilder.healthy()
            .unread("nodes", new Fetched.Forbidden<>("rule missing: nodes"))
            .unread("pods", new Fetched.Forbidden<>("rule missing: pods"))
            .onlyVisited()
            .report();

    assertThat(report.results())
        .filteredOn(result -> result.check().needsNodes())
        .allSatisfy(result -> assertThat(result.gaps()).isNotEmpty());
  }

  @Test
  void without_any_address_no_connection_is_missed() {
    EvidenceBuilder none =
        EvidenceBuilder.healthy()
            .annotate("web-0", null)
            .annotate("web-1", null)
            .files(
                "n1",
                files -> {
                  files.remove("conntrack.txt");
                  return files;
                });

    assertThat(RecordingsTest.status(none.report(), "FIP-309")).isEqualTo(Status.SKIPPED);
  }

  @Test
  void every_check_is_tried_both_ways() {
    Map<String, Set<Boolean>> tried = new TreeMap<>();
    ROWS.forEach(
        row ->
            tried
                .computeIfAbsent(row.id(), id -> new LinkedHashSet<>())
                .add(row.findings().isEmpty()));
    // Of the last two packets never leave: no node is in a pod, or outside.
    List<String> neverFound = List.of("FIP-002", "FIP-107", "FIP-504", "FIP-505");

    for (Check check : Catalogue.ALL) {
      if (!neverFound.contains(check.id())) {
        assertThat(tried.get(check.id())).as(check.id()).containsExactlyInAnyOrder(true, false);
      }
    }
  }
}
