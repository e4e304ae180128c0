package io.fipctl.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a real API server says of debug pods, before any node sees one. */
class NodeAccessIT {
  @RegisterExtension final TestApiServer server = new TestApiServer("crd");

  private String debugPods() {
    return server
        .kubectl("get", "pods", "-A", "-l", "app.kubernetes.io/managed-by=fipctl", "-o", "name")
        .exits(0)
        .out();
  }

  private void guard(String level) {
    server.kubectl("create", "namespace", "guarded-" + level).exits(0);
    // Nobody makes it here: there is no controller manager.
    server.kubectl("create", "serviceaccount", "default", "-n", "guarded-" + level).exits(0);
    server
        .kubectl(
            "label", "namespace", "guarded-" + level, "pod-security.kubernetes.io/enforce=" + level)
        .exits(0);
  }

  @Test
  void PodSecurity_refuses_a_debug_pod_and_the_way_out_is_told() {
    for (String level : new String[] {"restricted", "baseline"}) {
      guard(level);

      server
          .fipctl(
              "node-shell",
              "n1",
              "--node-access=pod",
              "--debug-namespace=guarded-" + level,
              "--",
              "true")
          .exits(6)
          .answeringNothing()
          .saying(
              "refused in namespace guarded-" + level,
              "violates PodSecurity \"" + level + ":latest\"",
              "pod-security.kubernetes.io/enforce=privileged",
              "--debug-namespace fipctl-debug");
    }
    assertThat(debugPods()).isEmpty();
  }

  @Test
  void who_may_not_make_pods_is_told_the_rule() {
    String user =
        server.allowed(
            new RbacRule("", List.of("pods", "nodes"), List.of("get", "list")),
            new RbacRule("apps", List.of("daemonsets"), List.of("list")));

    server
        .fipctl("--as", user, "node-shell", "n1", "--node-access=pod", "--", "true")
        .exits(6)
        .saying("{apiGroups: [\"\"], resources: [\"pods\"], verbs: [\"create\"]} in namespace");
    server
        .fipctl("--as", user, "node-shell", "n1", "--node-access=exec", "--", "true")
        .exits(6)
        .saying("pods/exec");
    assertThat(debugPods()).isEmpty();
  }

  @Test
  void the_role_of_the_examples_is_enough() {
    server.kubectl("apply", "-f", "examples/rbac.yaml").exits(0);
    server
        .kubectl(
            "create", "clusterrolebinding", "vera", "--clusterrole=fipctl-viewer", "--user=vera")
        .exits(0);
    server
        .kubectl(
            "create",
            "rolebinding",
            "vera",
            "-n",
            "kube-system",
            "--role=fipctl-doctor",
            "--user=vera")
        .exits(0);

    server.fipctl("--as", "vera", "cleanup").exits(0).saying("nothing is left over");
    for (String right : List.of("create pods", "delete pods", "get pods", "create pods/exec")) {
      List<String> words = new ArrayList<>(List.of("auth", "can-i", "--as", "vera"));
      words.addAll(List.of("-n", "kube-system"));
      words.addAll(List.of(right.split(" ")));
      server.kubectl(words.toArray(String[]::new)).exits(0);
    }
  }
}
