package io.fipctl.lab.text;

import io.fipctl.lab.simulation.Felix;
import io.fipctl.lab.simulation.Ipam;
import io.fipctl.lab.simulation.LabRoutes;
import io.fipctl.lab.simulation.LabRoutes.Route;
import io.fipctl.lab.simulation.LabState;
import io.fipctl.model.IpAddress;
import io.fipctl.model.IpAddress.Family;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/** What BIRD 1.6 of a node says to {@code birdcl show route all} and {@code show protocols all}. */
final class BirdText {
  private static final String GREETING = "BIRD v0.3.3+birdv1.6.8 ready.\n";

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final LabState state;
  private final String node;
  private final Family family;
  private final String since;

  BirdText(LabState state, String node, Family family) {
    this.state = state;
    this.node = node;
    this.family = family;
    this.since = TIME.format(state.instant());
  }

  String routes() {
    StringBuilder text = new StringBuilder(GREETING);
    if (family == Family.IPV4) {
      path(text, "0.0.0.0/0", "via 172.31.99.1 on eth0", "kernel1", "* (10)");
      kernel(text);
    }
    for (Route route : LabRoutes.of(state, node)) {
      if (route.destination().network().family() == family) {
        print(text, route);
      }
    }
    return text.toString();
  }

  private void print(StringBuilder text, Route route) {
    String destination = route.destination().toString();
    if (!route.gateways().isEmpty()) {
      for (int i = 0; i < route.gateways().size(); i++) {
        String gateway = route.gateways().get(i);
        String best = i == 0 ? "* (100/0) [i]" : "(100/0) [i]";
        String via = "via " + gateway + " on " + route.device();
        path(text, i == 0 ? destination : "", via, session("Mesh", gateway), best);
        text.append("\tType: BGP unicast univ\n\tBGP.origin: IGP\n\tBGP.as_path: \n");
        text.append("\tBGP.next_hop: %s\n\tBGP.local_pref: 100\n".formatted(gateway));
      }
    } else if (route.device().isEmpty()) {
      path(text, destination, "blackhole", "static1", "* (200)");
      text.append("\tType: static unicast univ\n");
    } else if (route.isLocal()) {
      path(text, destination, "dev " + route.device(), "kernel1", "* (10)");
      kernel(text);
    } else {
      path(text, destination, "dev " + route.device(), "direct1", "* (240)");
      text.append("\tType: device unicast univ\n");
    }
  }

  private void path(StringBuilder text, String to, String how, String protocol, String rest) {
    text.append("%-18s %s [%s %s] %s\n".formatted(to, how, protocol, since, rest));
  }

  private static void kernel(StringBuilder text) {
    text.append("\tType: inherit unicast univ\n\tKernel.source: 3\n\tKernel.metric: 0\n");
  }

  String protocols() {
    StringBuilder text = new StringBuilder(GREETING);
    text.append("name     proto    table    state  since       info\n");
    List<Route> routes =
        LabRoutes.of(state, node).stream()
            .filter(route -> route.destination().network().family() == family)
            .toList();
    int blocks = count(routes, route -> route.device().isEmpty());
    int local = count(routes, Route::isLocal);
    List<Route> learned = routes.stream().filter(r -> !r.gateways().isEmpty()).toList();
    protocol(text, "static1", "Static", "", 200, "REJECT", blocks, 0);
    protocol(
        text, "kernel1", "Kernel", "", 10, "calico_kernel_programming", local + 1, learned.size());
    protocol(text, "device1", "Device", "", 240, "REJECT", 0, 0);
    protocol(text, "direct1", "Direct", "", 240, "REJECT", 1, 0);
    String own = Felix.nodeAddress(state, node);
    for (String other : state.nodeNames()) {
      if (!other.equals(node)) {
        peer(
            text,
            own,
            Felix.nodeAddress(state, other),
            state.isReady(other) && LabRoutes.speaksBgp(state, other),
            learned);
      }
    }
    return text.toString();
  }

  private void protocol(
      StringBuilder text,
      String name,
      String kind,
      String info,
      int preference,
      String output,
      int imported,
      int exported) {
    text.append("%-8s %-8s master   up     %s    %s\n".formatted(name, kind, since, info));
    if (kind.equals("BGP")) {
      text.append("  Description:    Connection to BGP peer\n");
    }
    text.append("  Preference:     %d\n  Input filter:   ACCEPT\n".formatted(preference));
    text.append("  Output filter:  %s\n".formatted(output));
    text.append(
        "  Routes:         %1$d imported, %2$d exported, %1$d preferred\n"
            .formatted(imported, exported));
    text.append("  Route change stats:     received   rejected   filtered    ignored   accepted\n");
    String row = "    %-19s %10s %10s %10s %10s %10s\n";
    text.append(row.formatted("Import updates:", imported, 0, 0, 0, imported));
    text.append(row.formatted("Import withdraws:", 0, 0, "---", 0, 0));
    text.append(row.formatted("Export updates:", exported, 0, 0, "---", exported));
    text.append(row.formatted("Export withdraws:", 0, "---", "---", "---", 0));
    if (!kind.equals("BGP")) {
      text.append('\n');
    }
  }

  private void peer(
      StringBuilder text, String own, String address, boolean established, List<Route> learned) {
    int from = count(learned, route -> route.gateways().contains(address));
    String session = established ? "Established" : "Connect";
    protocol(
        text,
        session("Mesh", address),
        "BGP",
        session + "   ",
        100,
        "(unnamed)",
        established ? from : 0,
        established ? exported() : 0);
    text.append("  BGP state:          %s\n".formatted(session));
    text.append("    Neighbor address: %s\n    Neighbor AS:      64512\n".formatted(address));
    if (established) {
      text.append("    Neighbor ID:      %s\n".formatted(address));
      text.append(
          "    Neighbor caps:    refresh enhanced-refresh restart-able llgr-aware AS4 add-path-rx"
              + " add-path-tx\n");
      text.append("    Session:          internal multihop AS4 add-path-rx add-path-tx\n");
      text.append("    Source address:   %s\n".formatted(own));
      text.append("    Hold timer:       180/240\n    Keepalive timer:  40/80\n");
    }
    text.append('\n');
  }

  /** What this node tells the others: its blocks, and the addresses outside of them. */
  private int exported() {
    long addresses =
        state.kernel(node).routes().keySet().stream()
            .map(IpAddress::parse)
            .filter(address -> address.family() == family)
            .filter(address -> LabRoutes.isExported(state, node, address))
            .count();
    long blocks =
        Ipam.blocks(state, node).stream()
            .filter(block -> block.network().family() == family)
            .count();
    return (int) (blocks + addresses);
  }

  private static int count(List<Route> routes, Predicate<Route> which) {
    return (int) routes.stream().filter(which).count();
  }

  private static String session(String kind, String address) {
    return kind + "_" + address.replaceAll("[.:]", "_");
  }
}
