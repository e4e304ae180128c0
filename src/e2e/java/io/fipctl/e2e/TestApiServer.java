package io.fipctl.e2e;

import static java.util.function.Predicate.not;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A real API server that {@code src/e2e/run.sh} has started; before each test its objects are as
 * the fixtures describe them. One that is not there fails the test.
 */
final class TestApiServer implements BeforeEachCallback, AfterEachCallback {
  /** The key of the annotation that Calico reads. */
  static final String ANNOTATION = "cni.projectcalico.org/floatingIPs";

  private static final Path OUTPUT = Path.of(Program.property("fipctl.e2e.output"));
  private static final Path SCRIPTS = Path.of(Program.property("fipctl.e2e.scripts"));
  private static final Path KUBECTL = OUTPUT.resolve("bin/kubectl");

  private static final AtomicInteger USERS = new AtomicInteger();
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path state;
  private final Set<String> made = new LinkedHashSet<>();

  /**
   * @param setUp the Calico groups that it serves: {@code crd}, {@code v3} or {@code both}
   */
  TestApiServer(String setUp) {
    this.state = OUTPUT.resolve(setUp);
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    script("reset").exits(0);
  }

  /** Many pods go faster all at once than each by its name. */
  @Override
  public void afterEach(ExtensionContext context) {
    made.forEach(this::deletePods);
    made.clear();
  }

  /** Everything may be done with it. */
  Path admin() {
    return state.resolve("admin.kubeconfig");
  }

  /** The same by a token in place of a certificate. */
  Path tokenAdmin() {
    return state.resolve("token.kubeconfig");
  }

  Path authority() {
    return state.resolve("pki/ca.crt");
  }

  /** The token of {@link #tokenAdmin}. */
  String token() {
    return kubectlAs(
            tokenAdmin(), "config", "view", "--raw", "-o", "jsonpath={.users[0].user.token}")
        .exits(0)
        .out();
  }

  URI url() {
    return URI.create(
        kubectl("config", "view", "-o", "jsonpath={.clusters[0].cluster.server}").out());
  }

  /** A new user who is allowed this and nothing else. */
  Path user(RbacRule... rules) {
    return user("sec1", rules);
  }

  /**
   * A new user who is allowed this and nothing else.
   *
   * @param keyFormat of the client certificate's key: {@code pkcs1}, {@code pkcs8} or {@code sec1}
   */
  Path user(String keyFormat, RbacRule... rules) {
    String name = allowed(rules);
    return Path.of(script("user", name, keyFormat).exits(0).out().strip());
  }

  /** The name of a new user who is allowed this and nothing else, as {@code --as} takes it. */
  String allowed(RbacRule... rules) {
    String name = "user-" + ProcessHandle.current().pid() + "-" + USERS.incrementAndGet();
    apply(
        Map.of(
            "apiVersion",
            "rbac.authorization.k8s.io/v1",
            "kind",
            "ClusterRole",
            "metadata",
            Map.of("name", name),
            "rules",
            List.of(rules).stream().map(RbacRule::fields).toList()));
    kubectl("create", "clusterrolebinding", name, "--clusterrole=" + name, "--user=" + name)
        .exits(0);
    return name;
  }

  /** Makes running pods NAME-0, NAME-1 and so on in the namespace {@code shop}. */
  List<String> pods(String name, int count) {
    List<String> names = IntStream.range(0, count).mapToObj(i -> name + "-" + i).toList();
    List<Map<String, ?>> items = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String ip = "10.244.%d.%d".formatted(100 + i / 200, 1 + i % 200);
      items.add(
          Map.of(
              "apiVersion",
              "v1",
              "kind",
              "Pod",
              "metadata",
              Map.of("name", names.get(i), "namespace", "shop", "labels", Map.of("made", name)),
              "spec",
              Map.of("nodeName", "n3", "containers", List.of(Map.of("name", "a", "image", "a:1"))),
              "status",
              Map.of("phase", "Running", "podIP", ip, "podIPs", List.of(Map.of("ip", ip)))));
    }
    Map<String, ?> list = Map.of("apiVersion", "v1", "kind", "List", "items", items);
    withFile(
        list,
        file -> {
          made.add(name);
          kubectl("create", "--validate=ignore", "-f", file).exits(0);
          kubectl("replace", "--subresource=status", "--validate=ignore", "-f", file).exits(0);
        });
    return names;
  }

  /** Deletes what {@link #pods} made, all at once. */
  private void deletePods(String name) {
    String all = "/api/v1/namespaces/shop/pods?gracePeriodSeconds=0&labelSelector=made%3D" + name;
    kubectl("delete", "--raw", all).exits(0);
  }

  /** Runs the packaged program as administrator. */
  ProcessResult fipctl(String... arguments) {
    return fipctlAs(admin(), arguments);
  }

  /** Runs the program by its launcher, without a start-up cache, as this command's argument. */
  ProcessResult fipctlBy(List<String> command, String... arguments) {
    Map<String, String> environment = new HashMap<>(environment(admin()));
    environment.put("FIPCTL_JAVA", System.getProperty("java.home"));
    environment.put("FIPCTL_CACHE", "off");
    List<String> words = new ArrayList<>(command);
    words.add(SCRIPTS.resolve("../../fipctl").normalize().toString());
    return ProcessResult.of(environment, command(words, arguments));
  }

  /** Runs the packaged program with this kubeconfig. */
  ProcessResult fipctlAs(Path kubeconfig, String... arguments) {
    return ProcessResult.of(environment(kubeconfig), Program.command(arguments));
  }

  /** Runs the packaged program with these variables and no kubeconfig of its own. */
  ProcessResult fipctlWith(Map<String, String> variables, String... arguments) {
    Map<String, String> environment = new HashMap<>(environment(admin()));
    environment.remove("KUBECONFIG");
    environment.putAll(variables);
    return ProcessResult.of(environment, Program.command(arguments));
  }

  /** Starts the packaged program as administrator; the caller ends it. */
  Process starting(String... arguments) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(Program.command(arguments));
    builder.environment().clear();
    builder.environment().putAll(environment(admin()));
    return builder.start();
  }

  /** Runs kubectl as administrator. */
  ProcessResult kubectl(String... arguments) {
    return kubectlAs(admin(), arguments);
  }

  /** Runs kubectl with this kubeconfig. */
  ProcessResult kubectlAs(Path kubeconfig, String... arguments) {
    return ProcessResult.of(
        environment(kubeconfig), command(List.of(KUBECTL.toString()), arguments));
  }

  /** Writes an object of any kind. */
  void apply(Map<String, ?> object) {
    // A field manager of its own: what `reset` has written stays beside it.
    String manager = "--field-manager=e2e-test";
    withFile(
        object,
        file ->
            kubectl("apply", "--server-side", "--force-conflicts", manager, "-f", file).exits(0));
  }

  private static void withFile(Map<String, ?> object, Consumer<String> use) {
    try {
      Path file = Files.createTempFile("fipctl-e2e", ".json");
      try {
        JSON.writeValue(file.toFile(), object);
        use.accept(file.toString());
      } finally {
        Files.delete(file);
      }
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Gives a pod of the namespace {@code shop} this value of the annotation, right or wrong. */
  void annotate(String pod, String value) {
    kubectl("annotate", "--overwrite", "pod", pod, "-n", "shop", ANNOTATION + "=" + value).exits(0);
  }

  /** The annotation's value at a pod of the namespace {@code shop}. */
  Optional<String> annotation(String pod) {
    String path = "jsonpath={.metadata.annotations." + ANNOTATION.replace(".", "\\.") + "}";
    String value = kubectl("get", "pod", pod, "-n", "shop", "-o", path).exits(0).out();
    return Optional.of(value).filter(not(String::isEmpty));
  }

  /** Deletes a pod of the namespace {@code shop} and makes one of its name on the same node. */
  void replacePod(String pod) {
    String before = field("pod", pod, ".metadata.uid");
    Path all = SCRIPTS.resolve("fixtures/pods.yaml");
    String selector = "--field-selector=metadata.name=" + pod;
    kubectl("delete", "pod", "-n", "shop", selector, "--force", "--grace-period=0").exits(0);
    // Creating fails for all the others, which are there.
    kubectl("create", "-f", all.toString());
    kubectl("replace", "--subresource=status", "-f", all.toString()).exits(0);
    assertThat(field("pod", pod, ".metadata.uid")).isNotEmpty().isNotEqualTo(before);
  }

  /** A field of an object of the namespace {@code shop}, as kubectl's jsonpath has it. */
  String field(String kind, String name, String path) {
    return kubectl("get", kind, name, "-n", "shop", "-o", "jsonpath={" + path + "}").exits(0).out();
  }

  /** Which version each pod of the namespace {@code shop} has; any write changes it. */
  String podVersions() {
    String path = "jsonpath={.items[*].metadata.resourceVersion}";
    return kubectl("get", "pods", "-n", "shop", "-o", path).exits(0).out();
  }

  /** Sets the switch in the template of the CNI configuration. */
  void setCniGate(boolean on) {
    String path = "jsonpath={.data.cni_network_config}";
    String[] get = {"get", "configmap", "calico-config", "-n", "kube-system", "-o", path};
    String template = kubectl(get).exits(0).out();
    String changed =
        template.replaceAll("\"floating_ips\": (true|false)", "\"floating_ips\": " + on);
    assertThat(changed).contains("\"floating_ips\": " + on);
    if (changed.equals(template)) {
      return;
    }
    apply(
        Map.of(
            "apiVersion",
            "v1",
            "kind",
            "ConfigMap",
            "metadata",
            Map.of("name", "calico-config", "namespace", "kube-system"),
            "data",
            Map.of("cni_network_config", changed)));
  }

  /** An admission policy that refuses this address to everybody; it stays, so choose a rare one. */
  void refuseByPolicy(String address) {
    String name = "refuses-" + address;
    String group = "admissionregistration.k8s.io/v1";
    Map<String, ?> pods =
        Map.of(
            "apiGroups",
            List.of(""),
            "apiVersions",
            List.of("v1"),
            "operations",
            List.of("UPDATE"),
            "resources",
            List.of("pods"));
    String free =
        "!has(object.metadata.annotations) || !('%s' in object.metadata.annotations)"
                .formatted(ANNOTATION)
            + " || !object.metadata.annotations['%s'].contains('%s')"
                .formatted(ANNOTATION, address);
    apply(
        Map.of(
            "apiVersion",
            group,
            "kind",
            "ValidatingAdmissionPolicy",
            "metadata",
            Map.of("name", name),
            "spec",
            Map.of(
                "matchConstraints",
                Map.of("resourceRules", List.of(pods)),
                "validations",
                List.of(Map.of("expression", free, "message", address + " is not for you")))));
    apply(
        Map.of(
            "apiVersion",
            group,
            "kind",
            "ValidatingAdmissionPolicyBinding",
            "metadata",
            Map.of("name", name),
            "spec",
            Map.of("policyName", name, "validationActions", List.of("Deny"))));
    String value = ANNOTATION + "=[\"" + address + "\"]";
    Instant deadline = Instant.now().plusSeconds(30);
    // The server needs a moment to compile a policy.
    while (kubectl("annotate", "pod", "web-2", "-n", "shop", value, "--dry-run=server").exitCode()
        == 0) {
      assertThat(Instant.now()).as("the policy works in time").isBefore(deadline);
    }
  }

  private ProcessResult script(String... arguments) {
    Map<String, String> environment = new HashMap<>(environment(admin()));
    environment.put("FIPCTL_E2E_OUTPUT", OUTPUT.toString());
    environment.put("FIPCTL_E2E_STATE", state.toString());
    return ProcessResult.of(
        environment, command(List.of(SCRIPTS.resolve("apiserver.sh").toString()), arguments));
  }

  /** A user's environment without what would lead to another cluster or another output. */
  Map<String, String> environment(Path kubeconfig) {
    return Map.of(
        "KUBECONFIG",
        kubeconfig.toString(),
        "HOME",
        state.toString(),
        "PATH",
        System.getenv("PATH"),
        "LC_ALL",
        "C.UTF-8");
  }

  private static List<String> command(List<String> program, String... arguments) {
    List<String> command = new ArrayList<>(program);
    command.addAll(List.of(arguments));
    return command;
  }
}
