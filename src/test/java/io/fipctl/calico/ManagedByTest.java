package io.fipctl.calico;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.model.ApiObject;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManagedByTest {
  @ParameterizedTest
  @CsvSource({
    "argocd.argoproj.io/tracking-id, x, Argo CD, true",
    "argocd.argoproj.io/instance, x, Argo CD, true",
    "app.kubernetes.io/instance, x, Argo CD, true",
    "kustomize.toolkit.fluxcd.io/name, x, Flux, true",
    "helm.toolkit.fluxcd.io/name, x, Flux, true",
    "addonmanager.kubernetes.io/mode, Reconcile, the addon manager, true",
    "meta.helm.sh/release-name, x, Helm, false",
    "app.kubernetes.io/managed-by, Helm, Helm, false",
    "objectset.rio.cattle.io/hash, x, the k3s/RKE2 deploy controller, false"
  })
  void knows_who_keeps_an_object_by_its_marks(
      String key, String value, String by, boolean byItself) {
    for (String place : new String[] {"labels", "annotations"}) {
      assertThat(ManagedBy.of("o", object(place, Map.of(key, value))))
          .containsExactly(new ManagedBy(by, "o", key + ": " + value, byItself));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "addonmanager.kubernetes.io/mode, EnsureExists",
    "app.kubernetes.io/managed-by, kubectl",
    "app.kubernetes.io/name, calico-node",
    "kubectl.kubernetes.io/last-applied-configuration, {}"
  })
  void an_object_that_nobody_keeps_has_no_keeper(String key, String value) {
    assertThat(ManagedBy.of("o", object("labels", Map.of(key, value)))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"meta.helm.sh/release-name, r", "app.kubernetes.io/managed-by, Helm"})
  void the_instance_label_of_a_chart_is_not_Argos(String key, String value) {
    assertThat(
            ManagedBy.of(
                "o", object("labels", Map.of("app.kubernetes.io/instance", "r", key, value))))
        .extracting(ManagedBy::by)
        .containsExactly("Helm");
  }

  private static ApiObject object(String place, Map<String, Object> marks) {
    return new ApiObject(Map.of("metadata", Map.of(place, marks)));
  }
}
