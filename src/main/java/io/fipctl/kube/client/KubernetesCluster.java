package io.fipctl.kube.client;

import io.fipctl.kube.ApiJson;
import io.fipctl.kube.CalicoDaemonSet;
import io.fipctl.kube.Cluster;
import io.fipctl.kube.DebugPod;
import io.fipctl.kube.Kind;
import io.fipctl.kube.client.ApiErrors.Asked;
import io.fipctl.kube.client.ApiServer.Answer;
import io.fipctl.kube.client.ApiServer.Request;
import io.fipctl.kube.client.HttpClients.Use;
import io.fipctl.model.ApiObject;
import io.fipctl.model.FipctlException;
import io.fipctl.model.IpAddress;
import io.fipctl.model.JsonPatch;
import io.fipctl.model.PodRef;
import io.fipctl.node.NodeAccess;
import io.fipctl.node.NodeCommand;
import io.fipctl.node.NodeShell;
import io.fipctl.node.Streams;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A cluster through its API server: plain requests, and lists that are read as they come. */
final class KubernetesCluster implements Cluster {
  private static final String REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";

  private final ApiServer server;
  private final ApiReader reader;
  private final Endpoint endpoint;
  private final NodeShell nodes;
  private final Map<NodeAccess, DebugPodShell> debugPods = new ConcurrentHashMap<>();
  private final Optional<String> calicoNamespace;

  /** Those that may be calico-node's, of the last list of DaemonSets; none was read yet. */
  private volatile Optional<List<ApiObject>> calicos = Optional.empty();

  KubernetesCluster(ApiServer server, Endpoint endpoint, Optional<String> calicoNamespace) {
    this.server = server;
    this.endpoint = endpoint;
    this.calicoNamespace = calicoNamespace;
    this.reader = new ApiReader(server);
    this.nodes = new CalicoNodeShell(this, reader, server);
  }

  @Override
  public Endpoint endpoint() {
    return endpoint;
  }

  @Override
  public Optional<Set<IpAddress>> serverAddresses() {
    String host = Optional.ofNullable(URI.create(endpoint.server()).getHost()).orElse("");
    Optional<IpAddress> literal = IpAddress.tryParse(host.replaceAll("[\\[\\]]", ""));
    if (literal.isPresent()) {
      return literal.map(Set::of);
    }
    try {
      return Optional.of(
          Stream.of(InetAddress.getAllByName(host))
              .map(resolved -> IpAddress.of(resolved.getAddress()))
              .collect(Collectors.toSet()));
    } catch (UnknownHostException e) {
      // A proxy may know the name.
      return Optional.empty();
    }
  }

  @Override
  public Optional<Instant> time() {
    if (server.time().isEmpty()) {
      try {
        server.send(Request.get("/version")).close();
      } catch (FipctlException e) {
        // Whoever needs the server for more than its clock is told so then.
        return Optional.empty();
      }
    }
    return server.time();
  }

  @Override
  public List<ApiObject> list(Kind kind, Scope scope) {
    List<ApiObject> items = reader.list(kind, scope, "").items();
    if (kind.equals(Kind.DAEMON_SETS) && scope.equals(CalicoDaemonSet.scope(calicoNamespace))) {
      calicos = Optional.of(items.stream().filter(CalicoDaemonSet::isCandidate).toList());
    }
    return items;
  }

  @Override
  public List<ApiObject> list(Kind kind, Scope scope, UnaryOperator<ApiObject> as) {
    // Of the few DaemonSets, Calico's is remembered as it is.
    return kind.equals(Kind.DAEMON_SETS)
        ? list(kind, scope).stream().map(as).toList()
        : reader.list(kind, scope, as).items();
  }

  @Override
  public Optional<String> calicoNamespace() {
    return calicoNamespace;
  }

  /** From the last list, whoever asked for it; several nodes that ask at once ask together. */
  @Override
  public synchronized CalicoDaemonSet calicoDaemonSet() {
    return calicos.isEmpty()
        ? readCalicoDaemonSet()
        : CalicoDaemonSet.choose(calicos.get(), calicoNamespace, endpoint.name());
  }

  @Override
  public Optional<ApiObject> get(Kind kind, String namespace, String name) {
    return reader.get(kind, namespace, name);
  }

  @Override
  public Set<String> apiGroups() {
    return reader.apiGroups();
  }

  @Override
  public ApiObject patch(
      Kind kind, String namespace, String name, JsonPatch patch, WriteMode mode) {
    return checked(kind, namespace, name, mode).patch(patch);
  }

  private ApiObject patchOnce(
      Kind kind, String namespace, String name, JsonPatch patch, WriteMode mode) {
    return write(
        "PATCH",
        ResourcePath.object(kind, namespace, name) + dryRun(mode),
        "application/json-patch+json",
        patch.asJson(),
        kind,
        name,
        new Asked(
            Access.to("patch", kind, ResourcePath.place(kind, namespace)),
            ResourcePath.named(kind, namespace, name)));
  }

  private CheckedWrite checked(Kind kind, String namespace, String name, WriteMode mode) {
    return new CheckedWrite(
        ResourcePath.named(kind, namespace, name),
        mode,
        new CheckedWrite.Requests() {
          @Override
          public Optional<ApiObject> get() {
            return reader.get(kind, namespace, name);
          }

          @Override
          public ApiObject patch(JsonPatch patch) {
            return patchOnce(kind, namespace, name, patch, mode);
          }

          @Override
          public void delete() {
            deleteOnce(kind, namespace, name, "", "");
          }

          @Override
          public void pause(Duration duration) {
            server.pause(duration);
          }
        });
  }

  @Override
  public ApiObject create(Kind kind, ApiObject object, WriteMode mode) {
    boolean exactly = !kind.plural().equals(Kind.PODS.plural()) && !kind.equals(Kind.EVENTS);
    return checked(kind, object.namespace(), object.name(), mode)
        .create(object, exactly, () -> createOnce(kind, object, mode));
  }

  private ApiObject createOnce(Kind kind, ApiObject object, WriteMode mode) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("apiVersion", kind.apiVersion());
    tree.put("kind", kind.name());
    tree.putAll(object.tree());
    String namespace = object.namespace();
    return write(
        "POST",
        ResourcePath.collection(kind, namespace) + dryRun(mode),
        "application/json",
        tree,
        kind,
        object.name(),
        new Asked(
            Access.to("create", kind, ResourcePath.place(kind, namespace)),
            ResourcePath.named(kind, namespace, object.name())));
  }

  private ApiObject write(
      String method, String path, String type, Object body, Kind kind, String name, Asked asked) {
    Request request = new Request(Use.WRITE, method, path, type, ApiJson.write(body));
    try (Answer answer = server.send(request)) {
      if (!answer.isGood()) {
        throw ApiErrors.of(answer).as(server.target(), asked);
      }
      return ApiReader.read(answer, kind, name);
    } catch (IOException e) {
      throw server.noAnswer(e, Use.WRITE);
    }
  }

  @Override
  public void delete(Kind kind, String namespace, String name) {
    checked(kind, namespace, name, WriteMode.REAL)
        .delete(Optional.empty(), () -> deleteOnce(kind, namespace, name, "", ""));
  }

  @Override
  public void delete(Kind kind, ApiObject seen) {
    Map<String, Object> options = new LinkedHashMap<>();
    options.put("apiVersion", "v1");
    options.put("kind", "DeleteOptions");
    options.put("preconditions", Map.of("uid", seen.uid()));
    String body = ApiJson.write(options);
    checked(kind, seen.namespace(), seen.name(), WriteMode.REAL)
        .delete(
            Optional.of(seen.uid()),
            () -> deleteOnce(kind, seen.namespace(), seen.name(), "application/json", body));
  }

  private void deleteOnce(Kind kind, String namespace, String name, String type, String body) {
    Request request =
        new Request(Use.WRITE, "DELETE", ResourcePath.object(kind, namespace, name), type, body);
    try (Answer answer = server.send(request)) {
      if (!answer.isGood()) {
        ApiErrors refusal = ApiErrors.of(answer);
        if (answer.code() != 404 || !refusal.isStatus()) {
          throw refusal.as(
              server.target(),
              new Asked(
                  Access.to("delete", kind, ResourcePath.place(kind, namespace)),
                  ResourcePath.named(kind, namespace, name)));
        }
      }
    }
  }

  @Override
  public boolean allowed(Access access) {
    Map<String, Object> attributes = new LinkedHashMap<>();
    attributes.put("verb", access.verb());
    attributes.put("group", access.group());
    attributes.put("resource", access.resource());
    access.subresource().ifPresent(sub -> attributes.put("subresource", sub));
    attributes.put("namespace", access.namespace());
    Map<String, Object> review = new LinkedHashMap<>();
    review.put("apiVersion", "authorization.k8s.io/v1");
    review.put("kind", "SelfSubjectAccessReview");
    review.put("spec", Map.of("resourceAttributes", attributes));
    // A review changes nothing, so it may be asked again like a read.
    Request request =
        new Request(Use.READ, "POST", REVIEWS, "application/json", ApiJson.write(review));
    try (Answer answer = server.send(request)) {
      return !answer.isGood()
          || ApiJson.read(answer.body(), "SelfSubjectAccessReview").flag("status", "allowed");
    } catch (IOException e) {
      throw server.noAnswer(e, Use.READ);
    }
  }

  @Override
  public void watch(Kind kind, Scope scope, Predicate<Change> consumer) {
    new Reflector(reader, server, kind, scope, consumer).run();
  }

  @Override
  public Optional<String> lastLogLine(String namespace, String pod, String container) {
    String path =
        ResourcePath.object(Kind.PODS, namespace, pod)
            + "/log?tailLines=1&container="
            + ApiServer.encoded(container);
    return logLine(path + "&previous=true").or(() -> logLine(path));
  }

  private Optional<String> logLine(String path) {
    try (Answer answer = server.send(Request.get(path))) {
      if (!answer.isGood()) {
        return Optional.empty();
      }
      String text = new String(answer.body().readAllBytes(), StandardCharsets.UTF_8).strip();
      return Optional.of(text).filter(line -> !line.isEmpty());
    } catch (IOException | FipctlException e) {
      // It would only have explained a failure that is reported anyway.
      return Optional.empty();
    }
  }

  @Override
  public NodeShell nodes(NodeAccess access) {
    return FallbackNodeShell.reach(
        access, nodes, () -> debugPods.computeIfAbsent(access, this::debugPods));
  }

  private DebugPodShell debugPods(NodeAccess access) {
    DebugPodShell.Inside inside =
        new DebugPodShell.Inside() {
          @Override
          public NodeShell.Running start(String node, PodRef pod, NodeCommand command) {
            return new RunningCommand(new Made(target(node, pod)), node, command);
          }

          @Override
          public int attach(String node, PodRef pod, List<String> argv, Streams streams) {
            return AttachedSession.run(target(node, pod), argv, streams);
          }
        };
    return new DebugPodShell(this, access, inside, KubernetesCluster::suffix, server.pausing());
  }

  private ExecTarget target(String node, PodRef pod) {
    return new ExecTarget(server, node, pod, DebugPod.CONTAINER);
  }

  /** A pod of this run's own: there is no other to look for. */
  private record Made(ExecTarget made) implements RunningCommand.Entry {
    @Override
    public ExecTarget target(String node) {
      return made;
    }

    @Override
    public void forget(String node) {
      // It is asked once more and then said to be gone.
    }
  }

  /** What no other run has, be it started in the same moment. */
  private static String suffix() {
    return UUID.randomUUID().toString().substring(0, 8);
  }

  @Override
  public void close() {
    debugPods.values().forEach(DebugPodShell::close);
    server.close();
  }

  private static String dryRun(WriteMode mode) {
    return switch (mode) {
      case REAL -> "?fieldManager=fipctl";
      case SERVER_DRY_RUN -> "?fieldManager=fipctl&dryRun=All";
    };
  }
}
