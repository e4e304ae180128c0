package io.fipctl.nodeoutput;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.node.NodeCommand;
import io.fipctl.packet.NodeNat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeDumpTest {
  private static final String TWO =
      """
      @@fipctl ip-route
      [
      ]

      @@fipctl-end ip-route 0
      @@fipctl nft-list-ruleset

      @@fipctl-end nft-list-ruleset 127
      """;

  @Test
  void gives_every_section_with_its_text_and_status() {
    NodeDump dump = NodeDump.parse(TWO);

    assertThat(dump.sections())
        .containsExactly(
            new NodeDump.Section("ip-route", "[\n]\n", 0),
            new NodeDump.Section("nft-list-ruleset", "", 127));
    assertThat(dump.cut()).isEmpty();
  }

  @Test
  void a_text_without_line_feed_at_its_end_is_kept_as_it_is() {
    assertThat(NodeDump.parse("@@fipctl a\nx\n@@fipctl-end a 0\n").section("a"))
        .contains(new NodeDump.Section("a", "x", 0));
  }

  @Test
  void cut_at_any_place_it_gives_the_whole_sections_and_names_the_cut_one() {
    int firstEnd = TWO.indexOf("@@fipctl nft");
    for (int length = 0; length < TWO.length(); length++) {
      NodeDump dump = NodeDump.parse(TWO.substring(0, length));

      assertThat(dump.section("ip-route").isPresent()).isEqualTo(length >= firstEnd);
      assertThat(dump.section("nft-list-ruleset")).isEmpty();
      if (length > "@@fipctl ip-route".length() && length < firstEnd) {
        assertThat(dump.cut()).as("cut at " + length).containsExactly("ip-route");
      }
      if (length > firstEnd + "@@fipctl nft-list-ruleset".length()) {
        assertThat(dump.cut()).containsExactly("nft-list-ruleset");
      }
    }
  }

  @Test
  void a_section_without_end_does_not_swallow_the_next() {
    NodeDump dump = NodeDump.parse("@@fipctl a\nx\n@@fipctl b\ny\n\n@@fipctl-end b 0\n");

    assertThat(dump.cut()).containsExactly("a");
    assertThat(dump.section("b")).contains(new NodeDump.Section("b", "y\n", 0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "\n\n", "garbage", "@@fipctl-end a 0\n", "@@fipctlx\n", "\u0000\u0001@@"})
  void what_has_no_section_gives_none(String text) {
    assertThat(NodeDump.parse(text)).isEqualTo(new NodeDump(List.of(), List.of()));
  }

  @Test
  void a_status_that_is_no_number_counts_as_cut() {
    assertThat(NodeDump.parse("@@fipctl a\n\n@@fipctl-end a x\n").cut()).containsExactly("a");
  }

  @Test
  void the_view_asks_for_the_titles_that_the_node_command_prints() {
    NodeNat nothing = NodeNat.of(NodeDump.parse(""));

    assertThat(Stream.of(NodeCommand.Section.values()).map(NodeCommand.Section::title))
        .containsAll(nothing.unread());
  }

  @Test
  void reads_what_the_script_itself_prints() throws IOException, InterruptedException {
    // On a machine without the tools every section fails; the marks must be read all the same.
    List<NodeCommand.Section> asked = List.of(NodeCommand.Section.values());
    NodeCommand command = NodeCommand.Read.everything(List.of());
    Process process =
        new ProcessBuilder(command.argv()).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    process.outputWriter(StandardCharsets.UTF_8).append(command.input()).flush();
    String stdout = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();

    assertThat(NodeDump.parse(stdout).sections())
        .extracting(NodeDump.Section::title)
        .containsExactlyElementsOf(asked.stream().map(NodeCommand.Section::title).toList());
    assertThat(NodeDump.parse(stdout).cut()).isEmpty();
  }
}
