package io.fipctl.lab.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import io.fipctl.kube.Kind;
import io.fipctl.model.ApiObject;
import io.fipctl.model.FloatingIps;
import io.fipctl.model.IpAddress;
import io.fipctl.model.Pod;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Scheduler, kubelet and Calico's CNI plugin: a pod gets a node, then a network, or an event that
 * says why not (cni-plugin/pkg/k8s/k8s.go).
 */
final class Cni {
  private static final String ANNOTATION = "cni.projectcalico.org/";

  /** What the CNI configuration of a node says about floating IPs. */
  private enum Gate {
    NO_NETWORK,
    BROKEN,
    OFF,
    ON
  }

  private Cni() {}

  static void step(LabState state) {
    for (ApiObject object : state.list(Kind.PODS)) {
      Pod pod = Pod.of(object);
      if (!pod.addresses().isEmpty() || pod.finished() || pod.terminating()) {
        continue;
      }
      if (pod.node().isEmpty()) {
        freest(state)
            .ifPresent(
                node ->
                    state.put(
                        Kind.PODS,
                        new ApiObject(Json.with(object.tree(), node, "spec", "nodeName"))));
      } else if (DaemonSetRollout.container(object, "calico-node").isEmpty()
          && state.isReady(pod.node().get())) {
        network(state, object, pod, pod.node().get());
      }
    }
  }

  /** The Ready node with the fewest pods, the first by name of equals. */
  private static Optional<String> freest(LabState state) {
    return state.nodeNames().stream()
        .filter(state::isReady)
        .min(
            Comparator.comparingLong(
                node ->
                    state.pods().stream()
                        .filter(pod -> pod.node().equals(Optional.of(node)))
                        .count()));
  }

  private static void network(LabState state, ApiObject object, Pod pod, String node) {
    Optional<ApiObject> unpulled =
        object.objects("spec", "containers").stream()
            .filter(each -> state.refusals().isImageMissing(each.text("image").orElse("")))
            .findFirst();
    if (unpulled.isPresent()) {
      unpulled(state, object, unpulled.get());
      return;
    }
    if (pod.hostNetwork()) {
      run(state, object, List.of(Felix.nodeAddress(state, node)));
      return;
    }
    Gate gate = gate(state.kernel(node));
    List<String> addresses = Ipam.next(state, node);
    Optional<String> refusal = refusal(gate, pod.annotation(), addresses);
    if (refusal.isEmpty()) {
      Map<String, Object> tree = object.tree();
      tree =
          Json.with(
              tree, addresses.getFirst() + "/32", "metadata", "annotations", ANNOTATION + "podIP");
      run(state, new ApiObject(tree), addresses);
    } else {
      waiting(state, object, pod, refusal.get());
    }
  }

  /** The kubelet's words for an image that is nowhere (pkg/kubelet/images/image_manager.go). */
  private static void unpulled(LabState state, ApiObject object, ApiObject container) {
    Object status =
        Map.of(
            "name",
            container.text("name").orElse(""),
            "state",
            Map.of(
                "waiting",
                Map.of(
                    "reason",
                    "ErrImagePull",
                    "message",
                    "failed to pull and unpack image \"%s\": not found"
                        .formatted(container.text("image").orElse("")))));
    Map<String, Object> tree =
        Json.with(object.tree(), List.of(status), "status", "containerStatuses");
    if (!Json.same(tree, object.tree())) {
      state.put(Kind.PODS, new ApiObject(Json.with(tree, "Pending", "status", "phase")));
    }
  }

  private static Optional<String> refusal(
      Gate gate, Optional<String> annotation, List<String> addresses) {
    String value = annotation.orElse("");
    return switch (gate) {
      case NO_NETWORK -> Optional.of("network is not ready: cni plugin not initialized");
      case BROKEN -> Optional.of("failed to load netconf: json: cannot unmarshal floating_ips");
      case OFF ->
          value.isEmpty()
              ? unreadable(annotation, addresses)
              : Optional.of("requested feature is not enabled: floating_ips");
      case ON -> unreadable(annotation, addresses);
    };
  }

  private static Optional<String> unreadable(Optional<String> annotation, List<String> addresses) {
    List<IpAddress> own = addresses.stream().map(IpAddress::parse).toList();
    FloatingIps ips = FloatingIps.read(annotation, own);
    if (ips instanceof FloatingIps.Malformed malformed) {
      return Optional.of("failed to parse '" + malformed.raw() + "' as JSON: " + malformed.why());
    }
    return ips.ineffective().stream().anyMatch(text -> text.indexOf('/') < 0)
        ? Optional.of(
            "Calico CNI panicked during ADD: runtime error: invalid memory address or nil pointer"
                + " dereference")
        : Optional.empty();
  }

  private static void run(LabState state, ApiObject pod, List<String> addresses) {
    state.put(Kind.PODS, new ApiObject(LabFixtures.running(pod.tree(), addresses)));
  }

  private static void waiting(LabState state, ApiObject object, Pod pod, String why) {
    List<Object> statuses = new ArrayList<>();
    for (ApiObject container : object.objects("spec", "containers")) {
      statuses.add(
          Map.of(
              "name",
              container.text("name").orElse("app"),
              "ready",
              false,
              "restartCount",
              0,
              "state",
              Map.of("waiting", Map.of("reason", "ContainerCreating"))));
    }
    Map<String, Object> tree = Json.with(object.tree(), statuses, "status", "containerStatuses");
    if (!Json.same(tree, object.tree())) {
      state.put(Kind.PODS, new ApiObject(tree));
    }
    String message =
        "Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for"
            + " sandbox \"%s\": plugin type=\"calico\" failed (add): %s"
                .formatted(Digest.hex("SHA-256", pod.uid(), 64), why);
    String name = pod.ref().name() + "." + Digest.hex("SHA-256", pod.uid() + message, 16);
    if (state.find(Kind.EVENTS, pod.ref().namespace(), name).isEmpty()) {
      state.put(
          Kind.EVENTS,
          new ApiObject(
              Map.of(
                  "metadata", Map.of("name", name, "namespace", pod.ref().namespace()),
                  "involvedObject",
                      Map.of(
                          "apiVersion", "v1",
                          "kind", "Pod",
                          "name", pod.ref().name(),
                          "namespace", pod.ref().namespace(),
                          "uid", pod.uid()),
                  "type", "Warning",
                  "reason", "FailedCreatePodSandBox",
                  "message", message,
                  "count", 1,
                  "firstTimestamp", state.now(),
                  "lastTimestamp", state.now(),
                  "source", Map.of("component", "kubelet", "host", pod.node().orElse("")))));
    }
  }

  /** What containerd makes of the first file in the node's directory. */
  private static Gate gate(NodeState kernel) {
    if (kernel.cniFiles().isEmpty()) {
      return Gate.NO_NETWORK;
    }
    Optional<JsonNode> config = Json.tryParse(kernel.cniFiles().values().iterator().next());
    if (config.isEmpty()) {
      return Gate.BROKEN;
    }
    List<JsonNode> plugins = new ArrayList<>(List.of(config.get()));
    config.get().path("plugins").forEach(plugins::add);
    for (JsonNode plugin : List.copyOf(plugins)) {
      plugins.add(plugin.path("delegate"));
    }
    for (JsonNode plugin : plugins) {
      if (plugin.path("type").asText().equals("calico")) {
        JsonNode gate = plugin.path("feature_control").path("floating_ips");
        if (!gate.isMissingNode() && !gate.isBoolean()) {
          return Gate.BROKEN;
        }
        return gate.asBoolean() ? Gate.ON : Gate.OFF;
      }
    }
    // Another network's file comes first: it knows nothing of the annotation.
    return Gate.ON;
  }
}
