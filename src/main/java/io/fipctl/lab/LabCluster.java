package io.fipctl.lab;

import io.fipctl.kube.Cluster;
import io.fipctl.kube.Kind;
import io.fipctl.kube.client.DebugPodShell;
import io.fipctl.kube.client.FallbackNodeShell;
import io.fipctl.lab.simulation.Controllers;
import io.fipctl.lab.simulation.DaemonSetRollout;
import io.fipctl.lab.simulation.Json;
import io.fipctl.lab.simulation.LabState;
import io.fipctl.model.ApiObject;
import io.fipctl.model.FipctlException;
import io.fipctl.model.JsonPatch;
import io.fipctl.model.PodSelector;
import io.fipctl.model.StaleWriteException;
import io.fipctl.node.NodeAccess;
import io.fipctl.node.NodeShell;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A cluster without Kubernetes: the API of the practice cluster, with the semantics of the real one
 * as far as anything here depends on them. After every write its controllers and its Felix have
 * done their part before the call returns.
 */
public final class LabCluster implements Cluster {
  /** What users call it, in messages and in {@link Endpoint#name()}. */
  public static final String NAME = "lab";

  private static final Set<String> GROUPS =
      Set.of(
          "",
          "admissionregistration.k8s.io",
          "apps",
          "batch",
          "coordination.k8s.io",
          "rbac.authorization.k8s.io");

  private static final Set<Kind> RECORDS = Set.of(Kind.LEASES, Kind.EVENTS, Kind.NAMESPACES);

  private final LabStore store;
  private final Faults faults;
  private final Faults recordFaults;
  private final String namespace;
  private final Optional<String> calicoNamespace;
  private final Map<NodeAccess, DebugPodShell> debugPods = new ConcurrentHashMap<>();

  LabCluster(LabStore store) {
    this(store, new Faults(), new Faults(), "default", Optional.empty());
  }

  private LabCluster(
      LabStore store,
      Faults faults,
      Faults recordFaults,
      String namespace,
      Optional<String> calicoNamespace) {
    this.store = store;
    this.faults = faults;
    this.recordFaults = recordFaults;
    this.namespace = namespace;
    this.calicoNamespace = calicoNamespace;
  }

  /** A cluster in memory that begins as a copy of the state, with everything settled. */
  public static LabCluster of(LabState start) {
    return new LabCluster(new LabStore.InMemory(start));
  }

  /** The same cluster, with another namespace for pods named without one. */
  public LabCluster in(String other) {
    return new LabCluster(store, faults, recordFaults, other, calicoNamespace);
  }

  /** The same cluster, whose Calico is said to be in a namespace. */
  public LabCluster withCalicoIn(String place) {
    return new LabCluster(store, faults, recordFaults, namespace, Optional.of(place));
  }

  @Override
  public Optional<String> calicoNamespace() {
    return calicoNamespace;
  }

  /** What is to go wrong with writes that change what the cluster does. */
  public Faults faults() {
    return faults;
  }

  /** What is to go wrong with writes that only tell of it: Leases, Events and their namespace. */
  public Faults recordFaults() {
    return recordFaults;
  }

  private Faults faultsOf(Kind kind) {
    return RECORDS.contains(kind) ? recordFaults : faults;
  }

  /** The state as it is now, a copy. */
  public LabState state() {
    return store.read(LabState::copy);
  }

  /** Changes the cluster behind everybody's back, such as a pod that finishes. */
  public void change(Consumer<LabState> change) {
    store.change(
        state -> {
          change.accept(state);
          return state.version();
        });
  }

  @Override
  public Endpoint endpoint() {
    return new Endpoint(NAME, "lab://" + NAME, namespace, "lab");
  }

  @Override
  public Optional<Instant> time() {
    return faults.time();
  }

  @Override
  public List<ApiObject> list(Kind kind, Scope scope) {
    return whole(kind, scope, "list").stream()
        .map(object -> new ApiObject(kind.fields().keep(object.tree())))
        .toList();
  }

  private List<ApiObject> whole(Kind kind, Scope scope, String verb) {
    PodSelector labels = PodSelector.parse(scope.labels().orElse(""));
    return store.read(
        state -> {
          require(state, verb, kind, scope.namespace().orElse(""));
          return state.list(kind).stream()
              .filter(object -> scope.namespace().map(object.namespace()::equals).orElse(true))
              .filter(object -> labels.matches(object.map("metadata", "labels")))
              .toList();
        });
  }

  @Override
  public Optional<ApiObject> get(Kind kind, String namespace, String name) {
    return store.read(
        state -> {
          require(state, "get", kind, place(kind, namespace));
          return state.find(kind, namespace, name);
        });
  }

  @Override
  public ApiObject patch(
      Kind kind, String namespace, String name, JsonPatch patch, WriteMode mode) {
    return write(
        kind,
        mode,
        state -> {
          require(state, "patch", kind, place(kind, namespace));
          String named = named(kind, namespace, name);
          ApiObject old =
              state
                  .find(kind, namespace, name)
                  .orElseThrow(
                      () ->
                          FipctlException.notFound(
                              "NotFound",
                              "%s is not there: %s \"%s\" not found"
                                  .formatted(named, kind.resource(), name)));
          Map<String, Object> tree =
              Json.patch(old.tree(), patch)
                  .orElseThrow(
                      () ->
                          new StaleWriteException(
                              named + " has changed meanwhile: it is no longer as it was read"));
          // A patch that changes nothing is no write to the API server either.
          return Json.same(tree, old.tree()) ? old : state.put(kind, new ApiObject(tree));
        });
  }

  @Override
  public ApiObject create(Kind kind, ApiObject object, WriteMode mode) {
    return write(
        kind,
        mode,
        state -> {
          String namespace = place(kind, object.namespace());
          require(state, "create", kind, namespace);
          refuseUnknownPlace(state, kind, namespace);
          if (kind.equals(Kind.PODS)) {
            PodSecurity.require(state, namespace, object);
          }
          ApiObject named = named(state, object);
          if (state.find(kind, namespace, named.name()).isPresent()) {
            throw FipctlException.conflict(
                "AlreadyExists",
                "%s \"%s\" already exists".formatted(kind.resource(), named.name()));
          }
          return state.put(kind, named);
        });
  }

  private static void require(LabState state, String verb, Kind kind, String namespace) {
    state.refusals().require(Access.to(verb, kind, namespace));
    state.refusals().requireNoTrouble(kind, verb);
  }

  private static void refuseUnknownPlace(LabState state, Kind kind, String namespace) {
    if (!namespace.isEmpty() && state.find(Kind.NAMESPACES, "", namespace).isEmpty()) {
      throw FipctlException.notFound(
          "NotFound", "namespaces \"%s\" not found".formatted(namespace));
    }
    if (!groups(state).contains(kind.group())) {
      throw FipctlException.notFound(
          "NotFound", "the server serves no " + kind.resource() + ": its API group is not there");
    }
  }

  private static ApiObject named(LabState state, ApiObject object) {
    if (!object.name().isEmpty()) {
      return object;
    }
    String prefix = object.text("metadata", "generateName").orElse("");
    return new ApiObject(
        Json.with(object.tree(), prefix + Controllers.suffix(state), "metadata", "name"));
  }

  @Override
  public void delete(Kind kind, String namespace, String name) {
    delete(kind, namespace, name, Optional.empty());
  }

  @Override
  public void delete(Kind kind, ApiObject seen) {
    delete(kind, seen.namespace(), seen.name(), Optional.of(seen.uid()));
  }

  private void delete(Kind kind, String namespace, String name, Optional<String> uid) {
    write(
        kind,
        WriteMode.REAL,
        state -> {
          require(state, "delete", kind, place(kind, namespace));
          Optional<ApiObject> now = state.find(kind, namespace, name);
          if (now.isPresent() && uid.filter(seen -> !seen.equals(now.get().uid())).isPresent()) {
            throw new StaleWriteException(
                named(kind, namespace, name) + " has changed meanwhile: it is another one");
          }
          now.filter(DaemonSetRollout::isCalicoNode).ifPresent(state::calicoNodeDeleted);
          return state.remove(kind, namespace, name);
        });
  }

  private <T> T write(Kind kind, WriteMode mode, Function<LabState, T> change) {
    return switch (mode) {
      case SERVER_DRY_RUN -> store.read(state -> change.apply(state.copy()));
      case REAL -> {
        int number = faultsOf(kind).before(this);
        T answer = store.change(change);
        faultsOf(kind).after(number);
        yield answer;
      }
    };
  }

  @Override
  public Set<String> apiGroups() {
    return store.read(LabCluster::groups);
  }

  private static Set<String> groups(LabState state) {
    Set<String> groups = new TreeSet<>(GROUPS);
    groups.add(state.calicoGroup().group());
    groups.addAll(state.extraGroups());
    return groups;
  }

  @Override
  public boolean allowed(Access access) {
    return store.read(state -> state.refusals().allows(access));
  }

  @Override
  public void watch(Kind kind, Scope scope, Predicate<Change> consumer) {
    Map<String, ApiObject> known = new LinkedHashMap<>();
    while (true) {
      long version = store.read(LabState::version);
      for (Change change : changes(known, whole(kind, scope, "watch"))) {
        ApiObject kept = new ApiObject(kind.fields().keep(change.object().tree()));
        if (!consumer.test(new Change(change.type(), kept))) {
          return;
        }
      }
      try {
        store.awaitOther(version);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** What is different now, which is taken over into what is known. */
  private static List<Change> changes(Map<String, ApiObject> known, List<ApiObject> now) {
    List<Change> changes = new ArrayList<>();
    Map<String, ApiObject> gone = new LinkedHashMap<>(known);
    for (ApiObject object : now) {
      gone.remove(object.uid());
    }
    gone.forEach(
        (uid, object) -> {
          known.remove(uid);
          changes.add(new Change("DELETED", object));
        });
    for (ApiObject object : now) {
      ApiObject before = known.put(object.uid(), object);
      if (before == null) {
        changes.add(new Change("ADDED", object));
      } else if (!before.resourceVersion().equals(object.resourceVersion())) {
        changes.add(new Change("MODIFIED", object));
      }
    }
    return changes;
  }

  /** The lab's containers print nothing: what they failed of stands in their status. */
  @Override
  public Optional<String> lastLogLine(String inNamespace, String pod, String container) {
    return Optional.empty();
  }

  @Override
  public NodeShell nodes(NodeAccess access) {
    LabNodes nodes = new LabNodes(store, faults, this);
    return FallbackNodeShell.reach(
        access,
        nodes,
        () ->
            debugPods.computeIfAbsent(
                access,
                added -> new DebugPodShell(this, added, nodes.debugPods(), this::podSuffix)));
  }

  private String podSuffix() {
    return store.change(Controllers::suffix);
  }

  @Override
  public void close() {
    debugPods.values().forEach(DebugPodShell::close);
  }

  private static String place(Kind kind, String namespace) {
    return kind.namespaced() ? namespace : "";
  }

  private static String named(Kind kind, String namespace, String name) {
    return kind.resource() + " " + (kind.namespaced() ? namespace + "/" : "") + name;
  }
}
