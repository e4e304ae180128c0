package io.fipctl.feature;

import io.fipctl.calico.CniConfig;
import io.fipctl.calico.FeatureGates;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The change as the source of an installation has it, for {@code enable --print-source}. */
public enum InstallSource {
  KUBESPRAY,
  RKE2,
  HELM,
  KUSTOMIZE;

  private static final String FELIX_ONLY =
      """
      # The chart has no value for the CNI network config: after each upgrade of the chart run
      #   fipctl enable --cni-only
      """;

  /** The text to keep with the installation's own files. */
  public String text(FeatureGates gates) {
    return switch (this) {
      case KUBESPRAY ->
          """
          # group_vars/k8s_cluster/k8s-net-calico.yml
          calico_feature_control:
            floating_ips: true
          calico_felix_floating_ips: Enabled
          """;
      case RKE2 ->
          FELIX_ONLY
              + """
              apiVersion: helm.cattle.io/v1
              kind: HelmChartConfig
              metadata:
                name: rke2-canal
                namespace: kube-system
              spec:
                valuesContent: |-
                  felixConfiguration:
                    floatingIPs: Enabled
              """;
      case HELM ->
          """
          # helm upgrade … --post-renderer: let kustomize put this over what the chart renders
          """
              + patches(gates);
      case KUSTOMIZE -> patches(gates);
    };
  }

  private static String patches(FeatureGates gates) {
    FeatureGates.Template.Editable editable = gates.template().orRefuse();
    CniConfig.InConfigMap place = editable.place();
    String template =
        Arrays.stream(editable.template().enable().split("\n", -1))
            .map(line -> line.isEmpty() ? line : "          " + line)
            .collect(Collectors.joining("\n"));
    return """
        # kustomization.yaml
        patches:
          - patch: |-
              apiVersion: v1
              kind: ConfigMap
              metadata:
                name: %s
                namespace: %s
              data:
                %s: |-
        %s
          - patch: |-
              apiVersion: %s
              kind: FelixConfiguration
              metadata:
                name: default
              spec:
                floatingIPs: Enabled
        """
        .formatted(
            place.name(),
            place.namespace(),
            place.key(),
            template,
            gates.install().group().group() + "/" + gates.install().group().version());
  }
}
