package io.fipctl.cli.diagnose;

import io.fipctl.cli.session.NodeAccessOptions;
import io.fipctl.cli.session.Session;
import io.fipctl.model.FipctlException;
import io.fipctl.model.ShellCommand;
import io.fipctl.node.NodeShell;
import io.fipctl.node.Streams;
import io.fipctl.render.Document;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code fipctl node-shell}. */
@Command(
    name = "node-shell",
    description = "Open a shell on a node, or run one command there.",
    footer = {
      "",
      "It is root in the node's network, in calico-node's container or a privileged debug pod.",
      "",
      "The exit code is that of the shell or command. When fipctl itself fails, it prints a line",
      "that begins with 'error:' on stderr and exits with its own code; a script tells the two",
      "apart with -o json: the document's kind is NodeOutput or Error.",
      "",
      "Examples:",
      "  fipctl node-shell n1",
      "  fipctl node-shell n1 -- ip route get 203.0.113.10",
      "  fipctl node-shell n1 --node-access pod -- iptables-nft-save -t nat"
    })
public final class NodeShellCommand implements Callable<Integer> {
  private static final Duration DEADLINE = Duration.ofHours(1);

  /** Whichever the image has: calico-node's has both. */
  private static final List<String> SHELL =
      List.of("sh", "-c", "command -v bash >/dev/null && exec bash; exec sh");

  @Parameters(index = "0", paramLabel = "NODE", description = "The node.")
  String node;

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "CMD",
      description = "A command and its arguments, behind --; they are taken as they are.")
  List<String> command = List.of();

  @Mixin NodeAccessOptions access = new NodeAccessOptions();

  private final Session session;

  public NodeShellCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    tellOfOthers();
    if (!command.isEmpty()) {
      NodeShell nodes = session.cluster().nodes(access.access(session));
      return session.format().isDocument() ? document(nodes) : passed(nodes);
    }
    if (session.format().isDocument() || !session.console().canAsk()) {
      throw FipctlException.usage(
          "a shell needs a terminal, and has no document",
          ShellCommand.of("give a command: fipctl node-shell %s -- ip addr", node));
    }
    return shell(session.cluster().nodes(access.access(session, DEADLINE)));
  }

  /** What poses as calico-node; that none can be seen is for the way in to say. */
  private void tellOfOthers() {
    try {
      session
          .cluster()
          .calicoDaemonSet()
          .passedOver()
          .forEach(other -> session.console().note(other.toString()));
    } catch (FipctlException e) {
      switch (e.exitCode()) {
        case FORBIDDEN, UNSUPPORTED -> {}
        default -> throw e;
      }
    }
  }

  private int shell(NodeShell nodes) {
    try (RawTerminal keyboard = RawTerminal.open()) {
      return nodes.attach(
          node,
          SHELL,
          new Streams(
              Optional.of(keyboard), session.console().outStream(), session.console().errStream()));
    }
  }

  private int passed(NodeShell nodes) {
    return nodes.attach(
        node,
        command,
        new Streams(
            Optional.empty(), session.console().outStream(), session.console().errStream()));
  }

  private int document(NodeShell nodes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int exitCode = nodes.attach(node, command, new Streams(Optional.empty(), out, err));
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("node", node);
    fields.put("command", command);
    fields.put("exitCode", exitCode);
    fields.put("stdout", out.toString(StandardCharsets.UTF_8));
    fields.put("stderr", err.toString(StandardCharsets.UTF_8));
    session.console().print(new Document("NodeOutput", fields), session.format());
    return exitCode;
  }
}
