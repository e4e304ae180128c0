package io.fipctl.model;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An IPv4 or IPv6 address, compared as a number and printed in its canonical form (RFC 5952). Texts
 * are read exactly as Go's net.ParseIP reads them, by which Calico decides what it programs
 * (libcalico-go/lib/net/ip.go).
 *
 * <p>An IPv4-mapped IPv6 address is not one: Calico takes everything with a colon for IPv6
 * (libcalico-go/lib/backend/k8s/conversion/workload_endpoint_default.go), so nothing would carry
 * it.
 */
public final class IpAddress implements Comparable<IpAddress> {
  /** The two address families. */
  public enum Family {
    IPV4(32, "IPv4"),
    IPV6(128, "IPv6");

    private final int bits;
    private final String title;

    Family(int bits, String title) {
      this.bits = bits;
      this.title = title;
    }

    /** The length of an address in bits, which is the prefix length of a host. */
    public int bits() {
      return bits;
    }

    @Override
    public String toString() {
      return title;
    }
  }

  private static final Pattern OCTETS =
      Pattern.compile("(0|[1-9][0-9]{0,2})(\\.(0|[1-9][0-9]{0,2})){3}");

  private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1};

  private final byte[] bytes;

  private IpAddress(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Reads one bare address; {@code /32} and {@code /128} are accepted and dropped.
   *
   * @throws IllegalArgumentException with the reason, when the text is no host address
   */
  public static IpAddress parse(String text) {
    int slash = text.indexOf('/');
    String host = slash < 0 ? text : text.substring(0, slash);
    IpAddress address = parseHost(host, text);
    if (slash >= 0 && !text.substring(slash + 1).equals(String.valueOf(address.family().bits()))) {
      throw new IllegalArgumentException(
          "'"
              + text
              + "' is a range, not one address: write "
              + address
              + " or another address of it");
    }
    return address;
  }

  /** Reads an address from text that came from the cluster; empty when it is none. */
  public static Optional<IpAddress> tryParse(String text) {
    if (!looksLikeAddress(text)) {
      return Optional.empty();
    }
    try {
      return Optional.of(parse(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static IpAddress parseHost(String host, String text) {
    byte[] bytes = host.indexOf(':') < 0 ? ipv4(host) : ipv6(host);
    if (bytes == null) {
      throw new IllegalArgumentException("'" + text + "' is no IPv4 or IPv6 address");
    }
    if (isMapped(bytes)) {
      throw new IllegalArgumentException(
          "'" + text + "' is an IPv4-mapped IPv6 address: write the IPv4 address");
    }
    return new IpAddress(bytes);
  }

  /** Four decimal numbers without leading zeros, as Go's net.ParseIP wants them; else null. */
  private static byte[] ipv4(String text) {
    if (!OCTETS.matcher(text).matches()) {
      return null;
    }
    byte[] bytes = new byte[4];
    String[] octets = text.split("\\.", -1);
    for (int i = 0; i < bytes.length; i++) {
      int octet = Integer.parseInt(octets[i]);
      if (octet > 255) {
        return null;
      }
      bytes[i] = (byte) octet;
    }
    return bytes;
  }

  /**
   * Up to eight groups of one to four hexadecimal digits, of which {@code ::} stands once for one
   * or more that are zero, and the last two of which may be an IPv4 address; else null. Without
   * brackets or zone: net.ParseIP takes neither.
   */
  private static byte[] ipv6(String text) {
    byte[] bytes = new byte[16];
    int length = 0;
    int gap = -1;
    int at = 0;
    if (text.startsWith("::")) {
      gap = 0;
      at = 2;
    }
    while (at < text.length()) {
      int end = at;
      int group = 0;
      while (end < text.length() && hexDigit(text.charAt(end)) >= 0 && end - at < 4) {
        group = group << 4 | hexDigit(text.charAt(end));
        end++;
      }
      if (end < text.length() && text.charAt(end) == '.') {
        byte[] tail = ipv4(text.substring(at));
        if (tail == null || length > 12) {
          return null;
        }
        System.arraycopy(tail, 0, bytes, length, 4);
        length += 4;
        break;
      }
      if (end == at || length == 16) {
        return null;
      }
      bytes[length++] = (byte) (group >> 8);
      bytes[length++] = (byte) group;
      at = end;
      if (at < text.length()) {
        boolean opensGap = text.startsWith("::", at);
        boolean goesOn = text.charAt(at) == ':' && at + 1 < text.length();
        if (!goesOn || (opensGap && gap >= 0)) {
          return null;
        }
        gap = opensGap ? length : gap;
        at += opensGap ? 2 : 1;
      }
    }
    if (gap < 0 ? length < 16 : length == 16) {
      return null;
    }
    if (gap >= 0) {
      System.arraycopy(bytes, gap, bytes, gap + 16 - length, length - gap);
      Arrays.fill(bytes, gap, gap + 16 - length, (byte) 0);
    }
    return bytes;
  }

  private static boolean isMapped(byte[] bytes) {
    return bytes.length == 16 && Arrays.mismatch(bytes, 0, 12, MAPPED, 0, 12) < 0;
  }

  /** Spares an exception for each word that is plainly none: node output is full of them. */
  static boolean looksLikeAddress(String text) {
    boolean marked = false;
    for (int i = 0; i < text.length() && text.charAt(i) != '/'; i++) {
      char c = text.charAt(i);
      if (!mayStandInIpv6(c)) {
        return false;
      }
      marked |= c == '.' || c == ':';
    }
    return marked;
  }

  private static boolean mayStandInIpv6(char c) {
    return hexDigit(c) >= 0 || c == ':' || c == '.';
  }

  /** The value of an ASCII digit; -1 of anything else, such as a full-width one. */
  static int hexDigit(char c) {
    return c < 128 ? Character.digit(c, 16) : -1;
  }

  /** The address with these bytes in network order: 4 or 16 of them. */
  public static IpAddress of(byte[] bytes) {
    if (bytes.length != 4 && bytes.length != 16) {
      throw new IllegalArgumentException(bytes.length + " bytes are no address");
    }
    return new IpAddress(bytes.clone());
  }

  public Family family() {
    return bytes.length == 4 ? Family.IPV4 : Family.IPV6;
  }

  /** The address in network order: 4 or 16 bytes, a copy. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** As a range of one address: {@code 203.0.113.10/32}. */
  public Cidr asCidr() {
    return new Cidr(this, family().bits());
  }

  boolean sharesPrefix(IpAddress other, int bits) {
    if (bytes.length != other.bytes.length) {
      return false;
    }
    int whole = bits / 8;
    if (Arrays.mismatch(bytes, 0, whole, other.bytes, 0, whole) >= 0) {
      return false;
    }
    int rest = bits % 8;
    return rest == 0 || (bytes[whole] ^ other.bytes[whole]) >> (8 - rest) == 0;
  }

  /** IPv4 before IPv6, then by number. */
  @Override
  public int compareTo(IpAddress other) {
    int byFamily = Integer.compare(bytes.length, other.bytes.length);
    return byFamily != 0 ? byFamily : Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof IpAddress that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /**
   * The address as part of an object's name: {@code 203-0-113-10}; of IPv6 all eight groups with
   * four digits each.
   */
  public String asName() {
    return family() == Family.IPV4
        ? toString().replace('.', '-')
        : HexFormat.of().formatHex(bytes()).replaceAll("(.{4})(?=.)", "$1-");
  }

  /** The canonical text (RFC 5952). */
  @Override
  public String toString() {
    return family() == Family.IPV4 ? dotted() : compressed();
  }

  private String dotted() {
    return (bytes[0] & 255)
        + "."
        + (bytes[1] & 255)
        + "."
        + (bytes[2] & 255)
        + "."
        + (bytes[3] & 255);
  }

  private String compressed() {
    int[] groups = new int[8];
    for (int i = 0; i < 8; i++) {
      groups[i] = (bytes[2 * i] & 255) << 8 | (bytes[2 * i + 1] & 255);
    }
    // RFC 5952: the longest run of two or more zero groups, the first of equals, becomes "::".
    int start = -1;
    int length = 1;
    for (int i = 0; i < 8; i++) {
      int run = 0;
      while (i + run < 8 && groups[i + run] == 0) {
        run++;
      }
      if (run > length) {
        start = i;
        length = run;
      }
      i += run;
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 8; i++) {
      if (i == start) {
        text.append("::");
        i += length - 1;
        continue;
      }
      if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
        text.append(':');
      }
      text.append(Integer.toHexString(groups[i]));
    }
    return text.toString();
  }
}
