package io.fipctl.kube;

import io.fipctl.model.ApiObject;
import io.fipctl.model.IpAddress;
import io.fipctl.model.JsonPatch;
import io.fipctl.node.NodeAccess;
import io.fipctl.node.NodeShell;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * One Kubernetes cluster, pinned for the whole run: its API objects and, through {@link #nodes()},
 * what its nodes say.
 *
 * <p>Every call throws {@link io.fipctl.model.FipctlException}: exit 6 with the missing rule when
 * it is not allowed, exit 20 naming server and cause when there is no answer.
 */
public interface Cluster extends AutoCloseable {
  /** Which cluster this is, for messages and questions. */
  Endpoint endpoint();

  /**
   * The time by the clock of the cluster, which is the one that what stands in its objects is
   * measured with; empty where there is no clock but this machine's, or no answer.
   */
  default Optional<Instant> time() {
    return Optional.empty();
  }

  /** All objects of a kind, in all namespaces; only {@link Kind#fields()} of each is kept. */
  default List<ApiObject> list(Kind kind) {
    return list(kind, Scope.ALL);
  }

  /**
   * The objects of a kind; only {@link Kind#fields()} of each is kept. A kind that the server does
   * not know has no objects.
   */
  List<ApiObject> list(Kind kind, Scope scope);

  /**
   * The same, each object as a function makes it while the list is read: of ten thousand pods only
   * what it keeps is ever held at once.
   */
  default List<ApiObject> list(Kind kind, Scope scope, UnaryOperator<ApiObject> as) {
    return list(kind, scope).stream().map(as).toList();
  }

  /** One whole object; {@code namespace} is ignored for kinds that have none. */
  Optional<ApiObject> get(Kind kind, String namespace, String name);

  /**
   * Writes to one object and returns it as it is afterwards: as the patch has it, and nothing else.
   * What was at a place that the patch does not test counts as nothing, when admission has made
   * something else of the write and it is taken back.
   *
   * @throws io.fipctl.model.StaleWriteException when a {@code test} does not hold
   * @throws io.fipctl.model.UncertainWriteException when the answer got lost, and a look did not
   *     show what became of the write
   * @throws io.fipctl.model.FipctlException exit 6 when admission made something else of it, which
   *     was taken back; 8 when it stands
   */
  ApiObject patch(Kind kind, String namespace, String name, JsonPatch patch, WriteMode mode);

  /**
   * Makes an object; a name that is taken is a conflict.
   *
   * @throws io.fipctl.model.FipctlException as {@link #patch}; of pods and Events admission may
   *     make what it wants
   */
  ApiObject create(Kind kind, ApiObject object, WriteMode mode);

  /** Deletes one object; one that is gone already is no failure. */
  void delete(Kind kind, String namespace, String name);

  /**
   * Deletes an object that was read; one that is gone already is no failure.
   *
   * @throws io.fipctl.model.StaleWriteException when another one has its name now: that one stays
   */
  void delete(Kind kind, ApiObject seen);

  /**
   * The addresses at which this run reaches the API server; absent when its name cannot be resolved
   * here, and empty where there is no server behind.
   */
  default Optional<Set<IpAddress>> serverAddresses() {
    return Optional.of(Set.of());
  }

  /** The names of the API groups that the server serves. */
  Set<String> apiGroups();

  /** Whether this user may do something; what cannot be asked counts as allowed. */
  boolean allowed(Access access);

  /**
   * Follows the objects of a kind: first every present one as {@code ADDED}, then each change,
   * until the consumer returns false or the process ends. Reconnects and re-lists by itself.
   */
  void watch(Kind kind, Scope scope, Predicate<Change> consumer);

  /**
   * The last line that a container printed in its last run that ended; empty when there is none or
   * it cannot be read: it only explains a failure that is known already.
   */
  Optional<String> lastLogLine(String namespace, String pod, String container);

  /** The namespace in which Calico is, when the user says so; empty when it is to be found. */
  default Optional<String> calicoNamespace() {
    return Optional.empty();
  }

  /**
   * Reads which DaemonSet is calico-node's.
   *
   * @throws io.fipctl.model.FipctlException exit 9 when there is none ({@code NoCalico}) or nothing
   *     decides between several ({@code SeveralCalicos}), exit 6 when DaemonSets may not be listed
   */
  default CalicoDaemonSet readCalicoDaemonSet() {
    return CalicoDaemonSet.choose(
        list(Kind.DAEMON_SETS, CalicoDaemonSet.scope(calicoNamespace())),
        calicoNamespace(),
        endpoint().name());
  }

  /**
   * The DaemonSet of calico-node as it was last seen; it is read when nobody has looked yet.
   *
   * @throws io.fipctl.model.FipctlException as {@link #readCalicoDaemonSet}
   */
  default CalicoDaemonSet calicoDaemonSet() {
    return readCalicoDaemonSet();
  }

  /** The nodes behind the API server, through their calico-node containers. */
  default NodeShell nodes() {
    return nodes(NodeAccess.EXEC);
  }

  /** The same, reached in another way; debug pods are there until {@link #close}. */
  NodeShell nodes(NodeAccess access);

  /** Ends the connection and deletes what was made for this run only; again it does nothing. */
  @Override
  void close();

  /** A change seen by {@link #watch}: ADDED, MODIFIED or DELETED. */
  record Change(String type, ApiObject object) {}

  /**
   * Which objects of a kind: of one namespace or all, and of one label selector or any.
   *
   * @param labels a label selector in the API's own syntax
   */
  record Scope(Optional<String> namespace, Optional<String> labels) {
    public static final Scope ALL = new Scope(Optional.empty(), Optional.empty());

    public static Scope in(String namespace) {
      return new Scope(Optional.of(namespace), Optional.empty());
    }

    public Scope labelled(String selector) {
      return new Scope(namespace, Optional.of(selector));
    }
  }

  /** Whether a write is made or only tried by the server ({@code dryRun=All}). */
  enum WriteMode {
    REAL,
    SERVER_DRY_RUN
  }

  /** Something that RBAC allows or not. */
  record Access(
      String verb, String group, String resource, Optional<String> subresource, String namespace) {
    public static Access to(String verb, Kind kind, String namespace) {
      return new Access(verb, kind.group(), kind.plural(), Optional.empty(), namespace);
    }

    /** The rule to add when it is not allowed, as YAML that can be pasted into a Role. */
    public String missingRule() {
      return missingRule(List.of(verb));
    }

    public String missingRule(List<String> verbs) {
      return "rule missing: {apiGroups: [\"%s\"], resources: [\"%s\"], verbs: [\"%s\"]} %s"
          .formatted(
              group,
              resource + subresource.map(sub -> "/" + sub).orElse(""),
              String.join("\", \"", verbs),
              namespace.isEmpty() ? "cluster-wide" : "in namespace " + namespace);
    }

    public Access sub(String name) {
      return new Access(verb, group, resource, Optional.of(name), namespace);
    }
  }

  /**
   * Where the answers come from.
   *
   * @param name what the user calls it: the context, {@code in-cluster} or {@code lab}
   * @param namespace the namespace of pods named without one
   * @param user who changes things, as far as it is known: {@code user@host}
   */
  record Endpoint(String name, String server, String namespace, String user) {}
}
