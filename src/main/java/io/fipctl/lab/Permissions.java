package io.fipctl.lab;

import io.fipctl.cluster.Cluster.Access;
import io.fipctl.model.FipctlException;

/** The lab's RBAC: everything is allowed but what the state denies. */
final class Permissions {
  private Permissions() {}

  /** Refuses what is denied, with the server's words and the rule to add. */
  static void require(LabState state, Access access) {
    require(state, access, "", access.verb());
  }

  /** The same for what takes several verbs, with words of one's own before the server's. */
  static void require(LabState state, Access access, String before, String... verbs) {
    if (state.allows(access)) {
      return;
    }
    String resource = access.resource() + access.subresource().map(sub -> "/" + sub).orElse("");
    boolean everywhere = access.namespace().isEmpty();
    throw FipctlException.forbidden(
        "Forbidden",
        "%s%s is forbidden: User \"lab\" cannot %s resource \"%s\" in API group \"%s\" %s"
            .formatted(
                before,
                resource,
                access.verb(),
                resource,
                access.group(),
                everywhere
                    ? "at the cluster scope"
                    : "in the namespace \"" + access.namespace() + "\""),
        "rule missing: {apiGroups: [\"%s\"], resources: [\"%s\"], verbs: [\"%s\"]} %s"
            .formatted(
                access.group(),
                resource,
                String.join("\", \"", verbs),
                everywhere ? "cluster-wide" : "in namespace " + access.namespace()));
  }
}
