package io.fipctl.lab.text;

import io.fipctl.lab.simulation.Dataplane;
import io.fipctl.lab.simulation.Digest;
import io.fipctl.lab.simulation.Json;
import io.fipctl.lab.simulation.NodeState;
import io.fipctl.model.IpAddress.Family;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The nat rules of a node as {@code iptables-save -t nat} and {@code nft -j list ruleset} print
 * them, hashes included: those chain the chain's name and every rule before, so they follow from
 * the rules (felix/generictables/rules.go).
 */
final class NatText {
  private static final DateTimeFormatter ASCTIME =
      DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss yyyy", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  /** A rule: what Felix hashes of it, and how a dialect prints it around its comment. */
  private record Rule(String hashed, String match, String action) {}

  private NatText() {}

  /** Felix's chains of table nat, for iptables. */
  private static Map<String, List<Rule>> iptables(NodeState kernel, Family family) {
    Map<String, List<Rule>> chains = new LinkedHashMap<>();
    chains.put("cali-OUTPUT", List.of(jump("cali-fip-dnat")));
    chains.put("cali-POSTROUTING", List.of(jump("cali-fip-snat"), jump("cali-nat-outgoing")));
    chains.put("cali-PREROUTING", List.of(jump("cali-fip-dnat")));
    List<Rule> dnat = new ArrayList<>();
    of(kernel.dnat(), family)
        .forEach(
            (address, pod) ->
                dnat.add(
                    new Rule(
                        "--destination " + address + " --jump DNAT --to-destination " + pod,
                        "-d " + host(address, family) + " ",
                        "-j DNAT --to-destination " + pod)));
    chains.put("cali-fip-dnat", dnat);
    List<Rule> snat = new ArrayList<>();
    of(kernel.snat(), family)
        .forEach(
            (pod, address) -> {
              String to = " SNAT --to-source " + address + " --random-fully";
              snat.add(
                  new Rule(
                      "--destination " + pod + " --source " + pod + " --jump" + to,
                      "-s " + host(pod, family) + " -d " + host(pod, family) + " ",
                      "-j" + to));
            });
    chains.put("cali-fip-snat", snat);
    String sets =
        "-m set --match-set %1$smasq-ipam-pools src -m set ! --match-set %1$snetwork-ip-pools dst "
            .formatted(sets(family));
    String masquerade = " MASQUERADE --random-fully";
    chains.put(
        "cali-nat-outgoing",
        List.of(new Rule(sets + "--jump" + masquerade, "", sets + "-j" + masquerade)));
    return chains;
  }

  private static Rule jump(String chain) {
    return new Rule("--jump " + chain, "", "-j " + chain);
  }

  /** {@code iptables-nft-save -t nat} or {@code iptables-legacy-save -t nat}. */
  static String save(
      NodeState kernel, Family family, boolean nftBackend, boolean hasCalico, Instant now) {
    StringBuilder text = new StringBuilder(opening(family, nftBackend, "nat", now));
    for (String chain : List.of("PREROUTING", "INPUT", "OUTPUT", "POSTROUTING")) {
      text.append(":%s ACCEPT [0:0]\n".formatted(chain));
    }
    Map<String, List<Rule>> chains = hasCalico ? iptables(kernel, family) : Map.of();
    chains.keySet().forEach(chain -> text.append(":%s - [0:0]\n".formatted(chain)));
    boolean hasService = nftBackend && family == Family.IPV4;
    for (String chain : List.of("PREROUTING", "OUTPUT", "POSTROUTING")) {
      if (hasCalico) {
        text.append(rule(chain, jump("cali-" + chain), hookHash(chain)));
      }
      if (hasService && !chain.equals("POSTROUTING")) {
        text.append(
            "-A %s -d 10.96.0.1/32 -p tcp -m tcp --dport 443 -j DNAT --to-destination %s\n"
                .formatted(chain, "172.31.99.1:6443"));
      }
    }
    chains.forEach(
        (chain, rules) -> {
          List<String> hashes =
              hashes(
                  chain,
                  rules.stream().map(r -> "-A %s HASH ".formatted(chain) + r.hashed()).toList());
          for (int i = 0; i < rules.size(); i++) {
            text.append(rule(chain, rules.get(i), hashes.get(i)));
          }
        });
    return text.append(closing(now)).toString();
  }

  /** Table filter of the same tool: policies, and Felix's jumps into its own chains. */
  static String filter(
      Family family, boolean nftBackend, boolean hasCalico, String forward, Instant now) {
    List<String> hooks = List.of("INPUT", "FORWARD", "OUTPUT");
    StringBuilder text = new StringBuilder(opening(family, nftBackend, "filter", now));
    for (String chain : hooks) {
      String policy = chain.equals("FORWARD") ? forward : "ACCEPT";
      text.append(":%s %s [0:0]\n".formatted(chain, policy));
    }
    if (hasCalico) {
      hooks.forEach(chain -> text.append(":cali-%s - [0:0]\n".formatted(chain)));
      hooks.forEach(chain -> text.append(rule(chain, jump("cali-" + chain), hookHash(chain))));
    }
    return text.append(closing(now)).toString();
  }

  private static String opening(Family family, boolean nftBackend, String table, Instant now) {
    String tool = family == Family.IPV4 ? "iptables" : "ip6tables";
    String by = tool + (nftBackend ? "-nft-save v1.8.9 (nf_tables)" : "-save v1.8.9");
    return "# Generated by %s on %s\n*%s\n".formatted(by, ASCTIME.format(now), table);
  }

  private static String closing(Instant now) {
    return "COMMIT\n# Completed on %s\n".formatted(ASCTIME.format(now));
  }

  private static String hookHash(String chain) {
    String hashed = hookName(chain);
    return hashes(hashed, List.of("-A " + hashed + " HASH --jump cali-" + chain)).getFirst();
  }

  /**
   * The name under which Felix hashes its jump from a kernel chain: the one from POSTROUTING is
   * appended, not inserted (felix/iptables/table.go).
   */
  static String hookName(String chain) {
    return chain.endsWith("POSTROUTING") && !chain.contains("cali-") ? chain + "*appends*" : chain;
  }

  private static String rule(String chain, Rule rule, String hash) {
    return "-A %s %s-m comment --comment \"cali:%s\" %s\n"
        .formatted(chain, rule.match(), hash, rule.action());
  }

  /** {@code nft -j list ruleset}, as far as nat goes. */
  static String nft(NodeState kernel, boolean hasSix, Dataplane dataplane) {
    List<Object> items = new ArrayList<>();
    items.add(
        Map.of(
            "metainfo",
            Map.of(
                "version", "1.0.6", "release_name", "Lester Gooch #5", "json_schema_version", 1)));
    items.add(Map.of("table", Map.of("family", "ip", "name", "nat", "handle", 1)));
    if (dataplane == Dataplane.NFTABLES) {
      items.addAll(calico(kernel, Family.IPV4).items());
      if (hasSix) {
        items.addAll(calico(kernel, Family.IPV6).items());
      }
    } else if (dataplane == Dataplane.IPTABLES_NFT) {
      // nft cannot read the comments and targets of iptables: it names the extensions only.
      for (String chain : iptables(kernel, Family.IPV4).keySet()) {
        items.add(
            Map.of("chain", Map.of("family", "ip", "table", "nat", "name", chain, "handle", 5)));
      }
    }
    return Json.print(Map.of("nftables", items)) + "\n";
  }

  /** {@code nft list ruleset}, as far as nat goes. */
  static String nftText(NodeState kernel, boolean hasSix, Dataplane dataplane) {
    StringBuilder text =
        new StringBuilder("# Warning: table ip nat is managed by iptables-nft, do not touch!\n");
    text.append("table ip nat {\n");
    Map<String, List<Rule>> chains =
        dataplane == Dataplane.IPTABLES_NFT ? iptables(kernel, Family.IPV4) : Map.of();
    for (String chain : chains.keySet()) {
      text.append("\tchain %s {\n\t}\n\n".formatted(chain));
    }
    text.append("}\n");
    if (dataplane == Dataplane.NFTABLES) {
      text.append(calico(kernel, Family.IPV4).text());
      if (hasSix) {
        text.append(calico(kernel, Family.IPV6).text());
      }
    }
    return text.toString();
  }

  private static NftTable calico(NodeState kernel, Family family) {
    NftTable table = new NftTable(family == Family.IPV4 ? "ip" : "ip6");
    table.hook("PREROUTING", "prerouting", -100);
    table.hook("INPUT", "input", -100);
    table.hook("POSTROUTING", "postrouting", 110);
    table.hook("OUTPUT", "output", 110);
    table.jump("PREROUTING", "cali-fip-dnat");
    table.jump("OUTPUT", "cali-fip-dnat");
    table.jump("POSTROUTING", "cali-fip-snat", "cali-nat-outgoing");
    table.dnat(of(kernel.dnat(), family));
    table.snat(of(kernel.snat(), family));
    table.outgoing(sets(family));
    return table;
  }

  /** The rules' hashes, each made of the one before. */
  static List<String> hashes(String chain, List<String> rules) {
    List<String> hashes = new ArrayList<>();
    byte[] hash = Digest.of("SHA-224", chain.getBytes(StandardCharsets.UTF_8));
    for (String rule : rules) {
      hash = Digest.of("SHA-224", hash, rule.getBytes(StandardCharsets.UTF_8));
      hashes.add(Base64.getUrlEncoder().encodeToString(hash).substring(0, 16));
    }
    return hashes;
  }

  private static Map<String, String> of(Map<String, String> rules, Family family) {
    Map<String, String> some = new LinkedHashMap<>();
    rules.forEach(
        (from, to) -> {
          if (from.contains(":") == (family == Family.IPV6)) {
            some.put(from, to);
          }
        });
    return some;
  }

  private static String host(String address, Family family) {
    return address + "/" + family.bits();
  }

  private static String sets(Family family) {
    return family == Family.IPV4 ? "cali40" : "cali60";
  }
}
