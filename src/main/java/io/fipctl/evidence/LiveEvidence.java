package io.fipctl.evidence;

import io.fipctl.calico.AddressUse;
import io.fipctl.calico.CalicoInstall;
import io.fipctl.kube.CalicoDaemonSet;
import io.fipctl.kube.CalicoGroup;
import io.fipctl.kube.Cluster;
import io.fipctl.kube.Kind;
import io.fipctl.model.ApiObject;
import io.fipctl.model.FipctlException;
import io.fipctl.model.FloatingIps;
import io.fipctl.model.IpAddress;
import io.fipctl.model.Parallel;
import io.fipctl.model.Pod;
import io.fipctl.node.NodeAccess;
import io.fipctl.node.NodeCommand;
import io.fipctl.node.NodeShell;
import io.fipctl.nodeoutput.NodeDump;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads the evidence from a cluster: the API's part at once, several kinds at a time, each node's
 * when it is judged. What may not be read is written down with the missing rule, and nothing else
 * waits for it.
 */
public final class LiveEvidence {
  private static final int PARALLEL = 8;

  private static final Kind PODS =
      Kind.PODS.with(
          "metadata(name,namespace,uid,creationTimestamp,deletionTimestamp,labels,ownerReferences,"
              + "annotations(cni.projectcalico.org/*,fipctl.io/*),"
              + ClaimTime.FIELDS
              + "),"
              + "spec(nodeName,hostNetwork,activeDeadlineSeconds,"
              + "containers(ports(containerPort,protocol))),"
              + "status(phase,podIP,podIPs,conditions(type,status),"
              + "initContainerStatuses(name,state),containerStatuses(name,state))");

  private static final String TEMPLATES =
      "metadata(name,namespace),spec(replicas,strategy,template(metadata(annotations)))";

  /** Those whose objects depend on which group Felix reads. */
  private static final List<Kind> CALICO =
      List.of(
          Kind.FELIX_CONFIGURATIONS,
          Kind.IP_POOLS,
          Kind.IPAM_BLOCKS,
          Kind.IP_RESERVATIONS,
          Kind.BGP_CONFIGURATIONS,
          Kind.BGP_PEERS,
          Kind.BGP_FILTERS,
          Kind.CLUSTER_INFORMATIONS);

  /** How much is read besides. */
  private record Extent(List<Kind> kinds) {
    /** Whatever some check asks for. */
    static final Extent EVERYTHING =
        new Extent(
            List.of(
                PODS,
                Kind.NODES,
                Kind.SERVICES,
                Kind.DAEMON_SETS,
                Kind.DEPLOYMENTS.with(TEMPLATES),
                Kind.STATEFUL_SETS.with(TEMPLATES),
                Kind.NETWORK_POLICIES,
                Kind.ADMISSION_POLICIES));

    /** What is asked of addresses on nodes: no templates, locks and guards. */
    static final Extent RULES =
        new Extent(
            List.of(PODS, Kind.NODES, Kind.SERVICES, Kind.DAEMON_SETS, Kind.NETWORK_POLICIES));
  }

  private final Cluster cluster;
  private final Extent extent;
  private final Optional<ProbePlan> probing;
  private final Set<String> files;
  private final Map<String, Fetched<List<ApiObject>>> kinds = new TreeMap<>();

  private LiveEvidence(
      Cluster cluster, Extent extent, Optional<ProbePlan> probing, Set<String> files) {
    this.cluster = cluster;
    this.extent = extent;
    this.probing = probing;
    this.files = files;
  }

  /** The names of all files that can be read of a node, for whoever keeps them. */
  public static Set<String> everyFile() {
    return Stream.of(NodeCommand.Section.values())
        .map(NodeCommand.Section::fileName)
        .collect(Collectors.toSet());
  }

  /**
   * Reads the API and prepares the visits.
   *
   * @param access how nodes are visited, if at all
   * @param records the namespace of fipctl's locks
   * @param probing where nodes send packets to as well; empty for nowhere
   * @param files what is read of nodes, by its name in a collection
   * @throws FipctlException exit 20 when the API server does not answer
   */
  public static Evidence read(
      Cluster cluster,
      NodeAccess access,
      String records,
      Optional<ProbePlan> probing,
      Set<String> files,
      Instant now) {
    return new LiveEvidence(cluster, Extent.EVERYTHING, probing, files)
        .read(access, Optional.of(records), Set.of(), now);
  }

  /**
   * Reads only what tells what nodes do with addresses.
   *
   * @param files what is read of nodes, by its name in a collection
   * @param asked addresses to look for although nobody may hold them
   * @throws FipctlException exit 20 when the API server does not answer
   */
  public static Evidence readRules(
      Cluster cluster, NodeAccess access, Set<String> files, Set<IpAddress> asked, Instant now) {
    return new LiveEvidence(cluster, Extent.RULES, Optional.empty(), files)
        .read(access, Optional.empty(), asked, now);
  }

  private Evidence read(
      NodeAccess access, Optional<String> records, Set<IpAddress> asked, Instant now) {
    Set<String> groups = cluster.apiGroups();
    List<Kind> first = new ArrayList<>(extent.kinds);
    if (groups.contains(Kind.INSTALLATIONS.group())) {
      first.add(Kind.INSTALLATIONS);
    }
    Map<String, Supplier<List<ApiObject>>> lists = new LinkedHashMap<>();
    first.forEach(kind -> lists.put(kind.plural(), () -> list(kind, Cluster.Scope.ALL)));
    if (extent.equals(Extent.EVERYTHING)) {
      lists.put(Kind.SERVICE_CIDRS.plural(), this::serviceCidrs);
      lists.put(
          Kind.ENDPOINT_SLICES.plural(), () -> list(Kind.ENDPOINT_SLICES, AddressUse.API_SERVERS));
    }
    records.ifPresent(
        namespace ->
            lists.put(Kind.LEASES.plural(), () -> list(Kind.LEASES, Cluster.Scope.in(namespace))));
    all(lists);
    lists.clear();
    lists.put(Kind.CONFIG_MAPS.plural(), this::configMaps);
    if (extent.equals(Extent.EVERYTHING)) {
      lists.put(Kind.EVENTS.plural(), this::events);
    }
    all(lists);
    lists.clear();
    CalicoGroup group = group(groups, now);
    CALICO.forEach(kind -> lists.put(kind.plural(), () -> list(kind.in(group), Cluster.Scope.ALL)));
    all(lists);
    return api(groups, now).with(visits(access, groups, asked, now));
  }

  /** What was read of the API so far. */
  private Evidence api(Set<String> groups, Instant now) {
    return new Evidence(origin(now), kinds, groups, declined())
        .withCalicoIn(cluster.calicoNamespace());
  }

  private Evidence.Origin origin(Instant now) {
    Cluster.Endpoint endpoint = cluster.endpoint();
    return new Evidence.Origin(endpoint.name(), endpoint.server(), Optional.of(now));
  }

  private List<ApiObject> list(Kind kind, Cluster.Scope scope) {
    return cluster.list(kind, scope, object -> named(kind, object));
  }

  /** As kubectl prints it: with its type, which the items of a list do not have, and no secret. */
  private static ApiObject named(Kind kind, ApiObject object) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("apiVersion", kind.apiVersion());
    tree.put("kind", kind.name());
    tree.putAll(object.tree());
    if (kind.plural().equals(PODS.plural())) {
      ClaimTime.written(object).ifPresent(since -> ClaimTime.put(tree, since));
    }
    return Redaction.object(new ApiObject(tree));
  }

  private void all(Map<String, Supplier<List<ApiObject>>> lists) {
    kinds.putAll(Parallel.each(lists.keySet(), PARALLEL, kind -> seen(lists.get(kind))));
  }

  private static <T> Fetched<T> seen(Supplier<T> call) {
    try {
      return new Fetched.Read<>(call.get());
    } catch (FipctlException e) {
      return switch (e.exitCode()) {
        case FORBIDDEN ->
            new Fetched.Forbidden<>(
                e.hint().filter(hint -> hint.startsWith("rule missing")).orElseGet(() -> why(e)));
        case UNREACHABLE, INTERRUPTED, TERMINATED -> throw e;
        default -> new Fetched.Missing<>(why(e));
      };
    }
  }

  /** What is wrong, and what may be done about it. */
  private static String why(FipctlException e) {
    return e.hint().map(hint -> e.getMessage() + "; " + hint).orElse(e.getMessage());
  }

  private List<ApiObject> read(Kind kind) {
    return kinds.get(kind.plural()) instanceof Fetched.Read<List<ApiObject>> read
        ? read.value()
        : List.of();
  }

  /** In the version in which there are any. */
  private List<ApiObject> serviceCidrs() {
    List<ApiObject> served = list(Kind.SERVICE_CIDRS, Cluster.Scope.ALL);
    return served.isEmpty() ? list(Kind.SERVICE_CIDRS_BETA, Cluster.Scope.ALL) : served;
  }

  /** Only those that calico-node is made from: others may hold anything. */
  private List<ApiObject> configMaps() {
    ApiObject set;
    try {
      set =
          CalicoDaemonSet.choose(
                  read(Kind.DAEMON_SETS), cluster.calicoNamespace(), cluster.endpoint().name())
              .object();
    } catch (FipctlException e) {
      // FIP-101 says that there is none, or which it may be.
      return List.of();
    }
    Set<String> names = new TreeSet<>();
    Stream.of("initContainers", "containers")
        .flatMap(list -> set.objects("spec", "template", "spec", list).stream())
        .forEach(
            container -> {
              container.objects("env").stream()
                  .flatMap(it -> it.text("valueFrom", "configMapKeyRef", "name").stream())
                  .forEach(names::add);
              container.objects("envFrom").stream()
                  .flatMap(it -> it.text("configMapRef", "name").stream())
                  .forEach(names::add);
            });
    return names.stream()
        .flatMap(name -> cluster.get(Kind.CONFIG_MAPS, set.namespace(), name).stream())
        .map(map -> named(Kind.CONFIG_MAPS, map))
        .toList();
  }

  /** Only of namespaces where a pod with a floating IP does not run: there may be very many. */
  private List<ApiObject> events() {
    Set<String> namespaces = new TreeSet<>();
    for (ApiObject pod : read(PODS)) {
      boolean claims = pod.annotation(FloatingIps.KEY).isPresent();
      boolean pending = pod.text("status", "phase").equals(Optional.of("Pending"));
      if (claims && (pending || pod.has("metadata", "deletionTimestamp"))) {
        namespaces.add(pod.namespace());
      }
    }
    List<ApiObject> events = new ArrayList<>();
    namespaces.forEach(namespace -> events.addAll(list(Kind.EVENTS, Cluster.Scope.in(namespace))));
    return events;
  }

  private CalicoGroup group(Set<String> groups, Instant now) {
    try {
      return CalicoInstall.discover(new EvidenceCluster(api(groups, now))).group();
    } catch (FipctlException e) {
      // FIP-101 says that there is no Calico; what there may be of its objects is read all the
      // same.
      return groups.contains(Kind.V3_GROUP) && !groups.contains(Kind.CRD_GROUP)
          ? CalicoGroup.V3
          : CalicoGroup.CRD;
    }
  }

  private static NodeSource declined() {
    return source(node -> new Fetched.Declined<>("nodes are not looked at (--node-access none)"));
  }

  private NodeSource visits(
      NodeAccess access, Set<String> groups, Set<IpAddress> asked, Instant now) {
    if (access.mode() == NodeAccess.Mode.NONE) {
      return declined();
    }
    Evidence api = api(groups, now);
    Set<IpAddress> addresses = new TreeSet<>(asked);
    // Who may not read pods does not know of whose connections to ask.
    read(PODS).forEach(pod -> addresses.addAll(Pod.of(pod).held()));
    List<NodeCommand.Target> targets = probing.map(wish -> wish.targets(api)).orElse(List.of());
    NodeCommand.Read read = command(List.copyOf(addresses), targets);
    NodeShell shell = cluster.nodes(access);
    return source(node -> seen(() -> evidence(node, shell.run(node, read))));
  }

  private NodeCommand.Read command(List<IpAddress> addresses, List<NodeCommand.Target> targets) {
    List<NodeCommand.Section> sections =
        new ArrayList<>(
            Stream.of(NodeCommand.Section.values())
                .filter(section -> files.contains(section.fileName()))
                .toList());
    if (addresses.isEmpty()) {
      // All connections would be listed, and none of them matters.
      sections.remove(NodeCommand.Section.FLOWS);
    }
    if (probing.isEmpty()) {
      sections.remove(NodeCommand.Section.TCP);
    }
    return new NodeCommand.Read(sections, NodeCommand.Tables.ALL, addresses, targets);
  }

  /** The sections by the files of a collection; what a tool complained of stands for no output. */
  static NodeEvidence evidence(String node, NodeShell.Output output) {
    NodeDump printed = NodeDump.parse(output.stdout());
    NodeDump complaints = NodeDump.parse(output.stderr());
    Map<String, NodeEvidence.Text> files = new TreeMap<>();
    for (NodeCommand.Section section : NodeCommand.Section.values()) {
      printed
          .section(section.title())
          .ifPresent(
              it -> {
                String text =
                    it.status() != 0 && it.text().isBlank()
                        ? complaints.section(section.title()).map(NodeDump.Section::text).orElse("")
                        : it.text();
                files.put(
                    section.fileName(), new NodeEvidence.Text(Redaction.text(text), it.status()));
              });
    }
    return new NodeEvidence(node, files);
  }

  private static NodeSource source(
      java.util.function.Function<String, Fetched<NodeEvidence>> visit) {
    return new NodeSource() {
      @Override
      public Set<String> names() {
        return Set.of();
      }

      @Override
      public Fetched<NodeEvidence> read(String node) {
        return visit.apply(node);
      }
    };
  }
}
