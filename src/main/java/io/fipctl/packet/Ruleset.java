package io.fipctl.packet;

import io.fipctl.nodeoutput.rules.Chain;
import io.fipctl.nodeoutput.rules.IptablesSave;
import io.fipctl.nodeoutput.rules.NftRuleset;
import io.fipctl.nodeoutput.rules.RuleTable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * All that one backend holds of one family, found by the names that iptables has for it, whatever
 * the backend calls them.
 *
 * @param tables by name: those of iptables, or of nftables mode {@code calico} alone
 */
public record Ruleset(Backend backend, Map<String, RuleTable> tables) {
  private static final String CALICO = "calico";

  public Ruleset {
    tables = Collections.unmodifiableMap(new LinkedHashMap<>(tables));
  }

  /** What iptables-save or ip6tables-save printed of its backend. */
  public static Ruleset of(Backend backend, IptablesSave save) {
    Map<String, RuleTable> tables = new LinkedHashMap<>();
    save.tables().forEach(table -> tables.putIfAbsent(table.name(), table));
    return new Ruleset(backend, tables);
  }

  /**
   * Calico's own table of nft.
   *
   * @param family as nft names it: {@code ip} or {@code ip6}
   */
  public static Ruleset of(NftRuleset ruleset, String family) {
    Map<String, RuleTable> tables = new LinkedHashMap<>();
    ruleset.table(family, CALICO).ifPresent(table -> tables.put(CALICO, table));
    return new Ruleset(Backend.NFTABLES, tables);
  }

  /** The table in which the chains of a table of iptables stand, such as {@code filter}. */
  public Optional<RuleTable> table(String name) {
    return Optional.ofNullable(tables.get(backend == Backend.NFTABLES ? CALICO : name));
  }

  /** A chain by its names in iptables, such as {@code nat} and {@code cali-fip-dnat}. */
  public Optional<Chain> chain(String table, String chain) {
    return table(table).flatMap(found -> found.chain(backend.chain(table, chain)));
  }

  /** The number of the first rule of a chain that leads to another one of its table, from 1. */
  public OptionalInt numberOfJump(String table, String from, String to) {
    return chain(table, from)
        .map(chain -> chain.numberOfJumpTo(backend.chain(table, to)))
        .orElse(OptionalInt.empty());
  }
}
