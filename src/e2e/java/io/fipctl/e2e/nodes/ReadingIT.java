package io.fipctl.e2e.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.e2e.ProcessResult;
import io.fipctl.model.IpAddress;
import io.fipctl.node.NodeCommand;
import io.fipctl.node.NodeCommand.Await;
import io.fipctl.node.NodeCommand.Read;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Looking at a node changes nothing there. */
final class ReadingIT {
  static Stream<NodeCommand> commands() {
    return Stream.of(
        Read.everything(List.of()),
        Read.of(NodeCommand.Section.values()),
        new Await(IpAddress.parse("203.0.113.10"), new Await.Wanted.Gone(), Duration.ofSeconds(1)));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void no_command_makes_a_table_of_a_backend_that_the_node_does_not_use(NodeCommand command) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "unshare",
                "--net",
                "bash",
                "-c",
                "printf %s \"$INPUT\" | \"$@\" >/dev/null; cat /proc/net/ip_tables_names /proc/net/ip6_tables_names;"
                    + " nft list ruleset",
                "bash"));
    words.addAll(command.argv());
    ProcessResult ran =
        ProcessResult.of(Map.of("PATH", System.getenv("PATH"), "INPUT", command.input()), words);
    assertThat(ran.out()).as(ran.toString()).isEmpty();
  }
}
