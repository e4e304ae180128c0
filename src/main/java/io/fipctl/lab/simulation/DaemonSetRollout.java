package io.fipctl.lab.simulation;

import io.fipctl.kube.Kind;
import io.fipctl.model.ApiObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The DaemonSet of calico-node: one pod a node, replaced one after another when the template
 * changes, and in each new pod install-cni, which writes the node's CNI configuration
 * (cni-plugin/pkg/install/install.go).
 */
public final class DaemonSetRollout {
  private static final String HASH = "controller-revision-hash";
  private static final String CONTAINER = "calico-node";

  private DaemonSetRollout() {}

  static void step(LabState state) {
    for (ApiObject set : state.list(Kind.DAEMON_SETS)) {
      if (container(set.object("spec", "template"), CONTAINER).isPresent()) {
        roll(state, set);
      }
    }
  }

  private static void roll(LabState state, ApiObject set) {
    String hash = Digest.hex("SHA-256", Json.write(set.object("spec", "template").tree()), 10);
    revision(state, set, hash);
    boolean onDelete = set.text("spec", "updateStrategy", "type").orElse("").equals("OnDelete");
    boolean oneIsDown = false;
    for (String node : state.nodeNames()) {
      Optional<ApiObject> pod = pod(state, set, node);
      boolean current = pod.isPresent() && pod.get().label(HASH).equals(Optional.of(hash));
      if (!state.isReady(node)) {
        oneIsDown = true;
      } else if (pod.isEmpty()) {
        start(state, set, node, hash);
      } else if (!isUp(pod.get())) {
        retry(state, current || onDelete ? pod.get() : replaced(state, set, pod.get(), hash), node);
      } else if (!current && !onDelete && !oneIsDown) {
        state.remove(Kind.PODS, pod.get().namespace(), pod.get().name());
        start(state, set, node, hash);
      }
      oneIsDown |= pod(state, set, node).filter(DaemonSetRollout::isUp).isEmpty();
    }
    status(state, set, hash);
  }

  private static ApiObject replaced(LabState state, ApiObject set, ApiObject pod, String hash) {
    state.remove(Kind.PODS, pod.namespace(), pod.name());
    return state.put(Kind.PODS, made(state, set, pod.text("spec", "nodeName").orElseThrow(), hash));
  }

  private static void start(LabState state, ApiObject set, String node, String hash) {
    retry(state, state.put(Kind.PODS, made(state, set, node, hash)), node);
  }

  private static ApiObject made(LabState state, ApiObject set, String node, String hash) {
    ApiObject pod = Controllers.pod(set, set.name() + "-" + Controllers.suffix(state), "DaemonSet");
    Map<String, Object> tree = Json.with(pod.tree(), node, "spec", "nodeName");
    return new ApiObject(Json.with(tree, hash, "metadata", "labels", HASH));
  }

  /** Runs the init containers of a pod that is not up, and its container when they are done. */
  private static void retry(LabState state, ApiObject pod, String node) {
    Map<String, Object> tree;
    if (state.node(node).calicoNodeDown()) {
      tree =
          failed(pod, CONTAINER, "containerStatuses", "ImagePullBackOff", "Back-off pulling image");
    } else {
      tree = install(state, pod, node);
    }
    if (!Json.same(tree, pod.tree())) {
      state.put(Kind.PODS, new ApiObject(tree));
    }
  }

  private static Map<String, Object> install(LabState state, ApiObject pod, String node) {
    Optional<ApiObject> installer =
        pod.objects("spec", "initContainers").stream()
            .filter(each -> hasEnv(each, "CNI_NETWORK_CONFIG"))
            .findFirst();
    if (installer.isPresent()) {
      String container = installer.get().text("name").orElse("install-cni");
      Optional<String> template = env(state, pod, installer.get(), "CNI_NETWORK_CONFIG");
      if (template.isEmpty()) {
        return failed(
            pod,
            container,
            "initContainerStatuses",
            "CreateContainerConfigError",
            "the ConfigMap or its key that CNI_NETWORK_CONFIG is taken from was not found");
      }
      String mtu = env(state, pod, installer.get(), "CNI_MTU").orElse("1500");
      String config = substituted(template.get(), node, mtu);
      if (Json.tryParse(config).filter(json -> json.isObject()).isEmpty()) {
        return crashed(pod, container, config);
      }
      String file = env(state, pod, installer.get(), "CNI_CONF_NAME").orElse("10-calico.conflist");
      state.kernel(node, state.kernel(node).withCniFile(file, config));
    }
    Map<String, Object> tree =
        LabFixtures.running(pod.tree(), List.of(Felix.nodeAddress(state, node)));
    return Json.with(
        tree,
        List.of(
            Map.of(
                "name",
                CONTAINER,
                "ready",
                true,
                "restartCount",
                0,
                "state",
                Map.of("running", Map.of()))),
        "status",
        "containerStatuses");
  }

  private static String substituted(String template, String node, String mtu) {
    return template
        .replace("__KUBERNETES_NODE_NAME__", node)
        .replace("__CNI_MTU__", mtu)
        .replace("__KUBECONFIG_FILEPATH__", "/etc/cni/net.d/calico-kubeconfig")
        .replace("__KUBECONFIG_FILENAME__", "calico-kubeconfig")
        .replace("__LOG_LEVEL__", "info")
        .replace("__DATASTORE_TYPE__", "kubernetes")
        .replace("__SERVICEACCOUNT_TOKEN__", "");
  }

  private static Map<String, Object> crashed(ApiObject pod, String container, String config) {
    return Json.with(
        failed(pod, container, "initContainerStatuses", "CrashLoopBackOff", "back-off restarting"),
        List.of(
            Map.of(
                "name",
                container,
                "ready",
                false,
                "restartCount",
                3,
                "state",
                Map.of("waiting", Map.of("reason", "CrashLoopBackOff")),
                "lastState",
                Map.of(
                    "terminated",
                    Map.of(
                        "exitCode",
                        1,
                        "reason",
                        "Error",
                        "message",
                        "[FATAL] install: " + config + " is not a valid json object")))),
        "status",
        "initContainerStatuses");
  }

  private static Map<String, Object> failed(
      ApiObject pod, String container, String statuses, String reason, String message) {
    Map<String, Object> status =
        Map.of(
            "phase",
            "Pending",
            "conditions",
            List.of(
                Map.of("type", "PodScheduled", "status", "True"),
                Map.of("type", "Ready", "status", "False")),
            statuses,
            List.of(
                Map.of(
                    "name",
                    container,
                    "ready",
                    false,
                    "restartCount",
                    0,
                    "state",
                    Map.of("waiting", Map.of("reason", reason, "message", message)))));
    return Json.with(pod.tree(), status, "status");
  }

  /** The pod of the DaemonSet on a node. */
  private static Optional<ApiObject> pod(LabState state, ApiObject set, String node) {
    return Controllers.owned(state, set).stream()
        .filter(pod -> pod.text("spec", "nodeName").equals(Optional.of(node)))
        .findFirst();
  }

  /**
   * The pod on a node that really is Felix there: what others call calico-node programs nothing.
   */
  public static Optional<ApiObject> calicoNode(LabState state, String node) {
    return state.list(Kind.DAEMON_SETS).stream()
        .filter(set -> container(set.object("spec", "template"), CONTAINER).isPresent())
        .min(Comparator.comparing((ApiObject set) -> !set.namespace().equals("kube-system")))
        .flatMap(set -> pod(state, set, node));
  }

  public static boolean isCalicoNode(ApiObject pod) {
    return container(pod, CONTAINER).isPresent();
  }

  public static boolean isUp(ApiObject pod) {
    return pod.text("status", "phase").equals(Optional.of("Running"))
        && pod.objects("status", "containerStatuses").stream().anyMatch(each -> each.flag("ready"));
  }

  static Optional<ApiObject> container(ApiObject podOrTemplate, String name) {
    return podOrTemplate.objects("spec", "containers").stream()
        .filter(each -> each.text("name").equals(Optional.of(name)))
        .findFirst();
  }

  private static boolean hasEnv(ApiObject container, String name) {
    return container.objects("env").stream()
        .anyMatch(each -> each.text("name").equals(Optional.of(name)));
  }

  /** The value of a variable; a reference to a ConfigMap is followed at every start. */
  private static Optional<String> env(
      LabState state, ApiObject pod, ApiObject container, String name) {
    for (ApiObject each : container.objects("env")) {
      if (each.text("name").equals(Optional.of(name))) {
        ApiObject ref = each.object("valueFrom", "configMapKeyRef");
        return each.text("value")
            .or(
                () ->
                    state
                        .find(Kind.CONFIG_MAPS, pod.namespace(), ref.text("name").orElse(""))
                        .flatMap(map -> map.text("data", ref.text("key").orElse(""))));
      }
    }
    return Optional.empty();
  }

  /** The DaemonSet with a variable set on container calico-node; no text takes it away. */
  static ApiObject withFelixEnv(ApiObject set, String name, String value) {
    List<Object> containers = new ArrayList<>();
    for (ApiObject container : set.objects("spec", "template", "spec", "containers")) {
      List<Object> env = new ArrayList<>();
      for (ApiObject each : container.objects("env")) {
        if (!each.text("name").orElse("").toUpperCase(Locale.ROOT).equals(name)) {
          env.add(each.tree());
        }
      }
      if (!value.isEmpty()) {
        env.add(Map.of("name", name, "value", value));
      }
      containers.add(Json.with(container.tree(), env, "env"));
    }
    return new ApiObject(
        Json.with(set.tree(), containers, "spec", "template", "spec", "containers"));
  }

  private static void revision(LabState state, ApiObject set, String hash) {
    String name = set.name() + "-" + hash;
    if (state.find(Kind.CONTROLLER_REVISIONS, set.namespace(), name).isEmpty()) {
      long number =
          state.list(Kind.CONTROLLER_REVISIONS).stream()
                  .filter(each -> each.name().startsWith(set.name() + "-"))
                  .count()
              + 1;
      ApiObject owned = Controllers.pod(set, name, "DaemonSet");
      Map<String, Object> tree =
          Map.of(
              "metadata",
              Json.with(owned.object("metadata").tree(), hash, "labels", HASH),
              "data",
              Map.of("spec", Map.of("template", set.object("spec", "template").tree())),
              "revision",
              number);
      state.put(Kind.CONTROLLER_REVISIONS, new ApiObject(tree));
    }
  }

  private static void status(LabState state, ApiObject set, String hash) {
    List<ApiObject> pods = Controllers.owned(state, set);
    long ready =
        pods.stream()
            .filter(DaemonSetRollout::isUp)
            .filter(pod -> state.isReady(pod.text("spec", "nodeName").orElse("")))
            .count();
    long updated = pods.stream().filter(pod -> pod.label(HASH).equals(Optional.of(hash))).count();
    long desired = state.nodeNames().size();
    Map<String, Object> status =
        Map.of(
            "currentNumberScheduled",
            (long) pods.size(),
            "desiredNumberScheduled",
            desired,
            "numberAvailable",
            ready,
            "numberMisscheduled",
            0L,
            "numberReady",
            ready,
            "numberUnavailable",
            desired - ready,
            "observedGeneration",
            set.number("metadata", "generation").orElse(1),
            "updatedNumberScheduled",
            updated);
    if (!Json.same(status, set.object("status").tree())) {
      state.put(Kind.DAEMON_SETS, new ApiObject(Json.with(set.tree(), status, "status")));
    }
  }
}
