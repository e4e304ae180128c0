package io.fipctl.calico;

import io.fipctl.model.ApiObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Something that keeps an object as it wants it, and so takes back what fipctl changes.
 *
 * @param by its name: Argo CD, Flux, Helm
 * @param object the object it keeps: {@code ConfigMap kube-system/calico-config}
 * @param evidence the label or annotation that says so
 * @param byItself whether it acts unasked; else at the next run of an installer
 */
public record ManagedBy(String by, String object, String evidence, boolean byItself) {
  private static final String INSTANCE = "app.kubernetes.io/instance";
  private static final String HELM_RELEASE = "meta.helm.sh/release-name";

  /** Whoever keeps the object, by its labels and annotations. */
  public static List<ManagedBy> of(String object, ApiObject read) {
    Map<String, String> marks = new LinkedHashMap<>(read.map("metadata", "annotations"));
    marks.putAll(read.map("metadata", "labels"));
    return Stream.of(
            byPrefix(marks, "argocd.argoproj.io/")
                .map(e -> new ManagedBy("Argo CD", object, e, true)),
            argoByLabel(marks).map(e -> new ManagedBy("Argo CD", object, e, true)),
            byPrefix(marks, "kustomize.toolkit.fluxcd.io/")
                .map(e -> new ManagedBy("Flux", object, e, true)),
            byPrefix(marks, "helm.toolkit.fluxcd.io/")
                .map(e -> new ManagedBy("Flux", object, e, true)),
            exactly(marks, "addonmanager.kubernetes.io/mode", "Reconcile")
                .map(e -> new ManagedBy("the addon manager", object, e, true)),
            byPrefix(marks, HELM_RELEASE)
                .or(() -> exactly(marks, "app.kubernetes.io/managed-by", "Helm"))
                .map(e -> new ManagedBy("Helm", object, e, false)),
            byPrefix(marks, "objectset.rio.cattle.io/")
                .map(e -> new ManagedBy("the k3s/RKE2 deploy controller", object, e, false)))
        .flatMap(Optional::stream)
        .toList();
  }

  /** One sentence for a refusal or a warning. */
  public String sentence() {
    return byItself
        ? "%s keeps %s as it wants it (%s) and would take the change back"
            .formatted(by, object, evidence)
        : "the next run of %s takes the change of %s back (%s)".formatted(by, object, evidence);
  }

  /** Argo CD's default tracking label, which Helm's charts set too. */
  private static Optional<String> argoByLabel(Map<String, String> marks) {
    boolean helm =
        marks.containsKey(HELM_RELEASE)
            || exactly(marks, "app.kubernetes.io/managed-by", "Helm").isPresent();
    boolean shown = byPrefix(marks, "argocd.argoproj.io/").isPresent();
    return helm || shown ? Optional.empty() : byPrefix(marks, INSTANCE);
  }

  private static Optional<String> byPrefix(Map<String, String> marks, String prefix) {
    return marks.entrySet().stream()
        .filter(mark -> mark.getKey().startsWith(prefix))
        .findFirst()
        .map(mark -> mark.getKey() + ": " + mark.getValue());
  }

  private static Optional<String> exactly(Map<String, String> marks, String key, String value) {
    return value.equals(marks.get(key)) ? Optional.of(key + ": " + value) : Optional.empty();
  }
}
