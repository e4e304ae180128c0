package io.fipctl.calico;

import io.fipctl.model.ApiObject;
import io.fipctl.model.FipctlException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Where install-cni has the CNI network config from (cni-plugin/pkg/install/install.go). */
public sealed interface CniConfig {
  /** No container of calico-node's pods has any. */
  String NOWHERE = "nowhere that is known: no container has CNI_NETWORK_CONFIG";

  /** The key of a ConfigMap in the DaemonSet's namespace: the one place that fipctl edits. */
  record InConfigMap(String namespace, String name, String key) implements CniConfig {
    @Override
    public String toString() {
      return "ConfigMap %s/%s, key %s".formatted(namespace, name, key);
    }
  }

  /** Any other place, in words. */
  record Elsewhere(String where) implements CniConfig {
    @Override
    public String toString() {
      return where;
    }
  }

  /** Whether Calico puts a CNI configuration on nodes: not where it does policy only. */
  default boolean isInstalled() {
    return !(this instanceof Elsewhere other && other.where().equals(NOWHERE));
  }

  /** The place to edit, or exit 9 naming the place that cannot be edited. */
  default InConfigMap editable() {
    return switch (this) {
      case InConfigMap configMap -> configMap;
      case Elsewhere other ->
          throw FipctlException.unsupported(
              "CniConfigElsewhere",
              "fipctl edits the CNI network config in a ConfigMap, and here it comes from "
                  + other.where(),
              "add \"feature_control\": {\"floating_ips\": true} to the plugin of type calico"
                  + " there, roll calico-node, then: fipctl enable --felix-only");
    };
  }

  /** Reads the DaemonSet of calico-node; install-cni is an init container, long ago a container. */
  static CniConfig of(ApiObject daemonSet) {
    List<ApiObject> containers =
        Stream.of("initContainers", "containers")
            .flatMap(list -> daemonSet.objects("spec", "template", "spec", list).stream())
            .toList();
    for (ApiObject container : containers) {
      Optional<String> file =
          variable(container, "CNI_NETWORK_CONFIG_FILE").flatMap(entry -> entry.text("value"));
      if (file.isPresent()) {
        return new Elsewhere("the file " + file.get() + " (CNI_NETWORK_CONFIG_FILE)");
      }
      Optional<ApiObject> config = variable(container, "CNI_NETWORK_CONFIG");
      if (config.isPresent()) {
        return source(daemonSet.namespace(), config.get());
      }
    }
    return new Elsewhere(NOWHERE);
  }

  private static CniConfig source(String namespace, ApiObject variable) {
    ApiObject reference = variable.object("valueFrom", "configMapKeyRef");
    if (reference.has("name") && reference.has("key")) {
      return new InConfigMap(
          namespace, reference.text("name").orElseThrow(), reference.text("key").orElseThrow());
    }
    return variable
        .text("valueFrom", "secretKeyRef", "name")
        .map(secret -> new Elsewhere("the Secret " + namespace + "/" + secret))
        .orElseGet(() -> new Elsewhere("the DaemonSet itself"));
  }

  private static Optional<ApiObject> variable(ApiObject container, String name) {
    return container.objects("env").stream()
        .filter(entry -> entry.text("name").equals(Optional.of(name)))
        .reduce((first, second) -> second);
  }
}
