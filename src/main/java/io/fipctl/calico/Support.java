package io.fipctl.calico;

import java.util.Map;

/**
 * What the cluster can do for the floating IPs of the pods on one node.
 *
 * @param felixGate whether Felix programs them there (FelixConfiguration {@code floatingIPs})
 * @param felixGateSource where that value comes from, in words
 * @param cniGate whether the CNI plugin lets an annotated pod start
 * @param bird whether BIRD announces host routes
 * @param felixOwnsIpipRoutes whether Felix and not BIRD routes IPIP pools (default since 3.33)
 */
public record Support(
    boolean kubernetesDatastore,
    boolean ebpf,
    boolean datastoreReady,
    boolean felixGate,
    String felixGateSource,
    boolean cniGate,
    boolean bird,
    boolean felixOwnsIpipRoutes) {

  /** Judges a node by its name and labels. */
  public static Support of(
      CalicoInstall install,
      FeatureGates.Template template,
      FelixSettings settings,
      String node,
      Map<String, String> labels) {
    FelixGate felix = FelixGate.of(settings, node, labels);
    return new Support(
        install.datastore() == CalicoInstall.Datastore.KUBERNETES,
        settings.isOn("bpfEnabled", node, labels),
        install.datastoreReady().orElse(true),
        felix.state() == FelixGate.State.ON,
        felix.source(),
        template.isOn(),
        install.backend().equals("bird"),
        felixRoutesIpip(install, settings, node, labels));
  }

  /** Felix owns IPIP routes by default since 3.33, and where it is told so before that. */
  private static boolean felixRoutesIpip(
      CalicoInstall install, FelixSettings settings, String node, Map<String, String> labels) {
    return settings
        .of("programClusterRoutes", node, labels)
        .value()
        .map(value -> !value.equalsIgnoreCase("Disabled"))
        .orElse(install.felixRoutesIpip());
  }
}
