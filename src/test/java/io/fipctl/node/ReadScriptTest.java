package io.fipctl.node;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.model.IpAddress;
import io.fipctl.node.NodeCommand.Read;
import io.fipctl.node.NodeCommand.Section;
import io.fipctl.node.NodeCommand.Tables;
import io.fipctl.nodeoutput.NodeDump;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script that reads a node, run by a real bash with tools that say what the test wants. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ReadScriptTest {
  @TempDir Path tools;

  /** What came out: the sections, and what each complained of. */
  private record Ran(NodeDump answers, NodeDump complaints) {
    NodeDump.Section answer(Section section) {
      return answers.section(section.title()).orElseThrow();
    }

    String complaint(Section section) {
      return complaints.section(section.title()).orElseThrow().text();
    }
  }

  @Test
  void a_tool_that_is_missing_or_fails_does_not_spoil_the_others() throws Exception {
    tool("ip", "echo oh no >&2; exit 3");
    tool("nft", "echo '{\"nftables\": []}'");

    Ran ran = run(Read.of(Section.ROUTES, Section.IPTABLES_NFT, Section.NFT));

    assertThat(ran.answer(Section.ROUTES).status()).isEqualTo(3);
    assertThat(ran.complaint(Section.ROUTES)).isEqualTo("oh no\n");
    assertThat(ran.answer(Section.IPTABLES_NFT).status()).isEqualTo(127);
    assertThat(ran.answer(Section.NFT))
        .isEqualTo(new NodeDump.Section("nft-list-ruleset", "{\"nftables\": []}\n", 0));
    assertThat(ran.answers().cut()).isEmpty();
  }

  @Test
  void what_the_time_is_over_for_is_not_begun() throws Exception {
    tool("ip", "echo []");
    Read read = Read.of(Section.ROUTES);
    // Of the arguments, which follow the script, the first is how long it may take.
    String late =
        read.script() + read.arguments().stream().skip(1).collect(joining("\n", "0\n", "\n"));

    assertThat(run(read.argv(), late).answer(Section.ROUTES))
        .isEqualTo(new NodeDump.Section("ip-route", "", Read.TIMED_OUT));
  }

  @Test
  void one_table_or_all_are_asked_for() throws Exception {
    tool("iptables-nft-save", "echo \"arguments: $*\"");

    assertThat(run(Read.of(Section.IPTABLES_NFT)).answer(Section.IPTABLES_NFT).text())
        .isEqualTo("arguments: -t nat\n");
    Read all = new Read(List.of(Section.IPTABLES_NFT), Tables.ALL, List.of());
    assertThat(run(all).answer(Section.IPTABLES_NFT).text()).isEqualTo("arguments: \n");
  }

  @Test
  void flows_of_addresses_are_asked_for_by_family() throws Exception {
    tool("conntrack", "echo \"$*\"");
    Read read =
        new Read(
            List.of(Section.FLOWS),
            Tables.ALL,
            List.of(IpAddress.parse("203.0.113.10"), IpAddress.parse("2001:db8::1")));

    assertThat(run(read).answer(Section.FLOWS).text())
        .isEqualTo(
            """
            -L -f ipv4 -o extended --orig-dst 203.0.113.10
            -L -f ipv6 -o extended --orig-dst 2001:db8::1
            """);
  }

  @Test
  void more_flows_than_anybody_reads_are_cut_and_say_so() throws Exception {
    tool("conntrack", "for ((i = 0; i < 30000; i++)); do echo \"flow $i\"; done");

    NodeDump.Section flows = run(Read.of(Section.FLOWS)).answer(Section.FLOWS);

    assertThat(flows.status()).isEqualTo(Read.CUT);
    assertThat(flows.text().lines()).hasSize(20000).last().isEqualTo("flow 19999");
  }

  @Test
  void all_flows_are_those_of_both_families() throws Exception {
    tool("conntrack", "echo \"$3\"");

    assertThat(run(Read.of(Section.FLOWS)).answer(Section.FLOWS))
        .isEqualTo(new NodeDump.Section("conntrack", "ipv4\nipv6\n", 0));
  }

  @Test
  void BIRD_that_does_not_run_is_told() throws Exception {
    Ran ran = run(Read.of(Section.BIRD_ROUTES, Section.BIRD6_PROTOCOLS));

    assertThat(ran.answer(Section.BIRD_ROUTES).status()).isEqualTo(1);
    assertThat(ran.complaint(Section.BIRD_ROUTES))
        .isEqualTo("BIRD does not run: no socket bird.ctl in /var/run/calico or /var/run/bird\n");
    assertThat(ran.complaint(Section.BIRD6_PROTOCOLS)).contains("bird6.ctl");
  }

  @Test
  void no_secret_is_printed() throws Exception {
    tool(
        "tail",
        """
        cat <<'LOG'
        {"k8s_auth_token" : "s\\"ecret1", "name": "kept"}
        level=info msg="Bearer secret2" token=secret3 pod="kept"
        {"Password":"secret4","certificate-authority-data":"kept"}
        LOG
        """);

    String log = run(Read.of(Section.CNI_LOG)).answer(Section.CNI_LOG).text();

    assertThat(log)
        .doesNotContain("ecret")
        .contains("\"name\": \"kept\"", "pod=\"kept\"", "\"certificate-authority-data\":\"kept\"");
  }

  @Test
  void names_of_interfaces_with_dots_are_written_as_sysctl_does() throws Exception {
    assertThat(run(Read.of(Section.SYSCTL)).answer(Section.SYSCTL).text().lines())
        .allMatch(line -> line.matches("net\\.[a-z0-9]+\\.\\S+ = -?[0-9]+"))
        .anyMatch(line -> line.startsWith("net.ipv4.ip_forward = "))
        .isSorted();
  }

  @Test
  void connections_end_as_they_do() throws Exception {
    InetAddress here = InetAddress.getLoopbackAddress();
    int closed;
    try (ServerSocket gone = new ServerSocket(0, 1, here)) {
      closed = gone.getLocalPort();
    }
    try (ServerSocket open = new ServerSocket(0, 1, here)) {
      Read read =
          new Read(
              List.of(Section.TCP),
              Tables.NAT,
              List.of(),
              List.of(
                  new NodeCommand.Target(IpAddress.parse("127.0.0.1"), open.getLocalPort()),
                  new NodeCommand.Target(IpAddress.parse("127.0.0.1"), closed)));

      assertThat(run(read).answer(Section.TCP).text().lines())
          .containsExactlyInAnyOrder(
              "127.0.0.1 " + open.getLocalPort() + " 0 ",
              "127.0.0.1 " + closed + " 1 Connection refused");
    }
    assertThat(run(Read.of(Section.TCP)).answer(Section.TCP))
        .isEqualTo(new NodeDump.Section("tcp-connect", "", 0));
  }

  @Test
  void a_connection_that_nobody_answers_is_given_up() throws Exception {
    tool("timeout", "exit 124");
    Read read =
        new Read(
            List.of(Section.TCP),
            Tables.NAT,
            List.of(),
            List.of(new NodeCommand.Target(IpAddress.parse("2001:db8::1"), 80)));

    assertThat(run(read).answer(Section.TCP).text()).isEqualTo("2001:db8::1 80 124 \n");
  }

  private void tool(String name, String script) throws IOException {
    Path file = Files.writeString(tools.resolve(name), "#!/bin/bash\n" + script + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private Ran run(Read read) throws Exception {
    return run(read.argv(), read.input());
  }

  private Ran run(List<String> words, String input) throws Exception {
    Path stderr = tools.resolve("stderr");
    ProcessBuilder builder = new ProcessBuilder(words).redirectError(stderr.toFile());
    // Of the machine's own tools only those that calico-node has as well.
    for (String tool : List.of("bash", "cat", "grep", "ls", "sed", "sort", "tail", "timeout")) {
      if (!Files.exists(tools.resolve(tool))) {
        tool(tool, "exec /usr/bin/" + tool + " \"$@\"");
      }
    }
    builder.environment().put("PATH", tools.toString());
    Process process = builder.start();
    // It stays open, as that of an exec does.
    process.outputWriter(StandardCharsets.UTF_8).append(input).flush();
    String stdout = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return new Ran(NodeDump.parse(stdout), NodeDump.parse(Files.readString(stderr)));
  }
}
