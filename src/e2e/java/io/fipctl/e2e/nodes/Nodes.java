package io.fipctl.e2e.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.readiness.Readiness;
import io.fipctl.e2e.ProcessResult;
import io.fipctl.e2e.Program;
import io.fipctl.e2e.Running;
import io.fipctl.e2e.Stopping;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The cluster that {@code src/e2e/nodes/run.sh} has started; before each test both gates are on,
 * and the pods of {@code manifests/shop.yaml} run without floating IPs. One that is not there fails
 * the test.
 */
final class Nodes implements BeforeEachCallback, AfterTestExecutionCallback {
  /** The key of the annotation that Calico reads. */
  static final String ANNOTATION = "cni.projectcalico.org/floatingIPs";

  static final List<String> ALL = List.of("n1", "n2", "n3");

  /** Where the results of a run are put beside the reports. */
  static final Path OUTPUT = Path.of(Program.property("fipctl.e2e.output"));

  private static final Path STATE = OUTPUT.resolve("nodes");
  private static final Path PACKETS = OUTPUT.resolve("bin/packets");
  private static final String NAME =
      Optional.ofNullable(System.getenv("FIPCTL_E2E_NAME")).orElse("fipctl-e2e");
  private static final Pattern FLOATING = Pattern.compile("203\\.0\\.113\\.|2001:db8:f10a:");
  private static final KubernetesClient API =
      new KubernetesClientBuilder()
          .withConfig(Config.fromKubeconfig(kubeconfig().toFile()))
          .build();

  /** Below those that the kernel gives away; a flow that a failed test has left keeps its own. */
  private static final AtomicInteger SOURCE_PORTS = new AtomicInteger(20000);

  private static final List<String> PODS = List.of("t1", "web-0", "web-1", "web-2");

  @Override
  public void beforeEach(ExtensionContext context) {
    if (!gatesAreOn()) {
      fipctl("enable", "--yes").exits(0);
    }
    API.apps().deployments().inNamespace("shop").delete();
    // What is written down of an earlier test's addresses would be told as lost.
    API.leases().inNamespace("fipctl-system").delete();
    Set<String> ready = new HashSet<>();
    for (Pod pod : API.pods().inNamespace("shop").list().getItems()) {
      String name = pod.getMetadata().getName();
      if (!PODS.contains(name)) {
        API.resource(pod).withGracePeriod(0).delete();
        continue;
      }
      if (Readiness.isPodReady(pod)) {
        ready.add(name);
      }
      if (pod.getMetadata().getAnnotations().containsKey(ANNOTATION)) {
        String gone = "{\"metadata\":{\"annotations\":{\"" + ANNOTATION + "\":null}}}";
        API.resource(pod).patch(PatchContext.of(PatchType.JSON_MERGE), gone);
      }
    }
    if (!ready.containsAll(PODS)) {
      kubectl("apply", "--server-side", "-f", STATE.resolve("shop.yaml").toString()).exits(0);
      awaitReady(PODS.toArray(String[]::new));
    }
    eventually(
        Duration.ofSeconds(10),
        "no floating IP is left on a node",
        () -> ALL.stream().noneMatch(node -> FLOATING.matcher(routes(node)).find()));
  }

  /** What tells why a test failed, before the next one changes it. */
  @Override
  public void afterTestExecution(ExtensionContext context) {
    context
        .getExecutionException()
        .ifPresent(
            failure ->
                System.err.printf(
                    "--- what the cluster showed when %s %s failed (%s)%n%s--- end%n",
                    context.getRequiredTestClass().getSimpleName(),
                    context.getDisplayName(),
                    failure.getClass().getSimpleName(),
                    FailureReport.of(this, STATE)));
  }

  /** Whether some test has left them on; asking fipctl would take seconds each time. */
  private boolean gatesAreOn() {
    String template =
        API.configMaps()
            .inNamespace("kube-system")
            .withName("calico-config")
            .get()
            .getData()
            .get("cni_network_config");
    Object spec =
        API.genericKubernetesResources("crd.projectcalico.org/v1", "FelixConfiguration")
            .withName("default")
            .get()
            .get("spec");
    return template.contains("{\"floating_ips\": true}")
        && spec.toString().contains("floatingIPs=Enabled");
  }

  void awaitReady(String... pods) {
    List<String> arguments =
        new ArrayList<>(List.of("wait", "-n", "shop", "--for=condition=Ready", "--timeout=60s"));
    Arrays.stream(pods).map(pod -> "pod/" + pod).forEach(arguments::add);
    kubectl(arguments.toArray(String[]::new)).exits(0);
  }

  /** Runs the packaged program as administrator, in the namespace {@code shop}. */
  ProcessResult fipctl(String... arguments) {
    return ProcessResult.of(environment(), Program.command(arguments));
  }

  /** Starts the same, for a test that ends it. */
  Process start(String... arguments) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(Program.command(arguments))
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().clear();
    builder.environment().putAll(environment());
    return builder.start();
  }

  /** Runs the program on a terminal, on which this is typed. */
  ProcessResult typing(String text, String... arguments) {
    return onTerminal(text, String.join(" ", Program.command(arguments)), System.getenv("PATH"));
  }

  /**
   * Types a command line into a shell on a terminal, as it stands in a report, and answers what it
   * asks with yes.
   */
  ProcessResult type(String line) {
    try {
      Path programs = Files.createTempDirectory("fipctl-e2e");
      Path fipctl = programs.resolve("fipctl");
      try {
        String start = String.join("' '", Program.command());
        Files.writeString(fipctl, "#!/bin/sh\nexec '%s' \"$@\"\n".formatted(start));
        fipctl.toFile().setExecutable(true);
        String path = programs + ":" + OUTPUT.resolve("bin") + ":" + System.getenv("PATH");
        return onTerminal("y\ny\ny\n", line, path);
      } finally {
        Files.delete(fipctl);
        Files.delete(programs);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ProcessResult onTerminal(String keys, String line, String path) {
    Map<String, String> environment = new HashMap<>(environment());
    environment.put("PATH", path);
    // The keys stay to be typed until the program is there: script would end it at their end.
    String command =
        "exec 3< <(printf %s \"$0\"; exec sleep 300); script -qefc \"$1\" /dev/null <&3; code=$?;"
            + " kill $!; exit $code";
    return ProcessResult.of(environment, List.of("bash", "-c", command, keys, line));
  }

  /** How the administrator's programs find the cluster. */
  static Path kubeconfig() {
    return STATE.resolve("admin.kubeconfig");
  }

  /** Starts the program, which stops at a boundary; 0 for none. */
  Running stoppingAt(int boundary, Path passed, String... arguments) {
    return Running.start(environment(), Stopping.command("STOP", boundary, passed, arguments));
  }

  /** Starts a program in the container calico-node of a node; the caller ends it. */
  Process startInCalicoNode(String node, String... program) {
    String[] find = {
      "get",
      "pods",
      "-n",
      "kube-system",
      "-l",
      "k8s-app=calico-node",
      "--field-selector=spec.nodeName=" + node,
      "-o",
      "jsonpath={.items[0].metadata.name}"
    };
    List<String> command =
        new ArrayList<>(
            List.of(
                OUTPUT.resolve("bin/kubectl").toString(),
                "exec",
                "-n",
                "kube-system",
                kubectl(find).exits(0).out(),
                "-c",
                "calico-node",
                "--"));
    command.addAll(List.of(program));
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
      builder.environment().clear();
      builder.environment().putAll(environment());
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs kubectl as administrator. */
  ProcessResult kubectl(String... arguments) {
    List<String> command = new ArrayList<>(List.of(OUTPUT.resolve("bin/kubectl").toString()));
    command.addAll(List.of(arguments));
    return ProcessResult.of(environment(), command);
  }

  /** Writes an object of any kind, given as YAML. */
  void apply(String yaml) {
    try {
      Path file = Files.createTempFile("fipctl-e2e", ".yaml");
      try {
        Files.writeString(file, yaml);
        kubectl("apply", "--server-side", "--force-conflicts", "-f", file.toString()).exits(0);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Gives a pod this value of the annotation, right or wrong. */
  void annotate(String pod, String value) {
    kubectl("annotate", "--overwrite", "pod", pod, "-n", "shop", ANNOTATION + "=" + value).exits(0);
  }

  /** The annotation's value at a pod. */
  Optional<String> annotation(String pod) {
    String value = field("pod", pod, ".metadata.annotations." + ANNOTATION.replace(".", "\\."));
    return value.isEmpty() ? Optional.empty() : Optional.of(value);
  }

  /** A field of an object of the namespace {@code shop}, as kubectl's jsonpath has it. */
  String field(String kind, String name, String path) {
    return kubectl("get", kind, name, "-n", "shop", "-o", "jsonpath={" + path + "}").exits(0).out();
  }

  /** Sets fields of FelixConfiguration {@code default}. */
  void configureFelix(String spec) {
    String patch = "{\"spec\":" + spec + "}";
    kubectl("patch", "felixconfiguration", "default", "--type=merge", "-p", patch).exits(0);
  }

  /** Runs a program in the network of a node. */
  ProcessResult onNode(String node, String... command) {
    return ProcessResult.of(environment(), inNetwork(node, command));
  }

  /** The id of the one process of a node whose command line begins in one of these ways. */
  long process(String node, List<String> begins) {
    ProcessResult all =
        ProcessResult.of(environment(), List.of("ip", "netns", "pids", NAME + "-" + node)).exits(0);
    return all.out()
        .lines()
        .mapToLong(Long::parseLong)
        .filter(id -> begins.stream().anyMatch(commandLine(id)::startsWith))
        .findFirst()
        .orElseThrow(() -> new AssertionError("none of " + begins + " runs on " + node));
  }

  private static String commandLine(long id) {
    try {
      return Files.readString(Path.of("/proc/" + id + "/cmdline")).replace('\0', ' ');
    } catch (IOException e) {
      // It has ended meanwhile.
      return "";
    }
  }

  String routes(String node) {
    return onNode(node, "ip", "-4", "route").exits(0).out()
        + onNode(node, "ip", "-6", "route").exits(0).out();
  }

  /** Sends one packet; who answered, if anybody did within a second. */
  Optional<String> probe(Place from, String protocol, String address) {
    ProcessResult ran = ProcessResult.of(environment(), from.command("probe", protocol, address));
    return ran.exitCode() == 0 ? Optional.of(ran.out().strip()) : Optional.empty();
  }

  /**
   * Packets get through from anywhere, or from outside, as soon as routes have reached it: within a
   * second of a reported success.
   */
  void answers(Place from, String protocol, String address, String by) {
    eventually(
        Duration.ofSeconds(1),
        "%s of %s from %s is answered by %s".formatted(protocol, address, from, by),
        () -> probe(from, protocol, address).filter(by::equals).isPresent());
  }

  /** Starts one flow from one source port; it runs while the test goes on. */
  PacketFlow flow(Place from, String protocol, String address) {
    int port = SOURCE_PORTS.getAndIncrement();
    return PacketFlow.start(
        environment(), from.command("flow", "-source-port=" + port, protocol, address), port);
  }

  static void eventually(Duration limit, String what, BooleanSupplier holds) {
    Instant end = Instant.now().plus(limit);
    while (!holds.getAsBoolean()) {
      assertThat(Instant.now()).as("%s within %s", what, limit).isBefore(end);
    }
  }

  /** Where packets are sent from. */
  record Place(String name, List<String> prefix) {
    static final Place OUTSIDE = new Place("outside", inNetwork("client", PACKETS.toString()));

    static Place node(String node) {
      return new Place(node, inNetwork(node, PACKETS.toString()));
    }

    static Place pod(String pod) {
      String kubectl = OUTPUT.resolve("bin/kubectl").toString();
      return new Place(pod, List.of(kubectl, "exec", "-n", "shop", pod, "--", "packets"));
    }

    private List<String> command(String... arguments) {
      List<String> command = new ArrayList<>(prefix);
      command.addAll(List.of(arguments));
      return command;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static List<String> inNetwork(String name, String... command) {
    List<String> words =
        new ArrayList<>(List.of("nsenter", "--net=/run/netns/" + NAME + "-" + name));
    words.addAll(List.of(command));
    return words;
  }

  private static Map<String, String> environment() {
    return Map.of(
        "KUBECONFIG",
        kubeconfig().toString(),
        "FIPCTL_NAMESPACE",
        "shop",
        "HOME",
        STATE.toString(),
        "PATH",
        System.getenv("PATH"),
        "LC_ALL",
        "C.UTF-8");
  }
}
