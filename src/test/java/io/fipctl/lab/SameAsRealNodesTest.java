package io.fipctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import io.fipctl.RecordedNodes;
import io.fipctl.lab.simulation.Dataplane;
import io.fipctl.lab.simulation.Json;
import io.fipctl.lab.simulation.LabState;
import io.fipctl.model.ApiObject;
import io.fipctl.model.Cidr;
import io.fipctl.model.IpAddress;
import io.fipctl.model.IpAddress.Family;
import io.fipctl.node.NodeCommand.Flows;
import io.fipctl.node.NodeCommand.Read;
import io.fipctl.node.NodeCommand.Section;
import io.fipctl.node.NodeShell;
import io.fipctl.nodeoutput.Conntrack;
import io.fipctl.nodeoutput.NodeDump;
import io.fipctl.packet.CalicoNat;
import io.fipctl.packet.NodeNat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the lab prints is what the recorded nodes printed in the same situation. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class SameAsRealNodesTest {
  private static final List<String> NODES = List.of("n1", "n2", "n3");
  private static final Cidr FLOATING = Cidr.parse("203.0.113.0/24");
  private static final IpAddress TEN = IpAddress.parse("203.0.113.10");

  /** The recorded situations and how they came about, then the file of the live backend. */
  static Stream<Arguments> situations() {
    return Stream.of(
            situation("iptables-nft-healthy", Section.IPTABLES_NFT, LabState.healthy()),
            situation(
                "iptables-legacy-healthy",
                Section.IPTABLES_LEGACY,
                LabState.healthy().dataplane(Dataplane.IPTABLES_LEGACY)),
            situation(
                "nftables-healthy", Section.NFT, LabState.healthy().dataplane(Dataplane.NFTABLES)),
            situation(
                "iptables-duplicate-same-node",
                Section.IPTABLES_NFT,
                two().floatingIps("shop/web-2", "[\"203.0.113.10\"]")),
            situation(
                "iptables-duplicate-two-nodes",
                Section.IPTABLES_NFT,
                two().floatingIps("shop/web-1", "[\"203.0.113.10\"]")),
            situation(
                "stale-conntrack-after-move",
                Section.IPTABLES_LEGACY,
                two()
                    .dataplane(Dataplane.IPTABLES_LEGACY)
                    .withoutFloatingIps("shop/web-0")
                    .floatingIps("shop/web-1", "[\"203.0.113.10\"]")))
        .flatMap(List::stream);
  }

  private static LabState two() {
    return LabState.fresh()
        .gates(true, true)
        .floatingIps("shop/web-0", "[\"203.0.113.10\"]")
        .floatingIps("shop/t1", "[\"203.0.113.21\"]");
  }

  private static List<Arguments> situation(String name, Section live, LabState state) {
    LabCluster cluster = LabCluster.of(state);
    return NODES.stream().map(node -> Arguments.of(name, node, live, cluster)).toList();
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("situations")
  void both_backends_of_iptables_word_for_word(
      String situation, String node, Section live, LabCluster cluster) {
    for (Section section : List.of(Section.IPTABLES_NFT, Section.IPTABLES_LEGACY)) {
      List<String> recorded = rules(recorded(situation, node, section.title() + ".txt"));
      // Without its table loaded, the legacy tool had printed nothing when all tables were asked.
      if (!recorded.isEmpty()) {
        assertThat(rules(printed(cluster, node, section)))
            .as(section.title() + ", live is " + live)
            .isEqualTo(recorded);
      }
    }
  }

  /** The nat table without counters and times. */
  private static List<String> rules(String save) {
    int start = save.indexOf("*nat\n");
    return start < 0
        ? List.of()
        : save.substring(start, save.indexOf("COMMIT", start))
            .replaceAll("\\[[0-9]+:[0-9]+\\]", "[0:0]")
            .lines()
            .toList();
  }

  @Test
  void the_table_of_nftables_rule_for_rule() {
    LabCluster cluster = LabCluster.of(LabState.healthy().dataplane(Dataplane.NFTABLES));

    for (String node : NODES) {
      assertThat(nft(printed(cluster, node, Section.NFT)))
          .as(node)
          .containsExactlyInAnyOrderElementsOf(
              nft(recorded("nftables-healthy", node, "nft-list-ruleset.json")));
    }
  }

  /** The chains and rules of Calico's table that are of nat, without handles and counters. */
  private static List<String> nft(String json) {
    return new ApiObject(Json.tree(json))
        .objects("nftables").stream()
            .flatMap(item -> Stream.of(item.object("chain"), item.object("rule")))
            .filter(item -> item.text("table").orElse("").equals("calico"))
            .filter(
                item ->
                    item.text("chain").or(() -> item.text("name")).orElse("").startsWith("nat-"))
            .map(item -> Json.write(Json.without(item.tree(), "handle")))
            .map(text -> text.replaceAll("\\{\"bytes\":\\d+,\"packets\":\\d+\\}", "{}"))
            .toList();
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("situations")
  void the_routes_of_floating_IPs_pods_and_blocks(
      String situation, String node, Section live, LabCluster cluster) {
    Map<String, String> printed = routes(printed(cluster, node, Section.ROUTES));
    Map<String, String> recorded = routes(recorded(situation, node, "ip-route.json"));

    assertThat(printed).as(live.title()).containsAllEntriesOf(recorded);
    assertThat(floating(printed)).isEqualTo(floating(recorded));
  }

  /** The main table's IPv4 routes, each as it was printed, by destination. */
  private static Map<String, String> routes(String json) {
    Map<String, String> routes = new TreeMap<>();
    for (Map<String, Object> route :
        Json.read(json, new TypeReference<List<Map<String, Object>>>() {})) {
      String destination = route.get("dst").toString();
      if (!route.containsKey("table") && !destination.contains(":")) {
        routes.put(destination, Json.print(route));
      }
    }
    return routes;
  }

  private static Set<String> floating(Map<String, String> routes) {
    Set<String> some = new TreeSet<>();
    routes.forEach(
        (destination, route) -> {
          if (Cidr.tryParse(destination).filter(cidr -> FLOATING.overlaps(cidr)).isPresent()) {
            some.add(route);
          }
        });
    return some;
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("situations")
  void the_parsers_see_the_same(String situation, String node, Section live, LabCluster cluster) {
    Read all = Read.everything(List.of());
    NodeNat lab = NodeNat.of(NodeDump.parse(cluster.nodes().run(node, all).stdout()));
    NodeNat real = NodeNat.of(NodeDump.of(texts(situation, node)));

    assertThat(lab.unread()).isEmpty();
    assertThat(lab.faults()).as(live.title()).isEmpty();
    assertThat(lab.nat(Family.IPV4).backend()).isEqualTo(real.nat(Family.IPV4).backend());
    CalicoNat labs = lab.nat(Family.IPV4).live().orElseThrow();
    CalicoNat reals = real.nat(Family.IPV4).live().orElseThrow();
    assertThat(labs.targets()).isEqualTo(reals.targets());
    assertThat(labs.hairpins()).isEqualTo(reals.hairpins());
    assertThat(labs.hooks()).isEqualTo(reals.hooks()).isEqualTo(3);
    assertThat(labs.foreign()).isEmpty();
    assertThat(labs.rules()).isEqualTo(reals.rules());
    assertThat(lab.nat(Family.IPV4).leftovers()).isEmpty();
    assertThat(lab.localRoute(TEN)).isEqualTo(real.localRoute(TEN));
    assertThat(lab.routeTo(TEN)).isEqualTo(real.routeTo(TEN));
  }

  @Test
  void every_section_is_answered() {
    LabCluster cluster = LabCluster.of(LabState.healthy().dualStack());
    NodeShell.Output output = cluster.nodes().run("n1", Read.everything(List.of(TEN)));

    assertThat(NodeDump.parse(output.stdout()).sections())
        .extracting(NodeDump.Section::title)
        .containsExactlyElementsOf(Stream.of(Section.values()).map(Section::title).toList());
    assertThat(NodeDump.parse(output.stdout()).sections())
        .filteredOn(section -> section.status() != 0)
        .extracting(NodeDump.Section::title)
        .containsExactly("cni-log");
    assertThat(NodeDump.parse(output.stderr()).section("cni-log").orElseThrow().text())
        .contains("No such file");
  }

  @Test
  void what_forwarding_depends_on_line_for_line() {
    LabCluster cluster = LabCluster.of(LabState.healthy());

    for (String node : NODES) {
      assertThat(lines(printed(cluster, node, Section.SYSCTL), "$", "", "none"))
          .as(node)
          .containsAll(lines(healthy(node, "sysctl.txt"), "$", "", "conntrack_count"));
      assertThat(printed(cluster, node, Section.RULES)).isEqualTo(healthy(node, "ip-rule.json"));
      assertThat(lines(printed(cluster, node, Section.ROUTES_TEXT), "$", "", "none"))
          .containsAll(lines(healthy(node, "ip-route.txt"), "$", "", "none"));
    }
  }

  @Test
  void the_interfaces_and_their_neighbours() {
    LabCluster cluster = LabCluster.of(LabState.healthy());

    for (String node : NODES) {
      assertThat(fields(printed(cluster, node, Section.ADDRESSES), "ifname", "mtu", "operstate"))
          .as(node)
          .containsAll(fields(healthy(node, "ip-addr.json"), "ifname", "mtu", "operstate"));
      // A gateway and a client outside, which the lab does not have, and pods that were silent.
      assertThat(fields(printed(cluster, node, Section.NEIGHBOURS), "dst", "dev"))
          .containsAll(
              fields(healthy(node, "ip-neigh.json"), "dst", "dev").stream()
                  .filter(line -> !line.matches("\\[(172\\.31\\.99\\.[12]|203.*),.*"))
                  .toList());
    }
  }

  /** Some fields of each object of an array. */
  private static Set<String> fields(String json, String... names) {
    Set<String> lines = new TreeSet<>();
    for (Map<String, Object> object :
        Json.read(json, new TypeReference<List<Map<String, Object>>>() {})) {
      lines.add(Stream.of(names).map(object::get).toList().toString());
    }
    return lines;
  }

  @Test
  void the_routes_and_sessions_of_BIRD() {
    LabCluster cluster = LabCluster.of(LabState.healthy());

    for (String node : NODES) {
      assertThat(paths(printed(cluster, node, Section.BIRD_ROUTES)))
          .as(node)
          .containsAll(paths(healthy(node, "birdcl-route.txt")));
      String protocols = printed(cluster, node, Section.BIRD_PROTOCOLS);
      assertThat(lines(protocols, "[0-9:]{8}", "#", " {2}"))
          .containsAll(lines(healthy(node, "birdcl-protocols.txt"), "[0-9:]{8}", "#", " {2}|Glob"));
      assertThat(protocols).contains("  BGP state:          Established\n    Neighbor address: ");
    }
  }

  /** The routes with their attributes, without times. */
  private static Set<String> paths(String birdcl) {
    String routes = birdcl.replaceAll(" [0-9:]{8}\\]", " #]");
    return new TreeSet<>(List.of(routes.strip().split("\\n(?=[0-9B])", -1)));
  }

  @Test
  void the_rules_of_floating_IPs_as_nft_writes_them() {
    LabCluster cluster = LabCluster.of(LabState.healthy().dataplane(Dataplane.NFTABLES));

    for (String node : NODES) {
      assertThat(rewrites(printed(cluster, node, Section.NFT_TEXT)))
          .as(node)
          .isEqualTo(rewrites(recorded("nftables-healthy", node, "nft-list-ruleset.txt")));
    }
  }

  private static List<String> rewrites(String nft) {
    return lines(nft, "packets [0-9]+ bytes [0-9]+", "#", "none").stream()
        .filter(line -> line.contains("cali:"))
        .filter(line -> line.contains("nat to ") || line.contains("nat-cali-fip"))
        .sorted()
        .toList();
  }

  /** The lines but for those in which something is found, with what changes put for good. */
  private static List<String> lines(String text, String what, String by, String without) {
    Pattern left = Pattern.compile(without);
    return text.lines()
        .filter(line -> !left.matcher(line).find())
        .map(line -> line.replaceAll(what, by))
        .toList();
  }

  private static String healthy(String node, String file) {
    return recorded("iptables-nft-healthy", node, file);
  }

  @Test
  void the_flow_that_a_plain_move_leaves_behind() {
    LabCluster cluster = LabCluster.of(two());
    cluster.change(state -> state.withoutFloatingIps("shop/web-0"));
    cluster.change(state -> state.floatingIps("shop/web-1", "[\"203.0.113.10\"]"));

    for (String node : NODES) {
      String printed = cluster.nodes().run(node, new Flows(TEN)).stdout();
      String recorded = recorded("stale-conntrack-after-move", node, "conntrack.txt");
      assertThat(udp(printed)).as(node).isEqualTo(udp(recorded));
      assertThat(Conntrack.parse(printed).faults()).isEmpty();
    }
  }

  /** The UDP flows to .10 without what counts up or down. */
  private static List<String> udp(String conntrack) {
    return conntrack
        .lines()
        .filter(line -> line.contains(" udp ") && line.contains("dst=203.0.113.10 "))
        .map(line -> line.replaceAll("(packets|bytes)=[1-9][0-9]*", "$1=#"))
        .map(line -> line.replaceAll(" 17 [0-9]+ ", " 17 # "))
        .map(line -> line.replaceAll(" use=[0-9]+", " use=#"))
        .toList();
  }

  private static Map<String, String> texts(String situation, String node) {
    Map<String, String> texts = new TreeMap<>();
    for (Section section : List.of(Section.IPTABLES_NFT, Section.IPTABLES_LEGACY)) {
      texts.put(section.title(), recorded(situation, node, section.title() + ".txt"));
    }
    for (Section section : List.of(Section.NFT, Section.ROUTES)) {
      String json = recorded(situation, node, section.title() + ".json");
      texts.put(section.title(), json.substring(json.indexOf(json.startsWith("[") ? "[" : "{")));
    }
    return texts;
  }

  private static String printed(LabCluster cluster, String node, Section section) {
    NodeDump dump = NodeDump.parse(cluster.nodes().run(node, Read.of(section)).stdout());
    return dump.sections().getFirst().text();
  }

  private static String recorded(String situation, String node, String file) {
    return RecordedNodes.text(situation + "/" + node + "/" + file);
  }
}
