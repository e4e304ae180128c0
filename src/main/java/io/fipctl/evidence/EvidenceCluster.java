package io.fipctl.evidence;

import io.fipctl.doctor.Scope;
import io.fipctl.kube.Cluster;
import io.fipctl.kube.Kind;
import io.fipctl.model.ApiObject;
import io.fipctl.model.JsonPatch;
import io.fipctl.model.PodSelector;
import io.fipctl.node.NodeAccess;
import io.fipctl.node.NodeShell;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The evidence as a cluster that can only be read, so that whatever judges a cluster judges a
 * collection just as well. Kinds that were not read are empty here: who must tell empty from unread
 * asks the evidence.
 */
public final class EvidenceCluster implements Cluster {
  private final Evidence evidence;

  public EvidenceCluster(Evidence evidence) {
    this.evidence = evidence;
  }

  @Override
  public Endpoint endpoint() {
    return new Endpoint(
        evidence.origin().cluster(), evidence.origin().server(), "default", "doctor");
  }

  @Override
  public List<ApiObject> list(Kind kind, Scope scope) {
    PodSelector labels = PodSelector.parse(scope.labels().orElse(""));
    return objects(kind).stream()
        .filter(object -> scope.namespace().map(object.namespace()::equals).orElse(true))
        .filter(object -> labels.matches(object.map("metadata", "labels")))
        .toList();
  }

  @Override
  public Optional<ApiObject> get(Kind kind, String namespace, String name) {
    return objects(kind).stream()
        .filter(object -> object.name().equals(name))
        .filter(object -> !kind.namespaced() || object.namespace().equals(namespace))
        .findFirst();
  }

  private List<ApiObject> objects(Kind kind) {
    return evidence.seen(kind.plural()) instanceof Fetched.Read<List<ApiObject>> read
        ? read.value().stream()
            .filter(object -> object.text("apiVersion").map(kind.apiVersion()::equals).orElse(true))
            .toList()
        : List.of();
  }

  @Override
  public Set<String> apiGroups() {
    return evidence.groups();
  }

  @Override
  public ApiObject patch(
      Kind kind, String namespace, String name, JsonPatch patch, WriteMode mode) {
    throw readOnly();
  }

  @Override
  public ApiObject create(Kind kind, ApiObject object, WriteMode mode) {
    throw readOnly();
  }

  @Override
  public void delete(Kind kind, String namespace, String name) {
    throw readOnly();
  }

  @Override
  public void delete(Kind kind, ApiObject seen) {
    throw readOnly();
  }

  @Override
  public Optional<String> calicoNamespace() {
    return evidence.calicoNamespace();
  }

  @Override
  public boolean allowed(Access access) {
    return false;
  }

  @Override
  public void watch(Kind kind, Scope scope, Predicate<Change> consumer) {
    throw readOnly();
  }

  @Override
  public Optional<String> lastLogLine(String namespace, String pod, String container) {
    return Optional.empty();
  }

  @Override
  public NodeShell nodes(NodeAccess access) {
    throw readOnly();
  }

  @Override
  public void close() {
    // Nothing is open.
  }

  private static IllegalStateException readOnly() {
    return new IllegalStateException("evidence can only be read");
  }
}
