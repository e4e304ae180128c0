package io.fipctl.lab;

import io.fipctl.lab.simulation.LabState;
import io.fipctl.lab.simulation.NodeFault;
import io.fipctl.lab.simulation.NodeState;
import io.fipctl.lab.simulation.NodeState.Flow;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** The failures of nodes, of which no object of the API tells. */
final class NodeBreakages {
  private static final String TEN = "203.0.113.10";
  private static final String CONFLIST = "10-calico.conflist";

  static final List<Breakage> ALL =
      List.of(
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
              "prerouting-flushed",
              "FIP-302",
              "Somebody flushed chain cali-PREROUTING on n1: its rules are never asked.",
              state -> state.odd("n1", NodeFault.PREROUTING_FLUSHED)),
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
              state -> state.odd("n1", NodeFault.RULES_IN_LEGACY)),
          new Breakage(
              "calico-node-down",
              "FIP-308",
              "The image of calico-node cannot be pulled on n2.",
              state -> state.calicoNodeDown("n2")),
          new Breakage(
              "flow-stale",
              "FIP-309",
              "A tracked connection on n1 still leads to the pod that had the address before.",
              NodeBreakages::flow),
          new Breakage(
              "forwarding-off",
              "FIP-310",
              "n1 forwards nothing: ip_forward is 0.",
              state -> state.sysctl("n1", "net.ipv4.ip_forward", "0")),
          new Breakage(
              "forward-drop",
              "FIP-310",
              "Another firewall on n1 set the policy of FORWARD to DROP.",
              state -> state.odd("n1", NodeFault.FORWARD_DROPPED)),
          new Breakage(
              "rp-filter",
              "FIP-311",
              "n1 filters packets that come another way than it would answer.",
              state -> state.sysctl("n1", "net.ipv4.conf.eth0.rp_filter", "1")),
          new Breakage(
              "route-blackhole",
              "FIP-312",
              "Somebody has left a blackhole route to 203.0.113.10 on n3.",
              state -> state.blackhole("n3", TEN)),
          new Breakage(
              "bird-down",
              "FIP-313",
              "BIRD does not run on n1: nobody learns where its addresses are.",
              state -> state.odd("n1", NodeFault.WITHOUT_BIRD)));

  private NodeBreakages() {}

  private static void cni(LabState state, String text, String instead) {
    String before = state.kernel("n2").cniFiles().get(CONFLIST);
    state.cniFile("n2", CONFLIST, before.replace(text, instead));
  }

  /** The tables of a node that a breakage may change. */
  private record Tables(
      Map<String, String> dnat, Map<String, String> snat, Map<String, String> routes) {}

  /** Changes what Felix programmed on a node, and keeps Felix there from mending it. */
  private static void frozen(LabState state, String node, Consumer<Tables> change) {
    NodeState kernel = state.kernel(node);
    Tables tables =
        new Tables(
            new TreeMap<>(kernel.dnat()),
            new TreeMap<>(kernel.snat()),
            new TreeMap<>(kernel.routes()));
    change.accept(tables);
    state.kernel(
        node,
        new NodeState(
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
}
