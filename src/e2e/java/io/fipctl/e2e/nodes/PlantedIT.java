package io.fipctl.e2e.nodes;

import static io.fipctl.e2e.nodes.Nodes.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fipctl.e2e.ProcessResult;
import io.fipctl.e2e.nodes.Nodes.Place;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Failures planted for real: the doctor finds each and nothing else, and what it says to type mends
 * it. web-0 on n1 has {@link #ADDRESS}.
 */
final class PlantedIT {
  @RegisterExtension static final Nodes NODES = new Nodes();

  private static final String ADDRESS = "203.0.113.10";
  private static final String HELD = "[\"" + ADDRESS + "\"]";
  private static final String OF_WEB_0 = ADDRESS + " pod/shop/web-0 node/n1";

  /** For Felix, BIRD and pods on a machine that has other things to do. */
  private static final Duration SOON = Duration.ofSeconds(60);

  /** The commands that were typed into a container of a node. */
  private static final Set<String> ON_NODES = new TreeSet<>();

  /** How many failures were planted. */
  private static int run;

  /** What {@link #connectsEarly} has started. */
  private static PacketFlow early;

  /**
   * A way in which a cluster fails.
   *
   * @param finds each finding: the check and what it is about
   * @param evidence what the last of them says or quotes
   * @param shows what is printed by the fix that only people can go on from; empty for one that
   *     mends it
   * @param then what holds when it is mended
   * @param undo what neither the fix nor the next test does
   * @param isRepaired whether Felix may repair it before anybody has looked
   */
  record Failure(
      String what,
      Runnable plant,
      Set<String> finds,
      String evidence,
      String shows,
      Runnable then,
      Runnable undo,
      boolean isRepaired) {
    static Failure planted(String what, Runnable plant) {
      return planted(what, plant, false);
    }

    /** In Calico's own chains, which Felix puts right from time to time. */
    static Failure inRules(String what, String node, String rule) {
      return planted(what, () -> iptables(node, rule), true);
    }

    private static Failure planted(String what, Runnable plant, boolean isRepaired) {
      return new Failure(
          what, plant, Set.of(), "", "", PlantedIT::nothing, PlantedIT::nothing, isRepaired);
    }

    Failure isFound(String said, String... findings) {
      return new Failure(what, plant, Set.of(findings), said, shows, then, undo, isRepaired);
    }

    Failure isShown(String printed) {
      return new Failure(what, plant, finds, evidence, printed, then, undo, isRepaired);
    }

    Failure thenHolds(Runnable mended) {
      return new Failure(what, plant, finds, evidence, shows, mended, undo, isRepaired);
    }

    /** Its holder answers at the address, from outside. */
    Failure thenAnswers() {
      return thenHolds(PlantedIT::answersAgain);
    }

    Failure undoneBy(Runnable action) {
      return new Failure(what, plant, finds, evidence, shows, then, action, isRepaired);
    }

    @Override
    public String toString() {
      return what;
    }
  }

  private static final String LEFT_IN_LEGACY =
      """
      *nat
      :cali-PREROUTING - [0:0]
      :cali-fip-dnat - [0:0]
      -A PREROUTING -p tcp --dport 30000 -j ACCEPT
      -A PREROUTING -m comment --comment "cali:6gwbT8clXdHdC1b1" -j cali-PREROUTING
      -A cali-PREROUTING -m comment --comment "cali:r6XmIziWUJsdOK6Z" -j cali-fip-dnat
      -A cali-fip-dnat -d 203.0.113.77/32 -j DNAT --to-destination 10.244.217.9
      COMMIT
      """;

  private static final String TWINS =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: twins, namespace: shop}
      spec:
        replicas: 2
        selector: {matchLabels: {app: twins}}
        template:
          metadata:
            labels: {app: twins}
            annotations: {cni.projectcalico.org/floatingIPs: '["203.0.113.12"]'}
          spec:
            terminationGracePeriodSeconds: 0
            containers: [{name: web, image: "fipctl.test/app:1", command: [packets, serve]}]
      """;

  private static final String LOCK =
      """
      apiVersion: v1
      kind: Namespace
      metadata: {name: fipctl-system}
      ---
      apiVersion: coordination.k8s.io/v1
      kind: Lease
      metadata: {name: fip-203-0-113-99, namespace: fipctl-system}
      spec:
        holderIdentity: somebody@nowhere:1
        leaseDurationSeconds: 15
        renewTime: '2026-01-01T00:00:00.000000Z'
      """;

  private static final String FIREWALL =
      "nft 'add table inet planted; add chain inet planted guard"
          + " { type filter hook forward priority 0; policy drop; }'";

  /** No node is for it. */
  private static final String HOMELESS =
      """
      apiVersion: v1
      kind: Pod
      metadata:
        name: homeless
        namespace: shop
        annotations: {cni.projectcalico.org/floatingIPs: '["203.0.113.13"]'}
      spec:
        nodeSelector: {planted: nowhere}
        containers: [{name: web, image: "fipctl.test/app:1", command: [packets, serve]}]
      """;

  static final List<Failure> FAILURES =
      List.of(
          Failure.planted(
                  "Felix's gate is off by default",
                  () -> {
                    NODES.configureFelix("{\"floatingIPs\":\"Disabled\"}");
                    hasNoRoute();
                  })
              .isFound("FelixConfiguration default: floatingIPs Disabled", "FIP-102 cluster")
              .thenAnswers(),
          Failure.planted(
                  "Felix's gate is off on one node",
                  () -> {
                    NODES.apply(
                        """
                        apiVersion: crd.projectcalico.org/v1
                        kind: FelixConfiguration
                        metadata: {name: node.n1}
                        spec: {floatingIPs: Disabled}
                        """);
                    hasNoRoute();
                  })
              .isFound("FelixConfiguration node.n1: floatingIPs Disabled", "FIP-102 node/n1")
              .thenAnswers()
              .undoneBy(() -> delete("felixconfiguration", "node.n1")),
          Failure.planted(
                  "calico-node's environment says that the gate is off",
                  () -> {
                    calicoNodeHas("FELIX_FLOATINGIPS=Disabled");
                    hasNoRoute();
                  })
              .isFound("FELIX_FLOATINGIPS", "FIP-102 cluster")
              .thenAnswers()
              .undoneBy(() -> calicoNodeHas("FELIX_FLOATINGIPS-")),
          Failure.planted("the CNI plugin's gate is off in the template", () -> cniTemplate(false))
              .isFound("floating_ips", "FIP-103 configmap/kube-system/calico-config")
              .undoneBy(() -> cniTemplate(true)),
          Failure.planted(
                  "the CNI plugin's gate is off on one node",
                  () ->
                      inCalicoNode(
                          "n1", "sed -i s/true}/false}/ /host/etc/cni/net.d/10-calico.conflist"))
              .isFound("10-calico.conflist", "FIP-103 node/n1"),
          Failure.planted(
                  "the eBPF dataplane is configured",
                  () -> NODES.configureFelix("{\"bpfEnabled\":true}"))
              .isFound("FelixConfiguration default", "FIP-104 cluster")
              .isShown("kube-proxy must run on every node")
              .undoneBy(() -> NODES.configureFelix("{\"bpfEnabled\":null}")),
          Failure.planted(
                  "rules are left in another backend",
                  () -> restore("n2", "iptables-legacy", LEFT_IN_LEGACY))
              .isFound("10.244.217.9", "FIP-307 node/n2")
              .thenHolds(
                  () -> assertThat(legacyRules()).doesNotContain("cali").contains("-j ACCEPT"))
              .undoneBy(() -> onNode("n2", "iptables-legacy -t nat -F; iptables-legacy -t nat -X")),
          Failure.inRules(
                  "a rule is left of an address that nobody holds",
                  "n2",
                  "-A cali-fip-dnat -d 203.0.113.77 -j DNAT --to-destination 10.244.217.9")
              .isFound("10.244.217.9", "FIP-304 203.0.113.77 node/n2"),
          Failure.inRules("the rule is gone", "n1", "-F cali-fip-dnat")
              .isFound("no DNAT rule", "FIP-301 " + OF_WEB_0)
              .thenAnswers(),
          Failure.inRules("nothing leads to the rule", "n1", "-F PREROUTING")
              .isFound("PREROUTING does not lead to cali-fip-dnat", "FIP-302 node/n1")
              .thenAnswers(),
          Failure.inRules("the pod's way to itself is gone", "n1", "-F cali-fip-snat")
              .isFound("no SNAT rule", "FIP-303 pod/shop/web-0 node/n1")
              .thenHolds(() -> NODES.answers(Place.pod("web-0"), "udp", ADDRESS, "web-0")),
          Failure.planted("the route is gone", () -> onNode("n1", "ip route del " + ADDRESS))
              .isFound("default via", "FIP-306 " + OF_WEB_0)
              .thenAnswers(),
          Failure.planted(
                  "two pods of one node hold it, and the record names one",
                  () -> {
                    // The annotation alone tells of no holder.
                    NODES.fipctl("release", ADDRESS).exits(0);
                    NODES.fipctl("assign", "shop/web-0", ADDRESS).exits(0);
                    NODES.annotate("web-2", HELD);
                  })
              .isFound("shop/web-2", "FIP-203 " + ADDRESS)
              .thenHolds(() -> eventuallyAnswers(Place.OUTSIDE, ADDRESS, "web-0"))
              .undoneBy(() -> NODES.kubectl("delete", "leases", "--all", "-n", "fipctl-system")),
          Failure.planted(
                  "two pods of two nodes hold it, and nothing tells whose it is",
                  () -> NODES.annotate("web-1", HELD))
              .isFound("shop/web-1", "FIP-203 " + ADDRESS)
              .isShown("decide which pod keeps " + ADDRESS)
              .undoneBy(
                  () ->
                      NODES
                          .kubectl(
                              "annotate",
                              "pod",
                              "web-1",
                              "-n",
                              "shop",
                              "cni.projectcalico.org/floatingIPs-")
                          .exits(0)),
          Failure.planted(
                  "a template gives it to two pods",
                  () -> {
                    NODES.apply(TWINS);
                    rolledOut("shop", "deployment/twins");
                  })
              .isFound("203.0.113.12", "FIP-203 203.0.113.12", "FIP-206 deployment/shop/twins")
              .undoneBy(() -> delete("deployment", "twins")),
          Failure.planted(
                  "the value cannot be read",
                  () -> {
                    NODES.annotate("web-0", ADDRESS);
                    hasNoRoute();
                  })
              .isFound("floatingIPs: " + ADDRESS, "FIP-201 pod/shop/web-0 node/n1")
              .thenAnswers(),
          Failure.planted(
                  "the value has a prefix length",
                  () -> NODES.annotate("web-0", "[\"" + ADDRESS + "/32\"]"))
              .isFound("has a prefix length", "FIP-202 pod/shop/web-0 node/n1"),
          Failure.planted(
                  "the value has an address of a family that the pod has not",
                  () -> NODES.annotate("web-0", "[\"" + ADDRESS + "\",\"2001:db8::5\"]"))
              .isFound("the pod has no IPv6 address", "FIP-202 pod/shop/web-0 node/n1"),
          Failure.planted(
                  "it is a Service's as well",
                  () ->
                      NODES.apply(
                          """
                          apiVersion: v1
                          kind: Service
                          metadata: {name: planted, namespace: shop}
                          spec: {ports: [{port: 80}], externalIPs: [203.0.113.10]}
                          """))
              .isFound("service/shop/planted (its external IP)", "FIP-203 " + OF_WEB_0)
              .undoneBy(() -> delete("service", "planted")),
          Failure.planted(
                  "it is another pod's own address",
                  () -> NODES.annotate("web-0", "[\"10.244.217.1\"]"))
              .isFound(
                  "pod/shop/web-1 (its own pod IP)", "FIP-203 10.244.217.1 pod/shop/web-0 node/n1")
              .thenHolds(() -> eventuallyAnswers(Place.node("n1"), "10.244.217.1", "web-1")),
          Failure.planted(
                  "its pool is not announced",
                  () -> {
                    pool("{\"disableBGPExport\":true}");
                    eventually(
                        SOON, "n3 has no route", () -> !NODES.routes("n3").contains(ADDRESS));
                  })
              .isFound("floating 203.0.113.0/24", "FIP-204 ippool/floating " + ADDRESS)
              .thenAnswers()
              .undoneBy(() -> pool("{\"disableBGPExport\":false}")),
          Failure.planted(
                  "its pool hands its addresses to pods", () -> pool("{\"disabled\":false}"))
              .isFound("disabled: false", "FIP-205 ippool/floating " + ADDRESS)
              .undoneBy(
                  () -> {
                    pool("{\"disabled\":true}");
                    delete("ipreservation", "fip-203-0-113-10");
                  }),
          Failure.planted("the node does not forward", () -> kernel("n1", "ip_forward", "0"))
              .isFound("net.ipv4.ip_forward = 0", "FIP-310 node/n1")
              .thenAnswers()
              .undoneBy(() -> kernel("n1", "ip_forward", "1")),
          Failure.planted(
                  "a rule of the firewall rejects what is forwarded, in front of Calico's",
                  () -> onNode("n1", "iptables-nft -I FORWARD -j REJECT"))
              .isFound("-A FORWARD -j REJECT", "FIP-310 node/n1")
              .isShown("have the firewall manager of node n1 let packets to pods through")
              .undoneBy(() -> onNode("n1", "iptables-nft -D FORWARD -j REJECT")),
          Failure.planted(
                  "a firewall of the other backend drops what is forwarded",
                  () -> onNode("n1", "iptables-legacy -P FORWARD DROP"))
              .isFound(":FORWARD DROP", "FIP-310 node/n1")
              .thenAnswers()
              .undoneBy(() -> onNode("n1", "iptables-legacy -P FORWARD ACCEPT")),
          Failure.planted(
                  "the reverse path is checked strictly",
                  () -> kernel("n1", "conf/eth0/rp_filter", "1"))
              .isFound("net.ipv4.conf.eth0.rp_filter = 1", "FIP-311 node/n1")
              .undoneBy(() -> kernel("n1", "conf/eth0/rp_filter", "0")),
          Failure.planted(
                  "a policy lets nobody in",
                  () ->
                      NODES.apply(
                          """
                          apiVersion: networking.k8s.io/v1
                          kind: NetworkPolicy
                          metadata: {name: planted, namespace: shop}
                          spec: {podSelector: {}, policyTypes: [Ingress]}
                          """))
              .isFound("shop/planted has no ingress rule", "FIP-401 pod/shop/web-0 node/n1")
              .isShown("planted")
              .undoneBy(() -> delete("networkpolicy", "planted")),
          Failure.planted("a connection is older than the rule", PlantedIT::connectsEarly)
              .isFound("203.0.113.11", "FIP-309 203.0.113.11 pod/shop/web-2 node/n1")
              .thenHolds(() -> assertThat(early.report().last()).isEqualTo("web-2"))
              .undoneBy(() -> early.end()),
          Failure.planted("Felix hangs on one node", () -> hangs(Part.FELIX))
              .isFound("is not Ready", "FIP-308 node/n1")
              .thenAnswers(),
          // That birdcl waits for it is told with what the kubelet sees as well.
          Failure.planted("BIRD hangs on one node", () -> hangs(Part.BIRD))
              .isFound("is not Ready", "FIP-308 node/n1")
              .thenAnswers(),
          Failure.planted("a run that was killed has left a debug pod", PlantedIT::leavesDebugPod)
              .isFound("managed-by: fipctl", "FIP-003 pod/kube-system/fipctl-debug-n3")
              .undoneBy(
                  () ->
                      NODES.kubectl(
                          "delete", "pods", "-A", "-l", "app.kubernetes.io/managed-by=fipctl")),
          Failure.planted("a run that was killed holds a lock", () -> NODES.apply(LOCK))
              .isFound("somebody@nowhere", "FIP-003 lease/fipctl-system/fip-203-0-113-99")
              .undoneBy(() -> NODES.kubectl("delete", "leases", "--all", "-n", "fipctl-system")),
          Failure.planted("no node is for a pod", () -> NODES.apply(HOMELESS))
              .isFound("didn't match Pod's node affinity", "FIP-402 pod/shop/homeless")
              .isShown("didn't match Pod's node affinity")
              .undoneBy(() -> delete("pod", "homeless")),
          Failure.planted(
                  "another node has a route of its own",
                  () -> onNode("n3", "ip route replace blackhole " + ADDRESS + " proto static"))
              .isFound("blackhole " + ADDRESS, "FIP-312 " + ADDRESS + " pod/shop/web-0 node/n3")
              .thenHolds(() -> eventuallyAnswers(Place.node("n3"), ADDRESS, "web-0"))
              .undoneBy(() -> onNode("n3", "ip route del blackhole " + ADDRESS + " || true")),
          Failure.planted("a firewall of nft drops what is forwarded", () -> onNode("n1", FIREWALL))
              .isFound("chain guard", "FIP-310 node/n1")
              .isShown("chain guard")
              .undoneBy(() -> onNode("n1", "nft delete table inet planted")),
          Failure.planted("Calico's datastore is locked", () -> datastoreIsReady(false))
              .isFound("datastoreReady: false", "FIP-101 cluster")
              .isShown("datastoreReady: false")
              .undoneBy(() -> datastoreIsReady(true)));

  @ParameterizedTest(name = "{0}")
  @FieldSource("FAILURES")
  void is_found_alone_and_mended_by_what_the_doctor_says_to_type(Failure failure) {
    run++;
    NODES.annotate("web-0", HELD);
    eventuallyAnswers(Place.OUTSIDE, ADDRESS, "web-0");
    try {
      failure.plant().run();
      Runnable again = failure.isRepaired() ? failure.plant() : PlantedIT::nothing;
      JsonNode finding = finds(failure.finds(), again).findings().getLast();
      assertThat(finding.path("observed").asText() + finding.path("evidence"))
          .contains(failure.evidence());

      String shown = typed(finding);

      System.out.printf("%s: %s%n  %s%n", failure, failure.finds(), finding.path("fix").asText());
      assertThat(shown).contains(failure.shows());
      if (failure.shows().isEmpty()) {
        finds(Set.of()).ran().exits(0);
        failure.then().run();
      }
    } finally {
      failure.undo().run();
      rolledOut("kube-system", "daemonset/calico-node");
    }
  }

  /**
   * Types what a finding says, and in turn what it says for when that was not enough.
   *
   * @return what was printed, or the sentence where no command can do it
   */
  private static String typed(JsonNode finding) {
    StringBuilder shown = new StringBuilder();
    for (JsonNode step : finding.path("steps")) {
      if (step.path("command").isNull()) {
        shown.append(step.path("remark").asText());
        continue;
      }
      ProcessResult typed = NODES.type(step.path("command").asText());
      if (!step.path("id").asText().equals("examine-again")) {
        // Looking again may still find it: then there is a next step.
        typed.exits(0);
      }
      shown.append(typed.out());
      if (step.path("command").asText().contains(" -c calico-node -- ")) {
        ON_NODES.add(finding.path("id").asText() + " " + step.path("id").asText());
      }
    }
    return shown.toString();
  }

  /** What the test of the whole catalogue takes for typed here. */
  @AfterAll
  static void what_is_listed_was_typed() throws IOException {
    if (run == FAILURES.size()) {
      assertThat(ON_NODES)
          .containsExactlyElementsOf(Files.readAllLines(Path.of("src/e2e/nodes/typed-fixes.txt")));
    }
  }

  /** Examines the cluster until this is found and nothing else. */
  private static Examined finds(Set<String> findings) {
    return finds(findings, PlantedIT::nothing);
  }

  /**
   * The same.
   *
   * @param before what is done before each look
   */
  private static Examined finds(Set<String> findings, Runnable before) {
    AtomicReference<Examined> last = new AtomicReference<>();
    try {
      eventually(
          SOON,
          findings + " is found",
          () -> {
            before.run();
            last.set(Examined.by(NODES));
            return last.get().found().equals(new TreeSet<>(findings));
          });
    } catch (AssertionError e) {
      throw new AssertionError(last.get().ran().toString(), e);
    }
    return last.get();
  }

  private static void nothing() {}

  private static void answersAgain() {
    String holder = NODES.fipctl("owner", ADDRESS).exits(0).out().strip();
    eventuallyAnswers(Place.OUTSIDE, ADDRESS, holder.replace("shop/", ""));
  }

  private static void eventuallyAnswers(Place from, String address, String by) {
    eventually(
        SOON,
        "%s is answered by %s".formatted(address, by),
        () -> NODES.probe(from, "udp", address).filter(by::equals).isPresent());
  }

  private static void hasNoRoute() {
    eventually(SOON, "n1 has no route", () -> !NODES.routes("n1").contains(ADDRESS));
  }

  private static void delete(String kind, String... names) {
    for (String name : names) {
      NODES.kubectl("delete", kind, name, "-n", "shop", "--ignore-not-found").exits(0);
    }
  }

  private static void rolledOut(String namespace, String workload) {
    NODES.kubectl("rollout", "status", "-n", namespace, workload, "--timeout=120s").exits(0);
  }

  private static void calicoNodeHas(String variable) {
    NODES.kubectl("set", "env", "-n", "kube-system", "daemonset/calico-node", variable).exits(0);
    rolledOut("kube-system", "daemonset/calico-node");
  }

  private static void cniTemplate(boolean on) {
    String key = "cni_network_config";
    String path = "jsonpath={.data." + key + "}";
    String[] get = {"get", "configmap", "calico-config", "-n", "kube-system", "-o", path};
    String template = NODES.kubectl(get).exits(0).out();
    String flag = "\"floating_ips\": ";
    String other = template.replace(flag + !on, flag + on);
    String patch = new com.fasterxml.jackson.databind.node.TextNode(other).toString();
    NODES
        .kubectl(
            "patch",
            "configmap",
            "calico-config",
            "-n",
            "kube-system",
            "--type=merge",
            "-p",
            "{\"data\":{\"%s\":%s}}".formatted(key, patch))
        .exits(0);
  }

  private static void pool(String spec) {
    NODES
        .kubectl("patch", "ippool", "floating", "--type=merge", "-p", "{\"spec\":" + spec + "}")
        .exits(0);
  }

  private static void onNode(String node, String command) {
    NODES.onNode(node, "bash", "-c", command).exits(0);
  }

  /** A rule that is there is not appended again. */
  private static void iptables(String node, String rule) {
    String change = "iptables-nft -t nat " + rule;
    String unlessThere =
        rule.startsWith("-A ")
            ? "iptables-nft -t nat " + rule.replaceFirst("-A", "-C") + " || "
            : "";
    onNode(node, unlessThere + change);
  }

  private static void restore(String node, String tool, String rules) {
    onNode(node, tool + "-restore --noflush <<'R'\n" + rules + "R");
  }

  private static String legacyRules() {
    return NODES.onNode("n2", "iptables-legacy-save", "-t", "nat").exits(0).out();
  }

  private static void kernel(String node, String setting, String value) {
    onNode(node, "echo %s >/proc/sys/net/ipv4/%s".formatted(value, setting));
  }

  private static void inCalicoNode(String node, String command) {
    try {
      Process process = NODES.startInCalicoNode(node, "bash", "-c", command);
      assertThat(process.waitFor()).isZero();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** A part of calico-node, by how its command line begins: of the stand-in, of Calico's own. */
  private enum Part {
    FELIX("/proc/self/exe -felix", "calico-node -felix"),
    BIRD("/proc/self/exe -bird", "bird -R -s ");

    private final String standIn;
    private final String calico;

    Part(String standIn, String calico) {
      this.standIn = standIn;
      this.calico = calico;
    }

    private List<String> begins() {
      return List.of(standIn, calico);
    }
  }

  /** Stops a part of calico-node, which a new pod starts again. */
  private static void stop(String node, Part part) {
    onNode(node, "kill -STOP " + NODES.process(node, part.begins()));
  }

  /** A flow that begins before its address leads to a pod. */
  private static void connectsEarly() {
    String address = "203.0.113.11";
    early = NODES.flow(Place.node("n1"), "udp", address);
    eventually(
        SOON,
        "the flow is tracked",
        () -> !NODES.onNode("n1", "conntrack", "-L", "-d", address).out().isBlank());
    NODES.annotate("web-2", "[\"" + address + "\"]");
  }

  private static void leavesDebugPod() {
    try {
      Process run =
          NODES.start(
              "node-shell", "n3", "--node-access=pod", "--debug-deadline=5s", "--", "sleep", "300");
      try {
        eventually(SOON, "the debug pod runs", () -> debugPods().startsWith("Running"));
      } finally {
        run.destroyForcibly().waitFor();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static String debugPods() {
    String label = "app.kubernetes.io/managed-by=fipctl";
    String phases = "jsonpath={.items[*].status.phase}";
    return NODES.kubectl("get", "pods", "-A", "-l", label, "-o", phases).exits(0).out();
  }

  private static void datastoreIsReady(boolean ready) {
    String patch = "{\"spec\":{\"datastoreReady\":" + ready + "}}";
    NODES.kubectl("patch", "clusterinformation", "default", "--type=merge", "-p", patch).exits(0);
  }

  private static void hangs(Part part) {
    stop("n1", part);
    String[] pods = {
      "get", "pods", "-n", "kube-system", "--field-selector=spec.nodeName=n1", "--no-headers"
    };
    eventually(
        SOON,
        "calico-node of n1 is not Ready",
        () -> NODES.kubectl(pods).exits(0).out().contains(" 0/1 "));
  }
}
