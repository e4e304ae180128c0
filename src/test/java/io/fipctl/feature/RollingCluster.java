package io.fipctl.feature;

import io.fipctl.kube.Cluster;
import io.fipctl.kube.Kind;
import io.fipctl.lease.Change;
import io.fipctl.model.ApiObject;
import io.fipctl.model.Clock;
import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import io.fipctl.model.JsonPatch;
import io.fipctl.model.JsonText;
import io.fipctl.model.PodSelector;
import io.fipctl.model.StaleWriteException;
import io.fipctl.node.NodeAccess;
import io.fipctl.node.NodeCommand;
import io.fipctl.node.NodeShell;
import io.fipctl.node.Streams;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * A cluster in memory that rolls its DaemonSet: each look at the pods brings one node further, and
 * a new pod writes the template as it is then to its node, as install-cni does.
 */
public final class RollingCluster implements Cluster, NodeShell {
  static final String TEMPLATE =
      """
      {
        "name": "k8s-pod-network",
        "plugins": [
          {
            "type": "calico",
            "mtu": __CNI_MTU__
          },
          {"type": "portmap"}
        ]
      }\
      """;

  final Map<String, Map<String, Map<String, Object>>> objects = new TreeMap<>();
  public final Map<String, String> disks = new TreeMap<>();
  final Set<String> groups = new TreeSet<>(Set.of(Kind.CRD_GROUP, "apps"));
  final Set<String> forbidden = new TreeSet<>();
  public final Set<String> unreadable = new TreeSet<>();
  final List<String> writes = new ArrayList<>();

  /** Nodes whose next install-cni fails on a template with this in it. */
  Optional<String> poison = Optional.empty();

  /** The kubelet's word for it. */
  String failure = "CrashLoopBackOff";

  Optional<String> log = Optional.of("CNI config is not valid JSON\n");

  /** Nodes whose kubelet does nothing any more. */
  final Set<String> frozen = new TreeSet<>();

  Runnable beforeWrite = () -> {};
  Runnable afterEachChange = () -> {};
  Instant now = Instant.parse("2026-11-23T12:00:00Z");
  private int counter = 100;

  public final Clock pause =
      new Clock() {
        @Override
        public Instant now() {
          return now;
        }

        @Override
        public Duration uptime() {
          return Duration.ofSeconds(now.getEpochSecond());
        }

        @Override
        public void sleep(Duration duration) {
          now = now.plus(duration);
        }

        @Override
        public AutoCloseable every(Duration interval, Runnable work) {
          return () -> {};
        }
      };

  /** Three nodes, the manifests' names, both gates off. */
  public static RollingCluster healthy() {
    RollingCluster cluster = new RollingCluster();
    cluster.put(
        Kind.DAEMON_SETS,
        """
        {"metadata": {"name": "calico-node", "namespace": "kube-system", "uid": "ds"},
         "spec": {
           "selector": {"matchLabels": {"k8s-app": "calico-node"}},
           "updateStrategy": {"type": "RollingUpdate"},
           "template": {"metadata": {"labels": {"k8s-app": "calico-node"}}, "spec": {
             "hostNetwork": true,
             "initContainers": [
               {"name": "upgrade-ipam"},
               {"name": "install-cni", "env": [{"name": "CNI_NETWORK_CONFIG", "valueFrom":
                 {"configMapKeyRef": {"name": "calico-config", "key": "cni_network_config"}}}]}],
             "containers": [
               {"name": "calico-node", "image": "quay.io/calico/node:v3.31.7", "env": [
                 {"name": "DATASTORE_TYPE", "value": "kubernetes"},
                 {"name": "CALICO_NETWORKING_BACKEND", "valueFrom":
                   {"configMapKeyRef": {"name": "calico-config", "key": "calico_backend"}}}]}]}}}}
        """);
    cluster.put(
        Kind.CONFIG_MAPS,
        """
        {"metadata": {"name": "calico-config", "namespace": "kube-system"},
         "data": {"calico_backend": "bird", "cni_network_config": %s}}
        """
            .formatted(JsonText.quote(TEMPLATE)));
    cluster.put(
        Kind.FELIX_CONFIGURATIONS,
        "{\"metadata\": {\"name\": \"default\"}, \"spec\": {\"floatingIPs\": \"Disabled\"}}");
    cluster.put(
        Kind.CLUSTER_INFORMATIONS,
        "{\"metadata\": {\"name\": \"default\"}, \"spec\": {\"datastoreReady\": true,"
            + " \"calicoVersion\": \"v3.31.7\", \"clusterType\": \"k8s,bgp,kdd\"}}");
    for (String node : List.of("n1", "n2", "n3")) {
      cluster.put(
          Kind.NODES,
          """
          {"metadata": {"name": "%s", "labels": {"kubernetes.io/os": "linux", "name": "%s"}},
           "status": {"conditions": [{"type": "Ready", "status": "True"}]}}
          """
              .formatted(node, node));
      cluster.start(node);
    }
    cluster.writes.clear();
    return cluster;
  }

  public void put(Kind kind, String json) {
    try {
      put(kind, new ApiObject(asMap(JsonText.plain(JsonText.parse(json)))));
    } catch (JsonText.SyntaxException e) {
      throw new IllegalArgumentException(json, e);
    }
  }

  private void put(Kind kind, ApiObject object) {
    Map<String, Object> metadata = asMap(object.tree().get("metadata"));
    metadata.put("resourceVersion", String.valueOf(counter++));
    table(kind).put(key(object.namespace(), object.name()), object.tree());
    afterEachChange.run();
  }

  public ApiObject object(Kind kind, String namespace, String name) {
    return get(kind, namespace, name).orElseThrow();
  }

  String template() {
    return object(Kind.CONFIG_MAPS, "kube-system", "calico-config")
        .text("data", "cni_network_config")
        .orElseThrow();
  }

  Optional<String> felix() {
    return get(Kind.FELIX_CONFIGURATIONS, "", "default")
        .flatMap(config -> config.text("spec", "floatingIPs"));
  }

  /** Changes one text of an object, as someone else would. */
  public void set(Kind kind, String namespace, String name, String value, String... path) {
    Map<String, Object> here = table(kind).get(key(namespace, name));
    for (int i = 0; i < path.length - 1; i++) {
      here = asMap(here.computeIfAbsent(path[i], step -> new LinkedHashMap<>()));
    }
    here.put(path[path.length - 1], value.equals("true") ? (Object) true : value);
  }

  /** How often a node's calico-node was started. */
  int startsOf(String node) {
    return (int) writes.stream().filter(write -> write.equals("start " + node)).count();
  }

  @Override
  public Endpoint endpoint() {
    return new Endpoint("test", "https://test", "default", "tester");
  }

  @Override
  public List<ApiObject> list(Kind kind, Scope scope) {
    if (kind.equals(Kind.PODS)) {
      rollOneNode();
    }
    return table(kind).values().stream()
        .map(RollingCluster::copy)
        .filter(o -> scope.namespace().isEmpty() || scope.namespace().get().equals(o.namespace()))
        .filter(
            o -> PodSelector.parse(scope.labels().orElse("")).matches(o.map("metadata", "labels")))
        .toList();
  }

  @Override
  public Optional<ApiObject> get(Kind kind, String namespace, String name) {
    return Optional.ofNullable(table(kind).get(key(kind.namespaced() ? namespace : "", name)))
        .map(RollingCluster::copy);
  }

  @Override
  public ApiObject patch(
      Kind kind, String namespace, String name, JsonPatch patch, WriteMode mode) {
    beforeWrite.run();
    refuseForbidden(kind);
    ApiObject changed = object(kind, namespace, name);
    for (JsonPatch.Operation operation : patch.operations()) {
      apply(changed.tree(), operation);
    }
    writes.add(kind.plural() + "/" + name);
    put(kind, changed);
    return changed;
  }

  @Override
  public ApiObject create(Kind kind, ApiObject object, WriteMode mode) {
    beforeWrite.run();
    refuseForbidden(kind);
    writes.add("create " + kind.plural() + "/" + object.name());
    put(kind, copy(object.tree()));
    return object;
  }

  @Override
  public void delete(Kind kind, String namespace, String name) {
    table(kind).remove(key(namespace, name));
  }

  @Override
  public void delete(Kind kind, ApiObject seen) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Set<String> apiGroups() {
    return groups;
  }

  @Override
  public boolean allowed(Access access) {
    return !forbidden.contains("ask " + access.resource());
  }

  @Override
  public void watch(Kind kind, Scope scope, Predicate<Change> consumer) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<String> lastLogLine(String namespace, String pod, String container) {
    return container.equals("install-cni") ? log : Optional.empty();
  }

  @Override
  public NodeShell nodes(NodeAccess access) {
    return this;
  }

  @Override
  public void close() {}

  @Override
  public int attach(String node, List<String> argv, Streams streams) {
    throw new UnsupportedOperationException("nobody sits here");
  }

  @Override
  public Running start(String node, NodeCommand command) {
    if (unreadable.contains(node)) {
      throw FipctlException.notSeen("NodeNotReadable", "no exec on " + node);
    }
    String text = "@@fipctl cni-conflist\n" + disks.get(node) + "\n@@fipctl-end cni-conflist 0\n";
    return new Running() {
      @Override
      public void awaitBegun() {}

      @Override
      public Output output() {
        return new Output(0, text, "", Duration.ZERO);
      }

      @Override
      public void close() {}
    };
  }

  private void rollOneNode() {
    String wanted = revision();
    for (Map<String, Object> tree : List.copyOf(table(Kind.PODS).values())) {
      ApiObject pod = new ApiObject(tree);
      String node = pod.text("spec", "nodeName").orElse("");
      boolean calicos = pod.label("k8s-app").equals(Optional.of("calico-node"));
      if (calicos && !pod.label("revision").equals(Optional.of(wanted)) && !frozen.contains(node)) {
        table(Kind.PODS).remove(key(pod.namespace(), pod.name()));
        start(node);
        return;
      }
    }
  }

  private void start(String node) {
    boolean fails = poison.filter(text -> template().contains(text)).isPresent();
    put(
        Kind.PODS,
        """
        {"metadata": {"name": "calico-node-%d", "namespace": "kube-system", "uid": "%d",
           "ownerReferences": [{"kind": "DaemonSet", "uid": "ds", "controller": true}],
           "labels": {"k8s-app": "calico-node", "revision": "%s"}},
         "spec": {"nodeName": "%s", "hostNetwork": true},
         "status": {"phase": "%s",
           "conditions": [{"type": "Ready", "status": "%s"}],
           "initContainerStatuses": [{"name": "install-cni", "state": %s}]}}
        """
            .formatted(
                counter,
                counter,
                revision(),
                node,
                fails ? "Pending" : "Running",
                fails ? "False" : "True",
                fails
                    ? "{\"waiting\": {\"reason\": \"" + failure + "\", \"message\": \"back-off\"}}"
                    : "{}"));
    writes.add("start " + node);
    if (!fails) {
      disks.put(
          node,
          "# /host/etc/cni/net.d/10-calico.conflist\n" + template().replace("__CNI_MTU__", "1450"));
    }
    afterEachChange.run();
  }

  private String revision() {
    return object(Kind.DAEMON_SETS, "kube-system", "calico-node")
        .object("spec", "template", "metadata", "annotations")
        .text("kubectl.kubernetes.io/restartedAt")
        .orElse("first");
  }

  private void refuseForbidden(Kind kind) {
    if (forbidden.contains(kind.plural())) {
      throw new FipctlException(ExitCode.FORBIDDEN, "Forbidden", "no right to " + kind.plural());
    }
  }

  private static void apply(Map<String, Object> tree, JsonPatch.Operation operation) {
    String[] steps = operation.path().substring(1).split("/", -1);
    Map<String, Object> here = tree;
    for (int i = 0; i < steps.length - 1; i++) {
      Object below = here.get(unescaped(steps[i]));
      if (below == null) {
        throw new StaleWriteException("no " + operation.path());
      }
      here = asMap(below);
    }
    String last = unescaped(steps[steps.length - 1]);
    switch (operation.op()) {
      case "test" -> {
        if (!operation.value().equals(here.get(last))) {
          throw new StaleWriteException("the test of " + operation.path() + " failed");
        }
      }
      case "add" -> here.put(last, mutable(operation.value()));
      default -> {
        if (!here.containsKey(last)) {
          throw new StaleWriteException("no " + operation.path());
        }
        if (operation.op().equals("remove")) {
          here.remove(last);
        } else {
          here.put(last, mutable(operation.value()));
        }
      }
    }
  }

  private static String unescaped(String step) {
    return step.replace("~1", "/").replace("~0", "~");
  }

  private Map<String, Map<String, Object>> table(Kind kind) {
    return objects.computeIfAbsent(kind.resource(), name -> new TreeMap<>());
  }

  private static String key(String namespace, String name) {
    return namespace + "/" + name;
  }

  private static ApiObject copy(Map<String, Object> tree) {
    return new ApiObject(asMap(mutable(tree)));
  }

  private static Object mutable(Object value) {
    if (value instanceof Map<?, ?> map) {
      Map<Object, Object> copy = new LinkedHashMap<>();
      map.forEach((key, below) -> copy.put(key, mutable(below)));
      return copy;
    }
    return value instanceof List<?> list
        ? new ArrayList<>(list.stream().map(RollingCluster::mutable).toList())
        : value;
  }

  @SuppressWarnings("unchecked") // JSON objects have text keys only.
  private static Map<String, Object> asMap(Object value) {
    return (Map<String, Object>) value;
  }
}
