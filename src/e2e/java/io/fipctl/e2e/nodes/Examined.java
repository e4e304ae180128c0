package io.fipctl.e2e.nodes;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.JsonNode;
import io.fipctl.e2e.ProcessResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What {@code fipctl doctor -o json} has printed. */
record Examined(ProcessResult ran, JsonNode report) {
  static Examined by(Nodes nodes, String... options) {
    List<String> words = new ArrayList<>(List.of("doctor", "-o", "json"));
    words.addAll(List.of(options));
    return of(nodes.fipctl(words.toArray(String[]::new)));
  }

  static Examined of(ProcessResult ran) {
    return new Examined(ran, ran.json());
  }

  /**
   * Each finding as its check and what it is about: {@code FIP-301 203.0.113.10 node/n1}. A debug
   * pod's name ends with its node.
   */
  Set<String> found() {
    Set<String> found = new TreeSet<>();
    findings()
        .forEach(
            finding ->
                found.add(
                    finding.path("id").asText()
                        + " "
                        + finding
                            .path("object")
                            .path("text")
                            .asText()
                            .replaceFirst("(fipctl-debug-n\\d)-.*", "$1")));
    return found;
  }

  List<JsonNode> findings() {
    List<JsonNode> findings = new ArrayList<>();
    checks().forEach(check -> check.path("findings").forEach(findings::add));
    return findings;
  }

  List<JsonNode> checks() {
    List<JsonNode> checks = new ArrayList<>();
    report.path("checks").forEach(checks::add);
    return checks;
  }

  JsonNode check(String id) {
    return checks().stream()
        .filter(check -> check.path("id").asText().equals(id))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no check " + id + " in " + ran));
  }

  String status(String id) {
    return check(id).path("status").asText();
  }

  /** Why a node was not looked at; empty when it was. */
  String unread(String node) {
    for (JsonNode unread : report.path("environment").path("unread")) {
      if (unread.path("node").asText().equals(node)) {
        return unread.path("reason").asText();
      }
    }
    return "";
  }

  /** What the gaps of a check say, each with its place. */
  String gaps(String id) {
    List<String> gaps = new ArrayList<>();
    check(id)
        .path("gaps")
        .forEach(
            gap ->
                gaps.add(
                    "%s %s: %s"
                        .formatted(
                            gap.path("status").asText(),
                            gap.path("where").asText(),
                            gap.path("reason").asText())));
    return gaps.stream().collect(joining("\n"));
  }
}
