package io.fipctl.lab;

import io.fipctl.cluster.Cluster.Access;
import io.fipctl.model.FipctlException;

/** The lab's RBAC: everything is allowed but what the state denies. */
final class Permissions {
  private Permissions() {}

  /** Refuses what is denied, with the server's words and the rule to add. */
  static void require(LabState state, Access access, String... verbs) {
    if (state.allows(access)) {
      return;
    }
    String resource = access.resource() + access.subresource().map(sub -> "/" + sub).orElse("");
    String listed =
        "\""
            + String.join("\", \"", verbs.length == 0 ? new String[] {access.verb()} : verbs)
            + "\"";
    boolean everywhere = access.namespace().isEmpty();
    throw FipctlException.forbidden(
        "Forbidden",
        "%s is forbidden: User \"lab\" cannot %s resource \"%s\" in API group \"%s\" %s"
            .formatted(
                resource,
                access.verb(),
                resource,
                access.group(),
                everywhere
                    ? "at the cluster scope"
                    : "in the namespace \"" + access.namespace() + "\""),
        "rule missing: {apiGroups: [\"%s\"], resources: [\"%s\"], verbs: [%s]} %s"
            .formatted(
                access.group(),
                resource,
                listed,
                everywhere ? "cluster-wide" : "in namespace " + access.namespace()));
  }
}
