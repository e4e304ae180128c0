package io.fipctl.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the other tests rely on: the servers, their users, their objects, and the go-between. */
class HarnessIT {
  @RegisterExtension final TestApiServer server = new TestApiServer("crd");

  @ParameterizedTest
  @CsvSource({"crd,true,false", "v3,false,true", "both,true,true"})
  void a_server_has_the_Calico_groups_of_its_set_up(String setUp, boolean crd, boolean v3) {
    ProcessResult versions = new TestApiServer(setUp).kubectl("api-versions").exits(0);

    List<String> served = versions.out().lines().toList();
    assertThat(served.contains("crd.projectcalico.org/v1")).isEqualTo(crd);
    assertThat(served.contains("projectcalico.org/v3")).isEqualTo(v3);
    assertThat(served).contains("operator.tigera.io/v1");
  }

  @ParameterizedTest
  @CsvSource({"crd,crd.projectcalico.org", "v3,projectcalico.org"})
  void Calicos_objects_are_in_their_group(String setUp, String group) {
    TestApiServer other = new TestApiServer(setUp);

    assertThat(other.kubectl("get", "ippools." + group, "-o", "name").exits(0).out())
        .contains("/default-ipv4-ippool", "/floating");
    assertThat(
            other
                .kubectl(
                    "get",
                    "felixconfigurations." + group,
                    "default",
                    "-o",
                    "jsonpath={.spec.floatingIPs}")
                .exits(0)
                .out())
        .isEqualTo("Enabled");
  }

  @Test
  void the_group_v3_refuses_what_the_group_crd_takes() {
    String wrong = "{\"spec\":{\"floatingIPs\":\"Perhaps\"}}";

    server.kubectl("patch", "felixconfiguration", "default", "--type=merge", "-p", wrong).exits(0);
    new TestApiServer("v3")
        .kubectl("patch", "felixconfiguration", "default", "--type=merge", "-p", wrong)
        .exits(1)
        .saying("Unsupported value: \"Perhaps\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"pkcs1", "pkcs8", "sec1"})
  void a_user_may_do_what_a_rule_says_and_nothing_else(String keyFormat) {
    Path user = server.user(keyFormat, RbacRule.read("", "nodes"));

    server.kubectlAs(user, "get", "nodes").exits(0);
    server.kubectlAs(user, "get", "pods", "-A").exits(1).saying("Forbidden", "\"pods\"");
  }

  @Test
  void the_token_of_an_administrator_is_accepted_and_a_wrong_one_is_not() {
    server.kubectlAs(server.tokenAdmin(), "get", "nodes").exits(0);
    server
        .kubectlAs(server.tokenAdmin(), "get", "nodes", "--token=wrong")
        .exits(1)
        .saying("Unauthorized");
  }

  @Test
  void pods_have_addresses_and_are_Ready_although_nobody_runs_them() {
    assertThat(server.field("pod", "web-0", ".status.podIP")).isEqualTo("10.244.1.10");
    assertThat(server.field("pod", "web-0", ".spec.nodeName")).isEqualTo("n1");
    server.kubectl("wait", "pod/web-0", "-n", "shop", "--for=condition=Ready").exits(0);
  }

  @Test
  void a_node_that_is_an_API_object_only_refuses_exec_at_once() {
    server
        .kubectl("exec", "-n", "kube-system", "calico-node-n1", "--", "true")
        .exits(1)
        .saying("connection refused");
  }

  @Test
  void a_replaced_pod_has_its_name_and_another_UID() {
    server.annotate("web-0", "[\"203.0.113.10\"]");

    server.replacePod("web-0");

    assertThat(server.annotation("web-0")).isEmpty();
    assertThat(server.field("pod", "web-0", ".status.podIP")).isEqualTo("10.244.1.10");
  }

  @Test
  void a_reset_takes_every_change_back() {
    server.annotate("web-0", "[\"203.0.113.10\"]");
    server.kubectl("delete", "ippool", "floating").exits(0);
    server.kubectl("delete", "configmap", "calico-config", "-n", "kube-system").exits(0);
    server.kubectl("label", "node", "n1", "changed=yes").exits(0);

    server.beforeEach(null);

    assertThat(server.annotation("web-0")).isEmpty();
    server.kubectl("get", "ippool", "floating").exits(0);
    server.kubectl("get", "configmap", "calico-config", "-n", "kube-system").exits(0);
    server.kubectl("get", "nodes", "-l", "changed").exits(0).answeringNothing();
  }

  @Test
  void the_go_between_acts_just_before_a_write_and_sees_it() {
    try (InterceptingProxy between =
        InterceptingProxy.before(
            server,
            request -> request.isPatchOf("web-0"),
            () -> server.annotate("web-0", "[\"203.0.113.77\"]"))) {
      server
          .kubectlAs(between.kubeconfig(), "label", "pod", "web-0", "-n", "shop", "seen=yes")
          .exits(0);

      assertThat(between.writes())
          .singleElement()
          .satisfies(write -> assertThat(write.isPatchOf("web-0")).isTrue());
    }
    assertThat(server.annotation("web-0")).contains("[\"203.0.113.77\"]");
    assertThat(server.field("pod", "web-0", ".metadata.labels.seen")).isEqualTo("yes");
  }

  @Test
  void an_admission_policy_refuses_its_address_only() {
    server.refuseByPolicy("203.0.113.99");

    server.annotate("web-0", "[\"203.0.113.98\"]");
    String value = TestApiServer.ANNOTATION + "=[\"203.0.113.99\"]";
    server
        .kubectl("annotate", "--overwrite", "pod", "web-0", "-n", "shop", value)
        .exits(1)
        .saying("203.0.113.99 is not for you");
  }

  @Test
  void the_CNI_gate_can_be_switched() {
    server.setCniGate(false);

    assertThat(
            server.kubectl("get", "cm", "calico-config", "-n", "kube-system", "-o", "yaml").out())
        .contains("\"floating_ips\": false", "__CNI_MTU__");
  }
}
