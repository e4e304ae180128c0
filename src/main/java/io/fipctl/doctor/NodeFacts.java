package io.fipctl.doctor;

import io.fipctl.model.IpAddress;
import io.fipctl.model.IpAddress.Family;
import io.fipctl.nat.Backend;
import io.fipctl.nat.Conntrack;
import io.fipctl.nat.FamilyNat;
import io.fipctl.nat.IptablesSave;
import io.fipctl.nat.NftRuleset;
import io.fipctl.nat.NodeDump;
import io.fipctl.nat.NodeNat;
import io.fipctl.nat.Route;
import io.fipctl.nat.Table;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What one node's evidence means. Lives while the node is judged and no longer: its tables may be
 * large.
 */
final class NodeFacts {
  private final NodeEvidence evidence;
  private final Map<String, Object> known = new LinkedHashMap<>();

  NodeFacts(NodeEvidence evidence) {
    this.evidence = evidence;
  }

  String name() {
    return evidence.node();
  }

  Subject subject() {
    return Subject.ofNode(name());
  }

  Optional<NodeEvidence.Text> file(String file) {
    return Optional.ofNullable(evidence.files().get(file));
  }

  Optional<String> text(String file) {
    return evidence.text(file);
  }

  /** What a command printed. */
  String need(String file) {
    NodeEvidence.Text text =
        file(file)
            .orElseThrow(
                () -> new NotSeen(NotSeen.Kind.UNKNOWN, name() + "/" + file + " was not read"));
    if (text.status() != 0) {
      throw new NotSeen(
          NotSeen.Kind.UNKNOWN,
          "%s/%s: the command ended with %d".formatted(name(), file, text.status()));
    }
    return text.text();
  }

  /** Rules and routes. */
  NodeNat nat() {
    return once(
        "nat",
        () -> {
          Map<String, String> titles = new LinkedHashMap<>();
          evidence
              .texts()
              .forEach((file, text) -> titles.put(file.replaceFirst("\\.(json|txt)$", ""), text));
          text("nft-list-ruleset.json").ifPresent(text -> titles.put("nft-list-ruleset", text));
          text("ip-route.json").ifPresent(text -> titles.put("ip-route", text));
          return NodeNat.of(NodeDump.of(titles));
        });
  }

  /**
   * The rules of a family.
   *
   * @throws NotSeen when no backend could be read, or Calico's rules are in none of those that
   *     could while another could not
   */
  FamilyNat rules(Family family) {
    FamilyNat nat = nat().nat(family);
    if (nat.found().isEmpty() && !nat.unseen().isEmpty()) {
      // IPv6 is off in most clusters, and then its tools print nothing worth keeping.
      throw new NotSeen(
          NotSeen.Kind.UNKNOWN,
          "%s: the %s rules of %s were not read"
              .formatted(
                  name(),
                  family,
                  String.join(", ", nat.unseen().stream().map(NodeFacts::tool).toList())));
    }
    return nat;
  }

  /** The routes, which one command prints for both families. */
  NodeNat routes() {
    need("ip-route.json");
    return nat();
  }

  /** A table of iptables, in one of its two backends. */
  Optional<Table> iptables(Backend backend, Family family, String table) {
    return text(file(backend, family))
        .flatMap(
            text -> once("save " + backend + family, () -> IptablesSave.parse(text)).table(table));
  }

  /** All that nft has. */
  Optional<NftRuleset> nft() {
    return text("nft-list-ruleset.json").map(text -> once("nft", () -> NftRuleset.parse(text)));
  }

  Conntrack flows() {
    String text = need("conntrack.txt");
    return once("flows", () -> Conntrack.parse(text));
  }

  /** A kernel setting by its dotted name. */
  Optional<String> sysctl(String name) {
    return need("sysctl.txt")
        .lines()
        .filter(line -> line.startsWith(name + " ="))
        .map(line -> line.substring(line.indexOf('=') + 1).strip())
        .findFirst();
  }

  /** The file in which a backend's rules were saved. */
  static String file(Backend backend, Family family) {
    String six = family == Family.IPV6 ? "6" : "";
    return switch (backend) {
      case NFTABLES -> "nft-list-ruleset.json";
      case IPTABLES_NFT -> "ip" + six + "tables-nft-save.txt";
      case IPTABLES_LEGACY -> "ip" + six + "tables-legacy-save.txt";
    };
  }

  static String tool(Backend backend) {
    return switch (backend) {
      case NFTABLES -> "nft";
      case IPTABLES_NFT -> "iptables-nft";
      case IPTABLES_LEGACY -> "iptables-legacy";
    };
  }

  /** The lines of a file that tell something; of JSON on one line, the pieces around it. */
  Proof proof(String file, Predicate<String> tells) {
    String text = text(file).orElse("");
    List<String> lines =
        file.endsWith(".json") && text.lines().limit(3).count() < 3
            ? List.of(text.split("(?<=\\}), ?(?=\\{)"))
            : text.lines().toList();
    return new Proof(
        name() + "/" + file,
        lines.stream().filter(tells).map(line -> shortened(line.strip())).toList());
  }

  /** The route to an address and the one that is taken instead, as people read them. */
  Proof routeProof(IpAddress address, Optional<Route> taken) {
    String file = text("ip-route.txt").isPresent() ? "ip-route.txt" : "ip-route.json";
    return proof(
        file,
        line ->
            names(line, address.toString())
                || taken.filter(route -> isOf(line, route)).isPresent());
  }

  private static boolean isOf(String line, Route route) {
    return route.destination().prefix() == 0
        ? line.startsWith("default ") || line.indexOf("\"default\"") >= 0
        : names(line, route.destination().network().toString());
  }

  /** The lines of the rules that name an address. */
  Proof ruleProof(Backend backend, IpAddress address) {
    String text = address.toString();
    return proof(
        file(backend, address.family()),
        line ->
            line.indexOf("fip-dnat") >= 0
                && (names(line, text) || line.indexOf("-j cali-fip-dnat") >= 0));
  }

  static boolean names(String line, String address) {
    int at = line.indexOf(address);
    while (at >= 0) {
      int end = at + address.length();
      boolean whole =
          (at == 0 || !isPart(line.charAt(at - 1)))
              && (end == line.length() || !isPart(line.charAt(end)));
      if (whole) {
        return true;
      }
      at = line.indexOf(address, at + 1);
    }
    return false;
  }

  private static boolean isPart(char c) {
    return Character.isLetterOrDigit(c) || c == '.' || c == ':';
  }

  private static String shortened(String line) {
    return line.length() <= 240 ? line : line.substring(0, 240) + "…";
  }

  @SuppressWarnings("unchecked") // Each key stands for one type.
  private <T> T once(String key, java.util.function.Supplier<T> work) {
    Object value = known.get(key);
    if (value == null) {
      value = work.get();
      known.put(key, value);
    }
    return (T) value;
  }
}
