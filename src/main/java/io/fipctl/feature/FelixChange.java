package io.fipctl.feature;

import io.fipctl.calico.FelixGate;
import io.fipctl.calico.FelixSettings;
import io.fipctl.kube.CalicoGroup;
import io.fipctl.kube.Cluster;
import io.fipctl.kube.Kind;
import io.fipctl.model.ApiObject;
import io.fipctl.model.JsonPatch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One value to write into one FelixConfiguration, and the way back.
 *
 * @param seen the object as it was read; empty when it has to be made
 * @param path of the value: {@code spec, floatingIPs} or an annotation
 */
record FelixChange(
    CalicoGroup group, String name, Optional<ApiObject> seen, List<String> path, String value) {

  /** The change of the field, or of the annotation that hides it; empty when nothing is to do. */
  static List<FelixChange> to(
      String value, CalicoGroup group, String name, Optional<ApiObject> seen, boolean annotations) {
    List<FelixChange> changes = new ArrayList<>();
    List<String> field = List.of("spec", FelixGate.FIELD);
    Optional<String> annotation =
        seen.flatMap(config -> FelixSettings.annotation(config, FelixGate.FIELD));
    changes.add(new FelixChange(group, name, seen, field, value));
    if (annotations && annotation.isPresent()) {
      List<String> path = List.of("metadata", "annotations", annotation.get());
      changes.add(new FelixChange(group, name, seen, path, value));
    }
    changes.removeIf(
        change -> change.before().filter(before -> before.equalsIgnoreCase(value)).isPresent());
    return changes;
  }

  Optional<String> before() {
    return seen.flatMap(config -> config.text(pathArray()));
  }

  String describe() {
    return "FelixConfiguration %s: %s %s → %s"
        .formatted(name, path.getLast(), before().orElse("(not set)"), value);
  }

  String diff() {
    String title = "FelixConfiguration/" + name + " (" + kind().apiVersion() + ")";
    String indent = "  ".repeat(path.size() - 1);
    String frame = String.join(":\n  ", path.subList(0, path.size() - 1)) + ":\n";
    String line = indent + path.getLast() + ": ";
    return TextDiff.unified(
        title,
        frame + before().map(text -> line + text + "\n").orElse(""),
        frame + line + value + "\n");
  }

  void write(Cluster cluster, Cluster.WriteMode mode) {
    if (seen.isEmpty()) {
      cluster.create(kind(), created(), mode);
      return;
    }
    List<JsonPatch.Operation> operations = new ArrayList<>();
    if (before().isPresent()) {
      operations.add(JsonPatch.test(seen.get().text(pathArray()).orElseThrow(), pathArray()));
      operations.add(JsonPatch.replace(value, pathArray()));
    } else {
      operations.add(JsonPatch.test(seen.get().resourceVersion(), "metadata", "resourceVersion"));
      if (!seen.get().has("spec")) {
        operations.add(JsonPatch.add(Map.of(), "spec"));
      }
      operations.add(JsonPatch.add(value, pathArray()));
    }
    patch(cluster, operations, mode);
  }

  /** Puts back what was there, when what is there now is ours. */
  void takeBack(Cluster cluster) {
    Optional<ApiObject> now = cluster.get(kind(), "", name);
    if (now.isEmpty() || !now.get().text(pathArray()).equals(Optional.of(value))) {
      return;
    }
    patch(
        cluster,
        List.of(
            JsonPatch.test(value, pathArray()),
            before()
                .map(text -> JsonPatch.replace(text, pathArray()))
                .orElseGet(() -> JsonPatch.remove(pathArray()))),
        Cluster.WriteMode.REAL);
  }

  /** The settings as they will be. */
  FelixSettings in(FelixSettings settings) {
    List<ApiObject> configurations = new ArrayList<>(settings.configurations());
    ApiObject base = settings.named(name).orElseGet(this::created);
    configurations.removeIf(config -> config.name().equals(name));
    configurations.add(new ApiObject(with(base.tree(), path)));
    return new FelixSettings(configurations, settings.env(), settings.selectors());
  }

  private Map<String, Object> with(Map<String, Object> tree, List<String> way) {
    Map<String, Object> copy = new LinkedHashMap<>(tree);
    copy.put(
        way.getFirst(),
        way.size() == 1
            ? value
            : with(new ApiObject(tree).object(way.getFirst()).tree(), way.subList(1, way.size())));
    return copy;
  }

  private void patch(
      Cluster cluster, List<JsonPatch.Operation> operations, Cluster.WriteMode mode) {
    cluster.patch(kind(), "", name, new JsonPatch(operations), mode);
  }

  private ApiObject created() {
    return new ApiObject(
        Map.of(
            "apiVersion", kind().apiVersion(),
            "kind", kind().name(),
            "metadata", Map.of("name", name),
            "spec", Map.of(FelixGate.FIELD, value)));
  }

  private Kind kind() {
    return Kind.FELIX_CONFIGURATIONS.in(group);
  }

  private String[] pathArray() {
    return path.toArray(String[]::new);
  }
}
