package io.fipctl.lab.text;

import io.fipctl.lab.simulation.DaemonSetRollout;
import io.fipctl.lab.simulation.Dataplane;
import io.fipctl.lab.simulation.Felix;
import io.fipctl.lab.simulation.Json;
import io.fipctl.lab.simulation.LabRoutes;
import io.fipctl.lab.simulation.LabState;
import io.fipctl.lab.simulation.NodeFault;
import io.fipctl.lab.simulation.NodeState;
import io.fipctl.lab.simulation.NodeState.Endpoint;
import io.fipctl.model.IpAddress;
import io.fipctl.model.IpAddress.Family;
import io.fipctl.node.NodeCommand.Read;
import io.fipctl.node.NodeCommand.Section;
import io.fipctl.node.NodeCommand.Tables;
import io.fipctl.node.NodeCommand.Target;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What a node prints of each section that can be read there. */
public final class NodeText {
  /** What a command printed and how it ended. */
  public record Printed(String text, String complaint, int status) {
    public static Printed of(String text) {
      return new Printed(text, "", 0);
    }

    static Printed failed(String complaint) {
      return new Printed("", complaint + "\n", 1);
    }
  }

  private static final List<String> SWITCHES = List.of("arp_filter", "proxy_arp", "rp_filter");

  private final LabState state;
  private final String node;
  private final NodeState kernel;

  public NodeText(LabState state, String node) {
    this.state = state;
    this.node = node;
    this.kernel = state.kernel(node);
  }

  /** One section of a visit. */
  public Printed of(Section section, Read read) {
    return switch (section) {
      case IPTABLES_NFT -> save(Family.IPV4, Dataplane.IPTABLES_NFT, read.tables());
      case IPTABLES_LEGACY -> save(Family.IPV4, Dataplane.IPTABLES_LEGACY, read.tables());
      case IP6TABLES_NFT -> save(Family.IPV6, Dataplane.IPTABLES_NFT, read.tables());
      case IP6TABLES_LEGACY -> save(Family.IPV6, Dataplane.IPTABLES_LEGACY, read.tables());
      case LEGACY_TABLES, LEGACY_TABLES6 -> Printed.of("nat\nfilter\n");
      case NFT -> Printed.of(NatText.nft(kernel, hasSix(), Felix.dataplane(state)));
      case NFT_TEXT -> Printed.of(NatText.nftText(kernel, hasSix(), Felix.dataplane(state)));
      case ROUTES -> Printed.of(PrintedRoutes.json(state, node, false));
      case ROUTES_TEXT -> Printed.of(PrintedRoutes.plain(state, node));
      case ROUTES6 -> Printed.of(PrintedRoutes.json(state, node, true));
      case ADDRESSES -> Printed.of(addresses());
      case RULES -> Printed.of(rules("local", "main", "default"));
      case RULES6 -> Printed.of(rules("local", "main"));
      case NEIGHBOURS -> Printed.of(neighbours());
      case FLOWS -> Printed.of(flows(read.flowsTo()));
      case BIRD_ROUTES -> bird(Family.IPV4, true);
      case BIRD_PROTOCOLS -> bird(Family.IPV4, false);
      case BIRD6_ROUTES -> bird(Family.IPV6, true);
      case BIRD6_PROTOCOLS -> bird(Family.IPV6, false);
      case SYSCTL -> Printed.of(sysctl());
      case CNI_CONFIG ->
          kernel.cniFiles().entrySet().stream()
              .findFirst()
              .map(file -> "# /host/etc/cni/net.d/" + file.getKey() + "\n" + file.getValue())
              .map(Printed::of)
              .orElseGet(() -> new Printed("", "", 1));
      case CNI_FILES -> Printed.of(lines(List.copyOf(kernel.cniFiles().keySet())));
      case CNI_LOG ->
          Printed.failed(
              "tail: cannot open '/var/log/calico/cni/cni.log' for reading: No such file or"
                  + " directory");
      case FELIX_READINESS -> Printed.of(readiness());
      case TCP -> Printed.of(connects(read.connectsTo()));
    };
  }

  private Printed save(Family family, Dataplane backend, Tables tables) {
    boolean byNft = backend == Dataplane.IPTABLES_NFT;
    boolean isLeft = !byNft && state.is(NodeFault.RULES_IN_LEGACY, node);
    boolean hasCalico =
        (Felix.dataplane(state) == backend || isLeft) && (family == Family.IPV4 || hasSix());
    String forward = !byNft && state.is(NodeFault.FORWARD_DROPPED, node) ? "DROP" : "ACCEPT";
    String filter =
        tables == Tables.ALL
            ? NatText.filter(family, byNft, hasCalico, forward, state.instant())
            : "";
    String nat = NatText.save(kernel, family, byNft, hasCalico, state.instant());
    return Printed.of(
        filter
            + (state.is(NodeFault.PREROUTING_FLUSHED, node)
                ? nat.replaceAll("(?m)^-A cali-PREROUTING .*\n", "")
                : nat));
  }

  private boolean hasSix() {
    return Felix.setting(state, node, "ipv6Support").equalsIgnoreCase("true");
  }

  /** Interfaces as {@code ip -j addr} prints them. */
  private String addresses() {
    List<Object> links = new ArrayList<>();
    links.add(
        link(
            links,
            "lo",
            "loopback",
            "00:00:00:00:00:00",
            List.of(address("127.0.0.1", 8, "host"), address("::1", 128, "host"))));
    links.add(
        link(
            links,
            "eth0",
            "ether",
            hardware(node),
            List.of(address(Felix.nodeAddress(state, node), 24, "global"))));
    for (String device : podDevices()) {
      links.add(
          link(
              links,
              device,
              "ether",
              "ee:ee:ee:ee:ee:ee",
              List.of(address("fe80::ecee:eeff:feee:eeee", 64, "link"))));
    }
    return Json.print(links) + "\n";
  }

  private static Map<String, Object> link(
      List<Object> before, String name, String type, String hardware, List<Object> addresses) {
    boolean loopback = type.equals("loopback");
    Map<String, Object> link = new LinkedHashMap<>();
    link.put("ifindex", before.size() + 1);
    link.put("ifname", name);
    link.put(
        "flags",
        loopback
            ? List.of("LOOPBACK", "UP", "LOWER_UP")
            : List.of("BROADCAST", "MULTICAST", "UP", "LOWER_UP"));
    link.put("mtu", loopback ? 65536 : 1500);
    link.put("qdisc", "noqueue");
    link.put("operstate", loopback ? "UNKNOWN" : "UP");
    link.put("group", "default");
    link.put("link_type", type);
    link.put("address", hardware);
    link.put("broadcast", loopback ? hardware : "ff:ff:ff:ff:ff:ff");
    link.put("addr_info", addresses);
    return link;
  }

  private static Object address(String local, int prefix, String scope) {
    Map<String, Object> address = new LinkedHashMap<>();
    address.put("family", local.contains(":") ? "inet6" : "inet");
    address.put("local", local);
    address.put("prefixlen", prefix);
    address.put("scope", scope);
    address.put("valid_life_time", 4294967295L);
    address.put("preferred_life_time", 4294967295L);
    return address;
  }

  /** A hardware address that follows from a name. */
  private static String hardware(String name) {
    return String.format(
        Locale.ROOT,
        "06:00:%02x:%02x:%02x:%02x",
        name.hashCode() >>> 24,
        name.hashCode() >>> 16 & 0xff,
        name.hashCode() >>> 8 & 0xff,
        name.hashCode() & 0xff);
  }

  private Set<String> podDevices() {
    Set<String> devices = new TreeSet<>();
    kernel.endpoints().forEach(endpoint -> devices.add(endpoint.device()));
    return devices;
  }

  private static String rules(String... tables) {
    List<Object> rules = new ArrayList<>();
    for (String table : tables) {
      Map<String, Object> rule = new LinkedHashMap<>();
      rule.put("priority", rules.isEmpty() ? 0 : 32765 + rules.size());
      rule.put("src", "all");
      rule.put("table", table);
      rules.add(rule);
    }
    return Json.print(rules) + "\n";
  }

  /** The other nodes and the pods of this one, all of which have spoken lately. */
  private String neighbours() {
    List<Object> neighbours = new ArrayList<>();
    for (String other : state.nodeNames()) {
      if (!other.equals(node)) {
        neighbours.add(neighbour(Felix.nodeAddress(state, other), "eth0", hardware(other)));
      }
    }
    for (Endpoint endpoint : kernel.endpoints()) {
      for (String address : endpoint.addresses()) {
        neighbours.add(neighbour(address, endpoint.device(), hardware(endpoint.pod())));
      }
    }
    return Json.print(neighbours) + "\n";
  }

  private static Object neighbour(String address, String device, String hardware) {
    Map<String, Object> neighbour = new LinkedHashMap<>();
    neighbour.put("dst", address);
    neighbour.put("dev", device);
    neighbour.put("lladdr", hardware);
    neighbour.put("state", List.of("REACHABLE"));
    return neighbour;
  }

  private String flows(List<IpAddress> addresses) {
    List<String> wanted = addresses.stream().map(IpAddress::toString).toList();
    StringBuilder text = new StringBuilder();
    kernel.flows().stream()
        .filter(flow -> wanted.isEmpty() || wanted.contains(flow.destination()))
        .forEach(flow -> text.append(flow.printed()));
    return text.toString();
  }

  private String connects(List<Target> targets) {
    StringBuilder text = new StringBuilder();
    targets.forEach(target -> text.append(Connecting.from(state, node, target)).append('\n'));
    return text.toString();
  }

  private Printed bird(Family family, boolean routes) {
    String socket = family == Family.IPV4 ? "bird.ctl" : "bird6.ctl";
    if (!LabRoutes.speaksBgp(state, node) || (family == Family.IPV6 && !hasSix())) {
      return Printed.failed(
          "BIRD does not run: no socket %s in /var/run/calico or /var/run/bird".formatted(socket));
    }
    BirdText bird = new BirdText(state, node, family);
    return Printed.of(routes ? bird.routes() : bird.protocols());
  }

  private String sysctl() {
    List<String> lines = new ArrayList<>();
    Set<String> devices = new TreeSet<>(podDevices());
    devices.addAll(List.of("all", "default", "eth0", "lo"));
    for (String device : devices) {
      for (String name : SWITCHES) {
        boolean on = name.equals("proxy_arp") && device.startsWith("cali");
        lines.add("net.ipv4.conf.%s.%s = %d".formatted(device, name, on ? 1 : 0));
      }
    }
    lines.add("net.ipv4.ip_forward = 1");
    lines.add("net.ipv6.conf.all.forwarding = " + (hasSix() ? 1 : 0));
    lines.add("net.netfilter.nf_conntrack_count = " + kernel.flows().size());
    lines.add("net.netfilter.nf_conntrack_max = 262144");
    state
        .node(node)
        .sysctls()
        .forEach(
            (key, value) -> {
              lines.removeIf(line -> line.startsWith(key + " = "));
              lines.add(key + " = " + value);
            });
    return lines(lines);
  }

  /** As Felix answers where it has no details to tell (libcalico-go/lib/health/health.go). */
  private String readiness() {
    boolean ready =
        DaemonSetRollout.calicoNode(state, node).filter(DaemonSetRollout::isUp).isPresent();
    return "HTTP/1.0 " + (ready ? "204 No Content" : "503 Service Unavailable") + "\n\n";
  }

  private static String lines(List<String> lines) {
    return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
  }
}
