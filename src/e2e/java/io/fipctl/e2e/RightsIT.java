package io.fipctl.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a real 401 or 403 becomes: exit 6 that names what is missing. */
class RightsIT {
  private static final String[] ASSIGN = {"assign", "shop/web-0", "203.0.113.10", "--wait=false"};

  @RegisterExtension final ApiServer server = new ApiServer("crd");

  @Test
  void an_operator_without_exec_may_assign() {
    Path user = server.user(Rule.readAnd(Rule.PATCH_PODS, Rule.LEASES, Rule.EVENTS));
    server.kubectl("create", "namespace", "fipctl-system");

    server.fipctlAs(user, ASSIGN).exits(0);

    assertThat(server.annotation("web-0")).contains("[\"203.0.113.10\"]");
  }

  @Test
  void an_operator_without_exec_hears_that_nobody_looked() {
    Path user = server.user(Rule.readAnd(Rule.PATCH_PODS, Rule.LEASES, Rule.EVENTS));
    server.kubectl("create", "namespace", "fipctl-system");

    server
        .fipctlAs(user, "assign", "shop/web-0", "203.0.113.10")
        .exits(7)
        .saying("no permission to exec in kube-system");

    assertThat(server.annotation("web-0")).contains("[\"203.0.113.10\"]");
  }

  @Test
  void who_may_not_patch_pods_hears_which_rule_is_missing() {
    Path user = server.user(Rule.readAnd(Rule.LEASES, Rule.EVENTS, Rule.MAKE_NAMESPACES));

    server.fipctlAs(user, ASSIGN).exits(6).answeringNothing().saying("patch", "pods", "shop");

    assertThat(server.annotation("web-0")).isEmpty();
  }

  @Test
  void who_may_not_list_all_pods_cannot_know_that_an_address_is_free() {
    Path user =
        server.user(
            Rule.READ_CRD,
            Rule.READ_APPS,
            Rule.read("", "nodes", "services", "configmaps"),
            Rule.PATCH_PODS,
            Rule.LEASES);
    server
        .kubectl(
            "create",
            "rolebinding",
            userName(user),
            "-n",
            "shop",
            "--clusterrole=view",
            "--user=" + userName(user))
        .exits(0);

    server.fipctlAs(user, ASSIGN).exits(6).answeringNothing().saying("list", "pods");

    assertThat(server.annotation("web-0")).isEmpty();
  }

  @Test
  void who_may_not_read_Services_is_warned_that_they_were_not_checked() {
    Path user =
        server.user(
            Rule.read("", "pods", "nodes", "namespaces", "configmaps"),
            Rule.READ_APPS,
            Rule.READ_CRD,
            Rule.READ_OPERATOR,
            Rule.PATCH_PODS,
            Rule.LEASES,
            Rule.EVENTS,
            Rule.MAKE_NAMESPACES);

    server.fipctlAs(user, ASSIGN).exits(0).saying("services", "not checked");
  }

  @Test
  void who_may_not_lock_may_assign_without_a_lock() {
    Path user = server.user(Rule.readAnd(Rule.PATCH_PODS, Rule.EVENTS));

    server.fipctlAs(user, ASSIGN).exits(6).answeringNothing().saying("leases", "--no-lock");
    assertThat(server.annotation("web-0")).isEmpty();

    server
        .fipctlAs(user, "assign", "shop/web-0", "203.0.113.10", "--wait=false", "--no-lock")
        .exits(0);
    assertThat(server.annotation("web-0")).contains("[\"203.0.113.10\"]");
  }

  @Test
  void who_may_do_nothing_may_not_even_list() {
    server.fipctlAs(server.user(), "list", "-A").exits(6).answeringNothing().saying("list", "pods");
  }

  @Test
  void an_error_document_says_the_same() {
    var document = server.fipctlAs(server.user(), "list", "-A", "-o", "json").exits(6).json();

    assertThat(document.path("apiVersion").asText()).isEqualTo("fipctl.io/v1");
    assertThat(document.path("kind").asText()).isEqualTo("Error");
    assertThat(document.path("exitCode").asInt()).isEqualTo(6);
    assertThat(document.path("reason").asText()).isNotEmpty();
    assertThat(document.path("message").asText()).contains("pods");
  }

  @Test
  void a_token_that_nobody_knows_is_refused() {
    server
        .fipctlAs(server.tokenAdmin(), "list", "-A", "--token", "wrong")
        .exits(6)
        .answeringNothing();
  }

  @Test
  void a_server_that_does_not_answer_is_named() {
    server
        .fipctl("list", "-A", "--server", "https://127.0.0.1:1")
        .exits(20)
        .answeringNothing()
        .saying("127.0.0.1:1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--context=nowhere", "--kubeconfig=/nowhere/config"})
  void what_is_not_there_is_never_replaced_by_another_cluster(String option) {
    server.fipctl("list", "-A", option).exits(2).answeringNothing().saying("nowhere");
  }

  @Test
  void an_admission_policy_that_refuses_is_heard() {
    server.refuseByPolicy("203.0.113.66");

    server
        .fipctl("assign", "shop/web-0", "203.0.113.66", "--wait=false", "--dry-run=server")
        .exits(6)
        .answeringNothing()
        .saying("203.0.113.66 is not for you");
    server
        .fipctl("assign", "shop/web-0", "203.0.113.66", "--wait=false")
        .exits(6)
        .answeringNothing()
        .saying("203.0.113.66 is not for you");

    assertThat(server.annotation("web-0")).isEmpty();
  }

  private static String userName(Path kubeconfig) {
    return kubeconfig.getFileName().toString();
  }
}
