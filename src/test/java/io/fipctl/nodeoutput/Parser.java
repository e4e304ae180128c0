package io.fipctl.nodeoutput;

import io.fipctl.RecordedNodes;
import io.fipctl.model.IpAddress;
import io.fipctl.model.IpAddress.Family;
import io.fipctl.nodeoutput.rules.IptablesSave;
import io.fipctl.nodeoutput.rules.NftRuleset;
import io.fipctl.packet.NodeNat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Every parser of a node's output, and what must hold of it for any input at all. */
public enum Parser {
  IPTABLES_SAVE(".*tables-.*save.*\\.txt", text -> IptablesSave.parse(text).faults()),
  NFT_JSON("nft-.*\\.json", text -> NftRuleset.parse(text).faults()),
  NFT_TEXT("nft-.*\\.txt", text -> NftRuleset.parseText(text).faults()),
  ROUTE_JSON("ip6?-route.*\\.json", text -> routed(Routes.parse(text, Family.IPV4))),
  ROUTE_TEXT("ip6?-route.*\\.txt", text -> routed(Routes.parseText(text, Family.IPV6))),
  RULE_JSON("ip6?-rule.*\\.json", text -> ruled(RoutingRules.parse(text))),
  ADDR_JSON("ip-addr.*\\.json", text -> Interfaces.parse(text).faults()),
  NEIGH_JSON("ip-neigh.*\\.json", text -> Neighbors.parse(text).faults()),
  CONNTRACK("conntrack.*\\.txt", text -> deleted(Conntrack.parse(text))),
  BIRD_ROUTE("birdcl-route.*\\.txt", text -> sourced(BirdRoutes.parse(text))),
  BIRD_PROTOCOLS("birdcl-protocols.*\\.txt", text -> asked(BirdProtocols.parse(text))),
  SYSCTL("sysctl.*\\.txt", text -> Sysctl.parse(text).faults()),
  CNI_CONFLIST("cni-conflist.*\\.json", Parser::conflist),
  TCP_CONNECT("tcp-connect.*\\.txt", text -> TcpConnects.parse(text).faults()),
  NODE_DUMP("node-dump.*\\.txt", Parser::dump);

  private static final IpAddress ADDRESS = IpAddress.parse("203.0.113.10");

  /** What a million characters may take: a linear parser needs a tenth, a quadratic one minutes. */
  private static final long LONGEST_NANOS = 5_000_000_000L;

  private static final int MANY = 1_000_000;

  private final Pattern files;

  @SuppressWarnings("ImmutableEnumChecker") // All of them are functions without a state.
  private final Function<String, List<ParseProblem>> parser;

  Parser(String files, Function<String, List<ParseProblem>> parser) {
    this.files = Pattern.compile(files);
    this.parser = parser;
  }

  /** The recordings that are of this parser's form. */
  public List<Path> recordings() {
    try (Stream<Path> all = Files.walk(RecordedNodes.folder())) {
      return all.filter(Files::isRegularFile)
          .filter(path -> files.matcher(path.getFileName().toString()).matches())
          .filter(path -> !path.getParent().endsWith("api"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads a file as text of a node, whatever its bytes are. */
  public static String text(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Parses any text: it must come back, and every fault must name a line of the text and quote it.
   *
   * @throws AssertionError when a fault is somewhere else
   */
  public void check(String text) {
    List<ParseProblem> faults = parser.apply(text);
    if (faults.isEmpty()) {
      return;
    }
    List<String> lines = List.of(text.split("\n", -1));
    for (ParseProblem fault : faults) {
      if (fault.line() < 1 || fault.line() > lines.size()) {
        throw new AssertionError(this + ": no such line: " + fault);
      }
      boolean shortened = fault.text().length() > ParseProblem.LONGEST;
      String quoted = shortened ? fault.text().substring(0, ParseProblem.LONGEST) : fault.text();
      if (!lines.get(fault.line() - 1).contains(quoted)) {
        throw new AssertionError(this + ": that line says something else: " + fault);
      }
    }
  }

  /**
   * Parses the text with one part of it repeated until it is long: that must not take more time
   * than its length explains.
   *
   * @param seed chooses the part
   */
  public void checkPumped(String text, int seed) {
    if (text.isEmpty()) {
      return;
    }
    int one = Math.floorMod(seed, text.length());
    int other = Math.floorMod(seed * 31 + 17, text.length());
    int from = Math.min(one, other);
    int to = Math.max(one, other) + 1;
    String pumped =
        text.substring(0, from)
            + text.substring(from, to).repeat(MANY / (to - from))
            + text.substring(to);
    long begun = cpu();
    int faults = parser.apply(pumped).size();
    long taken = cpu() - begun;
    if (taken > LONGEST_NANOS) {
      throw new AssertionError(
          "%s: %d ms for %d characters with %d faults, %d to %d of the input repeated"
              .formatted(this, taken / 1_000_000, pumped.length(), faults, from, to));
    }
  }

  private static long cpu() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static List<ParseProblem> routed(Routes routes) {
    new Routing(RoutingRules.DEFAULT, routes).decide(Routing.Packet.to(ADDRESS));
    routes.local(ADDRESS, io.fipctl.model.PodInterfaces.DEFAULT);
    return routes.faults();
  }

  private static List<ParseProblem> ruled(RoutingRules rules) {
    new Routing(rules, new Routes(List.of(), List.of())).decide(Routing.Packet.to(ADDRESS));
    return rules.faults();
  }

  private static List<ParseProblem> deleted(Conntrack conntrack) {
    conntrack.flows().forEach(Flow::deleteArguments);
    return conntrack.faults();
  }

  private static List<ParseProblem> sourced(BirdRoutes bird) {
    bird.routes().forEach(BirdRoutes.BirdRoute::source);
    return bird.faults();
  }

  private static List<ParseProblem> asked(BirdProtocols bird) {
    bird.protocols().forEach(one -> one.routes("imported"));
    bird.protocols().forEach(BirdProtocols.BirdProtocol::bgpState);
    return bird.faults();
  }

  private static List<ParseProblem> conflist(String text) {
    return CniConflist.parse(text) instanceof CniConflist.Unreadable unreadable
        ? List.of(unreadable.why())
        : List.of();
  }

  private static List<ParseProblem> dump(String text) {
    NodeNat.of(NodeDump.parse(text));
    // Its faults count the lines of the sections, not those of the whole.
    return List.of();
  }
}
