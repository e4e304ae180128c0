package io.fipctl.nodeoutput;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.model.Cidr;
import io.fipctl.model.IpAddress;
import io.fipctl.model.IpAddress.Family;
import io.fipctl.model.PodInterfaces;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RoutesTest {
  private static final Routes TOOLS =
      Routes.parse(Recordings.text("tools/ip-route.json"), Family.IPV4);

  @Test
  void reads_a_route_with_all_that_it_says() {
    assertThat(routes("v3.33-healthy/n2").to(IpAddress.parse("203.0.113.31")))
        .contains(
            new Route(
                Cidr.parse("203.0.113.31"),
                "unicast",
                "main",
                Optional.empty(),
                Optional.of("link"),
                1024,
                Optional.empty(),
                List.of(
                    new Route.Hop(Optional.empty(), Optional.of("cali751425ce827"), Set.of()))));
    assertThat(routes("v3.33-healthy/n2").to(IpAddress.parse("203.0.113.10")))
        .contains(
            new Route(
                Cidr.parse("203.0.113.10"),
                "unicast",
                "main",
                Optional.of("bird"),
                Optional.empty(),
                1024,
                Optional.empty(),
                List.of(hop("172.31.99.11", "eth0"))));
    assertThat(routes("iptables-nft-healthy/n1").to(IpAddress.parse("203.0.113.10")))
        .map(Route::metric)
        .contains(0L);
  }

  @Test
  void every_recorded_file_is_read_without_a_fault() {
    for (String situation : Recordings.SITUATIONS) {
      for (String node : Recordings.NODES) {
        assertThat(routes(situation + "/" + node).faults()).isEmpty();
        assertThat(routes(situation + "/" + node).routes()).hasSizeGreaterThan(10);
      }
    }
  }

  @Test
  void two_holders_on_two_nodes_are_one_route_with_two_hops_on_a_third() {
    Route route =
        routes("iptables-duplicate-two-nodes/n3").to(IpAddress.parse("203.0.113.10")).orElseThrow();

    assertThat(route.hops())
        .containsExactly(hop("172.31.99.11", "eth0"), hop("172.31.99.12", "eth0"));
    assertThat(route.leadsVia(IpAddress.parse("172.31.99.12"))).isTrue();
    assertThat(route.leadsVia(IpAddress.parse("172.31.99.13"))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "203.0.113.99, 203.0.113.99/32, unicast, false",
    "203.0.113.98, 203.0.113.0/24, blackhole, true",
    "198.51.101.1, 0.0.0.0/0, unicast, false",
    "198.51.102.1, 198.51.102.0/24, throw, false",
    "198.51.103.1, 198.51.103.0/24, prohibit, true",
    "10.244.40.1, 10.244.40.0/24, unicast, false",
    "2001:db8:fee::10, 2001:db8:fee::10/128, unicast, false",
    "2001:db8:fee::11, 2001:db8:fee::/64, blackhole, true",
    "2001:db8:99::1, ::/0, unicast, false"
  })
  void the_longest_prefix_of_the_main_table_is_the_route(
      String address, String destination, String type, boolean discards) {
    Route route = TOOLS.to(IpAddress.parse(address)).orElseThrow();

    assertThat(route.destination()).hasToString(destination);
    assertThat(route.type()).isEqualTo(type);
    assertThat(route.discards()).isEqualTo(discards);
  }

  @Test
  void of_equal_prefixes_the_smallest_metric_counts() {
    Routes routes =
        Routes.parse(
            """
            [{"dst": "10.0.0.0/8", "dev": "a", "metric": 20}, {"dst": "10.0.0.0/8", "dev": "b", "metric": 3}]
            """,
            Family.IPV4);

    assertThat(routes.to(IpAddress.parse("10.1.1.1")).orElseThrow().leadsThrough("b")).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "203.0.113.10, cali, cali1",
    "203.0.113.10, tap, tap1",
    "203.0.113.11, cali, none",
    "203.0.113.12, cali, none",
    "203.0.113.13, cali, none"
  })
  void the_local_route_is_one_of_the_very_address_to_an_interface_of_a_pod(
      String address, String prefix, String dev) {
    Routes routes =
        Routes.parse(
            """
            [{"dst": "203.0.113.10", "dev": "tap1", "metric": 7}, {"dst": "203.0.113.10", "dev": "cali1"},
             {"dst": "203.0.113.11", "dev": "cali2", "table": "7"}, {"dst": "203.0.113.12/31", "dev": "cali3"},
             {"dst": "203.0.113.13", "gateway": "172.31.99.1", "dev": "eth0"}]
            """,
            Family.IPV4);

    assertThat(
            routes
                .local(IpAddress.parse(address), PodInterfaces.of(prefix))
                .flatMap(route -> route.hops().getFirst().dev())
                .orElse("none"))
        .isEqualTo(dev);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"dst\":\"default\",\"gateway\":\"10.0.0.1\"} | IPV4 | 0.0.0.0/0",
        "{\"dst\":\"default\",\"gateway\":\"fd00::1\"} | IPV4 | ::/0",
        "{\"dst\":\"default\",\"gateway\":\"10.0.0.1\"} | IPV6 | 0.0.0.0/0",
        "{\"dst\":\"default\",\"dev\":\"a\"} | IPV4 | 0.0.0.0/0",
        "{\"dst\":\"default\",\"dev\":\"a\"} | IPV6 | ::/0",
        "{\"dst\":\"default\",\"dev\":\"a\",\"pref\":\"medium\"} | IPV4 | ::/0",
        "{\"dst\":\"default\",\"nexthops\":[{\"gateway\":\"fd00::1\"}]} | IPV4 | ::/0",
        "{\"dst\":\"default\",\"via\":{\"family\":\"inet6\",\"host\":\"fd00::1\"}} | IPV4 | 0.0.0.0/0",
      })
  void a_default_route_is_of_the_family_it_shows_or_else_of_the_one_asked_for(
      String route, Family family, String destination) {
    assertThat(Routes.parse("[" + route + "]", family).routes())
        .singleElement()
        .extracting(Route::destination)
        .hasToString(destination);
  }

  @Test
  void a_next_hop_of_the_other_family_is_read() {
    assertThat(TOOLS.to(IpAddress.parse("198.51.100.1")).orElseThrow().hops())
        .containsExactly(hop("2001:db8:1::2", "va"));
    assertThat(TOOLS.to(IpAddress.parse("203.0.113.98")).orElseThrow().hops()).isEmpty();
  }

  @Test
  void the_same_route_in_both_listings_counts_once() {
    Routes six = Routes.parse(Recordings.text("tools/ip6-route.json"), Family.IPV6);

    assertThat(six.routes()).isNotEmpty();
    assertThat(TOOLS.and(six).routes()).isEqualTo(TOOLS.routes());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x | no JSON: unexpected 'x'",
        "{} | no list of routes",
        "[1] | a route without destination",
        "[{}] | a route without destination",
        "[{\"dst\": \"nowhere\"}] | a route without destination",
        "[{\"dst\": 1e9999999999}] | a route without destination",
        "[ | no JSON: unexpected end",
      })
  void what_is_not_understood_is_a_fault(String json, String problem) {
    Routes routes = Routes.parse(json, Family.IPV4);

    assertThat(routes.routes()).isEmpty();
    assertThat(routes.faults())
        .singleElement()
        .extracting(ParseProblem::problem)
        .isEqualTo(problem);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "[]", "[ ]\n"})
  void no_routes_are_no_fault(String json) {
    assertThat(Routes.parse(json, Family.IPV4)).isEqualTo(new Routes(List.of(), List.of()));
  }

  @Test
  void many_faults_are_found_each_on_its_line() {
    List<ParseProblem> faults =
        Routes.parse("[" + "1,\n".repeat(200_000) + "1]", Family.IPV4).faults();

    assertThat(faults).hasSize(200_001);
    assertThat(faults.getFirst())
        .isEqualTo(new ParseProblem(1, "1,", "a route without destination"));
    assertThat(faults.getLast())
        .isEqualTo(new ParseProblem(200_001, "1]", "a route without destination"));
  }

  @Test
  void cut_at_any_place_it_is_a_fault() {
    String json = Recordings.text("v3.33-healthy/n1/ip-route.json").strip();
    for (int length = 1; length < json.length(); length++) {
      assertThat(Routes.parse(json.substring(0, length), Family.IPV4).faults()).hasSize(1);
    }
  }

  @Test
  void text_and_json_are_the_same() {
    assertThat(Routes.parseText(Recordings.text("tools/ip-route-all.txt"), Family.IPV4))
        .isEqualTo(Routes.parse(Recordings.text("tools/ip-route-all.json"), Family.IPV4));
    assertThat(Routes.parseText(Recordings.text("tools/ip6-route.txt"), Family.IPV6))
        .isEqualTo(Routes.parse(Recordings.text("tools/ip6-route-alone.json"), Family.IPV6));
    for (String situation : Recordings.SITUATIONS) {
      for (String node : Recordings.NODES) {
        String place = situation + "/" + node;
        Routes text = Routes.parseText(Recordings.text(place + "/ip-route.txt"), Family.IPV4);
        assertThat(text.faults()).isEmpty();
        assertThat(text.routes())
            .as(place)
            .isEqualTo(
                routes(place).routes().stream()
                    .filter(route -> route.table().equals("main"))
                    .filter(route -> route.destination().network().family() == Family.IPV4)
                    .toList());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "default via 10.0.0.1 dev eth0, IPV6, 0.0.0.0/0",
    "default via fd00::1 dev eth0, IPV4, ::/0",
    "default dev tun0, IPV4, 0.0.0.0/0",
    "default dev tun0, IPV6, ::/0",
    "default dev tun0 pref medium, IPV4, ::/0",
    "default via inet6 fe80::1 dev eth0, IPV4, 0.0.0.0/0",
    "blackhole default, IPV4, 0.0.0.0/0"
  })
  void a_default_route_of_the_text_form_is_of_the_family_it_shows(
      String line, Family family, String destination) {
    assertThat(Routes.parseText(line, family).routes())
        .singleElement()
        .extracting(route -> route.destination().toString())
        .isEqualTo(destination);
  }

  @ParameterizedTest
  @CsvSource({
    "1, nexthop via 10.0.0.1 dev eth0, a next hop without a route",
    "1, blackhole, a route without destination",
    "1, garbage in a line, a route without destination",
    "2, ~10.0.0.0/99 dev eth0, a route without destination"
  })
  void what_the_text_form_does_not_say_is_a_fault_with_its_line(
      int line, String text, String problem) {
    List<ParseProblem> faults = Routes.parseText(text.replace('~', '\n'), Family.IPV4).faults();

    assertThat(faults).hasSize(1);
    assertThat(faults.getFirst().line()).isEqualTo(line);
    assertThat(faults.getFirst().problem()).isEqualTo(problem);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"10.0.0.0/8 dev", "10.0.0.0/8 via", "10.0.0.0/8 metric x", "10.0.0.0/8 dev via"})
  void a_route_that_lacks_values_leads_nowhere(String line) {
    assertThat(Routes.parseText(line, Family.IPV4).routes())
        .singleElement()
        .satisfies(route -> assertThat(route.hops()).isEmpty());
  }

  private static Routes routes(String place) {
    return Routes.parse(Recordings.text(place + "/ip-route.json"), Family.IPV4);
  }

  private static Route.Hop hop(String gateway, String dev) {
    return new Route.Hop(Optional.of(IpAddress.parse(gateway)), Optional.of(dev), Set.of());
  }
}
