package io.fipctl.e2e.nodes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What the nodes, their kubelets and Calico's agents have to say when a test has failed. */
final class FailureReport {
  private static final int LINES = 25;

  private FailureReport() {}

  /**
   * Of each node its rules, routes and tracked connections, and the ends of its logs.
   *
   * @param state where the cluster keeps all it has
   */
  static String of(Nodes nodes, Path state) {
    StringBuilder text = new StringBuilder();
    add(text, "pods", nodes.kubectl("get", "pods", "-A", "-o", "wide").out());
    add(text, "outside: ip route", nodes.routes("client"));
    for (String node : Nodes.ALL) {
      for (List<String> command :
          List.of(
              List.of("nft", "list", "ruleset"),
              List.of("iptables-legacy-save", "-t", "nat"),
              List.of("ip", "-4", "route"),
              List.of("ip", "-6", "route"),
              List.of("conntrack", "-L"))) {
        String title = node + ": " + String.join(" ", command);
        add(text, title, nodes.onNode(node, command.toArray(String[]::new)).out());
      }
      Path directory = state.resolve(node);
      add(text, node + ": kubelet", lastLines(directory.resolve("kubelet.log")));
      agentLogs(directory).forEach(log -> add(text, node + ": calico-node", lastLines(log)));
    }
    return text.toString();
  }

  private static void add(StringBuilder text, String title, String content) {
    text.append("-- ").append(title).append(System.lineSeparator()).append(content);
    if (!content.endsWith("\n")) {
      text.append(System.lineSeparator());
    }
  }

  /** Of every container that this node has had. */
  private static List<Path> agentLogs(Path directory) {
    try (Stream<Path> all = Files.walk(directory.resolve("var/log/pods"))) {
      return all.filter(path -> path.toString().matches(".*calico-node/\\d+\\.log")).toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private static String lastLines(Path log) {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - LINES), lines.size()));
    } catch (IOException e) {
      return e.toString();
    }
  }
}
