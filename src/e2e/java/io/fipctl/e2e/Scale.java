package io.fipctl.e2e;

import java.util.List;
import java.util.Map;

/**
 * The objects of a big cluster, with the status that kubelets and controllers would have written.
 */
final class Scale {
  private static final String SINCE = "2026-11-01T10:00:00Z";

  private Scale() {}

  static Map<String, ?> node(int i) {
    String name = nodeName(i);
    String podCidr = "10.%d.%d.0/24".formatted(64 + i / 250, i % 250);
    return Map.of(
        "apiVersion",
        "v1",
        "kind",
        "Node",
        "metadata",
        Map.of(
            "name",
            name,
            "labels",
            Map.of("kubernetes.io/hostname", name, "kubernetes.io/os", "linux"),
            "annotations",
            Map.of("projectcalico.org/IPv4Address", nodeAddress(i) + "/16")),
        "spec",
        Map.of("podCIDR", podCidr, "podCIDRs", List.of(podCidr)),
        "status",
        Map.of(
            "addresses",
            List.of(
                Map.of("type", "InternalIP", "address", nodeAddress(i)),
                Map.of("type", "ExternalDNS", "address", "localhost")),
            "daemonEndpoints",
            Map.of("kubeletEndpoint", Map.of("Port", 1)),
            "conditions",
            List.of(ready()),
            "nodeInfo",
            Map.of("kubeletVersion", "v1.33.13", "operatingSystem", "linux")));
  }

  /**
   * @param daemonSet the UID of what controls it
   */
  static Map<String, ?> calicoNode(int i, String daemonSet) {
    return Map.of(
        "apiVersion",
        "v1",
        "kind",
        "Pod",
        "metadata",
        Map.of(
            "name",
            "calico-node-" + nodeName(i),
            "labels",
            Map.of("k8s-app", "calico-node"),
            "ownerReferences",
            List.of(
                Map.of(
                    "apiVersion",
                    "apps/v1",
                    "kind",
                    "DaemonSet",
                    "name",
                    "calico-node",
                    "uid",
                    daemonSet,
                    "controller",
                    true))),
        "spec",
        Map.of(
            "nodeName",
            nodeName(i),
            "hostNetwork",
            true,
            "serviceAccountName",
            "calico-node",
            "containers",
            List.of(Map.of("name", "calico-node", "image", "example.test/calico/node:v3.31.7"))),
        "status",
        Map.of(
            "phase",
            "Running",
            "podIP",
            nodeAddress(i),
            "conditions",
            List.of(ready()),
            "containerStatuses",
            List.of(
                Map.of(
                    "name",
                    "calico-node",
                    "ready",
                    true,
                    "restartCount",
                    0,
                    "image",
                    "example.test/calico/node:v3.31.7",
                    "imageID",
                    "",
                    "state",
                    Map.of("running", Map.of("startedAt", SINCE))))));
  }

  /**
   * A pod of an application.
   *
   * @param address the floating IP that it holds, or nothing
   */
  static Map<String, ?> pod(int i, int node, String address) {
    String ip = "10.%d.%d.%d".formatted(64 + node / 250, node % 250, 1 + i / 500);
    return Map.of(
        "apiVersion",
        "v1",
        "kind",
        "Pod",
        "metadata",
        Map.of(
            "name",
            "app-" + i,
            "labels",
            Map.of("app", "app", "pod-template-hash", "6c5f8b9d4"),
            "annotations",
            address.isEmpty()
                ? Map.of("cni.projectcalico.org/podIP", ip + "/32")
                : Map.of(
                    "cni.projectcalico.org/podIP",
                    ip + "/32",
                    TestApiServer.ANNOTATION,
                    "[\"" + address + "\"]")),
        "spec",
        Map.of(
            "nodeName",
            nodeName(node),
            "containers",
            List.of(
                Map.of(
                    "name",
                    "app",
                    "image",
                    "example.test/app:1",
                    "env",
                    List.of(Map.of("name", "MODE", "value", "production"))))),
        "status",
        status(ip));
  }

  private static String nodeName(int i) {
    return "big-%03d".formatted(i);
  }

  private static String nodeAddress(int i) {
    return "172.20.%d.%d".formatted(i / 250, 1 + i % 250);
  }

  private static Map<String, ?> status(String ip) {
    return Map.of(
        "phase",
        "Running",
        "podIP",
        ip,
        "podIPs",
        List.of(Map.of("ip", ip)),
        "conditions",
        List.of(ready()));
  }

  private static Map<String, ?> ready() {
    return Map.of("type", "Ready", "status", "True", "lastTransitionTime", SINCE);
  }
}
