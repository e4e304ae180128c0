package io.fipctl.kube.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.fipctl.kube.ApiJson;
import io.fipctl.kube.Cluster;
import io.fipctl.kube.DebugPod;
import io.fipctl.kube.FieldMask;
import io.fipctl.kube.client.FakeApiServer.Asked;
import io.fipctl.model.ApiObject;
import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import io.fipctl.model.PodRef;
import io.fipctl.node.NodeAccess;
import io.fipctl.node.NodeAccess.Mode;
import io.fipctl.node.NodeCommand;
import io.fipctl.node.NodeCommand.Read;
import io.fipctl.node.NodeCommand.Section;
import io.fipctl.node.NodeShell.Output;
import io.fipctl.node.NodeShell.Running;
import io.fipctl.node.Streams;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class DebugPodShellTest {
  private static final Read READ = Read.of(Section.ROUTES);
  private static final String PODS = " /api/v1/namespaces/kube-system/pods";
  private static final String N1 = PODS + "/fipctl-debug-n1-x1";
  private static final String DRY_RUN = "POST" + PODS + "?fieldManager=fipctl&dryRun=All";
  private static final String CREATE = "POST" + PODS + "?fieldManager=fipctl";

  private static final String CALICO_NODE =
      """
      {"metadata": {"name": "calico-node", "namespace": "kube-system", "uid": "ds"},
       "spec": {"template": {"spec": {"hostNetwork": true,
         "imagePullSecrets": [{"name": "registry"}],
         "containers": [{"name": "calico-node", "image": "calico/node:v3.31.7", "volumeMounts": [
           {"name": "net", "mountPath": "/host/etc/cni/net.d"},
           {"name": "lock", "mountPath": "/run/xtables.lock"},
           {"name": "lib", "mountPath": "/var/lib/calico"},
           {"name": "token", "mountPath": "/var/run/calico"}]}],
         "volumes": [{"name": "net", "hostPath": {"path": "/etc/k3s/net.d"}},
           {"name": "lock", "hostPath": {"path": "/run/xtables.lock", "type": "FileOrCreate"}},
           {"name": "lib", "hostPath": {"path": "/var/lib/calico"}},
           {"name": "token", "projected": {}}]}}}}
      """;

  private static final String MADE =
      "{\"metadata\":{\"name\":\"fipctl-debug-n1-x1\",\"namespace\":\"kube-system\",\"uid\":\"d\"}}";

  private final FakeApiServer server = FakeApiServer.start();
  private final Cluster cluster = server.cluster();
  private final List<String> said = new CopyOnWriteArrayList<>();
  private final List<PodRef> entered = new CopyOnWriteArrayList<>();
  private final List<DebugPodShell> opened = new ArrayList<>();

  @BeforeEach
  void answer() {
    server.says("GET /api/v1/nodes/", 200, ready("True"));
    server.says("GET /apis/apps/v1/daemonsets?", 200, "{\"items\":[" + CALICO_NODE + "]}");
    // What others say of themselves is not even asked for.
    server.says("GET /api/v1/pods?", 200, "{\"items\":[]}");
    server.says("POST" + PODS, 201, MADE);
    server.says(
        "GET" + PODS, 200, "{\"metadata\":{\"uid\":\"d\"},\"status\":{\"phase\":\"Pending\"}}");
    server.says(
        "GET" + PODS, 200, "{\"metadata\":{\"uid\":\"d\"},\"status\":{\"phase\":\"Running\"}}");
    server.says("DELETE" + PODS, 200, "{}");
  }

  @AfterEach
  void stop() {
    opened.forEach(DebugPodShell::close);
    cluster.close();
    server.close();
  }

  private static String ready(String status) {
    return "{\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"" + status + "\"}]}}";
  }

  private NodeAccess access() {
    return NodeAccess.of(Mode.POD, said::add);
  }

  private DebugPodShell shell(NodeAccess access) {
    DebugPodShell.Inside inside =
        new DebugPodShell.Inside() {
          @Override
          public Running start(String node, PodRef pod, NodeCommand command) {
            entered.add(pod);
            return new Running() {
              @Override
              public void awaitBegun() {}

              @Override
              public Output output() {
                return new Output(0, node, "", Duration.ZERO);
              }

              @Override
              public void close() {}
            };
          }

          @Override
          public int attach(String node, PodRef pod, List<String> argv, Streams streams) {
            entered.add(pod);
            return 42;
          }
        };
    DebugPodShell shell = new DebugPodShell(cluster, access, inside, () -> "x1", pause -> {});
    opened.add(shell);
    return shell;
  }

  private List<String> asked(String method) {
    return server.asked.stream()
        .filter(asked -> asked.method().equals(method))
        .map(Asked::path)
        .toList();
  }

  private ApiObject created() {
    String body =
        server.asked.stream()
            .filter(asked -> asked.method().equals("POST") && !asked.path().contains("dryRun"))
            .findFirst()
            .orElseThrow()
            .body();
    try {
      return ApiJson.read(
          new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)), FieldMask.ALL);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private FipctlException failure(DebugPodShell shell) {
    return catchThrowableOfType(FipctlException.class, () -> shell.run("n1", READ));
  }

  @Test
  void one_pod_a_node_serves_every_command_and_is_deleted_once() {
    DebugPodShell shell = shell(access());

    assertThat(shell.run("n1", READ).stdout()).isEqualTo("n1");
    assertThat(shell.run("n1", READ).stdout()).isEqualTo("n1");
    assertThat(shell.attach("n1", List.of("ip"), new Streams(Optional.empty(), null, null)))
        .isEqualTo(42);
    shell.close();
    shell.close();

    assertThat(entered).hasSize(3).containsOnly(new PodRef("kube-system", "fipctl-debug-n1-x1"));
    assertThat(asked("POST"))
        .containsExactly(
            "/api/v1/namespaces/kube-system/pods?fieldManager=fipctl&dryRun=All",
            "/api/v1/namespaces/kube-system/pods?fieldManager=fipctl");
    assertThat(asked("DELETE"))
        .containsExactly("/api/v1/namespaces/kube-system/pods/fipctl-debug-n1-x1");
    assertThat(said)
        .containsExactly(
            "starting debug pod kube-system/fipctl-debug-n1-x1 on node n1 (privileged, image"
                + " calico/node:v3.31.7), deleted at the end");
  }

  @Test
  void the_pod_is_privileged_on_the_node_and_ends_by_itself() {
    shell(access()).run("n1", READ);

    ApiObject pod = created();
    assertThat(pod.label("app.kubernetes.io/managed-by")).contains("fipctl");
    assertThat(pod.text("spec", "nodeName")).contains("n1");
    assertThat(pod.flag("spec", "hostNetwork")).isTrue();
    assertThat(pod.flag("spec", "hostPID")).isTrue();
    assertThat(pod.has("spec", "automountServiceAccountToken")).isTrue();
    assertThat(pod.flag("spec", "automountServiceAccountToken")).isFalse();
    assertThat(pod.number("spec", "activeDeadlineSeconds")).hasValue(600);
    assertThat(pod.text("spec", "restartPolicy")).contains("Never");
    assertThat(pod.objects("spec", "tolerations"))
        .extracting(ApiObject::tree)
        .containsExactly(Map.of("operator", "Exists"));
    ApiObject container = pod.objects("spec", "containers").getFirst();
    assertThat(container.text("image")).contains("calico/node:v3.31.7");
    assertThat(container.texts("command")).containsExactly("sleep", "600");
    assertThat(container.flag("securityContext", "privileged")).isTrue();
    assertThat(DebugPod.of(pod).run())
        .hasValueSatisfying(run -> assertThat(run.hasEnded()).isFalse());
  }

  @Test
  void it_sees_of_the_node_what_calico_node_sees_to_read() {
    shell(access()).run("n1", READ);

    ApiObject pod = created();
    assertThat(pod.objects("spec", "volumes"))
        .extracting(volume -> volume.text("hostPath", "path").orElse(""))
        .containsExactly("/etc/k3s/net.d", "/run/xtables.lock");
    assertThat(pod.objects("spec", "containers").getFirst().objects("volumeMounts"))
        .extracting(ApiObject::tree)
        .extracting("mountPath", "readOnly")
        .containsExactly(tuple("/host/etc/cni/net.d", true), tuple("/run/xtables.lock", false));
    assertThat(pod.objects("spec", "imagePullSecrets"))
        .extracting(ApiObject::tree)
        .containsExactly(Map.of("name", "registry"));
  }

  @Test
  void everything_about_it_can_be_chosen() {
    server.says("POST /api/v1/namespaces/debug/pods", 201, MADE);
    server.says(
        "GET /api/v1/namespaces/debug/pods",
        200,
        "{\"metadata\":{\"uid\":\"d\"},\"status\":{\"phase\":\"Running\"}}");
    NodeAccess chosen =
        new NodeAccess(
            Mode.POD,
            Optional.of("mirror/tools:1"),
            Optional.of("debug"),
            Optional.of("mine"),
            Optional.of("Never"),
            Duration.ofHours(1),
            said::add);

    shell(chosen).run("n1", READ);

    ApiObject pod = created();
    ApiObject container = pod.objects("spec", "containers").getFirst();
    assertThat(pod.namespace()).isEqualTo("debug");
    assertThat(container.text("image")).contains("mirror/tools:1");
    assertThat(container.text("imagePullPolicy")).contains("Never");
    assertThat(pod.objects("spec", "imagePullSecrets"))
        .extracting(ApiObject::tree)
        .containsExactly(Map.of("name", "mine"));
    assertThat(pod.number("spec", "activeDeadlineSeconds")).hasValue(3600);
  }

  @Test
  void what_PodSecurity_refuses_is_explained_and_not_made() {
    server.says(
        DRY_RUN,
        403,
        FakeApiServer.status(
            403,
            "Forbidden",
            "pods \"x\" is forbidden: violates PodSecurity \"restricted:latest\": privileged"));

    FipctlException failure = failure(shell(access()));

    assertThat(failure.exitCode()).isEqualTo(ExitCode.FORBIDDEN);
    assertThat(failure.reason()).isEqualTo("DebugPodRefused");
    assertThat(failure.getMessage())
        .contains("refused in namespace kube-system", "violates PodSecurity \"restricted:latest\"");
    assertThat(failure.hints())
        .anyMatch(hint -> hint.contains("pod-security.kubernetes.io/enforce=privileged"))
        .contains("then add --debug-namespace fipctl-debug");
    assertThat(asked("POST")).hasSize(1);
    opened.getFirst().close();
    assertThat(asked("DELETE")).isEmpty();
  }

  @Test
  void no_right_to_make_pods_names_the_rule() {
    server.says(
        DRY_RUN,
        403,
        FakeApiServer.status(403, "Forbidden", "User \"a\" cannot create resource \"pods\""));

    FipctlException failure = failure(shell(access()));

    assertThat(failure.exitCode()).isEqualTo(ExitCode.FORBIDDEN);
    assertThat(failure.hint().orElseThrow())
        .contains("resources: [\"pods\"], verbs: [\"create\"]} in namespace kube-system");
  }

  @ParameterizedTest
  @CsvSource({
    "waiting, ErrImagePull, failed to pull image x: not found",
    "waiting, CreateContainerError, no such file",
    "terminated, StartError, exec sleep: no such file"
  })
  void the_kubelets_words_are_told_at_once(String state, String reason, String message) {
    server.says(
        "GET" + N1,
        200,
        "{\"metadata\":{\"uid\":\"d\"},\"status\":{\"phase\":\"Pending\",\"containerStatuses\":[{\"state\":{\"%s\":{\"reason\":\"%s\",\"message\":\"%s\"}}}]}}"
            .formatted(state, reason, message));

    DebugPodShell shell = shell(access());
    FipctlException failure = failure(shell);

    assertThat(failure.exitCode()).isEqualTo(ExitCode.NOT_SEEN);
    assertThat(failure.getMessage())
        .isEqualTo(
            "debug pod kube-system/fipctl-debug-n1-x1 on node n1 does not start: %s: %s"
                .formatted(reason, message));
    assertThat(failure(shell)).isSameAs(failure);
    assertThat(asked("POST")).hasSize(2);
    shell.close();
    assertThat(asked("DELETE")).hasSize(1);
  }

  @Test
  void a_pod_that_the_node_turns_away_is_told_with_its_reason() {
    server.says(
        "GET" + N1,
        200,
        "{\"metadata\":{\"uid\":\"d\"},\"status\":{\"phase\":\"Failed\",\"reason\":\"OutOfpods\",\"message\":\"too many\"}}");

    assertThat(failure(shell(access())).getMessage()).endsWith("OutOfpods: too many");
  }

  @Test
  void a_pod_that_never_starts_is_told_with_the_last_event() {
    server.says(
        "GET" + N1, 200, "{\"metadata\":{\"uid\":\"d\"},\"status\":{\"phase\":\"Pending\"}}");
    server.says(
        "GET /api/v1/namespaces/kube-system/events",
        200,
        """
        {"items":[
          {"type":"Warning","reason":"FailedMount","message":"no such directory",
           "involvedObject":{"name":"fipctl-debug-n1-x1"}},
          {"type":"Warning","reason":"Other","message":"of another",
           "involvedObject":{"name":"another"}}]}
        """);

    assertThat(failure(shell(access())).getMessage()).endsWith("FailedMount: no such directory");
  }

  @Test
  void a_node_that_does_not_answer_gets_no_pod() {
    server.says("GET /api/v1/nodes/n2", 200, ready("Unknown"));
    server.says("GET /api/v1/nodes/n9", 404, FakeApiServer.status(404, "NotFound", "no n9"));
    DebugPodShell shell = shell(access());

    FipctlException silent =
        catchThrowableOfType(FipctlException.class, () -> shell.run("n2", READ));
    FipctlException missing =
        catchThrowableOfType(FipctlException.class, () -> shell.run("n9", READ));

    assertThat(silent.getMessage()).isEqualTo("node n2 is not ready: no debug pod can start there");
    assertThat(missing.exitCode()).isEqualTo(ExitCode.NOT_FOUND);
    assertThat(asked("POST")).isEmpty();
  }

  @Test
  void a_create_without_an_answer_is_deleted_as_well() {
    server.says(CREATE, 503, FakeApiServer.status(503, "Unavailable", "try later"));
    server.says(DRY_RUN, 201, "{}");

    DebugPodShell shell = shell(access());
    assertThat(failure(shell)).isNotNull();
    shell.close();

    assertThat(asked("DELETE")).hasSize(1);
  }

  @Test
  void what_cannot_be_deleted_is_told_and_the_end_is_not_held_up() {
    DebugPodShell shell = shell(access());
    shell.run("n1", READ);
    server.says(
        "DELETE" + N1,
        403,
        FakeApiServer.status(403, "Forbidden", "User \"a\" cannot delete resource \"pods\""));

    assertThatCode(shell::close).doesNotThrowAnyException();

    assertThat(said)
        .last()
        .asString()
        .contains("fipctl-debug-n1-x1 could not be deleted", "after 10 minutes", "fipctl cleanup");
  }

  @Test
  void after_the_end_no_pod_is_made() {
    DebugPodShell shell = shell(access());
    shell.close();

    assertThat(failure(shell).exitCode()).isEqualTo(ExitCode.INTERRUPTED);
    assertThat(asked("POST")).noneMatch(path -> !path.contains("dryRun"));
  }

  @Test
  void without_any_calico_node_the_image_must_be_named() {
    FakeApiServer other = FakeApiServer.start();
    other.says("GET /api/v1/nodes/", 200, ready("True"));
    other.says("GET /api/v1/pods?", 200, "{\"items\":[]}");
    other.says("GET /apis/apps/v1/daemonsets", 200, "{\"items\":[]}");
    try (other;
        Cluster empty = other.cluster();
        DebugPodShell shell = new DebugPodShell(empty, access(), null, () -> "x1", pause -> {})) {
      FipctlException failure =
          catchThrowableOfType(FipctlException.class, () -> shell.run("n1", READ));

      assertThat(failure.reason()).isEqualTo("NoDebugImage");
      assertThat(failure.hints())
          .containsExactly("name one with --image", "kubectl get daemonsets -A");
    }
  }
}
