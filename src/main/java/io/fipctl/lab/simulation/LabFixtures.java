package io.fipctl.lab.simulation;

import io.fipctl.kube.Kind;
import io.fipctl.model.ApiObject;
import io.fipctl.model.PodRef;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** What the objects of the practice cluster look like when they are made. */
final class LabFixtures {
  private static final String NETWORK = "172.31.99.";
  private static final String GATE = "\n      \"feature_control\": {\"floating_ips\": true},";
  private static final String TYPE = "\"type\": \"calico\",";

  private static final List<Kind> KINDS =
      List.of(
          Kind.NAMESPACES,
          Kind.CONFIG_MAPS,
          Kind.DAEMON_SETS,
          Kind.FELIX_CONFIGURATIONS,
          Kind.CLUSTER_INFORMATIONS,
          Kind.IP_POOLS,
          Kind.SERVICES,
          Kind.SERVICE_CIDRS,
          Kind.ENDPOINT_SLICES,
          Kind.DEPLOYMENTS,
          Kind.REPLICA_SETS,
          Kind.STATEFUL_SETS,
          Kind.JOBS);

  private LabFixtures() {}

  static LabState fresh(InstantSource time) {
    LabState state = new LabState().at(time);
    for (ApiObject object : documents()) {
      Kind kind =
          KINDS.stream()
              .filter(each -> each.name().equals(object.text("kind").orElse("")))
              .findFirst()
              .orElseThrow();
      state.put(kind, object);
    }
    return state
        .withNode("n1")
        .withNode("n2")
        .withNode("n3")
        .withPod("shop/web-0", "n1", "10.244.40.130")
        .withPod("shop/web-1", "n2", "10.244.217.1")
        .withPod("shop/web-2", "n1", "10.244.40.131")
        .withPod("shop/t1", "n2", "10.244.217.4")
        .withPod("shop/migrate-x7k2p", "n2", "10.244.217.5")
        .phase("shop/migrate-x7k2p", "Succeeded")
        .withPod("kube-system/node-agent", "n3", NETWORK + 13)
        .edit(
            Kind.PODS,
            "kube-system",
            "node-agent",
            pod -> new ApiObject(Json.with(pod.tree(), true, "spec", "hostNetwork")));
  }

  @SuppressWarnings("unchecked") // The resource is our own: every document is a map.
  private static List<ApiObject> documents() {
    try (Reader reader =
        new InputStreamReader(
            Objects.requireNonNull(LabFixtures.class.getResourceAsStream("lab.yaml")),
            StandardCharsets.UTF_8)) {
      List<ApiObject> objects = new ArrayList<>();
      for (Object document : new Yaml(new SafeConstructor(new LoaderOptions())).loadAll(reader)) {
        objects.add(new ApiObject((Map<String, Object>) document));
      }
      return objects;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static ApiObject node(String name, int host) {
    return new ApiObject(
        Json.tree(
            """
            {"metadata": {"name": "%1$s",
                "annotations": {"projectcalico.org/IPv4Address": "%2$s/24"},
                "labels": {"kubernetes.io/arch": "amd64", "kubernetes.io/os": "linux",
                    "kubernetes.io/hostname": "%1$s"}},
             "spec": {},
             "status": {
                "addresses": [{"address": "%2$s", "type": "InternalIP"},
                    {"address": "%1$s", "type": "Hostname"}],
                "conditions": [{"type": "Ready", "status": "True", "reason": "KubeletReady",
                    "message": "kubelet is posting ready status"}],
                "nodeInfo": {"architecture": "amd64", "operatingSystem": "linux",
                    "kubeletVersion": "v1.33.13", "kernelVersion": "6.1.0-lab",
                    "containerRuntimeVersion": "containerd://1.7.27",
                    "osImage": "Debian GNU/Linux 12 (bookworm)"}}}
            """
                .formatted(name, NETWORK + host)));
  }

  /** A pod: running when it has addresses, else waiting for its network. */
  static ApiObject pod(PodRef ref, String node, List<String> addresses) {
    Map<String, Object> tree =
        Json.tree(
            """
            {"metadata": {"name": "%2$s", "namespace": "%1$s", "labels": {"app": "%3$s"}},
             "spec": {"nodeName": "%4$s", "restartPolicy": "Always",
                "containers": [{"name": "app", "image": "registry.example/app:1",
                   "ports": [{"containerPort": 8080}]}]},
             "status": {"phase": "Pending"}}
            """
                .formatted(
                    ref.namespace(), ref.name(), ref.name().replaceAll("-[0-9a-z]+$", ""), node));
    return new ApiObject(addresses.isEmpty() ? tree : running(tree, addresses));
  }

  /** The pod with a network and all its containers up. */
  static Map<String, Object> running(Map<String, Object> pod, List<String> addresses) {
    Map<String, Object> status = new LinkedHashMap<>();
    status.put("phase", "Running");
    status.put("podIP", addresses.getFirst());
    status.put("podIPs", addresses.stream().map(ip -> Map.of("ip", (Object) ip)).toList());
    Map<String, Object> tree = Json.with(pod, status, "status");
    return ready(tree, "True");
  }

  /** The pod with this value of its condition {@code Ready}. */
  static Map<String, Object> ready(Map<String, Object> pod, String status) {
    return Json.with(
        pod,
        List.of(
            Map.of("type", "PodScheduled", "status", "True"),
            Map.of("type", "Ready", "status", status)),
        "status",
        "conditions");
  }

  /** The ConfigMap with the CNI gate set or taken out, everything else as it is. */
  static ApiObject cniGate(ApiObject map, boolean on) {
    String template = map.text("data", "cni_network_config").orElseThrow().replace(GATE, "");
    return new ApiObject(
        Json.with(
            map.tree(),
            on ? template.replace(TYPE, TYPE + GATE) : template,
            "data",
            "cni_network_config"));
  }

  /** The node's kubelet no longer reports: the node controller marks its pods. */
  static LabState readiness(LabState state, String node, boolean ready) {
    state.edit(
        Kind.NODES,
        "",
        node,
        object ->
            new ApiObject(
                Json.with(
                    object.tree(),
                    List.of(
                        ready
                            ? Map.of("type", "Ready", "status", "True", "reason", "KubeletReady")
                            : Map.of(
                                "type",
                                "Ready",
                                "status",
                                "Unknown",
                                "reason",
                                "NodeStatusUnknown",
                                "message",
                                "Kubelet stopped posting node status.")),
                    "status",
                    "conditions")));
    for (ApiObject pod : state.list(Kind.PODS)) {
      if (pod.text("spec", "nodeName").orElse("").equals(node)
          && pod.text("status", "phase").orElse("").equals("Running")) {
        state.put(Kind.PODS, new ApiObject(ready(pod.tree(), ready ? "True" : "False")));
      }
    }
    return state;
  }

  static LabState dualStack(LabState state) {
    state.with(
        state.calico(Kind.IP_POOLS),
        """
        {"metadata": {"name": "default-ipv6-ippool"},
         "spec": {"allowedUses": ["Workload", "Tunnel"], "blockSize": 122,
            "cidr": "fd00:10:244::/48", "ipipMode": "Never", "vxlanMode": "Never",
            "natOutgoing": true, "nodeSelector": "all()"}}
        """);
    state.with(
        state.calico(Kind.IP_POOLS),
        """
        {"metadata": {"name": "floating6"},
         "spec": {"allowedUses": ["Workload"], "blockSize": 122, "cidr": "2001:db8:113::/64",
            "disabled": true, "ipipMode": "Never", "vxlanMode": "Never", "natOutgoing": false,
            "nodeSelector": "all()"}}
        """);
    return state.felixEnv("FELIX_IPV6SUPPORT", "true");
  }
}
