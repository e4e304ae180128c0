package io.fipctl.doctor.check;

import io.fipctl.calico.AddressUse;
import io.fipctl.calico.CalicoInstall;
import io.fipctl.calico.FeatureGates;
import io.fipctl.calico.FelixGate;
import io.fipctl.calico.FelixSettings;
import io.fipctl.calico.Reachability;
import io.fipctl.calico.Support;
import io.fipctl.evidence.ClaimTime;
import io.fipctl.evidence.Evidence;
import io.fipctl.evidence.EvidenceCluster;
import io.fipctl.evidence.Fetched;
import io.fipctl.evidence.MissingEvidence;
import io.fipctl.kube.Kind;
import io.fipctl.model.ApiObject;
import io.fipctl.model.FipctlException;
import io.fipctl.model.FloatingIps;
import io.fipctl.model.IpAddress;
import io.fipctl.model.IpAddress.Family;
import io.fipctl.model.IpPool;
import io.fipctl.model.Node;
import io.fipctl.model.Pod;
import io.fipctl.model.PodInterfaces;
import io.fipctl.model.ShellCommand;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * What the API's evidence means, worked out once and read by every check. Everything throws {@link
 * MissingEvidence} when the kinds it needs were not read.
 */
public final class Facts {
  private final Evidence evidence;
  private final EvidenceCluster cluster;
  private final Set<IpAddress> asked;
  private final Map<String, Object> known = new HashMap<>();

  /**
   * @param asked addresses that the user named: that nobody holds one is then worth saying
   */
  public Facts(Evidence evidence, Set<IpAddress> asked) {
    this.evidence = evidence;
    this.asked = asked;
    this.cluster = new EvidenceCluster(evidence);
  }

  /** A pod's claim to an address that Calico takes for one. */
  public record Held(IpAddress address, Pod pod) {
    /** The pod's own address to which the floating IP leads. */
    public Optional<IpAddress> target() {
      return pod.address(address.family());
    }
  }

  public Evidence evidence() {
    return evidence;
  }

  /** The objects of a kind. */
  public List<ApiObject> need(Kind kind) {
    return evidence.seen(kind.plural()).orNotSeen("api/" + kind.plural() + ".json");
  }

  /** The objects of a kind that a check can do without; none when they were not read. */
  List<ApiObject> maybe(Kind kind) {
    return evidence.seen(kind.plural()) instanceof Fetched.Read<List<ApiObject>> read
        ? read.value()
        : List.of();
  }

  boolean wasRead(Kind kind) {
    return evidence.seen(kind.plural()) instanceof Fetched.Read<List<ApiObject>>;
  }

  public List<Pod> pods() {
    return once("pods", () -> need(Kind.PODS).stream().map(Pod::of).toList());
  }

  /** Since when a pod has its annotation, if that is known. */
  Optional<Instant> claimed(Pod pod) {
    return need(Kind.PODS).stream()
        .filter(object -> object.uid().equals(pod.uid()))
        .flatMap(object -> ClaimTime.kept(object).stream())
        .findFirst();
  }

  /** Whether pods have addresses of a pool. */
  boolean hasPods(IpPool pool) {
    return pods().stream()
        .flatMap(pod -> pod.addresses().stream())
        .anyMatch(address -> pool.cidr().contains(address));
  }

  public List<Node> nodes() {
    return once(
        "nodes",
        () ->
            need(Kind.NODES).stream()
                .map(Node::of)
                .sorted(Comparator.comparing(Node::name))
                .toList());
  }

  public Optional<Node> node(String name) {
    return nodes().stream().filter(node -> node.name().equals(name)).findFirst();
  }

  /** All claims that are in effect or will be: by address, then by pod. */
  public List<Held> held() {
    return once(
        "held",
        () ->
            pods().stream()
                .flatMap(pod -> pod.held().stream().map(address -> new Held(address, pod)))
                .sorted(Comparator.comparing(Held::address).thenComparing(held -> held.pod().ref()))
                .toList());
  }

  /**
   * The claims that a node must carry out: of pods that run on it and have a network. A pod that is
   * just going is left out, because its rules go before it does.
   */
  List<Held> carriedBy(String node) {
    Map<String, List<Held>> byNode =
        once(
            "carried",
            () -> {
              Map<String, List<Held>> carried = new TreeMap<>();
              for (Held held : held()) {
                Pod pod = held.pod();
                if (pod.node().isPresent() && held.target().isPresent() && !pod.terminating()) {
                  carried
                      .computeIfAbsent(pod.node().get(), key -> new java.util.ArrayList<>())
                      .add(held);
                }
              }
              return carried;
            });
    return byNode.getOrDefault(node, List.of());
  }

  /** The addresses that somebody holds. */
  public Set<IpAddress> addresses() {
    return once("addresses", () -> new TreeSet<>(held().stream().map(Held::address).toList()));
  }

  /** The addresses that the user named and nobody holds. */
  public Set<IpAddress> nobodys() {
    Set<IpAddress> left = new TreeSet<>(asked);
    left.removeAll(addresses());
    return left;
  }

  public List<Held> holders(IpAddress address) {
    return held().stream().filter(held -> held.address().equals(address)).toList();
  }

  /** Whether any pod claims a floating IP, well-formed or not. */
  boolean inUse() {
    return pods().stream()
        .anyMatch(pod -> !pod.finished() && !(pod.floatingIps() instanceof FloatingIps.None));
  }

  /** How Calico is installed; a refusal of {@link CalicoInstall#discover} passes through. */
  public CalicoInstall install() {
    return once(
        "install",
        () -> {
          need(Kind.DAEMON_SETS);
          return CalicoInstall.discover(cluster);
        });
  }

  FeatureGates.Template template() {
    return once(
        "template",
        () -> {
          install();
          need(Kind.CONFIG_MAPS);
          return FeatureGates.template(cluster, install());
        });
  }

  FelixSettings settings() {
    return once(
        "settings",
        () -> {
          CalicoInstall install = install();
          if (install.datastore() == CalicoInstall.Datastore.KUBERNETES) {
            need(Kind.FELIX_CONFIGURATIONS);
          }
          return FeatureGates.settings(cluster, install);
        });
  }

  FelixGate gate(Node node) {
    return FelixGate.of(settings(), node.name(), node.labels());
  }

  public boolean ebpf(Node node) {
    return settings().isOn("bpfEnabled", node.name(), node.labels());
  }

  AddressUse use() {
    return once("use", () -> AddressUse.read(cluster, install().group()));
  }

  /**
   * Whether no pod can have an address, or something else than a floating IP's holder has it:
   * FIP-203 says so, and no pool or way would make it right.
   */
  boolean isTaken(IpAddress address) {
    return use().unusable(address).isPresent() || !use().otherClaims(address).isEmpty();
  }

  List<IpPool> pools() {
    return once(
        "pools",
        () -> need(Kind.IP_POOLS).stream().flatMap(pool -> IpPool.of(pool).stream()).toList());
  }

  /** What is to be expected of an address that a pod of the node holds. */
  Reachability reachability(IpAddress address, Node node) {
    pools();
    Support support = Support.of(install(), template(), settings(), node.name(), node.labels());
    return Reachability.of(address, node.name(), use(), support);
  }

  /** The pod of calico-node on a node, the newest when one is just going. */
  Optional<Pod> calicoNode(String node) {
    return Optional.ofNullable(calicoNodes().get(node));
  }

  /** The pods of calico-node by their nodes. */
  Map<String, Pod> calicoNodes() {
    return once(
        "calico-nodes",
        () -> {
          pods();
          return FeatureGates.byNode(install().pods(cluster));
        });
  }

  /** The nodes on which Calico's Linux dataplane runs or should. */
  List<Node> linux() {
    return nodes().stream().filter(node -> !node.windows()).toList();
  }

  /** The nodes to look at: those on which the dataplane should run, or those that a folder has. */
  public List<String> visited() {
    Set<String> names = new TreeSet<>(evidence.nodes().names());
    try {
      linux().forEach(node -> names.add(node.name()));
      nodes().stream().filter(Node::windows).forEach(node -> names.remove(node.name()));
    } catch (MissingEvidence e) {
      // Who may not list nodes knows those that run calico-node, or those of the folders.
      names.addAll(running());
    }
    return List.copyOf(names);
  }

  private Set<String> running() {
    try {
      return calicoNodes().keySet();
    } catch (MissingEvidence | FipctlException e) {
      return Set.of();
    }
  }

  /** The families that pods, nodes or floating IPs have addresses of; IPv4 always. */
  public Set<Family> families() {
    return once(
        "families",
        () -> {
          Set<Family> families = EnumSet.of(Family.IPV4);
          held().forEach(held -> families.add(held.address().family()));
          asked.forEach(address -> families.add(address.family()));
          pods().forEach(pod -> pod.addresses().forEach(own -> families.add(own.family())));
          return families;
        });
  }

  /** How the names of pods' interfaces on a node begin. */
  public PodInterfaces interfaces(String node) {
    Map<String, String> labels = maybeNode(node).map(Node::labels).orElse(Map.of());
    return PodInterfaces.of(settings().of("interfacePrefix", node, labels).value().orElse(""));
  }

  private Optional<Node> maybeNode(String name) {
    try {
      return node(name);
    } catch (MissingEvidence e) {
      return Optional.empty();
    }
  }

  /**
   * A pod's own interface. Its name begins with the first prefix that the environment says,
   * whatever a FelixConfiguration says (libcalico-go/lib/backend/k8s/conversion,
   * VethNameForWorkload).
   */
  public String hostInterface(Pod pod) {
    String told =
        install().env().entrySet().stream()
            .filter(entry -> entry.getKey().equalsIgnoreCase("FELIX_INTERFACEPREFIX"))
            .map(Map.Entry::getValue)
            .findFirst()
            .orElse("");
    return pod.ref().hostInterface(PodInterfaces.of(told).prefixes().getFirst());
  }

  /** Whether nodes tell each other their routes directly. */
  boolean fullMesh() {
    return maybe(Kind.BGP_CONFIGURATIONS).stream()
        .filter(configuration -> configuration.name().equals("default"))
        .noneMatch(
            configuration ->
                configuration.text("spec", "nodeToNodeMeshEnabled").equals(Optional.of("false")));
  }

  /** Has the DaemonSet make a node's calico-node again. */
  Advice restart(String node) {
    return calicoNode(node)
        .map(
            pod ->
                FixKind.RESTART_CALICO_NODE
                    .advice(pod.ref().namespace(), pod.ref().name())
                    .remark("the DaemonSet recreates it and Felix reprograms the node"))
        .orElseGet(() -> Advice.byHand(Risk.SAFE, "%s (FIP-308)".formatted(withoutCalico(node))));
  }

  /**
   * What to do about a difference that Felix finds by itself: it reads back and mends what it has
   * programmed every so often (felix/config/config_params.go: 180 s for rules and 90 s for routes
   * unless configured), so its restart is only for when it did not.
   *
   * @param setting the interval's name
   * @param check which is to be asked again
   */
  Advice refreshed(String node, String setting, String check) {
    Optional<String> interval = interval(node, setting);
    boolean never = interval.filter(value -> value.matches("0+[a-z]*")).isPresent();
    return never || calicoNode(node).isEmpty()
        ? restart(node)
        : FixKind.EXAMINE_AGAIN
            .advice(node, ShellCommand.word(check))
            .remark(
                "Felix mends this by itself %s (%s); look again then",
                interval.map(value -> "every " + value).orElse("within three minutes"), setting)
            .otherwise(restart(node));
  }

  /** Empty also where the configuration may not be read. */
  private Optional<String> interval(String node, String setting) {
    try {
      return node(node)
          .flatMap(it -> settings().of(setting, it.name(), it.labels()).value())
          .filter(value -> value.matches("[0-9]{1,6}(ms|s|m|h)?"))
          .map(value -> value.matches("[0-9]+") ? value + "s" : value);
    } catch (MissingEvidence | FipctlException e) {
      return Optional.empty();
    }
  }

  /** A command in the calico-node container of a node. */
  Advice onNode(String node, FixKind kind, String template, Object... values) {
    return onNode(node, kind, List.of(ShellCommand.part(template, values)));
  }

  /** Commands in the calico-node container of a node, one after the other. */
  Advice onNode(String node, FixKind kind, List<ShellCommand.Part> commands) {
    return calicoNode(node)
        .map(
            pod ->
                kind.each(
                    commands.stream()
                        .map(
                            command ->
                                new Object[] {pod.ref().namespace(), pod.ref().name(), command})
                        .toList()))
        .orElseGet(
            () -> Advice.byHand(kind.risk(), "%s to type it in".formatted(withoutCalico(node))));
  }

  private static String withoutCalico(String node) {
    return "node %s has no pod of calico-node".formatted(node);
  }

  /** Writes a kernel setting on a node, through /proc: calico-node's image has no sysctl. */
  Advice setKernel(String node, FixKind kind, String value, String path) {
    ShellCommand.Part file = ShellCommand.word("/proc/sys/net/ipv4/" + path);
    return onNode(
        node,
        kind,
        "bash -c %s",
        ShellCommand.script(List.of(ShellCommand.part("echo %s >%s", value, file))));
  }

  /** What a supplier gives or throws, the same every time. */
  @SuppressWarnings("unchecked") // Each key stands for one type.
  private synchronized <T> T once(String key, Supplier<T> work) {
    Object value = known.get(key);
    if (value == null) {
      try {
        value = work.get();
      } catch (MissingEvidence | FipctlException e) {
        value = e;
      }
      known.put(key, value);
    }
    if (value instanceof RuntimeException failure) {
      throw failure;
    }
    return (T) value;
  }
}
