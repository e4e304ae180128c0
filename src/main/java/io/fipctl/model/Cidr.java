package io.fipctl.model;

import java.util.Optional;
import java.util.regex.Pattern;

/** A range of addresses: the network address and the length of the prefix in bits. */
public record Cidr(IpAddress network, int prefix) {
  /** As net.ParseCIDR takes it: no sign, zeros in front let be. */
  private static final Pattern LENGTH = Pattern.compile("0*[0-9]{1,3}");

  public Cidr {
    if (prefix < 0 || prefix > network.family().bits()) {
      throw new IllegalArgumentException(
          "/" + prefix + " is no prefix length of " + network.family());
    }
    byte[] bytes = network.bytes();
    for (int bit = prefix; bit < bytes.length * 8; bit++) {
      bytes[bit / 8] &= (byte) ~(0x80 >> bit % 8);
    }
    network = IpAddress.of(bytes);
  }

  /**
   * Reads {@code 203.0.113.0/24}, or a bare address as a range of one. Host bits are dropped.
   *
   * @throws IllegalArgumentException with the reason, when the text is no range
   */
  public static Cidr parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      return IpAddress.parse(text).asCidr();
    }
    if (!LENGTH.matcher(text).region(slash + 1, text.length()).matches()) {
      throw new IllegalArgumentException("'" + text + "' has no prefix length");
    }
    return new Cidr(
        IpAddress.parse(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
  }

  /** Reads a range from text that came from the cluster; empty when it is none. */
  public static Optional<Cidr> tryParse(String text) {
    if (!IpAddress.looksLikeAddress(text)) {
      return Optional.empty();
    }
    try {
      return Optional.of(parse(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The highest address: the broadcast address of an IPv4 subnet. */
  public IpAddress last() {
    byte[] bytes = network.bytes();
    for (int bit = prefix; bit < bytes.length * 8; bit++) {
      bytes[bit / 8] |= (byte) (0x80 >> bit % 8);
    }
    return IpAddress.of(bytes);
  }

  public boolean contains(IpAddress address) {
    return network.sharesPrefix(address, prefix);
  }

  public boolean overlaps(Cidr other) {
    return contains(other.network) || other.contains(network);
  }

  /** Whether this is a single address. */
  public boolean isHost() {
    return prefix == network.family().bits();
  }

  @Override
  public String toString() {
    return network + "/" + prefix;
  }
}
