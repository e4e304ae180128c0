package io.fipctl.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.model.IpAddress;
import io.fipctl.model.PodInterfaces;
import io.fipctl.node.NodeCommand.Await;
import io.fipctl.node.NodeCommand.Await.Wanted;
import io.fipctl.nodeoutput.Conntrack;
import io.fipctl.nodeoutput.Flow;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The script that waits on a node and deletes there, with tools that only say what they are asked.
 */
class AwaitScriptTest {
  private static final IpAddress ADDRESS = IpAddress.parse("203.0.113.10");
  private static final IpAddress POD = IpAddress.parse("10.244.217.1");
  private static final String RULE =
      "-A cali-fip-dnat -d 203.0.113.10/32 -m comment --comment \"cali:x\" -j DNAT --to-destination"
          + " 10.244.217.1\n";
  private static final String LOCAL = "203.0.113.10 dev cali1234 scope link\n";
  private static final String VIA = "203.0.113.10 via 172.31.99.12 dev eth0 proto bird\n";

  /** Every form that the tool prints: protocols, states, offload, zones, one without ports. */
  private static final List<String> FLOWS =
      List.of(
          "ipv4     2 udp      17 29 src=172.31.99.2 dst=203.0.113.10 sport=40000 dport=9000"
              + " packets=98 bytes=2930 [UNREPLIED] src=203.0.113.10 dst=172.31.99.2 sport=9000"
              + " dport=40000 packets=0 bytes=0 mark=0 use=1",
          "ipv4     2 tcp      6 431999 ESTABLISHED src=172.31.99.2 dst=203.0.113.10 sport=41"
              + " dport=80 src=10.244.40.130 dst=172.31.99.2 sport=80 dport=41 [ASSURED] mark=0"
              + " zone=7 use=2",
          "ipv4     2 tcp      6 ESTABLISHED src=172.31.99.2 dst=203.0.113.10 sport=42 dport=80"
              + " src=10.244.217.1 dst=172.31.99.2 sport=80 dport=42 [OFFLOAD] mark=0 use=2",
          "ipv4     2 icmp     1 29 src=172.31.99.2 dst=203.0.113.10 type=8 code=0 id=77"
              + " src=10.244.40.130 dst=172.31.99.2 type=0 code=0 id=77 mark=0 zone-orig=3 use=1",
          "ipv4     2 sctp     132 10 ESTABLISHED src=172.31.99.2 dst=203.0.113.10 sport=5 dport=6"
              + " src=10.244.40.130 dst=172.31.99.2 sport=6 dport=5 mark=0 zone-reply=4 use=1",
          "ipv4     2 gre      47 29 src=172.31.99.2 dst=203.0.113.10 srckey=0x0 dstkey=0x1"
              + " src=10.244.40.130 dst=172.31.99.2 srckey=0x1 dstkey=0x0 mark=0 use=1",
          "ipv4     2 unknown  253 599 src=172.31.99.2 dst=203.0.113.10 [UNREPLIED]"
              + " src=203.0.113.10 dst=172.31.99.2 mark=0 use=1");

  /** What nft says of a chain that is not there. */
  private static final String NO_CHAIN = "echo 'Error: No such file or directory' >&2; exit 1";

  @TempDir Path tools;

  @BeforeEach
  void quietTools() throws IOException {
    tool("iptables-nft-save", saving("rules"));
    // Asked only where the kernel of this machine has its table.
    tool("iptables-legacy-save", "echo '*nat'; echo COMMIT");
    tool("nft", NO_CHAIN);
    tool("ip", "cat \"${0%/*}/routes\" 2>/dev/null");
    tool(
        "conntrack",
        "[ \"$1\" = -L ] && { cat \"${0%/*}/flows\"; exit; }; echo \"$*\" >>\"${0%/*}/deleted\"");
    Files.write(tools.resolve("flows"), FLOWS);
    Files.writeString(tools.resolve("rules"), "");
    Files.writeString(tools.resolve("routes"), "");
  }

  @ParameterizedTest
  @CsvSource({"leads-to", "gone", "via"})
  void deletes_what_is_stale_by_the_same_words_as_the_parser_and_prints_it(String wanted)
      throws Exception {
    Wanted condition =
        switch (wanted) {
          case "leads-to" -> new Wanted.LeadsTo(POD);
          case "gone" -> new Wanted.Gone();
          default -> new Wanted.RoutedVia(IpAddress.parse("172.31.99.12"));
        };
    Files.writeString(tools.resolve("rules"), wanted.equals("leads-to") ? RULE : "");
    Files.writeString(
        tools.resolve("routes"),
        wanted.equals("leads-to") ? LOCAL : wanted.equals("via") ? VIA : "");
    Await await = new Await(ADDRESS, condition, Duration.ofSeconds(1));

    List<String> printed = run(await, 0);

    Optional<IpAddress> here =
        condition instanceof Wanted.LeadsTo pod ? Optional.of(pod.podAddress()) : Optional.empty();
    List<Flow> stale =
        Conntrack.parse(String.join("\n", FLOWS) + "\n").flows().stream()
            .filter(flow -> flow.isStale(ADDRESS, here))
            .toList();
    assertThat(stale).hasSizeBetween(4, 6);
    assertThat(Files.readAllLines(tools.resolve("deleted")))
        .containsExactlyElementsOf(
            stale.stream().map(flow -> "-D " + String.join(" ", flow.deleteArguments())).toList());
    assertThat(printed).startsWith(Await.BEGUN).endsWith(Await.THERE);
    assertThat(Conntrack.parse(String.join("\n", printed) + "\n").flows())
        .containsExactlyElementsOf(stale);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"leads-to | 10.244.217.1 | local", "gone | '' | none", "via | 172.31.99.12 | local"})
  void gives_up_when_the_time_is_over_and_deletes_nothing(
      String wanted, String value, String routes) throws Exception {
    Files.writeString(tools.resolve("rules"), wanted.equals("leads-to") ? "" : RULE);
    Files.writeString(tools.resolve("routes"), routes.equals("local") ? LOCAL : "");
    Wanted condition =
        switch (wanted) {
          case "leads-to" -> new Wanted.LeadsTo(IpAddress.parse(value));
          case "gone" -> new Wanted.Gone();
          default -> new Wanted.RoutedVia(IpAddress.parse(value));
        };

    assertThat(run(new Await(ADDRESS, condition, Duration.ofSeconds(1)), 124))
        .containsExactly(Await.BEGUN);
    assertThat(tools.resolve("deleted")).doesNotExist();
  }

  @Test
  void waits_for_a_route_to_another_node_until_its_own_rule_is_gone() throws Exception {
    Files.writeString(tools.resolve("rules"), RULE);
    Files.writeString(tools.resolve("routes"), VIA);

    run(
        new Await(
            ADDRESS, new Wanted.RoutedVia(IpAddress.parse("172.31.99.12")), Duration.ofSeconds(1)),
        124);

    assertThat(tools.resolve("deleted")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({"iptables-nft-save", "iptables-legacy-save", "nft"})
  void sees_the_rule_in_whichever_backend_has_it(String backend) throws Exception {
    String nft = "ip daddr 203.0.113.10 counter packets 0 bytes 0 dnat to 10.244.217.1\n";
    Files.writeString(tools.resolve("other"), backend.equals("nft") ? nft : RULE);
    tool(
        backend,
        backend.equals("nft")
            ? "echo 'chain nat-cali-fip-dnat {'; cat \"${0%/*}/other\"; echo '}'"
            : saving("other"));
    // The legacy backend is only asked where the kernel has its table.
    String tables = "{ [ \"$3\" = /proc/net/ip_tables_names ] || exec /bin/grep \"$@\"; }";
    tool("grep", tables);
    Files.writeString(tools.resolve("routes"), LOCAL);

    Duration second = Duration.ofSeconds(1);
    assertThat(run(new Await(ADDRESS, new Wanted.LeadsTo(POD), second), 0)).contains(Await.THERE);
    assertThat(run(new Await(ADDRESS, new Wanted.LeadsTo(ADDRESS), second), 124))
        .doesNotContain(Await.THERE);
    Files.writeString(tools.resolve("routes"), "");
    assertThat(run(new Await(ADDRESS, new Wanted.Gone(), second), 124)).doesNotContain(Await.THERE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "iptables-nft-save | exit 4",
        "iptables-nft-save | echo '*nat'; echo ':PREROUTING ACCEPT [0:0]'",
        "iptables-nft-save | echo '# Table `nat'\\'' is incompatible, use '\\''nft'\\'' tool.'",
        "nft | echo 'Error: cache initialization failed' >&2; exit 1",
        "nft | echo 'table ip calico {'; echo 'chain nat-cali-fip-dnat {'",
        "ip | exit 1",
      })
  void nothing_is_gone_while_a_tool_fails_or_its_answer_is_cut(String tool, String script)
      throws Exception {
    tool(tool, script);

    assertThat(run(new Await(ADDRESS, new Wanted.Gone(), Duration.ofSeconds(1)), 124))
        .containsExactly(Await.BEGUN);
    assertThat(tools.resolve("deleted")).doesNotExist();
  }

  @Test
  void an_address_that_no_tool_shows_any_more_is_gone() throws Exception {
    assertThat(run(new Await(ADDRESS, new Wanted.Gone(), Duration.ofSeconds(1)), 0))
        .contains(Await.THERE);
  }

  @Test
  void a_backend_without_a_tool_counts_for_nothing_where_the_rules_are_in_another()
      throws Exception {
    Files.writeString(tools.resolve("rules"), RULE.replace("203.0.113.10", "203.0.113.11"));
    tool("nft", "exit 127");

    assertThat(run(new Await(ADDRESS, new Wanted.Gone(), Duration.ofSeconds(1)), 0))
        .contains(Await.THERE);
  }

  @Test
  void without_any_rules_of_Calico_a_missing_tool_may_be_that_of_the_backend_in_use()
      throws Exception {
    tool("iptables-nft-save", "echo '*nat'; echo ':PREROUTING ACCEPT [0:0]'; echo COMMIT");
    tool("nft", "exit 127");

    run(new Await(ADDRESS, new Wanted.Gone(), Duration.ofSeconds(1)), 124);
  }

  @Test
  void a_tool_that_hangs_is_ended_on_the_node_itself() throws Exception {
    tool("ip", "exec sleep 1000");

    run(new Await(ADDRESS, new Wanted.Gone(), Duration.ofSeconds(1)), 124);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cali | 203.0.113.10 dev tap1234 scope link | 0",
        "tap | 203.0.113.10 dev tap1234 scope link | 124",
        "'cali,tap' | 203.0.113.10 dev tap1234 scope link | 124",
        "tap | 203.0.113.10 dev cali1234 scope link | 0",
        "'' | 203.0.113.10 dev anything scope link | 124",
        "'' | 203.0.113.10 via 172.31.99.12 dev eth0 proto bird | 0",
      })
  void a_route_counts_when_its_interface_is_named_as_Felix_names_those_of_pods(
      String interfaces, String route, int exitCode) throws Exception {
    Files.writeString(tools.resolve("routes"), route + "\n");
    PodInterfaces named =
        interfaces.isEmpty() ? PodInterfaces.UNKNOWN : PodInterfaces.of(interfaces);

    run(new Await(ADDRESS, new Wanted.Gone(), named, Duration.ofSeconds(1)), exitCode);
  }

  @Test
  void what_is_executed_is_short_however_much_there_is_to_do() {
    List<String> tuple = List.of("-f", "ipv4", "--orig-dst", "203.0.113.10");
    List<NodeCommand> commands =
        List.of(
            new Await(ADDRESS, new Wanted.Gone(), Duration.ofSeconds(1)),
            NodeCommand.Read.everything(List.of(ADDRESS)),
            new NodeCommand.DeleteFlows(java.util.Collections.nCopies(1000, tuple)));

    for (NodeCommand command : commands) {
      assertThat(String.join(" ", command.argv()).length()).isLessThan(500);
      assertThat(command.input()).matches(text -> text.chars().allMatch(c -> c < 128));
    }
  }

  /** A tool that prints the nat table with the rules of a file. */
  private static String saving(String file) {
    return "echo '*nat'; echo ':cali-fip-dnat - [0:0]'; cat \"${0%/*}/"
        + file
        + "\" 2>/dev/null; echo COMMIT";
  }

  private List<String> run(Await await, int exitCode) throws IOException, InterruptedException {
    ProcessBuilder bash = new ProcessBuilder(new ArrayList<>(await.argv()));
    bash.environment().put("PATH", tools + ":" + System.getenv("PATH"));
    Process process = bash.redirectErrorStream(true).start();
    // It stays open, as that of an exec does.
    process.outputWriter(StandardCharsets.UTF_8).append(await.input()).flush();
    List<String> lines = process.inputReader().lines().toList();
    assertThat(process.waitFor()).as(lines.toString()).isEqualTo(exitCode);
    return lines;
  }

  private void tool(String name, String script) throws IOException {
    Path file = tools.resolve(name);
    Files.write(file, Stream.of("#!/bin/bash", script).toList());
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }
}
