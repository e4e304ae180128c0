package io.fipctl.nodeoutput;

import io.fipctl.model.IpAddress;
import io.fipctl.model.IpAddress.Family;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code conntrack -L -o extended} printed. */
public record Conntrack(List<Flow> flows, List<ParseProblem> faults) implements Parsed {
  private static final Pattern HEAD =
      Pattern.compile(
          "(?<family>ipv4|ipv6) +\\d+ +(?<protocol>\\S+) +(?<number>\\d{1,3})"
              + "(?: +(?<timeout>\\d{1,10}))?(?: +(?<state>[A-Z0-9_]+))? +(?=src=)");
  private static final Pattern BLANKS = Pattern.compile(" +");
  private static final Set<String> OF_A_TUPLE =
      Set.of("sport", "dport", "type", "code", "id", "srckey", "dstkey", "packets", "bytes");

  public Conntrack {
    flows = List.copyOf(flows);
    faults = List.copyOf(faults);
  }

  /** Reads whole lines: one without its end may have lost half an address, so it is a fault. */
  public static Conntrack parse(String text) {
    List<Flow> flows = new ArrayList<>();
    List<ParseProblem> faults = new ArrayList<>();
    for (NumberedLines.Line line : new NumberedLines(text)) {
      // The tool's last line, "conntrack v1.4.7 (…): 3 flow entries have been shown.", is no flow.
      if (!line.whole()) {
        faults.add(line.fault("the line is cut"));
      } else if (!line.text().isBlank() && !line.text().startsWith("conntrack v")) {
        flow(line.text().strip())
            .ifPresentOrElse(flows::add, () -> faults.add(line.fault("not a tracked connection")));
      }
    }
    return new Conntrack(flows, faults);
  }

  private static Optional<Flow> flow(String line) {
    Matcher head = HEAD.matcher(line);
    if (!head.lookingAt()) {
      return Optional.empty();
    }
    List<Map<String, String>> tuples = new ArrayList<>();
    Set<String> flags = new HashSet<>();
    Map<String, String> attributes = new HashMap<>();
    for (String word : BLANKS.splitAsStream(line.substring(head.end())).toList()) {
      int equals = word.indexOf('=');
      String key = equals < 0 ? "" : word.substring(0, equals);
      String value = word.substring(equals + 1);
      if (key.equals("src")) {
        tuples.add(new LinkedHashMap<>(Map.of(key, value)));
      } else if (key.equals("dst")
          || (OF_A_TUPLE.contains(key) && !tuples.getLast().containsKey(key))) {
        tuples.getLast().put(key, value);
      } else if (!key.isEmpty()) {
        attributes.put(key, value);
      } else if (word.startsWith("[") && word.endsWith("]")) {
        flags.add(word.substring(1, word.length() - 1));
      }
    }
    if (tuples.size() != 2) {
      return Optional.empty();
    }
    Optional<Flow.Tuple> original = tuple(tuples.get(0));
    Optional<Flow.Tuple> reply = tuple(tuples.get(1));
    if (original.isEmpty() || reply.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Flow(
            head.group("family").equals("ipv4") ? Family.IPV4 : Family.IPV6,
            head.group("protocol"),
            Integer.parseInt(head.group("number")),
            head.group("timeout") == null
                ? OptionalLong.empty()
                : OptionalLong.of(Long.parseLong(head.group("timeout"))),
            Optional.ofNullable(head.group("state")),
            original.get(),
            reply.get(),
            flags,
            attributes));
  }

  private static Optional<Flow.Tuple> tuple(Map<String, String> words) {
    Map<String, String> fields = new LinkedHashMap<>(words);
    Optional<IpAddress> source = IpAddress.tryParse(fields.remove("src"));
    Optional<IpAddress> destination =
        Optional.ofNullable(fields.remove("dst")).flatMap(IpAddress::tryParse);
    return source.flatMap(from -> destination.map(to -> new Flow.Tuple(from, to, fields)));
  }
}
