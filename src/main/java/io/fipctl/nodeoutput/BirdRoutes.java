package io.fipctl.nodeoutput;

import io.fipctl.model.Cidr;
import io.fipctl.model.IpAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code birdcl show route all} of BIRD 1 printed (bird, nest/rt-table.c). */
public record BirdRoutes(BirdAnswer answer, List<BirdRoute> routes, List<ParseProblem> faults)
    implements Parsed {
  public BirdRoutes {
    routes = List.copyOf(routes);
    faults = List.copyOf(faults);
  }

  /**
   * A route that BIRD knows: one of perhaps several ways to a destination.
   *
   * @param kind {@code unicast}, or {@code blackhole}, {@code unreachable}, {@code prohibited}
   * @param hops where it leads to; several for multipath
   * @param protocol the instance it comes from, such as {@code Mesh_172_31_99_12} or {@code
   *     static1}
   * @param since when it last changed, as printed: a time or a date
   * @param from the router that told of it, where that is not the gateway
   * @param best whether it is the one that is taken
   * @param notInKernel whether BIRD could not bring it into the kernel
   * @param preference the larger is taken
   * @param attributes such as {@code BGP.local_pref}; values as printed
   */
  public record BirdRoute(
      Cidr destination,
      String kind,
      List<Route.Hop> hops,
      String protocol,
      String since,
      Optional<IpAddress> from,
      boolean best,
      boolean notInKernel,
      long preference,
      Map<String, String> attributes) {
    public BirdRoute {
      hops = List.copyOf(hops);
      attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
    }

    public boolean discards() {
      return !kind.equals("unicast");
    }

    public Optional<String> attribute(String name) {
      return Optional.ofNullable(attributes.get(name));
    }

    /** What it is made of, such as {@code BGP}, {@code static}, {@code inherit}, {@code device}. */
    public Optional<String> source() {
      return attribute("Type").map(type -> type.split(" ", 2)[0]);
    }
  }

  public static BirdRoutes parse(String text) {
    return new Reader().read(text);
  }

  /** All ways to exactly this range, the best first. */
  public List<BirdRoute> to(Cidr destination) {
    return routes.stream().filter(route -> route.destination().equals(destination)).toList();
  }

  private static final class Reader {
    private static final Pattern ROUTE =
        Pattern.compile(
            "(?<way>[^\\[]*)\\[(?<protocol>\\S+) (?<rest>[^\\]]*)](?<best> [*!])?"
                + "(?: \\((?<preference>\\d{1,9})[^)]*\\))?.*");

    private final List<BirdRoute> routes = new ArrayList<>();
    private final List<ParseProblem> faults = new ArrayList<>();
    private Optional<Cidr> destination = Optional.empty();
    private Optional<Open> open = Optional.empty();

    /** A route to which lines may still add. */
    private record Open(BirdRoute route, List<Route.Hop> hops, Map<String, String> attributes) {
      BirdRoute whole() {
        return new BirdRoute(
            route.destination(),
            route.kind(),
            hops,
            route.protocol(),
            route.since(),
            route.from(),
            route.best(),
            route.notInKernel(),
            route.preference(),
            attributes);
      }
    }

    BirdRoutes read(String text) {
      BirdAnswer answer = BirdAnswer.read(text, faults, this::line);
      close();
      return new BirdRoutes(answer, routes, faults);
    }

    private void line(NumberedLines.Line line) {
      String text = line.text();
      if (text.startsWith("\t")) {
        detail(line, text.strip());
        return;
      }
      close();
      int blank = text.indexOf(' ');
      if (blank != 0) {
        destination = Cidr.tryParse(blank < 0 ? text : text.substring(0, blank));
      }
      // A line without a destination is one more way to the destination before it.
      Matcher route = ROUTE.matcher(blank < 0 ? "" : text.substring(blank).strip());
      if (destination.isEmpty() || !route.matches()) {
        faults.add(line.fault("not a route of BIRD"));
        return;
      }
      open(route);
    }

    private void open(Matcher route) {
      List<String> way = List.of(route.group("way").strip().split(" +"));
      boolean discards =
          way.getFirst().equals("blackhole")
              || way.getFirst().equals("unreachable")
              || way.getFirst().equals("prohibited");
      String rest = route.group("rest").strip();
      int from = rest.indexOf("from ");
      String best = Optional.ofNullable(route.group("best")).orElse("").strip();
      List<Route.Hop> hops = new ArrayList<>();
      hop(way).ifPresent(hops::add);
      open =
          Optional.of(
              new Open(
                  new BirdRoute(
                      destination.orElseThrow(),
                      discards ? way.getFirst() : Route.UNICAST,
                      List.of(),
                      route.group("protocol"),
                      from < 0 ? rest : rest.substring(0, from).strip(),
                      from < 0
                          ? Optional.empty()
                          : IpAddress.tryParse(rest.substring(from + 5).strip()),
                      !best.isEmpty(),
                      best.equals("!"),
                      Optional.ofNullable(route.group("preference")).map(Long::valueOf).orElse(0L),
                      Map.of()),
                  hops,
                  new LinkedHashMap<>()));
    }

    /** One hop of a multipath route, or an attribute. */
    private void detail(NumberedLines.Line line, String text) {
      if (open.isEmpty()) {
        faults.add(line.fault("not a route of BIRD"));
      } else if (text.startsWith("via ")) {
        hop(List.of(text.split(" +"))).ifPresent(open.get().hops()::add);
      } else {
        BirdAnswer.keep(open.get().attributes(), text);
      }
    }

    /** {@code via 172.31.99.12 on eth0} or {@code dev cali1}. */
    private static Optional<Route.Hop> hop(List<String> way) {
      Optional<IpAddress> gateway = after(way, "via").flatMap(IpAddress::tryParse);
      Optional<String> dev = after(way, gateway.isPresent() ? "on" : "dev");
      return gateway.isPresent() || dev.isPresent()
          ? Optional.of(new Route.Hop(gateway, dev, Set.of()))
          : Optional.empty();
    }

    private static Optional<String> after(List<String> words, String keyword) {
      int at = words.indexOf(keyword);
      return at >= 0 && at + 1 < words.size() ? Optional.of(words.get(at + 1)) : Optional.empty();
    }

    private void close() {
      open.map(Open::whole).ifPresent(routes::add);
      open = Optional.empty();
    }
  }
}
