package io.fipctl.nodeoutput;

import io.fipctl.model.IpAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code birdcl show protocols all} of BIRD 1 printed (bird, nest/proto.c). */
public record BirdProtocols(
    BirdAnswer answer, List<BirdProtocol> protocols, List<ParseProblem> faults) implements Parsed {
  public BirdProtocols {
    protocols = List.copyOf(protocols);
    faults = List.copyOf(faults);
  }

  /**
   * An instance of a protocol.
   *
   * @param name such as {@code Mesh_172_31_99_12}
   * @param type such as {@code BGP}, {@code Kernel}
   * @param state {@code up}, {@code start}, {@code down}
   * @param since when that began, as printed: a time or a date
   * @param info what else the line says: of BGP its state and its last error
   * @param fields the other lines, the first of each name: {@code Neighbor address}
   */
  public record BirdProtocol(
      String name,
      String type,
      String table,
      String state,
      String since,
      String info,
      Map<String, String> fields) {
    private static final Pattern ROUTES =
        Pattern.compile("(?<count>\\d{1,9}) (?<what>imported|exported|filtered|preferred)");

    public BirdProtocol {
      fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    public Optional<String> field(String field) {
      return Optional.ofNullable(fields.get(field));
    }

    public boolean isUp() {
      return state.equals("up");
    }

    public boolean isBgp() {
      return type.equals("BGP");
    }

    /** The state of the session, of BGP only: {@code Established}, {@code Active}, … */
    public Optional<String> bgpState() {
      return field("BGP state")
          .or(
              () ->
                  isBgp() && !info.isEmpty()
                      ? Optional.of(info.split(" ", 2)[0])
                      : Optional.empty());
    }

    public boolean isEstablished() {
      return bgpState().equals(Optional.of("Established"));
    }

    /** The router at the other end, of BGP only. */
    public Optional<IpAddress> neighbor() {
      return field("Neighbor address").flatMap(IpAddress::tryParse);
    }

    /** How many routes are {@code imported}, {@code exported}, {@code preferred}, …. */
    public Optional<Long> routes(String what) {
      Matcher matcher = ROUTES.matcher(field("Routes").orElse(""));
      while (matcher.find()) {
        if (matcher.group("what").equals(what)) {
          return Optional.of(Long.valueOf(matcher.group("count")));
        }
      }
      return Optional.empty();
    }
  }

  public static BirdProtocols parse(String text) {
    return new Reader().read(text);
  }

  /** The sessions with other routers. */
  public List<BirdProtocol> bgp() {
    return protocols.stream().filter(BirdProtocol::isBgp).toList();
  }

  /** The session with a router. */
  public Optional<BirdProtocol> session(IpAddress neighbor) {
    return bgp().stream().filter(one -> one.neighbor().equals(Optional.of(neighbor))).findFirst();
  }

  private static final class Reader {
    private static final Pattern HEAD =
        Pattern.compile(
            "(?<name>\\S+) +(?<type>\\S+) +(?<table>\\S+) +(?<state>up|down|start|stop|flush) +"
                + "(?<since>[0-9-]{8,10} [0-9:.]{5,}|\\S+)(?<info>.*)");

    private final List<BirdProtocol> protocols = new ArrayList<>();
    private final List<ParseProblem> faults = new ArrayList<>();
    private Optional<Matcher> open = Optional.empty();
    private Map<String, String> fields = new LinkedHashMap<>();

    BirdProtocols read(String text) {
      BirdAnswer answer = BirdAnswer.read(text, faults, this::line);
      close();
      return new BirdProtocols(answer, protocols, faults);
    }

    private void line(NumberedLines.Line line) {
      String text = line.text().stripTrailing();
      if (text.startsWith(" ")) {
        field(line, text.strip());
        return;
      }
      close();
      Matcher head = HEAD.matcher(text);
      if (head.matches()) {
        open = Optional.of(head);
      } else if (!text.startsWith("name ")) {
        // The line above the columns is none.
        faults.add(line.fault("not a protocol of BIRD"));
      }
    }

    private void field(NumberedLines.Line line, String text) {
      if (open.isEmpty()) {
        faults.add(line.fault("not a protocol of BIRD"));
      } else {
        BirdAnswer.keep(fields, text);
      }
    }

    private void close() {
      if (open.isPresent()) {
        Matcher head = open.get();
        protocols.add(
            new BirdProtocol(
                head.group("name"),
                head.group("type"),
                head.group("table"),
                head.group("state"),
                head.group("since"),
                head.group("info").strip(),
                fields));
      }
      open = Optional.empty();
      fields = new LinkedHashMap<>();
    }
  }
}
