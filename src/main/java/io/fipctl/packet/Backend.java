package io.fipctl.packet;

/** The places in which Felix can keep its rules, the newest first. */
public enum Backend {
  /** Tables of its own: {@code table ip calico}, {@code table ip6 calico}. */
  NFTABLES,
  /** The tables of iptables, kept by the nft subsystem. */
  IPTABLES_NFT,
  /** The tables of iptables, kept by x_tables. */
  IPTABLES_LEGACY;

  /**
   * The name that a chain of one of iptables' tables has here: {@code table calico} holds all of
   * them and tells them apart by a prefix (felix/nftables/table.go).
   */
  public String chain(String table, String name) {
    return this == NFTABLES ? table + "-" + name : name;
  }
}
