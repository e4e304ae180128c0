package io.fipctl.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code status} and {@code enable} in each group of Calico's kinds, and where both are served. */
class GatesIT {
  private static final String OFF = "{\"spec\":{\"floatingIPs\":\"Disabled\"}}";
  private static final String TOLD = "CALICO_API_GROUP=";

  @ParameterizedTest
  @CsvSource({"crd,crd.projectcalico.org", "v3,projectcalico.org", "both,crd.projectcalico.org"})
  void status_names_the_group_that_Felix_reads(String setUp, String group) {
    TestApiServer server = asNew(setUp);

    ProcessResult ran = server.fipctl("status", "-o", "json").exits(0);

    assertThat(ran.json().path("apiVersion").asText()).isEqualTo("fipctl.io/v1");
    assertThat(ran.out()).contains("\"" + group);
  }

  @Test
  void status_believes_what_calico_node_is_told_about_its_group() {
    TestApiServer server = asNew("both");
    server
        .kubectl("set", "env", "ds/calico-node", "-n", "kube-system", TOLD + "projectcalico.org/v3")
        .exits(0);
    String other = "felixconfigurations.projectcalico.org";
    server.kubectl("patch", other, "default", "--type=merge", "-p", OFF).exits(0);

    assertThat(server.fipctl("status", "-o", "json").exits(0).out())
        .contains("\"projectcalico.org/v3\"");
    server
        .fipctl("assign", "shop/web-0", "203.0.113.10", "--wait=false")
        .exits(9)
        .saying("fipctl enable");
    assertThat(server.annotation("web-0")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"enable --yes", "enable --dry-run=server", "enable --felix-only --yes"})
  void enable_is_refused_before_writing_when_no_node_can_be_seen(String command) {
    TestApiServer server = asNew("crd");
    server.setCniGate(command.contains("felix-only"));
    server.kubectl("patch", "felixconfiguration", "default", "--type=merge", "-p", OFF).exits(0);

    try (InterceptingProxy between = InterceptingProxy.watching(server)) {
      server
          .fipctlAs(between.kubeconfig(), command.split(" ", -1))
          .exits(7)
          .answeringNothing()
          .saying("n1");

      assertThat(between.writes()).isEmpty();
    }
  }

  @Test
  void a_dry_run_of_the_CNI_gate_shows_the_change_and_makes_none() {
    TestApiServer server = asNew("crd");
    server.setCniGate(false);
    String template = template(server);

    try (InterceptingProxy between = InterceptingProxy.watching(server)) {
      ProcessResult ran =
          server
              .fipctlAs(between.kubeconfig(), "enable", "--no-restart", "--dry-run=server")
              .exits(0);

      assertThat(ran.out().lines())
          .anyMatch(line -> line.startsWith("-") && line.contains("\"floating_ips\": false"))
          .anyMatch(line -> line.startsWith("+") && line.contains("\"floating_ips\": true"));
      assertThat(between.writes())
          .singleElement()
          .satisfies(
              write -> {
                assertThat(write.isDryRun()).isTrue();
                assertThat(write.uri().getPath()).endsWith("/configmaps/calico-config");
              });
    }
    assertThat(template(server)).isEqualTo(template);
  }

  @Test
  void the_CNI_gate_is_one_word_in_a_template_that_stays_as_it_is() {
    TestApiServer server = asNew("crd");
    server.setCniGate(false);
    String before = template(server);

    server.fipctl("enable", "--no-restart", "--yes").exits(0).saying("kubectl rollout restart");

    assertThat(template(server))
        .isEqualTo(before.replace("\"floating_ips\": false", "\"floating_ips\": true"));
  }

  @ParameterizedTest
  @CsvSource({"crd,crd.projectcalico.org", "v3,projectcalico.org", "both,crd.projectcalico.org"})
  void the_gate_of_Felix_is_written_in_the_group_that_Felix_reads(String setUp, String group) {
    TestApiServer server = asNew(setUp);
    String felix = "felixconfigurations." + group;

    try (InterceptingProxy between = InterceptingProxy.watching(server)) {
      ProcessResult ran =
          server
              .fipctlAs(between.kubeconfig(), "disable", "--felix-only", "--dry-run=server")
              .exits(0);

      assertThat(ran.out()).contains("floatingIPs", "Disabled");
      assertThat(between.writes())
          .singleElement()
          .satisfies(
              write -> {
                assertThat(write.isDryRun()).isTrue();
                assertThat(write.uri().getPath())
                    .startsWith("/apis/" + group + "/")
                    .endsWith("/felixconfigurations/default");
              });
    }
    assertThat(server.field(felix, "default", ".spec.floatingIPs")).isEqualTo("Enabled");
  }

  @Test
  void the_gate_of_Felix_changes_in_one_group_only() {
    TestApiServer server = asNew("both");

    server.fipctl("disable", "--felix-only", "--yes").exits(0);

    String path = ".spec.floatingIPs";
    assertThat(server.field("felixconfigurations.crd.projectcalico.org", "default", path))
        .isEqualTo("Disabled");
    assertThat(server.field("felixconfigurations.projectcalico.org", "default", path))
        .isEqualTo("Enabled");
  }

  @Test
  void disable_asks_first_and_never_while_a_pod_has_an_address() {
    TestApiServer server = asNew("crd");

    server.fipctl("disable", "--felix-only").exits(2).saying("--yes");
    server.annotate("web-0", "[\"203.0.113.10\"]");
    server
        .fipctl("disable", "--felix-only", "--yes")
        .exits(4)
        .answeringNothing()
        .saying("web-0", "--release-all");

    assertThat(server.field("felixconfiguration", "default", ".spec.floatingIPs"))
        .isEqualTo("Enabled");
  }

  @ParameterizedTest
  @ValueSource(strings = {"crd", "v3"})
  void enable_is_refused_where_the_operator_manages_Calico(String setUp) {
    TestApiServer server = asNew(setUp);
    server.apply(
        Map.of(
            "apiVersion",
            "operator.tigera.io/v1",
            "kind",
            "Installation",
            "metadata",
            Map.of("name", "default"),
            "spec",
            Map.of("variant", "Calico")));

    server
        .fipctl("enable", "--dry-run=server", "--yes")
        .exits(9)
        .answeringNothing()
        .saying("operator");
  }

  @ParameterizedTest
  @ValueSource(strings = {"crd", "v3", "both"})
  void assign_reads_the_gate_in_the_group_that_Felix_reads(String setUp) {
    TestApiServer server = asNew(setUp);
    if (setUp.equals("both")) {
      // Felix does not read this one.
      String other = "felixconfigurations.projectcalico.org";
      server.kubectl("patch", other, "default", "--type=merge", "-p", OFF).exits(0);
    }

    server.fipctl("assign", "shop/web-0", "203.0.113.10", "--wait=false").exits(0);

    assertThat(server.annotation("web-0")).contains("[\"203.0.113.10\"]");
  }

  private static TestApiServer asNew(String setUp) {
    TestApiServer server = new TestApiServer(setUp);
    server.beforeEach(null);
    return server;
  }

  private static String template(TestApiServer server) {
    return server
        .kubectl(
            "get",
            "configmap",
            "calico-config",
            "-n",
            "kube-system",
            "-o",
            "jsonpath={.data.cni_network_config}")
        .exits(0)
        .out();
  }
}
