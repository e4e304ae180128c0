package io.fipctl.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a real 403 becomes: exit 6 that names the rule that is missing. */
class RightsIT {
  private static final String[] ASSIGN = {"assign", "shop/web-0", "203.0.113.10", "--wait=false"};

  /** Each right that a verb asks for, as group, resource and verb. */
  private static final List<String> RIGHTS =
      List.of(
          " pods get",
          " pods list",
          " pods watch",
          " pods patch",
          " pods/exec create",
          " pods/exec get",
          " nodes list",
          " services list",
          " namespaces create",
          " events create",
          "coordination.k8s.io leases get",
          "coordination.k8s.io leases list",
          "coordination.k8s.io leases create",
          "coordination.k8s.io leases patch",
          " configmaps get",
          " configmaps patch",
          "apps daemonsets list",
          "apps daemonsets patch",
          "apps deployments list",
          "apps statefulsets list",
          "apps replicasets list",
          "batch jobs list",
          "batch cronjobs list",
          "crd.projectcalico.org felixconfigurations list",
          "crd.projectcalico.org felixconfigurations get",
          "crd.projectcalico.org felixconfigurations patch",
          "crd.projectcalico.org clusterinformations list",
          "crd.projectcalico.org clusterinformations get",
          "crd.projectcalico.org ippools list",
          "crd.projectcalico.org ipreservations list",
          "crd.projectcalico.org ipamblocks list",
          "crd.projectcalico.org bgpconfigurations list",
          "networking.k8s.io servicecidrs list",
          "discovery.k8s.io endpointslices list",
          "operator.tigera.io installations list");

  @RegisterExtension final TestApiServer server = new TestApiServer("crd");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "pods list                | list -A",
        "pods list                | owner 203.0.113.9",
        "pods get                 | show shop/web-1",
        "daemonsets list          | status",
        "nodes list               | status",
        "pods get                 | assign shop/web-0 203.0.113.10 --wait=false",
        "pods list                | assign shop/web-0 203.0.113.10 --wait=false",
        "pods patch               | assign shop/web-0 203.0.113.10 --wait=false",
        "pods patch               | assign shop/web-0 203.0.113.10 --dry-run=server",
        "daemonsets list          | assign shop/web-0 203.0.113.10 --wait=false",
        "configmaps get           | assign shop/web-0 203.0.113.10 --wait=false",
        "felixconfigurations list | assign shop/web-0 203.0.113.10 --wait=false",
        "pods patch               | move 203.0.113.9 shop/web-0 --unverified",
        "pods/exec get            | move 203.0.113.9 shop/web-0",
        "pods patch               | release 203.0.113.9 --unverified",
        "pods/exec get            | release 203.0.113.9",
        "daemonsets list          | release 203.0.113.9",
        "daemonsets list          | move 203.0.113.9 shop/web-0",
        "pods/exec get            | enable --yes",
        "configmaps patch         | enable --no-restart --yes",
        "felixconfigurations patch| disable --felix-only --yes",
      })
  void names_the_rule_that_is_missing_and_changes_nothing(String missing, String command) {
    boolean disable = command.startsWith("disable");
    if (!disable) {
      server.annotate("web-1", "[\"203.0.113.9\"]");
    }
    server.setCniGate(!command.startsWith("enable"));
    String before = server.podVersions();
    String[] words = missing.split(" ", 2);

    server
        .fipctl(as(userWithout(missing), command.split(" ", -1)))
        .exits(6)
        .answeringNothing()
        .saying("rule missing", "resources: [\"" + words[0] + "\"]", "\"" + words[1] + "\"");

    assertThat(server.podVersions()).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource({
    "services list",
    "nodes list",
    "ipamblocks list",
    "ippools list",
    "ipreservations list",
    "bgpconfigurations list",
    "servicecidrs list",
    "endpointslices list"
  })
  void says_what_could_not_be_checked_and_goes_on(String missing) {
    server
        .fipctl(as(userWithout(missing), ASSIGN))
        .exits(0)
        .saying("not checked", missing.split(" ", 2)[0]);

    assertThat(server.annotation("web-0")).contains("[\"203.0.113.10\"]");
    server
        .fipctl(as(userWithout(missing), "assign", "shop/web-1", "203.0.113.11", "--strict"))
        .exits(9)
        .saying("not checked", missing.split(" ", 2)[0]);
    assertThat(server.annotation("web-1")).isEmpty();
  }

  @Test
  void list_shows_what_there_is_to_who_may_not_follow_it() {
    server.annotate("web-1", "[\"203.0.113.9\"]");

    ProcessResult ran = server.fipctl(as(userWithout("pods watch"), "list", "-A", "-w")).exits(6);

    assertThat(ran.out()).contains("203.0.113.9");
    ran.saying("rule missing", "\"watch\"");
  }

  @Test
  void nobody_assigns_without_knowing_who_else_has_the_address() {
    String user = server.allowed(rulesWithout("pods"));
    server
        .kubectl("create", "role", user, "-n", "shop", "--verb=*", "--resource=pods,pods/exec")
        .exits(0);
    server.kubectl("create", "rolebinding", user, "-n", "shop", "--role=" + user, "--user=" + user);

    server.fipctl(as(user, ASSIGN)).exits(6).answeringNothing().saying("\"list\"", "cluster-wide");

    assertThat(server.annotation("web-0")).isEmpty();
  }

  @Test
  void an_operator_without_exec_assigns_and_hears_that_nobody_looked() {
    String user = userWithout("pods/exec get");

    server
        .fipctl(as(user, "assign", "shop/web-0", "203.0.113.10"))
        .exits(7)
        .saying("no permission to exec in kube-system", "pods/exec");

    assertThat(server.annotation("web-0")).contains("[\"203.0.113.10\"]");
  }

  @Test
  void move_and_release_without_exec_tell_of_unverified() {
    server.annotate("web-0", "[\"203.0.113.10\"]");
    String user = userWithout("pods/exec get");

    server.fipctl(as(user, "move", "203.0.113.10", "shop/web-1")).exits(6).saying("--unverified");
    server.fipctl(as(user, "release", "203.0.113.10")).exits(6).saying("--unverified");
    server.fipctl(as(user, "move", "203.0.113.10", "shop/web-1", "--unverified")).exits(0);

    assertThat(server.annotation("web-0")).isEmpty();
    assertThat(server.annotation("web-1")).contains("[\"203.0.113.10\"]");
  }

  @Test
  void who_may_do_nothing_may_not_even_list() {
    var document = server.fipctl(as(server.allowed(), "list", "-A", "-o", "json")).exits(6).json();

    assertThat(document.path("apiVersion").asText()).isEqualTo("fipctl.io/v1");
    assertThat(document.path("kind").asText()).isEqualTo("Error");
    assertThat(document.path("exitCode").asInt()).isEqualTo(6);
    assertThat(document.path("reason").asText()).isNotEmpty();
    assertThat(document.path("message").asText()).contains("pods");
  }

  @Test
  void an_admission_policy_that_refuses_is_heard() {
    server.refuseByPolicy("203.0.113.66");

    for (String dryRun : List.of("--dry-run=server", "--dry-run=none")) {
      server
          .fipctl("assign", "shop/web-0", "203.0.113.66", "--wait=false", dryRun)
          .exits(6)
          .answeringNothing()
          .saying("203.0.113.66 is not for you");
    }

    assertThat(server.annotation("web-0")).isEmpty();
  }

  @Test
  void the_roles_of_the_examples_are_enough_for_what_they_are_for() {
    // An administrator's, once: most likely by `fipctl enable`.
    server.kubectl("create", "namespace", "fipctl-system");
    server.kubectl("apply", "-f", "examples/rbac.yaml").exits(0);
    bind("viewer", "clusterrole/fipctl-viewer");
    bind("viewer", "role/fipctl-viewer-locks");
    bind("operator", "clusterrole/fipctl-operator");
    bind("operator", "role/fipctl-operator-locks");
    bind("admin", "clusterrole/fipctl-operator");
    bind("admin", "clusterrole/fipctl-admin");
    bind("admin", "role/fipctl-admin");

    server.fipctl(as("viewer", "list", "-A")).exits(0);
    server.fipctl(as("viewer", "show", "203.0.113.10")).exits(0).notSaying("not checked");
    server.fipctl(as("viewer", "history", "203.0.113.10")).exits(0);
    server.fipctl(as("viewer", ASSIGN)).exits(6).saying("leases", "\"create\"");
    server.fipctl(as("operator", ASSIGN)).exits(0).notSaying("not checked");
    server
        .fipctl(as("operator", "move", "203.0.113.10", "shop/web-1", "--unverified"))
        .exits(0)
        .notSaying("not checked");
    server.fipctl(as("operator", "release", "203.0.113.10", "--unverified")).exits(0);
    server.setCniGate(false);
    server.fipctl(as("operator", "enable", "--cni-only", "--no-restart", "--yes")).exits(6);
    server.fipctl(as("admin", "enable", "--cni-only", "--no-restart", "--yes")).exits(0);

    String path = "jsonpath={.data.cni_network_config}";
    assertThat(
            server
                .kubectl("get", "configmap", "calico-config", "-n", "kube-system", "-o", path)
                .out())
        .contains("\"floating_ips\": true");
  }

  private void bind(String user, String role) {
    String[] kindAndName = role.split("/", 2);
    boolean cluster = kindAndName[0].equals("clusterrole");
    String namespace = role.endsWith("-locks") ? "fipctl-system" : "kube-system";
    List<String> command = new ArrayList<>(List.of("create"));
    command.addAll(
        cluster
            ? List.of("clusterrolebinding", user + "-" + kindAndName[1])
            : List.of("rolebinding", user + "-" + kindAndName[1], "-n", namespace));
    command.addAll(List.of("--" + kindAndName[0] + "=" + kindAndName[1], "--user=" + user));
    server.kubectl(command.toArray(String[]::new)).exits(0);
  }

  private String userWithout(String right) {
    return server.allowed(rulesWithout(right));
  }

  private static RbacRule[] rulesWithout(String rightsWith) {
    return RIGHTS.stream()
        .filter(right -> !right.contains(" " + rightsWith))
        .map(right -> right.split(" ", 3))
        .map(right -> new RbacRule(right[0], List.of(right[1]), List.of(right[2])))
        .toArray(RbacRule[]::new);
  }

  private static String[] as(String user, String... command) {
    List<String> words = new ArrayList<>(List.of(command));
    words.add("--as=" + user);
    return words.toArray(String[]::new);
  }
}
