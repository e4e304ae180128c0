package io.fipctl.kube;

/**
 * The API group in which Felix finds its configuration (libcalico-go/lib/backend/k8s/discovery.go).
 */
public enum CalicoGroup {
  CRD(Kind.CRD_GROUP, "v1"),
  V3(Kind.V3_GROUP, "v3");

  private final String group;
  private final String version;

  CalicoGroup(String group, String version) {
    this.group = group;
    this.version = version;
  }

  public String group() {
    return group;
  }

  public String version() {
    return version;
  }
}
