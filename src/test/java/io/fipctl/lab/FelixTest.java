package io.fipctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.kube.Kind;
import io.fipctl.lab.simulation.LabState;
import io.fipctl.lab.simulation.NodeState;
import io.fipctl.model.ApiObject;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class FelixTest {
  private static final String WEB_0 = "calia4fc3c48bd8";
  private static final String WEB_2 = "calib8419a605df";

  @Test
  void rules_hairpin_and_route_follow_the_annotation() {
    NodeState n2 = settled(LabState.healthy()).kernel("n2");

    assertThat(n2.dnat())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "203.0.113.21", "10.244.217.4",
                "203.0.113.31", "10.244.217.1",
                "203.0.113.32", "10.244.217.1"));
    assertThat(n2.snat())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("10.244.217.1", "203.0.113.31", "10.244.217.4", "203.0.113.21"));
    assertThat(n2.routes()).containsEntry("203.0.113.31", "cali751425ce827");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ["203.0.113.31","203.0.113.32"] | 203.0.113.31 203.0.113.32 | true
          [ "203.0.113.33" ]              | 203.0.113.33              | true
          []                              | ``                        | true
          null                            | ``                        | true
          ["203.0.113.30/32"]             | ``                        | true
          ["foo"]                         | ``                        | true
          ["2001:db8::5"]                 | ``                        | true
          ["foo","203.0.113.33"]          | 203.0.113.33              | true
          ``                              | ``                        | false
          203.0.113.30                    | ``                        | false
          "203.0.113.34"                  | ``                        | false
          ["203.0.113.35",]               | ``                        | false
          """)
  void a_value_means_to_it_what_it_means_to_Calico(
      String value, String addresses, boolean hasNetwork) {
    LabCluster cluster = LabCluster.of(LabState.healthy());
    cluster.change(state -> state.floatingIps("shop/web-0", value));

    NodeState n1 = cluster.state().kernel("n1");
    assertThat(String.join(" ", n1.dnat().keySet())).isEqualTo(addresses);
    assertThat(n1.endpoints().stream().anyMatch(each -> each.device().equals(WEB_0)))
        .isEqualTo(hasNetwork);

    cluster.change(state -> state.floatingIps("shop/web-0", "[\"203.0.113.10\"]"));
    assertThat(cluster.state().kernel("n1").routes()).containsEntry("203.0.113.10", WEB_0);
  }

  @Test
  void with_the_gate_off_nothing_is_programmed() {
    NodeState n1 = settled(LabState.healthy().gates(true, false)).kernel("n1");

    assertThat(n1.dnat()).isEmpty();
    assertThat(n1.routes()).isEmpty();
    assertThat(n1.endpoints()).isNotEmpty();
  }

  @Test
  void a_nodes_own_configuration_counts_there_only_and_the_environment_above_it() {
    LabCluster cluster = LabCluster.of(LabState.healthy());
    cluster.change(
        state ->
            state.with(
                Kind.FELIX_CONFIGURATIONS,
                "{\"metadata\":{\"name\":\"node.n2\"},\"spec\":{\"floatingIPs\":\"Disabled\"}}"));

    assertThat(cluster.state().kernel("n2").dnat()).isEmpty();
    assertThat(cluster.state().kernel("n1").dnat()).isNotEmpty();

    cluster.change(state -> state.felixEnv("FELIX_FLOATINGIPS", "enabled"));
    assertThat(cluster.state().kernel("n2").dnat()).isNotEmpty();
  }

  @Test
  void of_two_pods_on_a_node_the_textually_smaller_gets_the_rule_and_the_other_the_route() {
    LabState state = settled(LabState.healthy().floatingIps("shop/web-2", "[\"203.0.113.10\"]"));

    assertThat(state.kernel("n1").dnat()).containsEntry("203.0.113.10", "10.244.40.130");
    assertThat(state.kernel("n1").snat()).containsOnlyKeys("10.244.40.130");
    assertThat(state.kernel("n1").routes()).containsEntry("203.0.113.10", WEB_2);
  }

  @Test
  void of_two_pods_on_two_nodes_both_get_it() {
    LabState state = settled(LabState.healthy().floatingIps("shop/web-1", "[\"203.0.113.10\"]"));

    assertThat(state.kernel("n1").dnat()).containsEntry("203.0.113.10", "10.244.40.130");
    assertThat(state.kernel("n2").dnat()).containsEntry("203.0.113.10", "10.244.217.1");
  }

  @Test
  void finished_and_host_network_pods_carry_nothing_and_terminating_ones_still_do() {
    LabState state =
        settled(
            LabState.healthy()
                .phase("shop/web-1", "Failed")
                .terminating("shop/t1")
                .floatingIps("kube-system/node-agent", "[\"203.0.113.50\"]"));

    assertThat(state.kernel("n2").dnat()).containsOnlyKeys("203.0.113.21");
    assertThat(state.kernel("n3").dnat()).isEmpty();
  }

  @Test
  void a_stuck_a_silent_and_a_pod_less_node_keep_what_they_have() {
    for (String how : new String[] {"stuck", "not ready", "down"}) {
      LabCluster cluster = LabCluster.of(LabState.healthy());
      cluster.change(
          state -> {
            switch (how) {
              case "stuck" -> state.stuck("n1");
              case "down" -> state.calicoNodeDown("n1");
              default -> state.notReady("n1");
            }
            state.withoutFloatingIps("shop/web-0");
          });

      assertThat(cluster.state().kernel("n1").dnat()).as(how).containsKey("203.0.113.10");
    }
  }

  @Test
  void a_rule_that_somebody_deleted_stays_away_until_Felix_acts_again() {
    LabCluster cluster = LabCluster.of(LabState.healthy());

    cluster.change(state -> state.ruleGone("n1", "203.0.113.10"));
    assertThat(cluster.state().kernel("n1").dnat()).isEmpty();
    assertThat(cluster.state().kernel("n1").routes()).containsKey("203.0.113.10");

    cluster.change(state -> state.unstuck("n1"));
    assertThat(cluster.state().kernel("n1").dnat()).containsKey("203.0.113.10");
  }

  @Test
  void IPv6_needs_Felix_to_support_it() {
    LabState six = LabState.healthy().dualStack().withPod("shop/six", "n3");
    LabState with = settled(six.floatingIps("shop/six", "[\"2001:db8:113::5\"]"));
    ApiObject pod = with.find(Kind.PODS, "shop", "six").orElseThrow();

    assertThat(pod.objects("status", "podIPs")).hasSize(2);
    assertThat(with.kernel("n3").dnat())
        .containsEntry("2001:db8:113::5", pod.objects("status", "podIPs").get(1).text("ip").get());

    LabState without = settled(with.copy().felixEnv("FELIX_IPV6SUPPORT", "false"));
    assertThat(without.kernel("n3").dnat()).isEmpty();
  }

  private static LabState settled(LabState state) {
    return LabCluster.of(state).state();
  }
}
