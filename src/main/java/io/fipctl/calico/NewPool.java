package io.fipctl.calico;

import io.fipctl.model.Cidr;
import io.fipctl.model.IpAddress;
import io.fipctl.model.ShellCommand;
import java.util.List;
import java.util.stream.Stream;

/** What to type so that an address is in an IP pool. */
public final class NewPool {
  /** Makes the pools that stand for {@code %s}. */
  public static final String COMMAND =
      "printf '{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[%s]}' | kubectl create -f -";

  /** Private use, shared address space, and documentation. */
  private static final List<Cidr> LOCAL =
      Stream.of(
              "10.0.0.0/8",
              "172.16.0.0/12",
              "192.168.0.0/16",
              "100.64.0.0/10",
              "192.0.2.0/24",
              "198.51.100.0/24",
              "203.0.113.0/24",
              "fc00::/7",
              "2001:db8::/32")
          .map(Cidr::parse)
          .toList();

  private NewPool() {}

  /** Whether the Internet does not route it: each network has its own (RFC 6890). */
  public static boolean isLocal(IpAddress address) {
    return LOCAL.stream().anyMatch(range -> range.contains(address));
  }

  /**
   * A pool for one floating IP, with every field written out: CRDs of version 1 have no defaults.
   *
   * @param apiVersion group and version in which Calico reads pools
   */
  public static ShellCommand.Part object(String apiVersion, IpAddress address) {
    return ShellCommand.part(
        "{\"apiVersion\":\"%s\",\"kind\":\"IPPool\",\"metadata\":{\"name\":\"fip-%s\"},"
            + "\"spec\":{\"cidr\":\"%s\",\"disabled\":true,\"ipipMode\":\"Never\","
            + "\"vxlanMode\":\"Never\",\"natOutgoing\":false,\"disableBGPExport\":false,"
            + "\"blockSize\":%s,\"nodeSelector\":\"all()\",\"allowedUses\":[\"Workload\"]}}",
        apiVersion, dashed(address), address.asCidr(), address.family().bits());
  }

  /** All eight groups of an IPv6 address, so that no name ends with a dash. */
  private static String dashed(IpAddress address) {
    return address.asName();
  }
}
