package io.fipctl.nat;

/** The places in which Felix can keep its rules, the newest first. */
public enum Backend {
  /** Tables of its own: {@code table ip calico}, {@code table ip6 calico}. */
  NFTABLES("nat-"),
  /** The tables of iptables, kept by the nft subsystem. */
  IPTABLES_NFT(""),
  /** The tables of iptables, kept by x_tables. */
  IPTABLES_LEGACY("");

  private final String layer;

  Backend(String layer) {
    this.layer = layer;
  }

  /**
   * The name that a chain of the nat table has here: {@code table calico} holds all of iptables'
   * tables and tells them apart by a prefix (felix/nftables/table.go).
   */
  String chain(String name) {
    return layer + name;
  }
}
