package io.fipctl.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.cli.Fipctl;
import io.fipctl.cli.session.Environment;
import io.fipctl.kube.Cluster;
import io.fipctl.kube.Cluster.WriteMode;
import io.fipctl.kube.Kind;
import io.fipctl.kube.client.Connection;
import io.fipctl.kube.config.ConnectionOptions;
import io.fipctl.lab.Lab;
import io.fipctl.lab.simulation.LabState;
import io.fipctl.lease.FailPoints;
import io.fipctl.lease.Interruption;
import io.fipctl.lease.RunEnvironment;
import io.fipctl.model.ApiObject;
import io.fipctl.model.Clock;
import io.fipctl.model.IpAddress;
import io.fipctl.model.JsonPatch;
import io.fipctl.model.Pod;
import io.fipctl.render.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * An address and three pods that belong to nobody else, in the lab or on the API server: what can
 * be done with them, and what is seen of them.
 */
final class AddressScenario {
  /** Starting a JVM takes a processor for a moment; more at once only make each of them slower. */
  private static final Semaphore PROCESSORS = new Semaphore(4);

  private static final int MANY = 40;

  private final Cluster cluster;
  private final Map<String, String> environment;
  private final List<String> pods;
  private final String address;

  /** Where its lab is kept; empty on the API server. */
  private final Optional<Path> lab;

  private AddressScenario(
      Cluster cluster,
      Map<String, String> environment,
      List<String> pods,
      String address,
      Optional<Path> lab) {
    this.cluster = cluster;
    this.environment = environment;
    this.pods = List.copyOf(pods);
    this.address = address;
    this.lab = lab;
  }

  /**
   * Tries all of it at once, as far as there are trials: each from the beginning, on a free one.
   */
  static <T> List<T> each(List<AddressScenario> trials, List<Function<AddressScenario, T>> cases) {
    BlockingQueue<AddressScenario> free = new LinkedBlockingQueue<>(trials);
    return Together.all(
        cases.stream()
            .<Callable<T>>map(
                one ->
                    () -> {
                      AddressScenario trial = free.take();
                      try {
                        return one.apply(trial.cleared());
                      } finally {
                        free.add(trial);
                      }
                    })
            .toList());
  }

  /** So many on the API server that most of them wait; nobody can look at the nodes there. */
  static List<AddressScenario> onApiServer(TestApiServer server) {
    return onApiServer(server, MANY);
  }

  static List<AddressScenario> onApiServer(TestApiServer server, int count) {
    Cluster cluster =
        Connection.open(ConnectionOptions.NONE, Map.of("KUBECONFIG", server.admin().toString()));
    List<String> pods = server.pods("trial", count * 3);
    List<AddressScenario> trials = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      trials.add(
          new AddressScenario(
              cluster,
              server.environment(server.admin()),
              pods.subList(i * 3, i * 3 + 3).stream().map(pod -> "shop/" + pod).toList(),
              "203.0.113." + (i + 1),
              Optional.empty()));
    }
    return trials;
  }

  /** The same, each in a lab of its own: the first and the third pod share a node. */
  static List<AddressScenario> inLabs(Path directory) {
    List<AddressScenario> trials = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      Map<String, String> environment = new HashMap<>();
      environment.put("HOME", directory.resolve("lab-" + i).toString());
      environment.put("PATH", System.getenv("PATH"));
      environment.put("LC_ALL", "C.UTF-8");
      Path file = Lab.defaultFile(environment).orElseThrow();
      Lab.start(file, LabState.fresh().gates(true, true));
      trials.add(
          new AddressScenario(
              Lab.open(file),
              environment,
              List.of("shop/web-0", "shop/web-1", "shop/web-2"),
              "203.0.113.10",
              Optional.of(file)));
    }
    return trials;
  }

  /** The same with another way to the API server. */
  AddressScenario by(Path kubeconfig) {
    Map<String, String> other = new HashMap<>(environment);
    other.put("KUBECONFIG", kubeconfig.toString());
    return new AddressScenario(cluster, other, pods, address, lab);
  }

  String address() {
    return address;
  }

  /** A pod as NS/NAME. */
  String pod(int number) {
    return pods.get(number);
  }

  /** What move, release and recover need where nobody can look at nodes. */
  String[] blindly() {
    return lab.isPresent() ? new String[0] : new String[] {"--unverified"};
  }

  /** The same of assign. */
  String[] carelessly() {
    return lab.isPresent() ? new String[0] : new String[] {"--wait=false"};
  }

  /** Gives a pod the address, as somebody who does not use fipctl would. */
  void give(int pod) {
    annotate(pod, Map.of("cni.projectcalico.org/floatingIPs", "[\"" + address + "\"]"));
  }

  /** Takes it from a pod in the same way. */
  void take(int pod) {
    annotate(pod, Map.of());
  }

  /** Nobody has it, and nothing is known of it. */
  AddressScenario cleared() {
    for (int pod = 0; pod < pods.size(); pod++) {
      take(pod);
    }
    cluster.delete(Kind.LEASES, "fipctl-system", leaseName());
    return this;
  }

  private void annotate(int number, Map<String, String> annotations) {
    String[] name = pods.get(number).split("/", 2);
    JsonPatch patch = new JsonPatch(List.of(JsonPatch.add(annotations, "metadata", "annotations")));
    cluster.patch(Kind.PODS, name[0], name[1], patch, WriteMode.REAL);
  }

  /** Who has the address in this moment, as NS/NAME. */
  Set<String> holders() {
    IpAddress wanted = IpAddress.parse(address);
    return cluster.list(Kind.PODS).stream()
        .map(Pod::of)
        .filter(pod -> pod.holds(wanted))
        .map(pod -> pod.ref().toString())
        .collect(Collectors.toSet());
  }

  /** The Lease of the address. */
  Optional<ApiObject> lease() {
    return cluster.get(Kind.LEASES, "fipctl-system", leaseName());
  }

  private String leaseName() {
    return "fip-" + address.replace('.', '-');
  }

  /** Whether its record tells of a change that was begun and not ended. */
  boolean isOpen() {
    return lease().flatMap(lease -> lease.annotation("fipctl.io/intent")).isPresent();
  }

  /** Who has the lock; empty for nobody. */
  String lockHolder() {
    return lease().flatMap(lease -> lease.text("spec", "holderIdentity")).orElse("");
  }

  /** Everything that a command could have changed: other when anything was written. */
  Map<String, String> versions() {
    Map<String, String> versions = new TreeMap<>();
    lease().ifPresent(lease -> versions.put("lease", lease.resourceVersion()));
    for (String pod : pods) {
      String[] name = pod.split("/", 2);
      versions.put(pod, cluster.get(Kind.PODS, name[0], name[1]).orElseThrow().resourceVersion());
    }
    return versions;
  }

  /**
   * Whether a process is just writing the lab's file, for which it keeps out all others: one that
   * is stopped there, perhaps while it renews its lock, would be in nobody's way on a cluster.
   */
  boolean isBeingChanged() {
    if (lab.isEmpty()) {
      return false;
    }
    Path lock = lab.get().resolveSibling(lab.get().getFileName() + ".lock");
    try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE);
        FileLock free = channel.tryLock()) {
      return free == null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Nobody is at it, nothing is open, and the record names whoever has the address. */
  void isWhole(Set<String> holders, Object why) {
    assertThat(holders()).as("holders of %s: %s", address, why).isEqualTo(holders);
    assertThat(isOpen()).as("%s has an open change: %s%n%s", address, why, lease()).isFalse();
    assertThat(lockHolder()).as("the lock of %s: %s", address, why).isEmpty();
  }

  /** Runs the program's code in this JVM, which spares the start of a process. */
  ProcessResult run(String... words) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Environment surroundings =
        new Environment(
            environment,
            new Console(new PrintWriter(out), new PrintWriter(err), Console.Terminal.NONE),
            options -> Connection.open(options.connection(), environment),
            new RunEnvironment(Clock.SYSTEM, Math::random, FailPoints.NONE, new Interruption()));
    int exitCode = Fipctl.run(surroundings, words(words));
    return new ProcessResult(List.of(words), exitCode, out.toString(), err.toString());
  }

  /** Starts the packaged program. */
  Running start(String... words) {
    return Running.start(environment, Program.command(words(words)));
  }

  /** Starts the packaged program, which gets a signal at a boundary. */
  Running startStopping(String signal, int boundary, Path passed, String... words) {
    return Running.start(environment, Stopping.command(signal, boundary, passed, words(words)));
  }

  /** The boundaries that a command passes when nothing happens. */
  List<String> boundaries(String... words) {
    Path passed = AddressScenario.newFile();
    ran(() -> startStopping("NONE", 0, passed, words).ended()).exits(0);
    return Stopping.passed(passed);
  }

  /** Runs a command that gets a signal at a boundary. */
  ProcessResult runStopping(String signal, int boundary, String... words) {
    return ran(() -> startStopping(signal, boundary, newFile(), words).ended());
  }

  /** Something that is busy from its beginning to its end. */
  static <T> T ran(Supplier<T> work) {
    PROCESSORS.acquireUninterruptibly();
    try {
      return work.get();
    } finally {
      PROCESSORS.release();
    }
  }

  private String[] words(String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    if (lab.isPresent()) {
      all.addFirst("--lab");
    }
    return all.toArray(String[]::new);
  }

  static Path newFile() {
    try {
      Path file = Files.createTempFile("fipctl-e2e", ".passed");
      file.toFile().deleteOnExit();
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
