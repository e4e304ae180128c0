package io.fipctl.nodeoutput;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.model.IpAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConntrackTest {
  private static final IpAddress TEN = IpAddress.parse("203.0.113.10");

  @Test
  void reads_a_flow_with_all_that_it_says() {
    Flow flow = flow("tcp");

    assertThat(flow)
        .isEqualTo(
            new Flow(
                IpAddress.Family.IPV4,
                "tcp",
                6,
                OptionalLong.of(431998),
                Optional.of("ESTABLISHED"),
                new Flow.Tuple(
                    IpAddress.parse("192.0.2.2"),
                    TEN,
                    Map.of("sport", "39182", "dport", "80", "packets", "3", "bytes", "164")),
                new Flow.Tuple(
                    IpAddress.parse("10.244.40.130"),
                    IpAddress.parse("192.0.2.2"),
                    Map.of("sport", "80", "dport", "39182", "packets", "2", "bytes", "114")),
                Set.of("ASSURED"),
                Map.of("mark", "0", "use", "1")));
    assertThat(flow.isAssured()).isTrue();
    assertThat(flow.isUnreplied()).isFalse();
  }

  /** Each of these argument lists was given to conntrack 1.4.7, and the entry was gone. */
  @ParameterizedTest
  @CsvSource({
    "tcp, -f ipv4 -p tcp --orig-src 192.0.2.2 --orig-dst 203.0.113.10 --sport 39182 --dport 80",
    "udp, -f ipv4 -p udp --orig-src 192.0.2.2 --orig-dst 203.0.113.10 --sport 40000 --dport 9000",
    "sctp, -f ipv4 -p sctp --orig-src 192.0.2.2 --orig-dst 203.0.113.10 --sport 5000 --dport 5001",
    "udplite, -f ipv4 -p udplite --orig-src 192.0.2.2 --orig-dst 203.0.113.10"
        + " --sport 5004 --dport 5005",
    "icmp, -f ipv4 -p icmp --orig-src 192.0.2.2 --orig-dst 203.0.113.10"
        + " --icmp-type 8 --icmp-code 0 --icmp-id 4242",
    "icmpv6, -f ipv6 -p icmpv6 --orig-src 2001:db8:1::2 --orig-dst 2001:db8:fee::10"
        + " --icmpv6-type 128 --icmpv6-code 0 --icmpv6-id 4243",
    "dccp, -f ipv4 -p 33 --orig-src 192.0.2.2 --orig-dst 203.0.113.10",
    "gre, -f ipv4 -p 47 --orig-src 192.0.2.2 --orig-dst 203.0.113.10",
    "unknown, -f ipv4 -p 253 --orig-src 192.0.2.2 --orig-dst 203.0.113.10"
  })
  void the_arguments_that_delete_a_flow_name_its_whole_original_tuple(
      String protocol, String arguments) {
    assertThat(String.join(" ", flow(protocol).deleteArguments())).isEqualTo(arguments);
  }

  @Test
  void the_arguments_name_the_zone_of_a_flow() {
    Flow zoned =
        recorded().stream()
            .filter(f -> f.attributes().containsKey("zone"))
            .findFirst()
            .orElseThrow();

    assertThat(zoned.deleteArguments()).endsWith("--dport", "9100", "-w", "7");
  }

  @Test
  void reads_every_recorded_protocol() {
    Conntrack conntrack = Conntrack.parse(Recordings.text("tools/conntrack.txt"));

    assertThat(conntrack.faults()).isEmpty();
    assertThat(conntrack.flows())
        .extracting(flow -> flow.protocol() + " " + flow.protocolNumber())
        .containsOnly(
            "tcp 6",
            "udp 17",
            "udplite 136",
            "sctp 132",
            "icmp 1",
            "icmpv6 58",
            "dccp 33",
            "gre 47",
            "unknown 253");
    assertThat(flow("unknown").original().fields()).containsOnlyKeys("packets", "bytes");
    assertThat(flow("unknown").state()).isEmpty();
    assertThat(flow("sctp").state()).contains("CLOSED");
    assertThat(flow("sctp").isUnreplied()).isTrue();
    assertThat(flow("icmp").original().field("id")).contains("4242");
    assertThat(flow("icmp").reply().field("type")).contains("0");
  }

  @Test
  void an_offloaded_flow_has_no_timeout() {
    List<Flow> flows =
        Conntrack.parse(
                """
                ipv4     2 tcp      6 src=1.1.1.1 dst=2.2.2.2 sport=1 dport=2 src=2.2.2.2 dst=1.1.1.1 sport=2 dport=1 [OFFLOAD] mark=0 use=2
                """)
            .flows();

    assertThat(flows).hasSize(1);
    assertThat(flows.getFirst().timeout()).isEmpty();
    assertThat(flows.getFirst().flags()).containsExactly("OFFLOAD");
  }

  @ParameterizedTest
  @CsvSource({
    "10.244.40.130, 10.244.40.130, false",
    "10.244.40.130, 10.244.217.1, true",
    "203.0.113.10, 10.244.217.1, true",
    "203.0.113.10, , false",
    "10.244.40.130, , true"
  })
  void a_flow_is_stale_when_it_goes_where_it_no_longer_belongs(
      String replySource, String holderHere, boolean stale) {
    Flow flow =
        Conntrack.parse(
                "ipv4 2 udp 17 9 src=9.9.9.9 dst=203.0.113.10 sport=1 dport=2 src="
                    + replySource
                    + " dst=9.9.9.9 sport=2 dport=1 mark=0 use=1\n")
            .flows()
            .getFirst();
    Optional<IpAddress> holder = Optional.ofNullable(holderHere).map(IpAddress::parse);

    assertThat(flow.isStale(TEN, holder)).isEqualTo(stale);
    assertThat(flow.isStale(IpAddress.parse("203.0.113.11"), holder)).isFalse();
  }

  @Test
  void after_the_move_that_nobody_flushed_both_nodes_hold_stale_flows() {
    // The pod of .10 now runs on n2 and has 10.244.217.1 there.
    assertThat(stale("stale-conntrack-after-move", "n1", Map.of())).hasSize(8);
    assertThat(stale("stale-conntrack-after-move", "n2", Map.of(TEN, "10.244.217.1"))).hasSize(8);
    assertThat(stale("stale-conntrack-after-move", "n3", Map.of())).isEmpty();
    assertThat(stale("stale-conntrack-after-move", "n2", Map.of(TEN, "10.244.217.1")))
        .filteredOn(flow -> flow.protocol().equals("udp"))
        .singleElement()
        .satisfies(
            flow -> {
              assertThat(flow.isUnreplied()).isTrue();
              assertThat(flow.reply().source()).isEqualTo(TEN);
              assertThat(String.join(" ", flow.deleteArguments()))
                  .isEqualTo(
                      "-f ipv4 -p udp --orig-src 172.31.99.2 --orig-dst 203.0.113.10"
                          + " --sport 40000 --dport 9000");
            });
  }

  @Test
  void what_was_right_before_is_not_stale_for_other_addresses() {
    Map<IpAddress, String> n2 = Map.of(IpAddress.parse("203.0.113.32"), "10.244.217.1");
    List<Flow> flows = Recordings.flows("stale-conntrack-after-move", "n2");

    n2.forEach(
        (address, pod) ->
            assertThat(flows)
                .noneMatch(flow -> flow.isStale(address, Optional.of(IpAddress.parse(pod)))));
  }

  @Test
  void healthy_nodes_hold_no_stale_flow() {
    for (String situation : Recordings.SITUATIONS) {
      if (!situation.endsWith("-healthy")) {
        continue;
      }
      for (String node : Recordings.NODES) {
        Map<IpAddress, IpAddress> here =
            Recordings.nat(situation, node).nat(TEN).live().orElseThrow().targets();
        List<Flow> flows = Recordings.flows(situation, node);
        assertThat(flows).isNotEmpty();
        for (String address :
            List.of("203.0.113.10", "203.0.113.21", "203.0.113.31", "203.0.113.32")) {
          IpAddress floatingIp = IpAddress.parse(address);
          assertThat(flows)
              .as(situation + " " + node + " " + address)
              .noneMatch(f -> f.isStale(floatingIp, Optional.ofNullable(here.get(floatingIp))));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "garbage",
        "ipv4",
        "ipv4     2 tcp      6 118",
        "ipv4     2 tcp      6 118 SYN_SENT src=1.1.1.1 dst=2.2.2.2 sport=1 dport=2",
        "ipv4     2 tcp      6 118 SYN_SENT src=1.1.1.1 dst=2.2.2.2 src=1.1.1.1",
        "ipv4     2 tcp      6 118 SYN_SENT src=x dst=2.2.2.2 src=1.1.1.1 dst=2.2.2.2",
        "ipv4     2 tcp      6 118 SYN_SENT dst=2.2.2.2 src=1.1.1.1 dst=2.2.2.2",
        "ipv4 2 tcp 6 118 src=1.1.1.1 dst=2.2.2.2 src=1.1.1.1 dst=2.2.2.2 src=1.1.1.1 dst=2.2.2.2",
        "tcp      6 118 SYN_SENT src=1.1.1.1 dst=2.2.2.2 src=1.1.1.1 dst=2.2.2.2"
      })
  void what_is_no_flow_is_a_fault_with_its_line(String line) {
    Conntrack conntrack = Conntrack.parse("\n" + line + "\n");

    assertThat(conntrack.flows()).isEmpty();
    assertThat(conntrack.faults())
        .containsExactly(new ParseProblem(2, line, "not a tracked connection"));
  }

  @Test
  void the_summary_of_the_tool_and_no_text_at_all_are_no_faults() {
    assertThat(Conntrack.parse("")).isEqualTo(new Conntrack(List.of(), List.of()));
    assertThat(
            Conntrack.parse("conntrack v1.4.7 (conntrack-tools): 0 flow entries have been shown.\n")
                .faults())
        .isEmpty();
  }

  @Test
  void a_line_that_is_cut_anywhere_gives_no_flow() {
    String line = Recordings.text("tools/conntrack.txt").lines().findFirst().orElseThrow();
    for (int length = 1; length <= line.length(); length++) {
      Conntrack conntrack = Conntrack.parse(line.substring(0, length));
      assertThat(conntrack.flows()).isEmpty();
      assertThat(conntrack.faults()).hasSize(1);
    }
    assertThat(Conntrack.parse(line + "\n").flows()).hasSize(1);
  }

  private static List<Flow> recorded() {
    return Conntrack.parse(Recordings.text("tools/conntrack.txt")).flows();
  }

  private static Flow flow(String protocol) {
    Stream<Flow> flows = recorded().stream();
    return flows
        .filter(f -> f.protocol().equals(protocol) && !isIpv6Udp(f))
        .findFirst()
        .orElseThrow();
  }

  private static boolean isIpv6Udp(Flow flow) {
    return flow.protocol().equals("udp") && flow.family() == IpAddress.Family.IPV6;
  }

  private static List<Flow> stale(String situation, String node, Map<IpAddress, String> here) {
    Optional<IpAddress> holder = Optional.ofNullable(here.get(TEN)).map(IpAddress::parse);
    return Recordings.flows(situation, node).stream().filter(f -> f.isStale(TEN, holder)).toList();
  }
}
