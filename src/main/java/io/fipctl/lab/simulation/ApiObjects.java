package io.fipctl.lab.simulation;

import io.fipctl.kube.CalicoGroup;
import io.fipctl.kube.Kind;
import io.fipctl.model.ApiObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The objects that the lab's API server stores, by resource, then by namespace and name. */
final class ApiObjects {
  private final Map<String, Map<String, Map<String, Object>>> stored = new TreeMap<>();

  List<ApiObject> list(Kind kind) {
    return of(kind).values().stream().map(ApiObject::new).toList();
  }

  Optional<ApiObject> find(Kind kind, String namespace, String name) {
    return Optional.ofNullable(of(kind).get(key(kind, namespace, name))).map(ApiObject::new);
  }

  private Map<String, Map<String, Object>> of(Kind kind) {
    return stored.getOrDefault(kind.resource(), Map.of());
  }

  /** Makes or replaces an object; what the server gives every object is filled in. */
  ApiObject put(Kind kind, ApiObject object, long version, String now) {
    Optional<ApiObject> old = find(kind, object.namespace(), object.name());
    Map<String, Object> tree = Json.with(object.tree(), kind.apiVersion(), "apiVersion");
    tree = Json.with(tree, kind.name(), "kind");
    if (object.uid().isEmpty()) {
      String uid = "00000000-0000-4000-8000-%012x".formatted(version);
      tree = Json.with(tree, uid, "metadata", "uid");
    }
    if (!object.has("metadata", "creationTimestamp")) {
      tree = Json.with(tree, now, "metadata", "creationTimestamp");
    }
    if (object.has("spec")) {
      tree = Json.with(tree, generation(object, old), "metadata", "generation");
    }
    tree = Json.with(tree, String.valueOf(version), "metadata", "resourceVersion");
    stored
        .computeIfAbsent(kind.resource(), none -> new TreeMap<>())
        .put(key(kind, object.namespace(), object.name()), tree);
    return new ApiObject(tree);
  }

  private static long generation(ApiObject object, Optional<ApiObject> old) {
    if (old.isEmpty()) {
      return 1;
    }
    long before = old.get().number("metadata", "generation").orElse(1);
    boolean same = Json.same(old.get().object("spec").tree(), object.object("spec").tree());
    return same ? before : before + 1;
  }

  /** Takes an object away; whether it was there. */
  boolean remove(Kind kind, String namespace, String name) {
    Map<String, Map<String, Object>> byKey = stored.get(kind.resource());
    return byKey != null && byKey.remove(key(kind, namespace, name)) != null;
  }

  /** The API groups of which there is an object. */
  List<String> groups() {
    return stored.keySet().stream()
        .filter(resource -> resource.indexOf('.') >= 0 && !stored.get(resource).isEmpty())
        .map(resource -> resource.substring(resource.indexOf('.') + 1))
        .toList();
  }

  /** Stores Calico's objects as native CRDs of the group projectcalico.org. */
  void moveToV3() {
    String suffix = "." + CalicoGroup.CRD.group();
    for (String resource : List.copyOf(stored.keySet())) {
      if (resource.endsWith(suffix)) {
        Map<String, Map<String, Object>> byKey = stored.remove(resource);
        byKey.replaceAll((key, tree) -> Json.with(tree, Kind.V3_GROUP + "/v3", "apiVersion"));
        stored.put(resource.replace(suffix, "." + Kind.V3_GROUP), byKey);
      }
    }
  }

  void putAll(ApiObjects others) {
    others.stored.forEach((resource, byKey) -> stored.put(resource, new TreeMap<>(byKey)));
  }

  private static String key(Kind kind, String namespace, String name) {
    return kind.namespaced() ? namespace + "/" + name : name;
  }
}
