package io.fipctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.kube.Kind;
import io.fipctl.lab.simulation.LabState;
import io.fipctl.model.ExitCode;
import io.fipctl.model.Pod;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AssignTest {
  private final CliFixture runs = CliFixture.on(LabState.healthy());

  @Test
  void gives_the_pod_the_address_and_says_where() {
    CliFixture.Result result = runs.run("assign", "shop/web-2", "203.0.113.40");

    assertThat(result.out())
        .isEqualTo("pod/web-2 floating IP 203.0.113.40 assigned (node n1, 0s)\n");
    assertThat(result.err()).isEmpty();
    assertThat(runs.annotation("shop/web-2")).contains("[\"203.0.113.40\"]");
    assertThat(runs.ok("list", "-A", "--verify", "--no-headers"))
        .containsPattern("203\\.0\\.113\\.40 +web-2 +n1 +held +ok");
  }

  @ParameterizedTest
  @CsvSource({
    "shop/web-2, 203.0.113.40",
    "203.0.113.40, shop/web-2",
    "shop/web-2, 203.0.113.40/32",
    "statefulset/db, 203.0.113.40"
  })
  void understands_either_order_and_every_way_to_name_a_pod(String first, String second) {
    CliFixture named =
        CliFixture.on(
            LabState.healthy()
                .withPod("shop/db-0", "n1", "10.244.40.140")
                .with(
                    Kind.STATEFUL_SETS,
                    """
                    {"metadata": {"name": "db", "namespace": "shop"},
                     "spec": {"selector": {"matchLabels": {"app": "db"}}}}
                    """));

    assertThat(
            named
                .run(
                    "-n", "shop", "assign", first.replace("shop/", ""), second.replace("shop/", ""))
                .out())
        .contains("floating IP 203.0.113.40 assigned");
  }

  @Test
  void keeps_the_addresses_that_the_pod_has_already() {
    runs.ok("assign", "shop/web-1", "203.0.113.40");

    assertThat(runs.annotation("shop/web-1"))
        .contains("[\"203.0.113.31\",\"203.0.113.32\",\"203.0.113.40\"]");
  }

  @Test
  void gives_several_addresses_at_once() {
    assertThat(runs.ok("assign", "shop/web-2", "203.0.113.40,203.0.113.41"))
        .contains("203.0.113.40 assigned", "203.0.113.41 assigned");
    assertThat(runs.annotation("shop/web-2")).contains("[\"203.0.113.40\",\"203.0.113.41\"]");
  }

  @Test
  void changes_nothing_the_second_time() {
    runs.ok("assign", "shop/web-2", "203.0.113.40");
    int writes = runs.cluster().faults().writes();

    CliFixture.Result again = runs.run("assign", "shop/web-2", "203.0.113.40");

    assertThat(again.exitCode()).isZero();
    assertThat(again.out()).isEqualTo("pod/web-2 floating IP 203.0.113.40 unchanged\n");
    assertThat(runs.cluster().faults().writes()).isEqualTo(writes);
    assertThat(runs.run("assign", "shop/web-2", "203.0.113.40", "--error-unchanged").code())
        .isEqualTo(ExitCode.UNCHANGED);
  }

  @Test
  void compares_addresses_as_numbers() {
    CliFixture dual =
        CliFixture.on(
            LabState.healthy()
                .dualStack()
                .withPod("shop/six", "n1", "10.244.40.150", "fd00:10:244::5")
                .withPod("shop/seven", "n2", "10.244.217.50", "fd00:10:244::7"));
    dual.ok("assign", "shop/six", "2001:DB8:113::5");

    assertThat(dual.ok("assign", "shop/six", "2001:db8:113:0:0::5"))
        .contains("2001:db8:113::5 unchanged");
    assertThat(dual.run("assign", "shop/seven", "2001:db8:113::0005").code())
        .isEqualTo(ExitCode.CONFLICT);
  }

  @Test
  void refuses_an_address_that_another_pod_holds_and_names_the_way() {
    CliFixture.Result result = runs.run("assign", "shop/web-2", "203.0.113.10");

    assertThat(result.code()).isEqualTo(ExitCode.CONFLICT);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains("held by pod shop/web-0", "fipctl move 203.0.113.10");
    assertThat(runs.annotation("shop/web-2")).isEmpty();
  }

  @Test
  void steals_only_when_told_and_confirmed() {
    assertThat(runs.run("assign", "shop/web-2", "203.0.113.10", "--steal").code())
        .isEqualTo(ExitCode.USAGE);
    assertThat(
            runs.answering("no").run("assign", "shop/web-2", "203.0.113.10", "--steal").exitCode())
        .isEqualTo(1);
    assertThat(runs.annotation("shop/web-0")).contains("[\"203.0.113.10\"]");

    assertThat(runs.answering("y").ok("assign", "shop/web-2", "203.0.113.10", "--steal"))
        .contains("203.0.113.10 moved from pod/web-0");
    assertThat(runs.annotation("shop/web-0")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "172.31.99.12", // a node
        "10.244.217.1", // another pod's own IP
        "10.96.0.1" // a service
      })
  void refuses_an_address_that_something_else_has(String address) {
    CliFixture.Result result = runs.run("assign", "shop/web-2", address);

    assertThat(result.code()).isEqualTo(ExitCode.CONFLICT);
    assertThat(result.err()).contains("already belongs to");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "127.0.0.1 | loopback address (127.0.0.0/8)",
        "127.255.255.254 | loopback address (127.0.0.0/8)",
        "0.0.0.0 | 0.0.0.0/8",
        "0.1.2.3 | 0.0.0.0/8",
        "169.254.169.254 | link-local address (169.254.0.0/16)",
        "224.0.0.1 | multicast address (224.0.0.0/4)",
        "239.255.255.255 | multicast address (224.0.0.0/4)",
        "240.0.0.1 | reserved address (240.0.0.0/4)",
        "255.255.255.255 | the broadcast address",
        ":: | the unspecified address",
        "::1 | loopback address (::1/128)",
        "fe80::1 | link-local address (fe80::/10)",
        "febf::1 | link-local address (fe80::/10)",
        "ff02::1 | multicast address (ff00::/8)",
        "::ffff:203.0.113.40 | IPv4-mapped IPv6 address",
        "172.31.99.0 | network address of node n1's subnet 172.31.99.0/24",
        "172.31.99.255 | broadcast address of node n1's subnet 172.31.99.0/24"
      })
  void refuses_an_address_that_no_pod_can_have_whatever_is_allowed(String address, String why) {
    CliFixture.Result result =
        runs.run("assign", "shop/web-2", address, "--allow-outside-pools", "--allow-cni-gate-off");

    assertThat(result.code()).isEqualTo(ExitCode.USAGE);
    assertThat(result.err()).contains(address, why);
    assertThat(runs.annotation("shop/web-2")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"126.255.255.255", "1.0.0.0", "169.253.1.1", "223.255.255.254"})
  void takes_their_neighbours(String address) {
    assertThat(runs.run("assign", "shop/web-2", address, "--allow-outside-pools").exitCode())
        .isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "172.31.98.10/31, 172.31.98.11, 0",
    "172.31.98.11/31, 172.31.98.10, 0",
    "172.31.98.11/32, 172.31.98.10, 0",
    "172.31.98.14/30, 172.31.98.12, 2",
    "172.31.98.14/30, 172.31.98.13, 0",
    "172.31.98.14/30, 172.31.98.15, 2"
  })
  void only_a_network_of_more_than_two_addresses_has_some_that_nobody_may_have(
      String node, String address, int exitCode) {
    CliFixture small =
        CliFixture.on(
            LabState.healthy()
                .with(
                    Kind.NODES,
                    """
                    {"metadata": {"name": "far", "annotations":
                       {"projectcalico.org/IPv4Address": "%s"}}}
                    """
                        .formatted(node)));

    assertThat(small.run("assign", "shop/web-2", address, "--allow-outside-pools").exitCode())
        .isEqualTo(exitCode);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "10.96.0.77 | servicecidr/kubernetes (inside its service range 10.96.0.0/12)",
        "10.111.255.255 | servicecidr/kubernetes (inside its service range 10.96.0.0/12)",
        "172.31.99.5 | the API server (endpoint of service/default/kubernetes)",
        "198.51.100.7 | service/shop/entry (its load-balancer IP)"
      })
  void refuses_what_services_and_the_api_server_need(String address, String owner) {
    CliFixture.Result result = runs.run("assign", "shop/web-2", address, "--allow-outside-pools");

    assertThat(result.code()).isEqualTo(ExitCode.CONFLICT);
    assertThat(result.err()).contains(address + " already belongs to " + owner);
    assertThat(runs.annotation("shop/web-2")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "ConfigMap | {'metadata': {'name': 'kubeadm-config', 'namespace': 'kube-system'}, 'data': {'ClusterConfiguration': 'networking:\\n  dnsDomain: cluster.local\\n  serviceSubnet: 10.96.0.0/16,fd00:96::/112\\n'}} | configmap/kube-system/kubeadm-config",
        "Pod | {'metadata': {'name': 'kube-apiserver-n1', 'namespace': 'kube-system', 'labels': {'component': 'kube-apiserver'}}, 'spec': {'containers': [{'command': ['kube-apiserver', '--service-cluster-ip-range=10.96.0.0/16']}]}} | pod/kube-system/kube-apiserver-n1",
        "Pod | {'metadata': {'name': 'kube-apiserver-n1', 'namespace': 'kube-system', 'labels': {'component': 'kube-apiserver'}}, 'spec': {'containers': [{'args': ['--service-cluster-ip-range', '10.96.0.0/16']}]}} | pod/kube-system/kube-apiserver-n1",
        "ServiceCIDR | {'metadata': {'name': 'more'}, 'spec': {'cidrs': ['10.96.0.0/16']}} | servicecidr/more"
      })
  void knows_the_service_ranges_from_whatever_tells_them(
      String kind, String object, String source) {
    CliFixture told =
        CliFixture.on(
            withoutServiceCidrs()
                .with(
                    switch (kind) {
                      case "ConfigMap" -> Kind.CONFIG_MAPS;
                      case "Pod" -> Kind.PODS;
                      default -> Kind.SERVICE_CIDRS_BETA;
                    },
                    object.replace('\'', '"')));

    CliFixture.Result result =
        told.run("assign", "shop/web-2", "10.96.77.1", "--allow-outside-pools");

    assertThat(result.code()).isEqualTo(ExitCode.CONFLICT);
    assertThat(result.err()).contains(source + " (inside its service range 10.96.0.0/16)");
    assertThat(told.run("assign", "shop/web-2", "203.0.113.40").err()).isEmpty();
  }

  @Test
  void says_when_nothing_tells_the_service_ranges_and_refuses_when_strict() {
    CliFixture untold = CliFixture.on(withoutServiceCidrs());

    assertThat(untold.run("assign", "shop/web-2", "203.0.113.40", "--strict").code())
        .isEqualTo(ExitCode.UNSUPPORTED);
    assertThat(untold.run("assign", "shop/web-2", "203.0.113.40").err())
        .contains("warning: not checked: service ranges");
  }

  private static LabState withoutServiceCidrs() {
    return LabState.healthy().without(Kind.SERVICE_CIDRS, "", "kubernetes");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "services",
        "nodes",
        "servicecidrs.networking.k8s.io",
        "endpointslices.discovery.k8s.io",
        "bgpconfigurations.crd.projectcalico.org"
      })
  void what_could_not_be_checked_is_refused_when_strict(String resource) {
    CliFixture blind = CliFixture.on(LabState.healthy().deny("list", resource));

    CliFixture.Result strict = blind.run("assign", "shop/web-2", "203.0.113.40", "--strict");

    assertThat(strict.code()).isEqualTo(ExitCode.UNSUPPORTED);
    assertThat(strict.err()).contains("not checked: " + resource);
    assertThat(blind.annotation("shop/web-2")).isEmpty();
    assertThat(blind.run("assign", "shop/web-2", "203.0.113.40").err())
        .contains("warning: not checked: " + resource);
  }

  @Test
  void knows_a_nodes_address_by_its_pods_where_nodes_may_not_be_listed() {
    CliFixture blind = CliFixture.on(LabState.healthy().deny("list", "nodes"));

    assertThat(blind.run("assign", "shop/web-2", "172.31.99.13").code())
        .isEqualTo(ExitCode.CONFLICT);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'deletionTimestamp': '2026-01-05T08:59:00Z' | is being deleted",
        "'annotations': {'kubernetes.io/config.mirror': 'abc'} | the kubelet recreates it",
        "'ownerReferences': [{'kind': 'Node', 'name': 'n1', 'controller': true}] | the kubelet recreates it"
      })
  void refuses_a_pod_that_would_lose_the_address(String metadata, String why) {
    CliFixture odd =
        CliFixture.on(
            LabState.healthy()
                .with(
                    Kind.PODS,
                    """
                    {'metadata': {'name': 'odd', 'namespace': 'shop', %s},
                     'spec': {'nodeName': 'n1'},
                     'status': {'phase': 'Running', 'podIPs': [{'ip': '10.244.40.190'}]}}
                    """
                        .formatted(metadata)
                        .replace('\'', '"')));

    for (String verb : new String[] {"assign", "move"}) {
      CliFixture.Result result =
          odd.run(verb, "shop/odd", verb.equals("move") ? "203.0.113.10" : "203.0.113.40");

      assertThat(result.code()).isEqualTo(ExitCode.UNSUPPORTED);
      assertThat(result.err()).contains("pod shop/odd", why);
    }
    assertThat(odd.annotation("shop/odd")).isEmpty();
    assertThat(odd.annotation("shop/web-0")).contains("[\"203.0.113.10\"]");
  }

  @Test
  void takes_no_service_address_by_moving_it_or_by_failover() {
    CliFixture held =
        CliFixture.on(
            LabState.healthy().floatingIps("shop/web-2", "[\"10.96.0.77\",\"127.0.0.1\"]"));

    assertThat(held.run("move", "10.96.0.77", "shop/web-1").code()).isEqualTo(ExitCode.CONFLICT);
    assertThat(held.run("move", "127.0.0.1", "shop/web-1").code()).isEqualTo(ExitCode.USAGE);
    assertThat(held.run("failover", "127.0.0.1", "-n", "shop", "--candidates", "app=web").code())
        .isEqualTo(ExitCode.USAGE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "169.254.169.254", "172.31.99.255", "10.96.0.77"})
  void what_nobody_may_have_can_be_seen_and_taken_away(String address) {
    CliFixture held =
        CliFixture.on(LabState.healthy().floatingIps("shop/web-2", "[\"" + address + "\"]"));

    assertThat(held.ok("owner", address)).isEqualTo("shop/web-2\n");
    assertThat(held.ok("list", "-A")).contains(address);
    assertThat(held.ok("show", address)).contains("shop/web-2");
    CliFixture.Result doctor = held.run("doctor", address);
    assertThat(doctor.code()).isEqualTo(ExitCode.FINDINGS);
    assertThat(doctor.out()).contains("FIP-203", address);
    held.ok("release", address);
    assertThat(held.annotation("shop/web-2")).isEmpty();
  }

  @Test
  void repairs_no_foreign_entry_on_the_side() {
    CliFixture foreign =
        CliFixture.on(LabState.healthy().floatingIps("shop/web-2", "[\"203.0.113.50/32\"]"));

    CliFixture.Result result = foreign.run("assign", "shop/web-2", "203.0.113.40");

    assertThat(result.code()).isEqualTo(ExitCode.CONFLICT);
    assertThat(result.err()).as("no empty value is advised").doesNotContain("'[]'");
    assertThat(result.err()).contains("203.0.113.50/32");
    assertThat(foreign.annotation("shop/web-2")).contains("[\"203.0.113.50/32\"]");
  }

  @Test
  void refuses_while_felix_programs_nothing_on_the_pods_node() {
    CliFixture off = CliFixture.on(LabState.healthy().gates(true, false));

    CliFixture.Result result = off.run("assign", "shop/web-2", "203.0.113.40");

    assertThat(result.code()).isEqualTo(ExitCode.UNSUPPORTED);
    assertThat(result.err()).contains("Felix on node n1", "fipctl enable");
  }

  @Test
  void refuses_while_the_pod_could_not_start_again_unless_that_is_known() {
    CliFixture off = CliFixture.on(LabState.healthy().gates(false, true));

    CliFixture.Result refused = off.run("assign", "shop/web-2", "203.0.113.40");

    assertThat(refused.code()).isEqualTo(ExitCode.UNSUPPORTED);
    assertThat(refused.err()).contains("never start again");
    assertThat(off.run("assign", "shop/web-2", "203.0.113.40", "--allow-cni-gate-off").code())
        .isEqualTo(ExitCode.OK);
  }

  @Test
  void refuses_an_address_that_no_pool_has_with_the_command_that_makes_one() {
    CliFixture.Result result = runs.run("assign", "shop/web-2", "192.0.2.7");

    assertThat(result.code()).isEqualTo(ExitCode.UNSUPPORTED);
    assertThat(result.err())
        .contains(
            "192.0.2.7 is in no IP pool",
            "\"cidr\":\"192.0.2.7/32\"",
            "| kubectl create -f -",
            "--allow-outside-pools");
    assertThat(runs.annotation("shop/web-2")).isEmpty();
  }

  @Test
  void names_no_command_that_would_announce_an_address_of_the_Internet() {
    CliFixture.Result result = runs.run("assign", "shop/web-2", "8.8.8.8");

    assertThat(result.code()).isEqualTo(ExitCode.UNSUPPORTED);
    assertThat(result.err())
        .contains("only for a range that is routed to this cluster")
        .doesNotContain("kubectl create");
  }

  @Test
  void gives_an_address_outside_of_all_pools_when_told_and_warns() {
    CliFixture.Result strict =
        runs.run("assign", "shop/web-2", "192.0.2.7", "--allow-outside-pools", "--strict");
    assertThat(strict.code()).isEqualTo(ExitCode.UNSUPPORTED);

    CliFixture.Result result =
        runs.run("assign", "shop/web-2", "192.0.2.7", "--allow-outside-pools");
    assertThat(result.exitCode()).isZero();
    assertThat(result.err()).contains("warning: 192.0.2.7 is in no IP pool");
  }

  @Test
  void does_not_take_pools_that_it_may_not_see_for_none() {
    CliFixture blind =
        CliFixture.on(LabState.healthy().deny("list", "ippools.crd.projectcalico.org"));

    CliFixture.Result result = blind.run("assign", "shop/web-2", "203.0.113.40");

    assertThat(result.exitCode()).isZero();
    assertThat(result.err())
        .contains("warning: not checked: ippools")
        .doesNotContain("is in no IP pool");
  }

  @Test
  void keeps_the_change_when_the_node_does_not_follow_and_says_so() {
    CliFixture stuck = CliFixture.on(LabState.healthy().stuck("n1"));

    CliFixture.Result result = stuck.run("assign", "shop/web-2", "203.0.113.40", "-o", "json");

    assertThat(result.code()).isEqualTo(ExitCode.NOT_SEEN);
    assertThat(result.out()).contains("\"verified\" : false", "\"changed\" : true");
    assertThat(result.err()).contains("node n1 has no DNAT rule for 203.0.113.40");
    assertThat(stuck.annotation("shop/web-2")).isPresent();
  }

  @Test
  void without_the_right_to_look_makes_the_change_and_exits_with_7() {
    CliFixture blind = CliFixture.on(LabState.healthy().deny("create", "pods/exec"));

    CliFixture.Result result = blind.run("assign", "shop/web-2", "203.0.113.40");

    assertThat(result.code()).isEqualTo(ExitCode.NOT_SEEN);
    assertThat(result.out()).contains("assigned", "not verified on the node");
    assertThat(result.err()).contains("pods/exec");
    assertThat(blind.annotation("shop/web-2")).isPresent();
    assertThat(blind.run("assign", "shop/web-0", "203.0.113.41", "--wait=false").exitCode())
        .isZero();
  }

  @Test
  void refuses_without_the_right_to_list_all_pods() {
    CliFixture blind = CliFixture.on(LabState.healthy().deny("list", "pods"));

    CliFixture.Result result = blind.run("assign", "shop/web-2", "203.0.113.40");

    assertThat(result.code()).isEqualTo(ExitCode.FORBIDDEN);
    assertThat(blind.annotation("shop/web-2")).isEmpty();
  }

  @Test
  void names_what_it_could_not_check() {
    CliFixture.Result result =
        CliFixture.on(LabState.healthy().deny("list", "services"))
            .run("assign", "shop/web-2", "203.0.113.40");

    assertThat(result.exitCode()).isZero();
    assertThat(result.err()).contains("warning: not checked: services");
  }

  @Test
  void a_dry_run_says_what_would_be_done_and_writes_nothing() {
    for (String mode : new String[] {"--dry-run", "--dry-run=client", "--dry-run=server"}) {
      CliFixture.Result result = runs.run("assign", "shop/web-2", "203.0.113.40", mode);

      assertThat(result.exitCode()).isZero();
      assertThat(result.out()).contains("203.0.113.40 assigned", "(dry run)");
      assertThat(runs.annotation("shop/web-2")).isEmpty();
    }
  }

  @Test
  void sees_a_second_writer_between_read_and_write_and_keeps_what_it_wrote() {
    runs.cluster()
        .faults()
        .beforeWrite(1, other -> CliFixture.annotate(other, "shop/web-2", "[\"203.0.113.41\"]"));

    runs.ok("assign", "shop/web-2", "203.0.113.40");

    assertThat(runs.annotation("shop/web-2")).contains("[\"203.0.113.41\",\"203.0.113.40\"]");
  }

  @Test
  void gives_way_to_a_pod_that_took_the_address_at_the_same_moment() {
    runs.cluster()
        .faults()
        .beforeWrite(1, other -> CliFixture.annotate(other, "shop/t1", "[\"203.0.113.40\"]"));

    CliFixture.Result result = runs.run("assign", "shop/web-2", "203.0.113.40");

    assertThat(result.code()).isEqualTo(ExitCode.CONFLICT);
    assertThat(runs.annotation("shop/web-2")).isEmpty();
    assertThat(runs.annotation("shop/t1")).contains("[\"203.0.113.40\"]");
  }

  @Test
  void never_writes_to_another_pod_of_the_same_name() {
    runs.cluster()
        .faults()
        .beforeWrite(
            1,
            other -> {
              other.delete(Kind.PODS, "shop", "web-2");
              runs.cluster().change(state -> state.withPod("shop/web-2", "n1", "10.244.40.131"));
            });

    CliFixture.Result result = runs.run("assign", "shop/web-2", "203.0.113.40");

    assertThat(result.code()).isEqualTo(ExitCode.CONFLICT);
    assertThat(result.err()).contains("it is another pod");
    assertThat(runs.annotation("shop/web-2")).isEmpty();
  }

  @Test
  void looks_again_when_the_answer_to_the_write_was_lost() {
    runs.cluster().faults().loseAnswer(1);

    assertThat(runs.ok("assign", "shop/web-2", "203.0.113.40")).contains("assigned");
  }

  @Test
  void says_that_the_address_does_not_survive_the_pods_replacement() {
    CliFixture owned = CliFixture.on(LabState.healthy());
    Pod controlled =
        owned.cluster().list(Kind.PODS).stream()
            .map(Pod::of)
            .filter(pod -> pod.controller().isPresent() && !pod.hostNetwork() && !pod.finished())
            .findFirst()
            .orElseThrow();

    CliFixture.Result result = owned.run("assign", controlled.ref().toString(), "203.0.113.40");

    assertThat(result.err()).contains("203.0.113.40 will not follow it");
    assertThat(owned.ok("assign", controlled.ref().toString(), "203.0.113.40", "-o", "json"))
        .contains("\"survivesReplacement\" : false");
  }

  @Test
  void waits_for_a_pod_that_has_no_network_yet() {
    CliFixture late = CliFixture.on(LabState.healthy().notReady("n3").withPod("shop/late", "n3"));
    late.whileWaiting(() -> late.cluster().change(state -> state.readyAgain("n3")));

    assertThat(late.ok("assign", "shop/late", "203.0.113.40"))
        .contains("pod/late floating IP 203.0.113.40 assigned (node n3");
  }

  @Test
  void says_where_to_look_later_when_nobody_waited() {
    CliFixture.Result result = runs.run("assign", "shop/web-2", "203.0.113.40", "--wait=false");

    assertThat(result.out()).contains("not verified on the node");
    assertThat(result.err())
        .isEqualTo("nobody looked at the nodes; later: fipctl list -A --verify\n");
  }

  @Test
  void resolves_a_duplicate_of_its_own_only_when_it_may_steal() {
    CliFixture twice =
        CliFixture.on(LabState.healthy().floatingIps("shop/t1", "[\"203.0.113.10\"]"));
    assertThat(twice.run("assign", "shop/web-0", "203.0.113.10").code())
        .isEqualTo(ExitCode.CONFLICT);

    twice.ok("assign", "shop/web-0", "203.0.113.10", "--steal", "--yes");

    assertThat(twice.annotation("shop/t1")).isEmpty();
    assertThat(twice.ok("owner", "203.0.113.10")).isEqualTo("shop/web-0\n");
  }

  @Test
  void warns_once_of_what_several_addresses_share() {
    CliFixture.Result result =
        CliFixture.on(LabState.healthy().deny("list", "services"))
            .run("assign", "shop/web-2", "203.0.113.40,203.0.113.41");

    assertThat(result.err().lines().filter(line -> line.startsWith("warning:"))).hasSize(1);
  }
}
