package io.fipctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.lab.simulation.LabState;
import io.fipctl.model.ExitCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShowTest {
  private final CliFixture runs = CliFixture.on(LabState.healthy());

  @Test
  void tells_everything_about_an_address() {
    assertThat(runs.ok("show", "203.0.113.10"))
        .containsPattern("Address: +203\\.0\\.113\\.10")
        .containsPattern("Pod: +shop/web-0 \\(held\\)")
        .containsPattern("Node: +n1")
        .containsPattern("Pod IP: +10\\.244\\.40\\.130")
        .containsPattern("Controller: +<none>")
        .containsPattern("Pool: +floating \\(203\\.0\\.113\\.0/\\d+, disabled\\)");
  }

  @Test
  void of_an_address_that_nobody_holds_says_just_that() {
    assertThat(runs.ok("show", "203.0.113.99")).containsPattern("Pod: +<none>");
    assertThat(runs.ok("show", "203.0.113.99", "-o", "json")).contains("\"holders\" : [ ]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "172.31.99.12 | node/n2",
        "10.244.217.1 | pod/shop/web-1",
        "10.96.0.1    | service/default/kubernetes"
      })
  void names_who_has_it_in_another_way(String address, String owner) {
    assertThat(runs.ok("show", address)).containsPattern("Also: +" + owner);
  }

  @Test
  void shows_both_holders_of_a_duplicate() {
    runs.cluster().change(state -> state.floatingIps("shop/t1", "[\"203.0.113.10\"]"));

    assertThat(runs.ok("show", "203.0.113.10"))
        .contains("shop/web-0 (duplicate)", "shop/t1 (duplicate)");
  }

  @Test
  void doubts_what_will_not_be_reachable() {
    runs.cluster().change(state -> state.floatingIps("shop/web-2", "[\"192.0.2.7\"]"));

    assertThat(runs.ok("show", "192.0.2.7"))
        .containsPattern("Pool: +<none>")
        .containsPattern("Doubt: +192\\.0\\.2\\.7 is in no IP pool");
    assertThat(CliFixture.on(LabState.healthy().gates(false, true)).ok("show", "203.0.113.10"))
        .contains("the CNI plugin's gate is off");
  }

  @Test
  void names_what_it_may_not_read() {
    CliFixture.Result result =
        CliFixture.on(LabState.healthy().deny("list", "services")).run("show", "10.96.0.1");

    assertThat(result.exitCode()).isZero();
    assertThat(result.err()).contains("warning: not checked: services");
  }

  @Test
  void tells_the_addresses_of_a_pod() {
    assertThat(runs.ok("show", "shop/web-1"))
        .contains("203.0.113.31", "203.0.113.32")
        .doesNotContain("203.0.113.10");
    CliFixture.Result none = runs.run("show", "shop/web-2");
    assertThat(none.exitCode()).isZero();
    assertThat(none.out()).isEmpty();
    assertThat(none.err()).contains("shop/web-2 has no floating IP");
    assertThat(runs.run("show", "shop/none").code()).isEqualTo(ExitCode.NOT_FOUND);
  }

  @Test
  void prints_either_as_name_or_document() {
    assertThat(runs.ok("show", "203.0.113.10", "-o", "name")).isEqualTo("203.0.113.10\n");
    assertThat(runs.ok("show", "shop/web-1", "-o", "name"))
        .isEqualTo("203.0.113.31\n203.0.113.32\n");
    assertThat(runs.ok("show", "203.0.113.10", "-o", "yaml"))
        .startsWith("apiVersion: fipctl.io/v1\nkind: FloatingIP\naddress: 203.0.113.10\n")
        .contains("name: floating", "disabled: true", "reserved: false");
    assertThat(runs.ok("show", "shop/web-1", "-o", "json")).contains("FloatingIPList");
  }
}
