package io.fipctl.calico;

import io.fipctl.kube.Cluster;
import io.fipctl.kube.Cluster.Scope;
import io.fipctl.kube.Kind;
import io.fipctl.model.ApiObject;
import io.fipctl.model.Cidr;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A range from which Services get their addresses. One that is free now belongs to some Service
 * tomorrow: kube-proxy would take its packets, and Calico drops what is sent to it from elsewhere.
 *
 * @param source the object that says so: {@code servicecidr/kubernetes}
 */
public record ServiceRange(Cidr range, String source) {
  private static final Kind API_SERVER_PODS =
      Kind.PODS.with("metadata(name,namespace,labels),spec(containers(command,args))");

  /** In the YAML of kubeadm's ClusterConfiguration, below {@code networking}. */
  private static final Pattern KUBEADM =
      Pattern.compile("(?m)^\\s+serviceSubnet:\\s*[\"']?([0-9a-fA-F:.,/]+)");

  private static final String FLAG = "--service-cluster-ip-range";

  /**
   * Reads where the API server takes the addresses of Services from: the ServiceCIDR objects, which
   * are complete where they are served (Kubernetes 1.31 as v1beta1, 1.33 as v1); else what kubeadm
   * and the flags of kube-apiserver say.
   *
   * @param notChecked gets what could not be read, each with the reason
   */
  static List<ServiceRange> read(Cluster cluster, List<String> notChecked) {
    List<ServiceRange> ranges = new ArrayList<>();
    readable(
            () -> {
              List<ApiObject> served = cluster.list(Kind.SERVICE_CIDRS);
              return served.isEmpty() ? cluster.list(Kind.SERVICE_CIDRS_BETA) : served;
            },
            Kind.SERVICE_CIDRS.resource() + ": no permission to list them",
            notChecked)
        .forEach(
            object ->
                object
                    .texts("spec", "cidrs")
                    .forEach(text -> add(ranges, text, "servicecidr/" + object.name())));
    if (!ranges.isEmpty()) {
      return ranges;
    }
    readable(
            () -> cluster.get(Kind.CONFIG_MAPS, "kube-system", "kubeadm-config").stream().toList(),
            "configmaps: no permission to get kubeadm-config in kube-system",
            notChecked)
        .forEach(
            map ->
                map.text("data", "ClusterConfiguration")
                    .ifPresent(
                        text ->
                            KUBEADM
                                .matcher(text)
                                .results()
                                .forEach(
                                    found ->
                                        add(
                                            ranges,
                                            found.group(1),
                                            "configmap/kube-system/kubeadm-config"))));
    readable(
            () ->
                cluster.list(
                    API_SERVER_PODS, Scope.in("kube-system").labelled("component=kube-apiserver")),
            "pods: no permission to list those of kube-apiserver in kube-system",
            notChecked)
        .forEach(
            pod ->
                flag(pod)
                    .ifPresent(
                        text -> add(ranges, text, "pod/" + pod.namespace() + "/" + pod.name())));
    if (ranges.isEmpty()) {
      notChecked.add(
          "service ranges: no ServiceCIDR, kubeadm-config or kube-apiserver pod tells them");
    }
    return ranges;
  }

  /** The ranges that BGPConfigurations announce for Services. */
  static List<ServiceRange> announced(List<ApiObject> configurations) {
    List<ServiceRange> ranges = new ArrayList<>();
    for (ApiObject configuration : configurations) {
      for (String field :
          List.of("serviceClusterIPs", "serviceExternalIPs", "serviceLoadBalancerIPs")) {
        for (ApiObject entry : configuration.objects("spec", field)) {
          entry
              .text("cidr")
              .ifPresent(text -> add(ranges, text, "bgpconfiguration/" + configuration.name()));
        }
      }
    }
    return ranges;
  }

  private static List<ApiObject> readable(
      Supplier<List<ApiObject>> call, String otherwise, List<String> notChecked) {
    Optional<List<ApiObject>> read = AddressUse.unlessForbidden(call);
    if (read.isEmpty()) {
      notChecked.add(otherwise);
    }
    return read.orElse(List.of());
  }

  private static void add(List<ServiceRange> ranges, String texts, String source) {
    Stream.of(texts.split(",", -1))
        .flatMap(text -> Cidr.tryParse(text.strip()).stream())
        .forEach(range -> ranges.add(new ServiceRange(range, source)));
  }

  /** The flag's value, as one word or two. */
  private static Optional<String> flag(ApiObject pod) {
    for (ApiObject container : pod.objects("spec", "containers")) {
      List<String> words = new ArrayList<>(container.texts("command"));
      words.addAll(container.texts("args"));
      for (int i = 0; i < words.size(); i++) {
        if (words.get(i).startsWith(FLAG + "=")) {
          return Optional.of(words.get(i).substring(FLAG.length() + 1));
        }
        if (words.get(i).equals(FLAG) && i + 1 < words.size()) {
          return Optional.of(words.get(i + 1));
        }
      }
    }
    return Optional.empty();
  }
}
