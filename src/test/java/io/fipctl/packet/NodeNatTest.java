package io.fipctl.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.model.IpAddress;
import io.fipctl.model.IpAddress.Family;
import io.fipctl.nodeoutput.NodeDump;
import io.fipctl.nodeoutput.Recordings;
import io.fipctl.nodeoutput.Route;
import io.fipctl.nodeoutput.rules.Counters;
import io.fipctl.nodeoutput.rules.IptablesSave;
import io.fipctl.nodeoutput.rules.Rule;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeNatTest {
  private static final IpAddress TEN = IpAddress.parse("203.0.113.10");
  private static final String CALICO =
      """
      :PREROUTING ACCEPT
      :OUTPUT ACCEPT
      :POSTROUTING ACCEPT
      :cali-PREROUTING -
      :cali-OUTPUT -
      :cali-POSTROUTING -
      :cali-fip-dnat -
      :cali-fip-snat -
      -A cali-PREROUTING -j cali-fip-dnat
      -A cali-OUTPUT -j cali-fip-dnat
      -A cali-POSTROUTING -j cali-fip-snat
      """;
  private static final String HOOKS =
      """
      -A PREROUTING -j cali-PREROUTING
      -A OUTPUT -j cali-OUTPUT
      -A POSTROUTING -j cali-POSTROUTING
      """;

  @ParameterizedTest
  @CsvSource({
    "iptables-nft-healthy, n1, IPTABLES_NFT, '{203.0.113.10=10.244.40.130}'",
    "iptables-nft-healthy, n2, IPTABLES_NFT,"
        + " '{203.0.113.21=10.244.217.4, 203.0.113.31=10.244.217.1, 203.0.113.32=10.244.217.1}'",
    "iptables-nft-healthy, n3, IPTABLES_NFT, {}",
    "iptables-legacy-healthy, n1, IPTABLES_LEGACY, '{203.0.113.10=10.244.40.130}'",
    "iptables-legacy-healthy, n2, IPTABLES_LEGACY,"
        + " '{203.0.113.21=10.244.217.4, 203.0.113.31=10.244.217.1, 203.0.113.32=10.244.217.1}'",
    "iptables-legacy-healthy, n3, IPTABLES_LEGACY, {}",
    "nftables-healthy, n1, NFTABLES, '{203.0.113.10=10.244.40.130}'",
    "nftables-healthy, n2, NFTABLES,"
        + " '{203.0.113.21=10.244.217.4, 203.0.113.31=10.244.217.1, 203.0.113.32=10.244.217.1}'",
    "nftables-healthy, n3, NFTABLES, {}",
    "iptables-duplicate-same-node, n1, IPTABLES_NFT, '{203.0.113.10=10.244.40.130}'",
    "iptables-duplicate-same-node, n2, IPTABLES_NFT, '{203.0.113.21=10.244.217.4}'",
    "iptables-duplicate-same-node, n3, IPTABLES_NFT, {}",
    "iptables-duplicate-two-nodes, n1, IPTABLES_NFT, '{203.0.113.10=10.244.40.130}'",
    "iptables-duplicate-two-nodes, n2, IPTABLES_NFT,"
        + " '{203.0.113.10=10.244.217.1, 203.0.113.21=10.244.217.4}'",
    "iptables-duplicate-two-nodes, n3, IPTABLES_NFT, {}",
    "stale-conntrack-after-move, n3, IPTABLES_LEGACY, {}",
    "v3.33-healthy, n1, IPTABLES_NFT, '{203.0.113.10=10.244.40.128}'",
    "v3.33-healthy, n2, IPTABLES_NFT, '{203.0.113.31=10.244.217.0, 203.0.113.32=10.244.217.0}'",
    "v3.33-healthy, n3, IPTABLES_NFT, {}",
    "v3.33-rule-gone, n1, IPTABLES_NFT, {}",
    "v3.33-rule-gone, n2, IPTABLES_NFT, '{203.0.113.31=10.244.217.0, 203.0.113.32=10.244.217.0}'",
    "v3.33-bird-stopped, n1, IPTABLES_NFT, '{203.0.113.10=10.244.40.128}'",
    "v3.33-policy-deny, n1, IPTABLES_NFT, '{203.0.113.10=10.244.40.128}'"
  })
  void shows_which_pods_the_floating_ips_of_a_node_lead_to(
      String situation, String node, Backend backend, String targets) {
    FamilyNat nat = Recordings.nat(situation, node).nat(Family.IPV4);

    assertThat(nat.backend()).contains(backend);
    assertThat(nat.leftovers()).isEmpty();
    assertThat(nat.incompatible()).isEmpty();
    CalicoNat live = nat.live().orElseThrow();
    assertThat(live.targets()).hasToString(targets);
    assertThat(live.hooks()).isEqualTo(3);
    assertThat(live.foreign()).isEmpty();
    assertThat(live.looksLikeEbpf()).isFalse();
  }

  @Test
  void after_the_move_the_new_node_has_the_rule_and_the_old_one_not() {
    NodeNat old = Recordings.nat("stale-conntrack-after-move", "n1");
    NodeNat now = Recordings.nat("stale-conntrack-after-move", "n2");

    assertThat(old.nat(TEN).dnats(TEN)).isEmpty();
    assertThat(old.localRoute(TEN)).isEmpty();
    assertThat(old.routeTo(TEN).orElseThrow().leadsVia(IpAddress.parse("172.31.99.12"))).isTrue();
    assertThat(now.nat(TEN).target(TEN)).contains(IpAddress.parse("10.244.217.1"));
    assertThat(now.localRoute(TEN)).isPresent();
    assertThat(now.faults()).containsOnlyKeys("nft-list-ruleset");
  }

  @Test
  void hairpin_entries_answer_from_the_smallest_of_a_pods_floating_ips() {
    CalicoNat n2 =
        Recordings.nat("iptables-nft-healthy", "n2").nat(Family.IPV4).live().orElseThrow();

    assertThat(n2.hairpins())
        .containsExactlyInAnyOrder(
            hairpin("10.244.217.1", "203.0.113.31"), hairpin("10.244.217.4", "203.0.113.21"));
  }

  @Test
  void a_deleted_rule_leaves_the_hairpin_entry_and_the_route() {
    NodeNat n1 = Recordings.nat("v3.33-rule-gone", "n1");

    assertThat(n1.nat(TEN).dnats(TEN)).isEmpty();
    assertThat(n1.nat(TEN).live().orElseThrow().hairpins())
        .containsExactly(hairpin("10.244.40.128", "203.0.113.10"));
    assertThat(n1.localRoute(TEN)).map(Route::metric).contains(1024L);
  }

  @Test
  void on_one_node_the_route_of_two_holders_may_lead_to_the_other_pod_than_the_rule() {
    NodeNat n1 = Recordings.nat("iptables-duplicate-same-node", "n1");
    Route toPod = n1.routeTo(n1.nat(TEN).target(TEN).orElseThrow()).orElseThrow();

    assertThat(n1.nat(TEN).dnats(TEN)).hasSize(1);
    assertThat(n1.localRoute(TEN).orElseThrow().hops()).isNotEqualTo(toPod.hops());
  }

  @ParameterizedTest
  @CsvSource({"iptables-nft-healthy, n1", "v3.33-healthy, n1", "nftables-healthy, n1"})
  void on_the_other_nodes_the_address_is_routed_to_the_pods_node(String situation, String host) {
    assertThat(Recordings.nat(situation, host).localRoute(TEN)).isPresent();
    for (String other : List.of("n2", "n3")) {
      NodeNat nat = Recordings.nat(situation, other);
      assertThat(nat.localRoute(TEN)).isEmpty();
      assertThat(nat.routeTo(TEN).orElseThrow().leadsVia(IpAddress.parse("172.31.99.11"))).isTrue();
    }
  }

  @Test
  void without_bird_on_the_host_the_others_have_no_route_of_the_address() {
    assertThat(Recordings.nat("v3.33-bird-stopped", "n1").localRoute(TEN)).isPresent();
    assertThat(Recordings.nat("v3.33-bird-stopped", "n2").routeTo(TEN))
        .map(route -> route.destination().toString())
        .contains("0.0.0.0/0");
  }

  @Test
  void reads_the_ipv6_half_from_iptables_and_from_nftables() {
    IpAddress six = IpAddress.parse("2001:db8:fee::10");
    NodeNat iptables = view("ip6tables-nft-save", Recordings.text("tools/ip6tables-nft-save.txt"));
    NodeNat nftables =
        view("nft-list-ruleset", Recordings.text("tools/nft-list-ruleset-ip6-calico.json"));

    assertThat(iptables.nat(six).backend()).contains(Backend.IPTABLES_NFT);
    assertThat(nftables.nat(six).backend()).contains(Backend.NFTABLES);
    for (NodeNat view : List.of(iptables, nftables)) {
      assertThat(view.nat(six).target(six)).contains(IpAddress.parse("fd00:40::130"));
      assertThat(view.nat(six).live().orElseThrow().hooks()).isEqualTo(3);
      assertThat(view.nat(six).live().orElseThrow().hairpins())
          .containsExactly(hairpin("fd00:40::130", "2001:db8:fee::10"));
      assertThat(view.nat(Family.IPV4).live()).isEmpty();
    }
  }

  @Test
  void what_iptables_cannot_print_is_read_from_nft_without_the_targets() {
    NodeNat view =
        view(
            "iptables-nft-save",
            Recordings.text("tools/iptables-nft-save-incompatible.txt"),
            "nft-list-ruleset",
            Recordings.text("tools/nft-list-ruleset-incompatible.json"));
    CalicoNat live = view.nat(TEN).live().orElseThrow();

    assertThat(view.nat(TEN).incompatible()).hasSize(1);
    assertThat(live.backend()).isEqualTo(Backend.IPTABLES_NFT);
    assertThat(live.hooks()).isEqualTo(3);
    assertThat(live.dnats())
        .containsExactly(
            new CalicoNat.Dnat(TEN, Optional.empty(), Optional.of(new Counters(0, 0))));
    assertThat(live.hairpins())
        .containsExactly(new CalicoNat.Hairpin(IpAddress.parse("10.244.40.130"), Optional.empty()));
    assertThat(live.targets()).isEmpty();
  }

  @Test
  void a_table_that_is_printed_in_part_is_still_read_from_iptables() {
    FamilyNat nat =
        view(
                "iptables-nft-save",
                Recordings.text("tools/iptables-nft-save-partly-incompatible.txt"))
            .nat(TEN);

    assertThat(nat.target(TEN)).contains(IpAddress.parse("10.244.40.130"));
    assertThat(nat.incompatible()).containsExactly(new IptablesSave.Incompatible(1, "nat", false));
  }

  @ParameterizedTest
  @CsvSource({
    // hooked beats not hooked, more floating IPs beat fewer, the newer backend beats the older
    "false, 2, true, 0, IPTABLES_LEGACY",
    "true, 0, false, 2, IPTABLES_NFT",
    "true, 1, true, 2, IPTABLES_LEGACY",
    "true, 2, true, 1, IPTABLES_NFT",
    "true, 1, true, 1, IPTABLES_NFT"
  })
  void of_two_backends_with_rules_one_is_live_and_the_other_left_over(
      boolean nftHooked, int nftRules, boolean legacyHooked, int legacyRules, Backend live) {
    FamilyNat nat =
        view(
                "iptables-nft-save",
                table(nftHooked, nftRules),
                "iptables-legacy-save",
                table(legacyHooked, legacyRules))
            .nat(Family.IPV4);

    assertThat(nat.backend()).contains(live);
    assertThat(nat.leftovers()).singleElement().extracting(CalicoNat::backend).isNotEqualTo(live);
    assertThat(nat.in(Backend.IPTABLES_NFT).orElseThrow().dnats()).hasSize(nftRules);
    assertThat(nat.in(Backend.NFTABLES)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "-A PREROUTING -j cali-PREROUTING, false, true, true",
    "-A OUTPUT -j cali-OUTPUT, true, false, true",
    "-A POSTROUTING -j cali-POSTROUTING, true, true, false",
    "-A cali-OUTPUT -j cali-fip-dnat, true, false, true",
    "-A cali-POSTROUTING -j cali-fip-snat, true, true, false"
  })
  void a_missing_jump_is_seen(
      String missing, boolean prerouting, boolean output, boolean postrouting) {
    CalicoNat nat =
        view("iptables-nft-save", table(true, 1).replace(missing + "\n", ""))
            .nat(Family.IPV4)
            .live()
            .orElseThrow();

    assertThat(nat.preroutingLeads()).isEqualTo(prerouting);
    assertThat(nat.outputLeads()).isEqualTo(output);
    assertThat(nat.postroutingLeads()).isEqualTo(postrouting);
  }

  @Test
  void jumps_in_a_ring_end() {
    String ring =
        table(true, 0).replace("-A cali-OUTPUT -j cali-fip-dnat", "-A cali-OUTPUT -j cali-OUTPUT");

    assertThat(view("iptables-nft-save", ring).nat(Family.IPV4).live().orElseThrow().outputLeads())
        .isFalse();
  }

  @Test
  void the_ebpf_dataplane_has_the_snat_chain_only() {
    String bpf =
        """
        *nat
        :POSTROUTING ACCEPT
        :cali-POSTROUTING -
        :cali-fip-snat -
        -A POSTROUTING -j cali-POSTROUTING
        -A cali-POSTROUTING -j cali-fip-snat
        COMMIT
        """;
    CalicoNat live = view("iptables-nft-save", bpf).nat(Family.IPV4).live().orElseThrow();

    assertThat(live.looksLikeEbpf()).isTrue();
    assertThat(live.hooks()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-A cali-fip-dnat -j DNAT --to-destination 10.0.0.1",
        "-A cali-fip-dnat ! -d 203.0.113.10/32 -j DNAT --to-destination 10.0.0.1",
        "-A cali-fip-dnat -d 203.0.113.0/24 -j DNAT --to-destination 10.0.0.1",
        "-A cali-fip-dnat -d 203.0.113.10/32 -j DNAT --to-destination 10.0.0.1-10.0.0.9",
        "-A cali-fip-dnat -d 203.0.113.10/32 -j ACCEPT",
        "-A cali-fip-snat -s 10.0.0.1/32 -d 10.0.0.2/32 -j SNAT --to-source 203.0.113.10",
        "-A cali-fip-snat -s 10.0.0.1/32 -j SNAT --to-source 203.0.113.10"
      })
  void a_rule_of_another_form_is_nobodys_floating_ip(String rule) {
    CalicoNat nat =
        view("iptables-nft-save", table(true, 0).replace("COMMIT", rule + "\nCOMMIT"))
            .nat(Family.IPV4)
            .live()
            .orElseThrow();

    assertThat(nat.dnats()).isEmpty();
    assertThat(nat.hairpins()).isEmpty();
    assertThat(nat.foreign()).extracting(Rule::text).containsExactly(rule);
  }

  @Test
  void a_node_without_calico_has_no_backend() {
    FamilyNat nat =
        view(
                "iptables-nft-save",
                "*nat\n:PREROUTING ACCEPT\n:KUBE-SERVICES -\n-A PREROUTING -j KUBE-SERVICES\nCOMMIT\n",
                "nft-list-ruleset",
                "{\"nftables\": []}",
                "iptables-legacy-save",
                "")
            .nat(Family.IPV4);

    assertThat(nat.backend()).isEmpty();
    assertThat(nat.unseen()).isEmpty();
    assertThat(nat.target(TEN)).isEmpty();
  }

  @Test
  void what_failed_or_was_cut_is_not_taken_for_empty() {
    NodeNat view =
        NodeNat.of(
            NodeDump.parse(
                """
                @@fipctl iptables-nft-save
                *nat

                @@fipctl-end iptables-nft-save 124
                @@fipctl iptables-legacy-save
                *nat
                """));

    assertThat(view.nat(Family.IPV4).unseen())
        .containsOnlyKeys(Backend.NFTABLES, Backend.IPTABLES_NFT, Backend.IPTABLES_LEGACY)
        .containsEntry(Backend.IPTABLES_NFT, "iptables-nft-save: the command took too long")
        .containsEntry(Backend.IPTABLES_LEGACY, "iptables-legacy-save: it was cut off");
    assertThat(view.doubt(TEN)).contains("nft-list-ruleset: it was not read");
    assertThat(view.unread()).contains("iptables-nft-save", "iptables-legacy-save", "ip-route");
    assertThat(view.faults()).isEmpty();
  }

  private static final String WHOLE_SAVE =
      "*nat\n:cali-fip-dnat -\n-A cali-fip-dnat -d 203.0.113.1/32 -j DNAT --to-destination"
          + " 10.0.0.1\nCOMMIT\n";
  private static final String NO_CALICO = "*nat\n:PREROUTING ACCEPT\nCOMMIT\n";
  private static final String ROUTED = "[{\"dst\":\"default\",\"gateway\":\"192.0.2.1\"}]";
  private static final String NO_NFT = "{\"nftables\": []}";

  /** A view of one IPv4 backend each, by the exit status of its tool and what it printed. */
  private static NodeNat seen(
      int nftStatus, String nft, int saveStatus, String save, int legacyStatus, String legacy) {
    return NodeNat.of(
        new NodeDump(
            List.of(
                new NodeDump.Section("nft-list-ruleset", nft, nftStatus),
                new NodeDump.Section("iptables-nft-save", save, saveStatus),
                new NodeDump.Section("iptables-legacy-save", legacy, legacyStatus),
                new NodeDump.Section("ip-route", ROUTED, 0)),
            List.of()));
  }

  @Test
  void what_is_not_found_is_not_there_when_every_backend_was_read_whole() {
    assertThat(seen(0, NO_NFT, 0, NO_CALICO, 0, "").doubt(TEN)).isEmpty();
    assertThat(seen(0, NO_NFT, 0, WHOLE_SAVE, 0, NO_CALICO).doubt(TEN)).isEmpty();
  }

  @Test
  void a_tool_that_is_not_there_proves_something_only_where_the_rules_are_found_elsewhere() {
    assertThat(seen(127, "", 0, WHOLE_SAVE, 0, "").doubt(TEN)).isEmpty();
    assertThat(seen(127, "", 127, "", 0, WHOLE_SAVE).doubt(TEN)).isEmpty();
    assertThat(seen(0, NO_NFT, 127, "", 0, "").doubt(TEN)).as("nft shows both").isEmpty();
    assertThat(seen(127, "", 0, NO_CALICO, 0, "").doubt(TEN))
        .contains("nft-list-ruleset: the node has no such command");
    assertThat(seen(127, "", 127, "", 0, "").doubt(TEN)).isPresent();
    assertThat(seen(0, NO_NFT, 0, WHOLE_SAVE, 127, "").doubt(TEN))
        .as("its tool is asked only where the kernel has a table of it")
        .contains("iptables-legacy-save: the node has no such command");
  }

  @ParameterizedTest
  @CsvSource({"1", "124", "137"})
  void a_tool_that_fails_leaves_a_doubt_whatever_the_others_show(int status) {
    assertThat(seen(status, "", 0, WHOLE_SAVE, 0, "").doubt(TEN)).isPresent();
    assertThat(seen(0, NO_NFT, 0, WHOLE_SAVE, status, "").doubt(TEN)).isPresent();
    assertThat(seen(0, NO_NFT, status, "", 0, "").doubt(TEN)).as("nft shows both").isEmpty();
    assertThat(seen(status, "", status, "", 0, WHOLE_SAVE).doubt(TEN)).isPresent();
  }

  @Test
  void a_dump_that_is_cut_is_not_judged() {
    String cut = WHOLE_SAVE.substring(0, WHOLE_SAVE.length() - "COMMIT\n".length());

    assertThat(seen(0, NO_NFT, 0, NO_CALICO, 0, cut).doubt(TEN))
        .hasValueSatisfying(why -> assertThat(why).contains("COMMIT"));
    assertThat(seen(0, "{\"nftables\": [", 0, WHOLE_SAVE, 0, "").doubt(TEN)).isPresent();
    assertThat(seen(0, "", 0, WHOLE_SAVE, 0, "").doubt(TEN)).as("nft prints a list").isPresent();
    assertThat(seen(1, "", 0, cut, 0, "").doubt(TEN)).isPresent();
  }

  @Test
  void of_routes_that_were_not_read_nothing_is_known() {
    NodeNat cut =
        view(
            "nft-list-ruleset",
            NO_NFT,
            "iptables-nft-save",
            NO_CALICO,
            "iptables-legacy-save",
            "",
            "ip-route",
            "[{\"dst\":");
    NodeNat none =
        view(
            "nft-list-ruleset",
            NO_NFT,
            "iptables-nft-save",
            NO_CALICO,
            "iptables-legacy-save",
            "",
            "ip-route",
            "");

    assertThat(cut.doubt(TEN)).isPresent();
    assertThat(none.doubt(TEN)).contains("ip-route: not one route was printed");
  }

  @Test
  void a_table_that_the_tool_gives_up_is_known_from_nft_alone() {
    String given = Recordings.text("tools/iptables-nft-save-incompatible.txt");

    assertThat(seen(0, NO_NFT, 0, given, 0, "").doubt(TEN)).isEmpty();
    assertThat(seen(1, "", 0, given, 0, "").nat(TEN).unseen())
        .containsEntry(Backend.IPTABLES_NFT, "iptables-nft-save: it cannot print table nat");
  }

  private static CalicoNat.Hairpin hairpin(String pod, String floatingIp) {
    return new CalicoNat.Hairpin(IpAddress.parse(pod), Optional.of(IpAddress.parse(floatingIp)));
  }

  private static String table(boolean hooked, int floatingIps) {
    StringBuilder text = new StringBuilder("*nat\n").append(CALICO).append(hooked ? HOOKS : "");
    for (int i = 1; i <= floatingIps; i++) {
      text.append(
          "-A cali-fip-dnat -d 203.0.113.%d/32 -j DNAT --to-destination 10.0.0.%d\n"
              .formatted(i, i));
    }
    return text.append("COMMIT\n").toString();
  }

  private static NodeNat view(String... titlesAndTexts) {
    Map<String, String> texts = new LinkedHashMap<>();
    for (int i = 0; i < titlesAndTexts.length; i += 2) {
      texts.put(titlesAndTexts[i], titlesAndTexts[i + 1]);
    }
    return NodeNat.of(NodeDump.of(texts));
  }
}
