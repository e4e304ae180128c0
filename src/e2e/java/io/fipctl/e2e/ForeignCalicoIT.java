package io.fipctl.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A tenant who may write to the namespace shop makes what looks like Calico there. */
class ForeignCalicoIT {
  private static final String LABEL = "pod-security.kubernetes.io/enforce";

  @RegisterExtension final TestApiServer server = new TestApiServer("crd");
  @TempDir private Path folder;

  /** The DaemonSet, which the tenant copied, and a pod of it on n1 that is ready. */
  private void plant() throws IOException {
    String text = Files.readString(Path.of("src/e2e/fixtures/nodes.yaml"));
    apply(
        text.substring(0, text.indexOf("\n---"))
            .replace("namespace: kube-system", "namespace: shop")
            .replace("example.test/calico/node:v3.31.7", "evil.test/root:1"),
        "create");
    String uid = server.field("daemonset", "calico-node", ".metadata.uid");
    String pod =
        """
        apiVersion: v1
        kind: Pod
        metadata:
          name: calico-node-aaaaa
          namespace: shop
          labels: {k8s-app: calico-node}
          ownerReferences:
            - {apiVersion: apps/v1, kind: DaemonSet, name: calico-node, uid: %s, controller: true}
        spec:
          nodeName: n1
          hostNetwork: true
          containers: [{name: calico-node, image: "evil.test/root:1"}]
        status:
          phase: Running
          conditions: [{type: Ready, status: "True"}]
          containerStatuses:
            - name: calico-node
              image: evil.test/root:1
              imageID: evil
              ready: true
              restartCount: 0
              state: {running: {startedAt: "2026-11-01T10:00:00Z"}}
        """
            .formatted(uid);
    apply(pod, "create");
    apply(pod, "replace", "--subresource=status");
  }

  private void apply(String text, String... verb) throws IOException {
    Path file = Files.writeString(folder.resolve("planted.yaml"), text);
    List<String> words = new ArrayList<>(List.of(verb));
    words.addAll(List.of("--validate=ignore", "-f", file.toString()));
    server.kubectl(words.toArray(String[]::new)).exits(0);
  }

  @AfterEach
  void take_it_away() {
    server.kubectl("delete", "daemonset", "calico-node", "-n", "shop", "--ignore-not-found");
    server.kubectl("label", "namespace", "kube-system", LABEL + "-");
  }

  @Test
  void what_a_tenant_made_is_told_of_and_passed_over() throws IOException {
    plant();

    ProcessResult status = server.fipctl("status").exits(0);
    assertThat(status.out())
        .contains("kube-system/calico-node\n")
        .containsPattern("Passed over: +shop/calico-node")
        .doesNotContain("evil");
    server
        .fipctl("assign", "shop/web-0", "203.0.113.10", "--wait=false")
        .exits(0)
        .saying("DaemonSet shop/calico-node has a container calico-node and was passed over");
    assertThat(server.fipctl("doctor").out())
        .contains("DaemonSet shop/calico-node has a container calico-node too")
        .doesNotContain("evil");
    assertThat(server.fipctl("status", "--calico-namespace", "shop").exits(0).out())
        .contains(" shop/calico-node\n");
  }

  @Test
  void no_command_is_run_in_a_tenants_pod() throws IOException {
    plant();
    String[] look = {"node-shell", "n1", "--node-access=exec", "--", "true"};

    server.fipctl(look).exits(7).saying("exec in pod kube-system/calico-node-n1");
    server.kubectl("delete", "pod", "calico-node-n1", "-n", "kube-system", "--force").exits(0);
    server
        .fipctl(look)
        .exits(7)
        .answeringNothing()
        .saying("node n1 has no pod of DaemonSet kube-system/calico-node to look from");
  }

  @Test
  void a_debug_pod_is_made_where_calico_is_and_of_its_image() throws IOException {
    plant();
    String user =
        server.allowed(
            new RbacRule("", List.of("pods", "nodes"), List.of("get", "list", "create")),
            new RbacRule("apps", List.of("daemonsets"), List.of("list")));
    // So that it is seen where it would be made, although no kubelet will ever start one here.
    server.kubectl("label", "namespace", "kube-system", LABEL + "=baseline").exits(0);

    for (String way : List.of("auto", "pod")) {
      server
          .fipctl("--as", user, "node-shell", "n1", "--node-access", way, "--", "true")
          .exits(6)
          .answeringNothing()
          .saying("debug pod for node n1 is refused in namespace kube-system");
    }
  }

  @Test
  void who_may_not_list_daemonsets_starts_nothing() throws IOException {
    plant();
    String user =
        server.allowed(
            new RbacRule("", List.of("pods", "nodes"), List.of("get", "list", "create")));

    for (String way : List.of("auto", "exec", "pod")) {
      server
          .fipctl("--as", user, "node-shell", "n1", "--node-access", way, "--", "true")
          .exits(6)
          .saying("{apiGroups: [\"apps\"], resources: [\"daemonsets\"], verbs: [\"list\"]}")
          .notSaying("starting debug pod");
    }
  }

  @Test
  void only_debug_pods_of_fipctl_are_cleaned_up() throws IOException {
    for (String name : List.of("left", "report")) {
      String mark =
          name.equals("left") ? "annotations: {fipctl.io/run: \"elsewhere 4711 1000\"}" : "";
      String pod =
          """
          apiVersion: v1
          kind: Pod
          metadata:
            name: %s
            namespace: shop
            labels: {app.kubernetes.io/managed-by: fipctl}
            %s
          spec: {nodeName: n1, containers: [{name: a, image: "a:1"}]}
          status: {phase: Succeeded}
          """
              .formatted(name, mark);
      apply(pod, "create");
      apply(pod, "replace", "--subresource=status");
    }

    server.fipctl("cleanup", "--yes", "-o", "name").exits(0).answering("pod/left\n");

    server.kubectl("get", "pod", "report", "-n", "shop").exits(0);
    assertThat(server.kubectl("get", "pod", "left", "-n", "shop").exitCode()).isNotZero();
  }
}
