package io.fipctl.cluster;

import io.fipctl.model.IpAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A command that fipctl may run on a node: a fixed script with its values as arguments of their
 * own, never woven into the text.
 *
 * <p>The scripts use only what the calico-node image keeps (node/clean-up-filesystem.sh): no awk,
 * no ping. {@code sysctl} is read from /proc.
 */
public sealed interface NodeCommand {
  /** The argument list to execute. */
  List<String> argv();

  /** How long it may take; {@code timeout} ends it on the node as well. */
  Duration limit();

  /** A thing that {@link Read} can print. */
  enum Section {
    IPTABLES_NFT("iptables-nft-save", "iptables-nft-save -t nat"),
    IPTABLES_LEGACY("iptables-legacy-save", "legacy_save ip"),
    IP6TABLES_NFT("ip6tables-nft-save", "ip6tables-nft-save -t nat"),
    IP6TABLES_LEGACY("ip6tables-legacy-save", "legacy_save ip6"),
    NFT("nft-list-ruleset", "nft -j list ruleset"),
    ROUTES("ip-route", "ip -j route show table all"),
    ROUTES6("ip6-route", "ip -j -6 route show table all"),
    CNI_CONFIG("cni-conflist", "cat_first_cni_config");

    private final String title;
    private final String command;

    Section(String title, String command) {
      this.title = title;
      this.command = command;
    }

    /** The name of the section in the output. */
    public String title() {
      return title;
    }
  }

  /**
   * Prints several things in one visit. A line {@code @@fipctl TITLE} opens each, a line
   * {@code @@fipctl-end TITLE STATUS} closes it; no tool's output has lines that begin so.
   */
  record Read(List<Section> sections) implements NodeCommand {
    public Read {
      sections = List.copyOf(sections);
    }

    public static Read of(Section... sections) {
      return new Read(List.of(sections));
    }

    @Override
    public List<String> argv() {
      List<String> argv = new ArrayList<>(List.of("bash", "-c", Scripts.READ, "fipctl"));
      for (Section section : sections) {
        argv.add(section.title);
        argv.add(section.command);
      }
      return argv;
    }

    @Override
    public Duration limit() {
      return Duration.ofSeconds(10);
    }
  }

  /** Prints the tracked connections whose original destination is an address. */
  record Flows(IpAddress address) implements NodeCommand {
    @Override
    public List<String> argv() {
      String family = address.family() == IpAddress.Family.IPV4 ? "ipv4" : "ipv6";
      return List.of(
          "conntrack", "-L", "-f", family, "-o", "extended", "--orig-dst", address.toString());
    }

    @Override
    public Duration limit() {
      return Duration.ofSeconds(10);
    }
  }

  /**
   * Deletes tracked connections, each by its full original tuple, and prints how many went.
   *
   * @param tuples arguments of {@code conntrack -D}, one list for each connection
   */
  record DeleteFlows(List<List<String>> tuples) implements NodeCommand {
    @Override
    public List<String> argv() {
      List<String> argv = new ArrayList<>(List.of("bash", "-c", Scripts.DELETE_FLOWS, "fipctl"));
      for (List<String> tuple : tuples) {
        argv.add(String.valueOf(tuple.size()));
        argv.addAll(tuple);
      }
      return argv;
    }

    @Override
    public Duration limit() {
      return Duration.ofSeconds(10);
    }
  }

  /**
   * Waits on the node until its kernel is as wanted, looking many times a second; then deletes,
   * there and then, the tracked connections to the address that lead elsewhere, each by its full
   * tuple, and prints them as {@code conntrack -L -o extended} does. Exit 0 then, 124 when the
   * limit passed before. Begins with a line {@link #BEGUN}. Only a trigger: what counts is what is
   * read and parsed after it.
   */
  record Await(IpAddress address, Wanted wanted, Duration limit) implements NodeCommand {
    /** What the command prints before it looks for the first time. */
    public static final String BEGUN = "@@fipctl waiting";

    /** What is waited for. */
    public sealed interface Wanted {
      /** The DNAT rule leads to this pod address, and a route leads to the pod's interface. */
      record LeadsTo(IpAddress podAddress) implements Wanted {}

      /** Neither DNAT rule nor local route of the address is left. */
      record Gone() implements Wanted {}

      /**
       * A route leads to this next hop and no rule is left, as on nodes that do not host the pod.
       */
      record RoutedVia(IpAddress nextHop) implements Wanted {}
    }

    /** Where the answers of a connection that leads rightly come from. */
    public IpAddress rightSource() {
      return wanted instanceof Wanted.LeadsTo pod ? pod.podAddress() : address;
    }

    @Override
    public List<String> argv() {
      List<String> expectation =
          switch (wanted) {
            case Wanted.LeadsTo pod -> List.of("leads-to", pod.podAddress().toString());
            case Wanted.Gone gone -> List.of("gone", "");
            case Wanted.RoutedVia route -> List.of("via", route.nextHop().toString());
          };
      boolean four = address.family() == IpAddress.Family.IPV4;
      List<String> argv = new ArrayList<>(List.of("bash", "-c", Scripts.AWAIT, "fipctl"));
      argv.add(address.toString());
      argv.add(four ? "4" : "6");
      argv.addAll(expectation);
      argv.add(String.valueOf(Math.max(1, limit.toSeconds())));
      argv.add(rightSource().toString());
      return argv;
    }
  }
}
