package io.fipctl.kube.client;

import io.fipctl.kube.CalicoDaemonSet;
import io.fipctl.kube.Cluster;
import io.fipctl.kube.Cluster.Scope;
import io.fipctl.kube.Cluster.WriteMode;
import io.fipctl.kube.DebugPod;
import io.fipctl.kube.Kind;
import io.fipctl.kube.RunId;
import io.fipctl.model.ApiObject;
import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import io.fipctl.model.PodRef;
import io.fipctl.model.ShellCommand;
import io.fipctl.node.NodeAccess;
import io.fipctl.node.NodeCommand;
import io.fipctl.node.NodeShell;
import io.fipctl.node.Streams;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/**
 * Runs commands in a privileged pod on each node that is asked for: one a node, made when it is
 * first needed and deleted at the end of the run, whatever that end is.
 */
public final class DebugPodShell implements NodeShell, AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(250);

  /** For an image to be pulled; a refusal is seen at once. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** What a container waits for while all goes well. */
  private static final Set<String> WELL = Set.of("ContainerCreating", "PodInitializing", "");

  /** The way into a pod that runs. */
  public interface Inside {
    Running start(String node, PodRef pod, NodeCommand command);

    int attach(String node, PodRef pod, List<String> argv, Streams streams);
  }

  private final Cluster cluster;
  private final NodeAccess access;
  private final Inside inside;
  private final Supplier<String> suffixes;
  private final RetryDelay pause;
  private final Map<String, Place> places = new ConcurrentHashMap<>();
  private final Thread hook = new Thread(this::deleteAll, "debug-pods");
  private Optional<ApiObject> calicoNode = Optional.empty();
  private boolean isHooked;
  private boolean isClosed;

  /**
   * @param suffixes what tells the pods of one run from those of others
   */
  public DebugPodShell(
      Cluster cluster, NodeAccess access, Inside inside, Supplier<String> suffixes) {
    this(cluster, access, inside, suffixes, RetryDelay.SLEEP);
  }

  DebugPodShell(
      Cluster cluster,
      NodeAccess access,
      Inside inside,
      Supplier<String> suffixes,
      RetryDelay pause) {
    this.cluster = cluster;
    this.access = access;
    this.inside = inside;
    this.suffixes = suffixes;
    this.pause = pause;
  }

  @Override
  public Running start(String node, NodeCommand command) {
    return new Later(later(() -> inside.start(node, pod(node), command)));
  }

  @Override
  public int attach(String node, List<String> argv, Streams streams) {
    return inside.attach(node, pod(node), argv, streams);
  }

  /** The node's pod once it runs; what went wrong once goes wrong at once from then on. */
  private PodRef pod(String node) {
    return get(places.computeIfAbsent(node, Place::new).running);
  }

  /** Deletes every pod that this made; again it does nothing. */
  @Override
  public void close() {
    deleteAll();
    synchronized (this) {
      if (isHooked) {
        isHooked = false;
        try {
          Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
          // The process is ending: the hook runs or has run, and finds nothing left to do.
          isHooked = false;
        }
      }
    }
  }

  private void deleteAll() {
    synchronized (this) {
      isClosed = true;
    }
    places.values().stream()
        .map(place -> later(() -> delete(place)))
        .toList()
        .forEach(DebugPodShell::get);
  }

  private boolean delete(Place place) {
    try {
      return place.delete();
    } catch (FipctlException e) {
      access
          .says()
          .accept(
              "debug pod %s could not be deleted (%s): it ends by itself after %d minutes; fipctl cleanup"
                  .formatted(place.ref(), e.getMessage(), access.deadline().toMinutes()));
      return false;
    }
  }

  /** A signal that ends the process must not leave a privileged pod behind. */
  private synchronized void hook() {
    if (isClosed) {
      throw ApiServer.interrupted();
    }
    if (!isHooked) {
      Runtime.getRuntime().addShutdownHook(hook);
      isHooked = true;
    }
  }

  /** What every debug pod is like; nothing when there is no Calico and the rest was named. */
  private synchronized ApiObject calicoNode() {
    if (calicoNode.isEmpty()) {
      calicoNode = Optional.of(found());
    }
    return calicoNode.get();
  }

  /**
   * The pods that Calico's own DaemonSet makes. Image, pull secrets and namespace of a privileged
   * pod come from there or from the user: what any other object says of them counts for nothing.
   */
  private ApiObject found() {
    boolean isNamed = access.image().isPresent() && access.namespace().isPresent();
    try {
      CalicoDaemonSet calico = cluster.calicoDaemonSet();
      if (calico.vouchedFor()) {
        return template(calico.object());
      }
      throw FipctlException.unsupported(
          "CalicoNotVouchedFor",
          "a debug pod is privileged, and nothing but its looks says that DaemonSet %s is Calico's"
              .formatted(calico.name()),
          ShellCommand.of("--calico-namespace %s  # if it is", calico.namespace()),
          "or choose both: --image IMAGE --debug-namespace NS");
    } catch (FipctlException e) {
      boolean isRefusal =
          e.exitCode() == ExitCode.UNSUPPORTED || e.exitCode() == ExitCode.FORBIDDEN;
      boolean isNone = e.reason().equals(CalicoDaemonSet.NONE);
      if (isRefusal && (isNamed || (isNone && access.image().isPresent()))) {
        return ApiObject.EMPTY;
      }
      throw isNone ? noImage(e) : e;
    }
  }

  private static FipctlException noImage(FipctlException none) {
    List<String> hints = new ArrayList<>(List.of("name one with --image"));
    hints.addAll(none.hints());
    return FipctlException.notSeen(
            "NoDebugImage",
            "a debug pod has the image of calico-node, and there is none to see: "
                + none.getMessage(),
            hints.toArray(String[]::new))
        .causedBy(none);
  }

  /** The pods that a DaemonSet makes, as far as a debug pod is like them. */
  private static ApiObject template(ApiObject set) {
    return new ApiObject(
        Map.of(
            "metadata",
            Map.of("namespace", set.namespace()),
            "spec",
            set.object("spec", "template", "spec").tree()));
  }

  /** One node's pod. */
  private final class Place {
    private final String node;
    private final FutureTask<PodRef> running;
    private Optional<PodRef> asked = Optional.empty();
    private Optional<ApiObject> made = Optional.empty();
    private boolean isOver;

    private Place(String node) {
      this.node = node;
      this.running = later(this::make);
    }

    private PodRef make() {
      refuseLostNode();
      ApiObject calicoNode = calicoNode();
      PodRef ref = new PodRef(namespace(calicoNode), name());
      String image =
          DebugPod.image(access, calicoNode)
              .orElseThrow(
                  () ->
                      FipctlException.notSeen(
                          "NoDebugImage",
                          "the container calico-node names no image for a debug pod",
                          "name one with --image"));
      ApiObject pod =
          DebugPod.spec(ref, node, cluster.endpoint().user(), RunId.current(), access, calicoNode);
      tryOnServer(ref, pod);
      access
          .says()
          .accept(
              "starting debug pod %s on node %s (privileged, image %s), deleted at the end"
                  .formatted(ref, node, image));
      create(ref, pod);
      return awaitRunning(ref);
    }

    /** On a node that is not there or does not answer the pod would wait for ever. */
    private void refuseLostNode() {
      Optional<ApiObject> object;
      try {
        object = cluster.get(Kind.NODES, "", node);
      } catch (FipctlException e) {
        if (e.exitCode() == ExitCode.FORBIDDEN) {
          return;
        }
        throw e;
      }
      ApiObject found =
          object.orElseThrow(
              () ->
                  FipctlException.notFound(
                      "NodeNotFound", "there is no node " + node, "kubectl get nodes"));
      boolean isReady =
          found.objects("status", "conditions").stream()
              .filter(condition -> condition.text("type").equals(Optional.of("Ready")))
              .anyMatch(condition -> condition.text("status").equals(Optional.of("True")));
      if (!isReady) {
        throw FipctlException.notSeen(
            "NodeNotReadable",
            "node " + node + " is not ready: no debug pod can start there",
            ShellCommand.of("see kubectl describe node %s", node));
      }
    }

    private String namespace(ApiObject calicoNode) {
      String own = calicoNode.namespace();
      return access.namespace().orElse(own.isEmpty() ? "kube-system" : own);
    }

    private String name() {
      String readable = node.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "-");
      String some = readable.substring(0, Math.min(readable.length(), 40));
      return "fipctl-debug-" + some + "-" + suffixes.get();
    }

    /** Has the server judge it first: what admission says of a pod is said before one is made. */
    private void tryOnServer(PodRef ref, ApiObject pod) {
      try {
        cluster.create(Kind.PODS, pod, WriteMode.SERVER_DRY_RUN);
      } catch (FipctlException e) {
        throw refused(ref, e);
      }
    }

    private FipctlException refused(PodRef ref, FipctlException failure) {
      if (!failure.reason().equals("AdmissionDenied")) {
        return failure;
      }
      String message =
          "the debug pod for node %s is refused in namespace %s: %s"
              .formatted(node, ref.namespace(), failure.getMessage());
      if (!failure.getMessage().contains("PodSecurity")) {
        return FipctlException.forbidden(
                "DebugPodRefused", message, "--debug-namespace NS where it is let in")
            .causedBy(failure);
      }
      return FipctlException.forbidden(
              "DebugPodRefused",
              message,
              "it must be privileged to read the node; a namespace that lets it in:"
                  + " kubectl create namespace fipctl-debug && kubectl label namespace fipctl-debug"
                  + " pod-security.kubernetes.io/enforce=privileged",
              "then add --debug-namespace fipctl-debug")
          .causedBy(failure);
    }

    /** Made and deleted under one lock: whichever is first, no pod is left. */
    private synchronized void create(PodRef ref, ApiObject pod) {
      hook();
      if (isOver) {
        throw ApiServer.interrupted();
      }
      // Noted before: of a create without an answer the pod may be there.
      asked = Optional.of(ref);
      made = Optional.of(cluster.create(Kind.PODS, pod, WriteMode.REAL));
    }

    private synchronized boolean delete() {
      isOver = true;
      if (made.isPresent()) {
        cluster.delete(Kind.PODS, made.get());
      } else if (asked.isPresent()) {
        cluster.delete(Kind.PODS, asked.get().namespace(), asked.get().name());
      }
      made = Optional.empty();
      asked = Optional.empty();
      return true;
    }

    /** Whoever may write to the namespace could put a pod of their own in its place. */
    private synchronized boolean isMade(ApiObject pod) {
      return made.filter(own -> own.uid().equals(pod.uid())).isPresent();
    }

    private String ref() {
      return asked.map(PodRef::toString).orElse("");
    }

    private PodRef awaitRunning(PodRef ref) {
      for (long left = PATIENCE.dividedBy(POLL); left > 0; left--) {
        ApiObject pod =
            cluster
                .get(Kind.PODS, ref.namespace(), ref.name())
                .filter(this::isMade)
                .orElseThrow(() -> failed(ref, "somebody deleted it"));
        if (pod.text("status", "phase").equals(Optional.of("Running"))) {
          return ref;
        }
        Optional<String> problem = problem(pod);
        if (problem.isPresent()) {
          throw failed(ref, problem.get());
        }
        rest();
      }
      throw failed(
          ref, lastWarning(ref).orElse("nothing happened for " + PATIENCE.toSeconds() + " s"));
    }

    private FipctlException failed(PodRef ref, String words) {
      return FipctlException.notSeen(
          "DebugPodFailed",
          "debug pod %s on node %s does not start: %s".formatted(ref, node, words),
          "--image names another image, --pull-secret a Secret to pull it with");
    }
  }

  /** What the kubelet says when a pod will not run. */
  static Optional<String> problem(ApiObject pod) {
    for (ApiObject status : pod.objects("status", "containerStatuses")) {
      for (String state : List.of("waiting", "terminated")) {
        String reason = status.text("state", state, "reason").orElse("");
        if (!WELL.contains(reason)) {
          return Optional.of(worded(reason, status.text("state", state, "message")));
        }
      }
    }
    String phase = pod.text("status", "phase").orElse("");
    return phase.equals("Failed") || phase.equals("Succeeded")
        ? Optional.of(
            worded(pod.text("status", "reason").orElse(phase), pod.text("status", "message")))
        : Optional.empty();
  }

  private static String worded(String reason, Optional<String> message) {
    return message.map(text -> reason + ": " + text.strip()).orElse(reason);
  }

  private Optional<String> lastWarning(PodRef ref) {
    try {
      return cluster.list(Kind.EVENTS, Scope.in(ref.namespace())).stream()
          .filter(event -> event.text("involvedObject", "name").equals(Optional.of(ref.name())))
          .filter(event -> event.text("type").equals(Optional.of("Warning")))
          .map(event -> worded(event.text("reason").orElse(""), event.text("message")))
          .reduce((first, last) -> last);
    } catch (FipctlException e) {
      // Events only explain what is said anyway.
      return Optional.empty();
    }
  }

  private void rest() {
    try {
      pause.take(POLL);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ApiServer.interrupted();
    }
  }

  private static <T> FutureTask<T> later(Callable<T> work) {
    FutureTask<T> task = new FutureTask<>(work);
    Thread.ofVirtual().start(task);
    return task;
  }

  private static <T> T get(Future<T> task) {
    try {
      return task.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ApiServer.interrupted();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof FipctlException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /** A command for which the pod is made first. */
  private record Later(FutureTask<Running> started) implements Running {
    @Override
    public void awaitBegun() {
      try {
        get(started).awaitBegun();
      } catch (FipctlException e) {
        // Said by the output, which is asked for next.
        return;
      }
    }

    @Override
    public Output output() {
      return get(started).output();
    }

    @Override
    public void close() {
      // A pod that is still being made is for the next command as well.
      if (started.isDone() && started.state() == Future.State.SUCCESS) {
        started.resultNow().close();
      }
    }
  }
}
