package io.fipctl.nodeoutput;

import io.fipctl.model.Cidr;
import io.fipctl.model.IpAddress;
import io.fipctl.model.IpAddress.Family;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads the text form of routes (ip-route(8)): a line each, and one more for each next hop. */
final class RouteText {
  private static final Pattern BLANKS = Pattern.compile("\\s+");
  private static final String NEXT_HOP = "nexthop";
  private static final Set<String> TYPES =
      Set.of(
          Route.UNICAST,
          "local",
          "broadcast",
          "multicast",
          "throw",
          "unreachable",
          "prohibit",
          "blackhole",
          "nat",
          "anycast",
          "xresolve");

  /** The words that stand alone. */
  private static final Set<String> FLAGS =
      Set.of("onlink", "linkdown", "dead", "pervasive", "offload", "trap", "unresolved");

  /** The words that a value follows, of those that say something here. */
  private static final Set<String> KEYS =
      Set.of("via", "inet", "inet6", "dev", "table", "proto", "scope", "metric", "tos", "pref");

  private final Family family;
  private final List<Route> routes = new ArrayList<>();
  private final List<ParseProblem> faults = new ArrayList<>();
  private Optional<Head> open = Optional.empty();

  /** A route, the line it stands in, and the hops found so far. */
  private record Head(NumberedLines.Line line, String type, String destination, Words words) {}

  /**
   * The words of a line after its destination.
   *
   * @param values by the word before them
   */
  private record Words(Map<String, String> values, List<Route.Hop> hops) {
    Optional<String> value(String key) {
      return Optional.ofNullable(values.get(key));
    }
  }

  RouteText(Family family) {
    this.family = family;
  }

  Routes read(String text) {
    for (NumberedLines.Line line : new NumberedLines(text)) {
      String stripped = line.text().strip();
      if (!stripped.isEmpty()) {
        line(line, List.of(BLANKS.split(stripped)));
      }
    }
    close();
    return new Routes(routes, faults);
  }

  private void line(NumberedLines.Line line, List<String> words) {
    if (words.getFirst().equals(NEXT_HOP)) {
      if (open.isPresent()) {
        open.get().words().hops().addAll(words(words, 1).hops());
      } else {
        faults.add(line.fault("a next hop without a route"));
      }
      return;
    }
    close();
    boolean typed = TYPES.contains(words.getFirst());
    int at = typed ? 1 : 0;
    if (at < words.size()) {
      open =
          Optional.of(
              new Head(
                  line,
                  typed ? words.getFirst() : Route.UNICAST,
                  words.get(at),
                  words(words, at + 1)));
    } else {
      faults.add(line.fault("a route without destination"));
    }
  }

  private void close() {
    open.ifPresent(
        head ->
            route(head)
                .ifPresentOrElse(
                    routes::add,
                    () -> faults.add(head.line().fault("a route without destination"))));
    open = Optional.empty();
  }

  private Optional<Route> route(Head head) {
    Words words = head.words();
    Optional<IpAddress> gateway =
        words.value("inet").isPresent() || words.value("inet6").isPresent()
            ? Optional.empty()
            : words.hops().stream().flatMap(hop -> hop.gateway().stream()).findFirst();
    Optional<Cidr> destination =
        Routes.destination(head.destination(), gateway, words.value("pref").isPresent(), family);
    return destination.map(
        range ->
            new Route(
                range,
                head.type(),
                Route.tableName(words.value("table").orElse(Route.MAIN)),
                words.value("proto"),
                words.value("scope"),
                words.value("metric").map(RouteText::number).orElse(0L),
                words.value("tos"),
                words.hops()));
  }

  private static Words words(List<String> words, int from) {
    Map<String, String> values = new HashMap<>();
    Set<String> flags = new HashSet<>();
    for (int i = from; i < words.size(); i++) {
      String word = words.get(i);
      String value = i + 1 < words.size() ? words.get(i + 1) : "";
      if (FLAGS.contains(word)) {
        flags.add(word);
      } else if (KEYS.contains(word) && !value.isEmpty() && !KEYS.contains(value)) {
        values.put(word, value);
        i++;
      }
      // "via inet6 fe80::1" is a gateway of another family: it stands under the family's name.
    }
    Optional<IpAddress> gateway =
        Optional.ofNullable(values.get("via"))
            .or(() -> Optional.ofNullable(values.get("inet6")))
            .or(() -> Optional.ofNullable(values.get("inet")))
            .flatMap(IpAddress::tryParse);
    Optional<String> dev = Optional.ofNullable(values.get("dev"));
    List<Route.Hop> hops = new ArrayList<>();
    if (gateway.isPresent() || dev.isPresent()) {
      hops.add(new Route.Hop(gateway, dev, flags));
    }
    return new Words(values, hops);
  }

  private static long number(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
