package io.fipctl.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code status} and {@code enable} in each group of Calico's kinds, and where both are served. */
class GatesIT {
  @ParameterizedTest
  @CsvSource({"crd,crd.projectcalico.org", "v3,projectcalico.org", "both,crd.projectcalico.org"})
  void status_names_the_group_that_Felix_reads(String setUp, String group) {
    ApiServer server = asNew(setUp);

    Ran ran = server.fipctl("status", "-o", "json").exits(0);

    assertThat(ran.json().path("apiVersion").asText()).isEqualTo("fipctl.io/v1");
    assertThat(ran.out()).contains("\"" + group);
  }

  @ParameterizedTest
  @CsvSource({"crd,crd.projectcalico.org", "v3,projectcalico.org", "both,crd.projectcalico.org"})
  void a_dry_run_of_enable_shows_both_changes_and_makes_none(String setUp, String group) {
    ApiServer server = asNew(setUp);
    server.setCniGate(false);
    String felix = "felixconfigurations." + group;
    String off = "{\"spec\":{\"floatingIPs\":\"Disabled\"}}";
    server.kubectl("patch", felix, "default", "--type=merge", "-p", off).exits(0);
    String template = template(server);

    try (Interposed between = Interposed.watching(server)) {
      Ran ran =
          server.fipctlAs(between.kubeconfig(), "enable", "--dry-run=server", "--yes").exits(0);

      assertThat(ran.out()).contains("floating_ips", "floatingIPs");
      assertThat(between.writes())
          .isNotEmpty()
          .allSatisfy(write -> assertThat(write.isDryRun()).as(write.toString()).isTrue())
          .anySatisfy(
              write ->
                  assertThat(write.uri().getPath())
                      .startsWith("/apis/" + group + "/")
                      .endsWith("/felixconfigurations/default"));
    }
    assertThat(template(server)).isEqualTo(template);
    assertThat(server.field(felix, "default", ".spec.floatingIPs")).isEqualTo("Disabled");
  }

  @ParameterizedTest
  @ValueSource(strings = {"crd", "v3"})
  void enable_is_refused_where_the_operator_manages_Calico(String setUp) {
    ApiServer server = asNew(setUp);
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
  @ValueSource(strings = {"crd", "v3"})
  void enable_names_the_right_that_is_missing(String setUp) {
    ApiServer server = asNew(setUp);
    server.setCniGate(false);
    Path user = server.user(Rule.readAnd());

    server
        .fipctlAs(user, "enable", "--dry-run=server", "--yes")
        .exits(6)
        .answeringNothing()
        .saying("patch", "configmaps", "kube-system");
  }

  @ParameterizedTest
  @ValueSource(strings = {"crd", "v3", "both"})
  void assign_reads_the_gate_in_the_group_that_Felix_reads(String setUp) {
    ApiServer server = asNew(setUp);
    if (setUp.equals("both")) {
      // Felix does not read this one.
      String off = "{\"spec\":{\"floatingIPs\":\"Disabled\"}}";
      String other = "felixconfigurations.projectcalico.org";
      server.kubectl("patch", other, "default", "--type=merge", "-p", off).exits(0);
    }

    server.fipctl("assign", "shop/web-0", "203.0.113.10", "--wait=false").exits(0);

    assertThat(server.annotation("web-0")).contains("[\"203.0.113.10\"]");
  }

  private static ApiServer asNew(String setUp) {
    ApiServer server = new ApiServer(setUp);
    server.beforeEach(null);
    return server;
  }

  private static String template(ApiServer server) {
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
