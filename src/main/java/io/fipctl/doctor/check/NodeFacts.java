package io.fipctl.doctor.check;

import io.fipctl.evidence.MissingEvidence;
import io.fipctl.evidence.NodeEvidence;
import io.fipctl.model.IpAddress;
import io.fipctl.model.IpAddress.Family;
import io.fipctl.node.NodeCommand;
import io.fipctl.nodeoutput.Conntrack;
import io.fipctl.nodeoutput.NodeDump;
import io.fipctl.nodeoutput.Parsed;
import io.fipctl.nodeoutput.Route;
import io.fipctl.nodeoutput.Sysctl;
import io.fipctl.nodeoutput.rules.IptablesSave;
import io.fipctl.nodeoutput.rules.NftRuleset;
import io.fipctl.nodeoutput.rules.RuleTable;
import io.fipctl.packet.Backend;
import io.fipctl.packet.FamilyNat;
import io.fipctl.packet.NodeNat;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What one node's evidence means. Lives while the node is judged and no longer: its tables may be
 * large.
 */
public final class NodeFacts {
  private static final String NFT_JSON = "nft-list-ruleset.json";
  private static final String NFT_TEXT = "nft-list-ruleset.txt";

  /** The exit status for a program that is not there. */
  private static final int NO_TOOL = 127;

  private final NodeEvidence evidence;
  private final Map<String, Object> known = new LinkedHashMap<>();

  public NodeFacts(NodeEvidence evidence) {
    this.evidence = evidence;
  }

  public String name() {
    return evidence.node();
  }

  public Subject subject() {
    return Subject.ofNode(name());
  }

  /** The names of what was read, however it ended. */
  Set<String> files() {
    return evidence.files().keySet();
  }

  Optional<NodeEvidence.Text> file(String file) {
    return Optional.ofNullable(evidence.files().get(file));
  }

  Optional<String> text(String file) {
    return evidence.text(file);
  }

  /**
   * What a command printed, where the reader itself says what it does not understand.
   *
   * @throws MissingEvidence when it was not read, or the command did not end well
   */
  String need(String file) {
    NodeEvidence.Text text =
        file(file)
            .orElseThrow(
                () ->
                    new MissingEvidence(
                        MissingEvidence.Kind.UNKNOWN, name() + "/" + file + " was not read"));
    if (text.status() != 0) {
      throw new MissingEvidence(
          MissingEvidence.Kind.UNKNOWN,
          "%s/%s: %s".formatted(name(), file, NodeDump.ended(text.status())));
    }
    return text.text();
  }

  /**
   * A file that was read whole and understood whole.
   *
   * @throws MissingEvidence when it was not, with the first line that was not understood: what is
   *     not in it may be there all the same
   */
  <T extends Parsed> T need(String file, Function<String, T> parse) {
    String text = need(file);
    return understood(file, once(file, () -> parse.apply(text)));
  }

  /** The same of what a command printed, however it ended. */
  <T extends Parsed> T understood(String file, T parsed) {
    unknown(parsed.faults().stream().findFirst().map(fault -> file + " " + fault));
    return parsed;
  }

  /** Rules and routes. */
  public NodeNat nat() {
    return once(
        "nat",
        () -> {
          List<NodeDump.Section> sections = new ArrayList<>();
          for (NodeCommand.Section section : NodeCommand.Section.values()) {
            file(section.fileName())
                .ifPresent(
                    it ->
                        sections.add(
                            new NodeDump.Section(section.title(), it.text(), it.status())));
          }
          return NodeNat.of(new NodeDump(sections, List.of()));
        });
  }

  /**
   * The rules of a family.
   *
   * @throws MissingEvidence when a backend was not read whole: a rule that is not found may be
   *     there, and one that is found may not be the one that is in effect
   */
  public FamilyNat rules(Family family) {
    FamilyNat nat = nat().nat(family);
    unknown(nat.doubt());
    // nft shows what iptables-nft has, but not where its rules lead.
    String saved = file(Backend.IPTABLES_NFT, family);
    if (!hasNoTool(saved)) {
      need(saved, IptablesSave::parse);
    }
    return nat;
  }

  /**
   * The routes of a family.
   *
   * @throws MissingEvidence when they were not all read
   */
  public NodeNat routes(Family family) {
    unknown(nat().doubtOfRoutes(family));
    return nat();
  }

  private void unknown(Optional<String> why) {
    if (why.isPresent()) {
      throw new MissingEvidence(MissingEvidence.Kind.UNKNOWN, name() + "/" + why.get());
    }
  }

  /**
   * A table of iptables, in one of its two backends; empty when the backend has none.
   *
   * @throws MissingEvidence when {@link #rules} does, or the tool does not print that table
   */
  Optional<RuleTable> iptables(Backend backend, Family family, String table) {
    rules(family);
    String file = file(backend, family);
    if (hasNoTool(file)) {
      // Felix does not use this backend then.
      return Optional.empty();
    }
    IptablesSave save = need(file, IptablesSave::parse);
    unknown(
        save.incompatible().stream()
            .filter(remark -> remark.whole() && remark.table().equals(table))
            .findFirst()
            .map(
                remark ->
                    "%s line %d: it cannot print table %s".formatted(file, remark.line(), table)));
    return save.table(table);
  }

  /**
   * All that nft has; empty when the node has no nft, which Felix then does not use.
   *
   * @throws MissingEvidence when it was not read whole
   */
  Optional<NftRuleset> nft() {
    if (file(NFT_TEXT).isPresent() && !isWhole(NFT_JSON, NftRuleset::parse)) {
      // Not every nft can write JSON.
      return Optional.of(need(NFT_TEXT, NftRuleset::parseText));
    }
    return hasNoTool(NFT_JSON) ? Optional.empty() : Optional.of(need(NFT_JSON, NftRuleset::parse));
  }

  private boolean hasNoTool(String file) {
    return file(file).filter(text -> text.status() == NO_TOOL).isPresent();
  }

  private boolean isWhole(String file, Function<String, ? extends Parsed> parse) {
    try {
      need(file, parse);
      return true;
    } catch (MissingEvidence e) {
      return false;
    }
  }

  public Conntrack flows() {
    return need("conntrack.txt", Conntrack::parse);
  }

  Sysctl kernel() {
    return need("sysctl.txt", Sysctl::parse);
  }

  /**
   * A kernel setting by its dotted name.
   *
   * @throws MissingEvidence when it is not among those that were read
   */
  String kernel(String setting) {
    return kernel()
        .value(setting)
        .orElseThrow(
            () ->
                new MissingEvidence(
                    MissingEvidence.Kind.UNKNOWN, name() + "/sysctl.txt does not tell " + setting));
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

  public static String tool(Backend backend) {
    return switch (backend) {
      case NFTABLES -> "nft";
      case IPTABLES_NFT -> "iptables-nft";
      case IPTABLES_LEGACY -> "iptables-legacy";
    };
  }

  /** The lines of a file that tell something; of JSON on one line, the pieces around it. */
  EvidenceRef proof(String file, Predicate<String> tells) {
    String text = text(file).orElse("");
    List<String> lines =
        file.endsWith(".json") && text.lines().limit(3).count() < 3
            ? List.of(text.split("(?<=\\}), ?(?=\\{)"))
            : text.lines().toList();
    return new EvidenceRef(
        name() + "/" + file,
        lines.stream().filter(tells).map(line -> shortened(line.strip())).toList());
  }

  /** The route to an address and the one that is taken instead, as people read them. */
  EvidenceRef routeProof(IpAddress address, Optional<Route> taken) {
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
  EvidenceRef ruleProof(Backend backend, IpAddress address) {
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

  static String shortened(String line) {
    return line.length() <= 240 ? line : line.substring(0, 240) + "…";
  }

  @SuppressWarnings("unchecked") // Each key stands for one type.
  private <T> T once(String key, Supplier<T> work) {
    Object value = known.get(key);
    if (value == null) {
      value = work.get();
      known.put(key, value);
    }
    return (T) value;
  }
}
