package io.fipctl.calico;

import io.fipctl.kube.CalicoDaemonSet;
import io.fipctl.kube.CalicoGroup;
import io.fipctl.kube.Cluster;
import io.fipctl.kube.Kind;
import io.fipctl.model.ApiObject;
import io.fipctl.model.FipctlException;
import io.fipctl.model.Pod;
import io.fipctl.model.ShellCommand;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * How Calico is installed in a cluster, found from its DaemonSet, whatever that is called.
 *
 * @param source the DaemonSet, and what looks like it and is not it
 * @param podSelector the label selector of its pods, in the API's syntax
 * @param version of calico-node's image, such as {@code v3.31.7}
 * @param runningVersion of the calico-node that started last, by ClusterInformation
 * @param env the environment of calico-node, as far as it is plain or from ConfigMaps
 * @param backend what distributes routes: bird, vxlan or none
 * @param group where Felix reads its configuration
 * @param datastoreReady absent when there is no ClusterInformation to say so
 */
public record CalicoInstall(
    CalicoDaemonSet source,
    String podSelector,
    String updateStrategy,
    CniConfig cni,
    Optional<String> version,
    Optional<String> runningVersion,
    Map<String, String> env,
    Datastore datastore,
    String backend,
    CalicoGroup group,
    boolean operatorManaged,
    Optional<Boolean> datastoreReady,
    List<ManagedBy> keepers) {
  private static final Pattern VERSION = Pattern.compile(":v?(\\d+)\\.(\\d+)[^@/]*");

  /** Where Calico keeps its data. */
  public enum Datastore {
    KUBERNETES,
    ETCD
  }

  /**
   * Looks for Calico.
   *
   * @throws FipctlException as {@link Cluster#readCalicoDaemonSet}
   */
  public static CalicoInstall discover(Cluster cluster) {
    return of(cluster, cluster.readCalicoDaemonSet());
  }

  private static CalicoInstall of(Cluster cluster, CalicoDaemonSet found) {
    ApiObject set = found.object();
    ApiObject container = found.container();
    Map<String, String> env = environment(cluster, set.namespace(), container);
    Set<String> served = cluster.apiGroups();
    CalicoGroup group = group(Optional.ofNullable(env.get("CALICO_API_GROUP")), served);
    Optional<ApiObject> information =
        served.contains(group.group())
            ? cluster.get(Kind.CLUSTER_INFORMATIONS.in(group), "", "default")
            : Optional.empty();
    CniConfig cni = CniConfig.of(set);
    return new CalicoInstall(
        found,
        PodLookup.podSelector(set),
        set.text("spec", "updateStrategy", "type").orElse("RollingUpdate"),
        cni,
        container.text("image").flatMap(CalicoInstall::imageVersion),
        information.flatMap(i -> i.text("spec", "calicoVersion")),
        env,
        datastore(env),
        env.getOrDefault("CALICO_NETWORKING_BACKEND", "bird"),
        group,
        operatorManaged(cluster, served, set),
        information.flatMap(i -> i.text("spec", "datastoreReady")).map(Boolean::valueOf),
        keepers(cluster, set, cni, env, information));
  }

  /**
   * Which group Felix reads (libcalico-go/lib/backend/k8s/discovery.go): what calico-node is told,
   * else v3 when it is there alone.
   */
  static CalicoGroup group(Optional<String> told, Set<String> served) {
    if (told.isPresent() && !told.get().isBlank()) {
      return told.get().startsWith(Kind.V3_GROUP) ? CalicoGroup.V3 : CalicoGroup.CRD;
    }
    return served.contains(Kind.V3_GROUP) && !served.contains(Kind.CRD_GROUP)
        ? CalicoGroup.V3
        : CalicoGroup.CRD;
  }

  /** Group and version in which Felix reads its configuration. */
  public String apiVersion() {
    return group.group() + "/" + group.version();
  }

  /** The namespace of the DaemonSet. */
  public String namespace() {
    return source.object().namespace();
  }

  /** The name of the DaemonSet. */
  public String daemonSet() {
    return source.object().name();
  }

  /** What looks like Calico's DaemonSet and was not taken for it: {@code NS/NAME}, and why. */
  public Map<String, String> others() {
    Map<String, String> others = new LinkedHashMap<>();
    source.passedOver().forEach(other -> others.put(other.name(), other.why()));
    return others;
  }

  /** The same, a sentence each. */
  public List<String> passedOver() {
    return source.passedOver().stream().map(CalicoDaemonSet.PassedOver::toString).toList();
  }

  /** The pods of calico-node that are on a node: those of its DaemonSet, whatever others say. */
  public List<Pod> pods(Cluster cluster) {
    return cluster.list(Kind.PODS, Cluster.Scope.in(namespace()).labelled(podSelector)).stream()
        .filter(source::owns)
        .map(Pod::of)
        .filter(pod -> pod.node().isPresent())
        .toList();
  }

  /** Whether this version knows FelixConfigurations with a node selector; unknown counts as so. */
  public boolean knowsSelectors() {
    return isAtLeast(3, 32).orElse(true);
  }

  /** Whether Felix and not BIRD routes IPIP pools when nobody says otherwise; unknown is no. */
  public boolean felixRoutesIpip() {
    return isAtLeast(3, 33).orElse(false);
  }

  private Optional<Boolean> isAtLeast(int major, int minor) {
    return version
        .or(() -> runningVersion)
        .map(text -> VERSION.matcher(":" + text))
        .filter(Matcher::lookingAt)
        .map(
            m ->
                Integer.parseInt(m.group(1)) * 1000 + Integer.parseInt(m.group(2))
                    >= major * 1000 + minor);
  }

  /** {@code daemonset/calico-node -n kube-system}, as kubectl takes it. */
  public ShellCommand.Part kubectlName() {
    return ShellCommand.part("daemonset/%s -n %s", daemonSet(), namespace());
  }

  static Optional<String> imageVersion(String image) {
    Matcher matcher = VERSION.matcher(image);
    return matcher.find() ? Optional.of(matcher.group().substring(1)) : Optional.empty();
  }

  private static Datastore datastore(Map<String, String> env) {
    String type = env.getOrDefault("DATASTORE_TYPE", "");
    // Without a word Calico takes etcd (libcalico-go/lib/apiconfig/load.go).
    return type.equals("kubernetes") ? Datastore.KUBERNETES : Datastore.ETCD;
  }

  private static boolean operatorManaged(Cluster cluster, Set<String> served, ApiObject set) {
    boolean owned =
        set.objects("metadata", "ownerReferences").stream()
            .anyMatch(owner -> owner.text("kind").equals(Optional.of("Installation")));
    return owned
        || (served.contains(Kind.INSTALLATIONS.group())
            && cluster.list(Kind.INSTALLATIONS).stream().anyMatch(i -> i.name().equals("default")));
  }

  private static List<ManagedBy> keepers(
      Cluster cluster,
      ApiObject set,
      CniConfig cni,
      Map<String, String> env,
      Optional<ApiObject> information) {
    List<ManagedBy> keepers =
        new ArrayList<>(ManagedBy.of("DaemonSet " + set.namespace() + "/" + set.name(), set));
    if (cni instanceof CniConfig.InConfigMap place) {
      cluster
          .get(Kind.CONFIG_MAPS, place.namespace(), place.name())
          .map(map -> ManagedBy.of("ConfigMap " + place.namespace() + "/" + place.name(), map))
          .ifPresent(keepers::addAll);
    }
    Stream.of(
            Optional.ofNullable(env.get("CLUSTER_TYPE")),
            information.flatMap(i -> i.text("spec", "clusterType")))
        .flatMap(Optional::stream)
        .filter(type -> List.of(type.split(",")).contains("kubespray"))
        .findFirst()
        .map(type -> new ManagedBy("kubespray", cni.toString(), "cluster type " + type, false))
        .ifPresent(keepers::add);
    return List.copyOf(keepers);
  }

  private static Map<String, String> environment(
      Cluster cluster, String namespace, ApiObject container) {
    Map<String, ApiObject> maps = new LinkedHashMap<>();
    Map<String, String> env = new LinkedHashMap<>();
    for (ApiObject source : container.objects("envFrom")) {
      String prefix = source.text("prefix").orElse("");
      source
          .text("configMapRef", "name")
          .map(name -> configMap(cluster, namespace, name, maps))
          .ifPresent(map -> map.map("data").forEach((key, text) -> env.put(prefix + key, text)));
    }
    for (ApiObject variable : container.objects("env")) {
      ApiObject reference = variable.object("valueFrom", "configMapKeyRef");
      Optional<String> value =
          variable
              .text("value")
              .or(
                  () ->
                      reference
                          .text("name")
                          .map(name -> configMap(cluster, namespace, name, maps))
                          .flatMap(map -> map.text("data", reference.text("key").orElse(""))));
      variable.text("name").ifPresent(name -> value.ifPresent(text -> env.put(name, text)));
    }
    return env;
  }

  private static ApiObject configMap(
      Cluster cluster, String namespace, String name, Map<String, ApiObject> read) {
    return read.computeIfAbsent(
        name, key -> cluster.get(Kind.CONFIG_MAPS, namespace, key).orElse(ApiObject.EMPTY));
  }
}
