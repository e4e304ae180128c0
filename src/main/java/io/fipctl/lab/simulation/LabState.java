package io.fipctl.lab.simulation;

import com.fasterxml.jackson.core.type.TypeReference;
import io.fipctl.kube.CalicoGroup;
import io.fipctl.kube.Kind;
import io.fipctl.lab.LabCluster;
import io.fipctl.model.ApiObject;
import io.fipctl.model.FloatingIps;
import io.fipctl.model.Pod;
import io.fipctl.model.PodRef;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * Everything that the practice cluster is: its API objects, what its nodes have beside them, and
 * what does not work. A copy is cheap: trees in it are replaced, never changed.
 *
 * <p>The methods that return the state itself arrange it; {@link LabCluster} then lets the
 * simulated controllers make of it what real ones would.
 */
public final class LabState {
  private static final TypeReference<LabState> TYPE = new TypeReference<>() {};

  /** The form of the file; what has none is from before there were any, and of this one. */
  private static final long FORMAT = 1;

  private long format = FORMAT;
  private long version = 1000;
  private CalicoGroup calico = CalicoGroup.CRD;
  private final ApiObjects objects = new ApiObjects();
  private final Map<String, LabNode> nodes = new TreeMap<>();
  private final Refusals refusals = new Refusals();

  /** When a lab begins that nobody told the time: the same in every test. */
  private static final InstantSource A_MORNING =
      InstantSource.fixed(Instant.parse("2026-01-05T08:00:00Z"));

  private transient InstantSource clock = A_MORNING;

  LabState() {}

  /** The cluster as an installation from the manifest leaves it: both gates off. */
  public static LabState fresh() {
    return fresh(A_MORNING);
  }

  /** The same, made at this time. */
  public static LabState fresh(InstantSource time) {
    return LabFixtures.fresh(time);
  }

  /** Both gates on; shop/web-0 has 203.0.113.10, shop/web-1 has .31 and .32, shop/t1 has .21. */
  public static LabState healthy() {
    return healthy(A_MORNING);
  }

  /** The same, made at this time. */
  public static LabState healthy(InstantSource time) {
    return fresh(time)
        .gates(true, true)
        .floatingIps("shop/web-0", "[\"203.0.113.10\"]")
        .floatingIps("shop/web-1", "[\"203.0.113.31\",\"203.0.113.32\"]")
        .floatingIps("shop/t1", "[\"203.0.113.21\"]");
  }

  /**
   * Reads what was written by this or an older fipctl.
   *
   * @throws IllegalArgumentException when it is no such thing
   */
  public static LabState read(String json) {
    return Json.read(json, TYPE);
  }

  /** Whether a text was written by a newer fipctl in a form that this one does not know. */
  public static boolean isNewer(String json) {
    return Json.tryParse(json).filter(file -> file.path("format").asLong(0) > FORMAT).isPresent();
  }

  public String write() {
    return Json.write(this);
  }

  public boolean isOfANewerForm() {
    return format > FORMAT;
  }

  public LabState copy() {
    LabState copy = new LabState();
    copy.format = format;
    copy.version = version;
    copy.calico = calico;
    copy.objects.putAll(objects);
    copy.nodes.putAll(nodes);
    copy.refusals.putAll(refusals);
    copy.clock = clock;
    return copy;
  }

  public LabState at(InstantSource time) {
    clock = time;
    return this;
  }

  // Objects

  /** The objects of a kind, by namespace and name. */
  public List<ApiObject> list(Kind kind) {
    return objects.list(kind);
  }

  public Optional<ApiObject> find(Kind kind, String namespace, String name) {
    return objects.find(kind, namespace, name);
  }

  /** Makes or replaces an object; identity and versions are filled in as the API server does. */
  public ApiObject put(Kind kind, ApiObject object) {
    return objects.put(kind, object, ++version, now());
  }

  /** A pod of calico-node was deleted: the next one programs its node anew. */
  public void calicoNodeDeleted(ApiObject pod) {
    node(pod.text("spec", "nodeName").orElse(""), LabNode::restarted);
  }

  /** Takes an object away; whether it was there. */
  public boolean remove(Kind kind, String namespace, String name) {
    boolean was = objects.remove(kind, namespace, name);
    if (was) {
      version++;
    }
    return was;
  }

  /** Changes an object that must be there. */
  public LabState edit(Kind kind, String namespace, String name, UnaryOperator<ApiObject> edit) {
    ApiObject object =
        find(kind, namespace, name)
            .orElseThrow(() -> new IllegalArgumentException("no " + kind.name() + " " + name));
    put(kind, edit.apply(object));
    return this;
  }

  /** The state's version: every write raises it. */
  public long version() {
    return version;
  }

  /** A number that no other object has, for names. */
  long nextNumber() {
    return ++version;
  }

  String now() {
    return Instant.ofEpochSecond(clock.instant().getEpochSecond()).toString();
  }

  public Instant instant() {
    return clock.instant();
  }

  List<Pod> pods() {
    return list(Kind.PODS).stream().map(Pod::of).toList();
  }

  /** A Calico kind in the group that Felix reads here. */
  public Kind calico(Kind kind) {
    return kind.in(calico);
  }

  /** The groups of objects that no plain installation has, such as an operator's. */
  public List<String> extraGroups() {
    return objects.groups();
  }

  public CalicoGroup calicoGroup() {
    return calico;
  }

  // Nodes

  public List<String> nodeNames() {
    return list(Kind.NODES).stream().map(ApiObject::name).toList();
  }

  /** What a node has beside its object. */
  public LabNode node(String name) {
    return nodes.getOrDefault(name, LabNode.PLAIN);
  }

  private LabState node(String name, UnaryOperator<LabNode> change) {
    LabNode changed = change.apply(node(name));
    if (!changed.equals(nodes.put(name, changed))) {
      version++;
    }
    return this;
  }

  public NodeState kernel(String node) {
    return node(node).kernel();
  }

  public void kernel(String node, NodeState kernel) {
    node(node, it -> it.with(kernel));
  }

  boolean isStuck(String node) {
    return node(node).stuck()
        || !isReady(node)
        || DaemonSetRollout.calicoNode(this, node).filter(DaemonSetRollout::isUp).isEmpty();
  }

  public boolean isReady(String node) {
    return find(Kind.NODES, "", node).stream()
        .flatMap(object -> object.objects("status", "conditions").stream())
        .anyMatch(
            condition ->
                condition.text("type").equals(Optional.of("Ready"))
                    && condition.text("status").equals(Optional.of("True")));
  }

  // What is arranged

  /** Adds a Ready node; its address follows from how many there are. */
  public LabState withNode(String name) {
    put(Kind.NODES, LabFixtures.node(name, 11 + list(Kind.NODES).size()));
    return this;
  }

  /** Adds a pod to a node: running with these addresses, or without any until CNI gives it one. */
  public LabState withPod(String pod, String node, String... addresses) {
    put(Kind.PODS, LabFixtures.pod(ref(pod), node, List.of(addresses)));
    return this;
  }

  public LabState withoutPod(String pod) {
    remove(Kind.PODS, ref(pod).namespace(), ref(pod).name());
    return this;
  }

  public LabState without(Kind kind, String namespace, String name) {
    if (!remove(kind, namespace, name)) {
      throw new IllegalArgumentException("no " + kind.name() + " " + name);
    }
    return this;
  }

  /** Adds any object. */
  public LabState with(Kind kind, ApiObject object) {
    put(kind, object);
    return this;
  }

  /** Adds any object, given as JSON. */
  public LabState with(Kind kind, String json) {
    return with(kind, new ApiObject(Json.tree(json)));
  }

  /** Writes a pod's annotation, whatever the value is. */
  public LabState floatingIps(String pod, String value) {
    return editPod(pod, tree -> Json.with(tree, value, "metadata", "annotations", FloatingIps.KEY));
  }

  public LabState withoutFloatingIps(String pod) {
    return editPod(pod, tree -> Json.without(tree, "metadata", "annotations", FloatingIps.KEY));
  }

  /** The phase of a pod, such as {@code Succeeded}. */
  public LabState phase(String pod, String phase) {
    return editPod(
        pod, tree -> LabFixtures.ready(Json.with(tree, phase, "status", "phase"), "False"));
  }

  /** Marks a pod as being deleted; it runs on. */
  public LabState terminating(String pod) {
    return editPod(pod, tree -> Json.with(tree, now(), "metadata", "deletionTimestamp"));
  }

  public LabState ready(String pod, boolean ready) {
    return editPod(pod, tree -> LabFixtures.ready(tree, ready ? "True" : "False"));
  }

  private LabState editPod(String pod, UnaryOperator<Map<String, Object>> edit) {
    return edit(
        Kind.PODS,
        ref(pod).namespace(),
        ref(pod).name(),
        object -> new ApiObject(edit.apply(object.tree())));
  }

  /** Both gates as the configuration says; nodes take the first up when calico-node rolls. */
  public LabState gates(boolean cni, boolean felix) {
    edit(Kind.CONFIG_MAPS, "kube-system", "calico-config", map -> LabFixtures.cniGate(map, cni));
    return felixSetting("floatingIPs", felix ? "Enabled" : "Disabled");
  }

  /** A field of FelixConfiguration {@code default}. */
  public LabState felixSetting(String field, String value) {
    return edit(
        calico(Kind.FELIX_CONFIGURATIONS),
        "",
        "default",
        object -> new ApiObject(Json.with(object.tree(), value, "spec", field)));
  }

  /** A variable of container calico-node, in the DaemonSet; the empty text takes it away. */
  public LabState felixEnv(String name, String value) {
    return edit(
        Kind.DAEMON_SETS,
        "kube-system",
        "calico-node",
        set -> DaemonSetRollout.withFelixEnv(set, name, value));
  }

  public LabState dataplane(Dataplane dataplane) {
    return felixSetting(
            "iptablesBackend", dataplane == Dataplane.IPTABLES_LEGACY ? "Legacy" : "NFT")
        .felixSetting("nftablesMode", dataplane == Dataplane.NFTABLES ? "Enabled" : "Disabled");
  }

  /** IPv6 addresses for every pod made from now on, a pool for them, and Felix's support. */
  public LabState dualStack() {
    return LabFixtures.dualStack(this);
  }

  /** Calico's kinds as native CRDs in the group projectcalico.org (since 3.32). */
  public LabState nativeV3() {
    objects.moveToV3();
    calico = CalicoGroup.V3;
    return this;
  }

  /** The node no longer answers; what Felix programmed there stays. */
  public LabState notReady(String node) {
    return LabFixtures.readiness(this, node, false);
  }

  public LabState readyAgain(String node) {
    return LabFixtures.readiness(this, node, true);
  }

  /** The image of calico-node cannot be pulled there: its pod is not up, nobody can look. */
  public LabState calicoNodeDown(String node) {
    for (ApiObject pod : DaemonSetRollout.calicoNode(this, node).stream().toList()) {
      remove(Kind.PODS, pod.namespace(), pod.name());
    }
    return node(node, LabNode::withCalicoNodeDown);
  }

  /** The namespace lets in only pods of this level: {@code restricted}, for example. */
  public LabState podSecurity(String namespace, String level) {
    return edit(
        Kind.NAMESPACES,
        "",
        namespace,
        object ->
            new ApiObject(
                Json.with(
                    object.tree(),
                    level,
                    "metadata",
                    "labels",
                    "pod-security.kubernetes.io/enforce")));
  }

  /** Felix does nothing on this node: rules and routes stay as they are. */
  public LabState stuck(String node) {
    return node(node, it -> it.stuck(true));
  }

  public LabState unstuck(String node) {
    return node(node, it -> it.stuck(false));
  }

  /** Deletes the DNAT rule of an address behind Felix's back; Felix there is stuck from then on. */
  public LabState ruleGone(String node, String address) {
    kernel(node, kernel(node).withoutRule(address));
    return stuck(node);
  }

  /** Gives a kernel's switch on a node another value than it would have. */
  public LabState sysctl(String node, String key, String value) {
    return node(node, it -> it.sysctl(key, value));
  }

  public LabState odd(String node, NodeFault oddity) {
    return node(node, it -> it.odd(oddity));
  }

  public boolean is(NodeFault oddity, String node) {
    return node(node).oddities().contains(oddity);
  }

  /** Somebody has told the node by hand to drop what goes to an address. */
  public LabState blackhole(String node, String address) {
    return node(node, it -> it.blackhole(address));
  }

  /** Puts a file into the node's directory of CNI configurations. */
  public LabState cniFile(String node, String name, String text) {
    kernel(node, kernel(node).withCniFile(name, text));
    return this;
  }

  // What is refused

  public Refusals refusals() {
    return refusals;
  }

  /**
   * Denies this user a verb on a resource, as RBAC names it: {@code deny("create", "pods/exec")},
   * {@code deny("list", "ippools.crd.projectcalico.org")}; {@code *} stands for any verb.
   */
  public LabState deny(String verb, String resource) {
    refusals.deny(verb + " " + resource);
    return this;
  }

  public LabState allow(String verb, String resource) {
    refusals.allow(verb + " " + resource);
    return this;
  }

  /** The same as {@link #deny} in one namespace only. */
  public LabState denyIn(String namespace, String verb, String resource) {
    refusals.deny(namespace + ": " + verb + " " + resource);
    return this;
  }

  /** No node can pull this image. */
  public LabState imageMissing(String image) {
    refusals.missImage(image);
    return this;
  }

  /** The API server is in trouble over a kind: it answers HTTP 500. */
  public LabState troubled(Kind kind) {
    refusals.trouble(kind);
    return this;
  }

  private static PodRef ref(String text) {
    int slash = text.indexOf('/');
    return new PodRef(text.substring(0, slash), text.substring(slash + 1));
  }
}
