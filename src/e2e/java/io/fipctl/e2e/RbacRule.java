package io.fipctl.e2e;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A rule of RBAC, and the ones from which the tests put their users together. */
record RbacRule(String group, List<String> resources, List<String> verbs) {
  static final RbacRule READ_CORE =
      read("", "pods", "nodes", "services", "namespaces", "events", "configmaps");
  static final RbacRule READ_APPS =
      read("apps", "daemonsets", "deployments", "statefulsets", "replicasets");
  static final RbacRule READ_CRD = read("crd.projectcalico.org", "*");
  static final RbacRule READ_V3 = read("projectcalico.org", "*");
  static final RbacRule READ_OPERATOR = read("operator.tigera.io", "installations");

  static final RbacRule PATCH_PODS = new RbacRule("", List.of("pods"), List.of("patch"));
  static final RbacRule EVENTS =
      new RbacRule("", List.of("events"), List.of("create", "patch", "update"));
  static final RbacRule MAKE_NAMESPACES =
      new RbacRule("", List.of("namespaces"), List.of("create"));
  static final RbacRule LEASES =
      new RbacRule(
          "coordination.k8s.io",
          List.of("leases"),
          List.of("get", "list", "watch", "create", "update", "patch", "delete"));

  /** Everything that a viewer may read. */
  static final List<RbacRule> READ =
      List.of(READ_CORE, READ_APPS, READ_CRD, READ_V3, READ_OPERATOR);

  /** What a viewer may, and these. */
  static RbacRule[] readAnd(RbacRule... more) {
    return Stream.concat(READ.stream(), Stream.of(more)).toArray(RbacRule[]::new);
  }

  static RbacRule read(String group, String... resources) {
    return new RbacRule(group, List.of(resources), List.of("get", "list", "watch"));
  }

  Map<String, List<String>> fields() {
    return Map.of("apiGroups", List.of(group), "resources", resources, "verbs", verbs);
  }
}
