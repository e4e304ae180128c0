package io.fipctl.e2e;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A rule of RBAC, and the ones from which the tests put their users together. */
record Rule(String group, List<String> resources, List<String> verbs) {
  static final Rule READ_CORE =
      read("", "pods", "nodes", "services", "namespaces", "events", "configmaps");
  static final Rule READ_APPS =
      read("apps", "daemonsets", "deployments", "statefulsets", "replicasets");
  static final Rule READ_CRD = read("crd.projectcalico.org", "*");
  static final Rule READ_V3 = read("projectcalico.org", "*");
  static final Rule READ_OPERATOR = read("operator.tigera.io", "installations");

  static final Rule PATCH_PODS = new Rule("", List.of("pods"), List.of("patch"));
  static final Rule EVENTS = new Rule("", List.of("events"), List.of("create", "patch", "update"));
  static final Rule MAKE_NAMESPACES = new Rule("", List.of("namespaces"), List.of("create"));
  static final Rule LEASES =
      new Rule(
          "coordination.k8s.io",
          List.of("leases"),
          List.of("get", "list", "watch", "create", "update", "patch", "delete"));

  /** Everything that a viewer may read. */
  static final List<Rule> READ = List.of(READ_CORE, READ_APPS, READ_CRD, READ_V3, READ_OPERATOR);

  /** What a viewer may, and these. */
  static Rule[] readAnd(Rule... more) {
    return Stream.concat(READ.stream(), Stream.of(more)).toArray(Rule[]::new);
  }

  static Rule read(String group, String... resources) {
    return new Rule(group, List.of(resources), List.of("get", "list", "watch"));
  }

  Map<String, List<String>> fields() {
    return Map.of("apiGroups", List.of(group), "resources", resources, "verbs", verbs);
  }
}
