package io.fipctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.lab.simulation.LabState;
import io.fipctl.lab.simulation.NodeState;
import io.fipctl.node.NodeCommand.DeleteFlows;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class TrafficTest {
  private static final String ADDRESS = "203.0.113.10";
  private static final String WEB_0 = "10.244.40.130";
  private static final String WEB_1 = "10.244.217.1";
  private static final String WEB_2 = "10.244.40.131";

  private final LabCluster cluster = LabCluster.of(LabState.healthy());

  @Test
  void the_host_rewrites_to_the_pod_and_who_forwards_does_not_rewrite() {
    assertThat(replySource("n1")).containsExactly(WEB_0);
    assertThat(replySource("n2")).containsExactly(ADDRESS);
    assertThat(replySource("n3")).isEmpty();
  }

  @Test
  void after_a_move_by_plain_annotation_both_nodes_keep_what_is_stale() {
    move("shop/web-0", "shop/web-1");

    assertThat(replySource("n1")).containsExactly(WEB_0);
    assertThat(replySource("n2")).containsExactly(ADDRESS);
    assertThat(cluster.state().kernel("n2").dnat()).containsEntry(ADDRESS, WEB_1);
  }

  @Test
  void the_flow_is_right_again_once_both_nodes_are_flushed_in_either_order() {
    for (List<String> order : List.of(List.of("n1", "n2"), List.of("n2", "n1"))) {
      cluster.change(state -> state.withoutFloatingIps("shop/web-1"));
      cluster.change(state -> state.floatingIps("shop/web-0", "[\"203.0.113.10\"]"));
      order.forEach(this::flush);
      assertThat(replySource("n1")).as("before").containsExactly(WEB_0);

      move("shop/web-0", "shop/web-1");
      order.forEach(this::flush);

      assertThat(replySource("n1")).as("n1 forwards").containsExactly(ADDRESS);
      assertThat(replySource("n2")).as("n2 hosts").containsExactly(WEB_1);
    }
  }

  @Test
  void on_one_node_the_old_pod_keeps_the_flow_until_it_is_flushed() {
    move("shop/web-0", "shop/web-2");
    assertThat(replySource("n1")).containsExactly(WEB_0);

    flush("n1");
    assertThat(replySource("n1")).containsExactly(WEB_2);
  }

  @Test
  void of_a_released_address_no_new_flow_appears() {
    cluster.change(state -> state.withoutFloatingIps("shop/web-0"));
    assertThat(replySource("n1")).containsExactly(WEB_0);

    flush("n1");
    flush("n2");
    assertThat(replySource("n1")).isEmpty();
    assertThat(replySource("n2")).isEmpty();
  }

  @Test
  void Felix_flushes_the_flows_of_a_pod_that_goes() {
    cluster.change(state -> state.withoutPod("shop/web-0"));

    assertThat(replySource("n1")).isEmpty();
  }

  @Test
  void an_address_outside_of_every_pool_gets_no_traffic() {
    cluster.change(state -> state.floatingIps("shop/web-2", "[\"192.0.2.1\"]"));

    assertThat(cluster.state().kernel("n1").dnat()).containsKey("192.0.2.1");
    assertThat(cluster.state().kernel("n1").flows())
        .noneMatch(flow -> flow.destination().equals("192.0.2.1"));
  }

  @Test
  void deleting_counts_what_was_there() {
    DeleteFlows twice = new DeleteFlows(List.of(tuple("40000"), tuple("40001")));

    assertThat(cluster.nodes().run("n1", twice).stdout()).isEqualTo("1\n");
  }

  private void move(String from, String to) {
    cluster.change(state -> state.withoutFloatingIps(from));
    cluster.change(state -> state.floatingIps(to, "[\"203.0.113.10\"]"));
  }

  private void flush(String node) {
    cluster.nodes().run(node, new DeleteFlows(List.of(tuple("40000"))));
  }

  private static List<String> tuple(String port) {
    return List.of(
        "-f",
        "ipv4",
        "-p",
        "udp",
        "--orig-src",
        "172.31.99.2",
        "--orig-dst",
        ADDRESS,
        "--sport",
        port,
        "--dport",
        "9000");
  }

  private List<String> replySource(String node) {
    return cluster.state().kernel(node).flows().stream()
        .filter(flow -> flow.destination().equals(ADDRESS))
        .map(NodeState.Flow::replySource)
        .toList();
  }
}
