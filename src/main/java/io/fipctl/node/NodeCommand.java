package io.fipctl.node;

import io.fipctl.model.IpAddress;
import io.fipctl.model.PodInterfaces;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A command that fipctl may run on a node: a fixed script with its values as arguments of their
 * own, never woven into the text. Script and arguments go to stdin: the words of an exec stand in
 * its URL, of which proxies let only a few thousand letters through.
 *
 * <p>The scripts use only what the calico-node image keeps (node/clean-up-filesystem.sh): no awk,
 * no ping. {@code sysctl} is read from /proc.
 */
public sealed interface NodeCommand {
  /** The argument list to execute; a few hundred letters at most. */
  List<String> argv();

  /** What it reads from stdin; nothing when empty. */
  default String input() {
    return "";
  }

  /** A command that is a script. */
  sealed interface Scripted extends NodeCommand {
    /** One of {@link Scripts}; of ASCII only, because its letters are counted. */
    String script();

    /** At least one, each of a single line. */
    List<String> arguments();

    @Override
    default List<String> argv() {
      return List.of(
          "timeout",
          // The script itself ends before; this is for a tool that hangs.
          String.valueOf(Math.max(1, limit().toSeconds()) + 1),
          "bash",
          "-c",
          Scripts.LOADER,
          "fipctl",
          String.valueOf(script().length()),
          String.valueOf(arguments().size()));
    }

    @Override
    default String input() {
      StringBuilder input = new StringBuilder(script());
      for (String argument : arguments()) {
        if (argument.indexOf('\n') >= 0) {
          throw new IllegalArgumentException("an argument of several lines: " + argument);
        }
        input.append(argument).append('\n');
      }
      return input.toString();
    }
  }

  /** How long it may take; {@code timeout} ends it on the node as well. */
  Duration limit();

  /**
   * The line with which it ends when all went well. Whoever has read it need not wait for the end
   * of the program, of which the node tells tens of milliseconds later.
   */
  default Optional<String> lastLine() {
    return Optional.empty();
  }

  /**
   * A thing that {@link Read} can print: the command's words, or a function of {@link Scripts#READ}
   * and its words.
   */
  enum Section {
    IPTABLES_NFT("iptables-nft-save", "save iptables-nft-save"),
    IPTABLES_LEGACY("iptables-legacy-save", "legacy_save ip"),
    IP6TABLES_NFT("ip6tables-nft-save", "save ip6tables-nft-save"),
    IP6TABLES_LEGACY("ip6tables-legacy-save", "legacy_save ip6"),
    /** The tables that the legacy backend has loaded: empty where nobody uses it. */
    LEGACY_TABLES("ip_tables_names", "cat /proc/net/ip_tables_names"),
    LEGACY_TABLES6("ip6_tables_names", "cat /proc/net/ip6_tables_names"),
    NFT("nft-list-ruleset", "nft -j list ruleset"),
    /** For people and for nft that cannot write JSON. */
    NFT_TEXT("nft-list-ruleset-text", "nft-list-ruleset.txt", "nft list ruleset"),
    /** Of every table, of both families. */
    ROUTES("ip-route", "ip -j route show table all"),
    ROUTES_TEXT("ip-route-text", "ip-route.txt", "ip route show"),
    ROUTES6("ip6-route", "ip -j -6 route show table all"),
    ADDRESSES("ip-addr", "ip -j addr show"),
    RULES("ip-rule", "ip -j rule show"),
    RULES6("ip6-rule", "ip -j -6 rule show"),
    /** Of both families. */
    NEIGHBOURS("ip-neigh", "ip -j neigh show"),
    /** Of {@link Read#flowsTo()}, or all up to a number of lines. */
    FLOWS("conntrack", "flows"),
    BIRD_ROUTES("birdcl-route", "bird birdcl bird route"),
    BIRD_PROTOCOLS("birdcl-protocols", "bird birdcl bird protocols"),
    BIRD6_ROUTES("birdcl6-route", "bird birdcl6 bird6 route"),
    BIRD6_PROTOCOLS("birdcl6-protocols", "bird birdcl6 bird6 protocols"),
    /** What decides whether packets are forwarded and accepted, and how full conntrack is. */
    SYSCTL("sysctl", "sysctls"),
    /** A line {@code # PATH} and the first file of the CNI directory: the one kubelet takes. */
    CNI_CONFIG("cni-conflist", "cni-conflist.json", "cat_first_cni_config"),
    /** The names in the CNI directory. */
    CNI_FILES("cni-net.d", "cni_files"),
    /** The last lines that the CNI plugin logged. */
    CNI_LOG("cni-log", "cni_log"),
    /** Felix's own word on whether it is in sync: an HTTP answer. */
    FELIX_READINESS("felix-readiness", "felix_readiness"),
    /**
     * Whether somebody takes a TCP connection, for each of {@link Read#connectsTo()}: a line {@code
     * ADDRESS PORT STATUS WORDS} with the exit status and what was complained of. The only section
     * that sends packets.
     */
    TCP("tcp-connect", "connects");

    private final String title;
    private final String fileName;
    private final String command;

    Section(String title, String command) {
      this(title, title + (command.contains(" -j ") ? ".json" : ".txt"), command);
    }

    Section(String title, String fileName, String command) {
      this.title = title;
      this.fileName = fileName;
      this.command = command;
    }

    /** The name of the section in the output. */
    public String title() {
      return title;
    }

    /** Whether this command line, typed by hand, prints the same. */
    public boolean isPrintedBy(String words) {
      return words.equals(command) || words.equals(title);
    }

    /** The file that it is saved in. */
    public String fileName() {
      return fileName;
    }
  }

  /**
   * Where a TCP connection is tried.
   *
   * @param port 1 to 65535
   */
  record Target(IpAddress address, int port) {
    public Target {
      if (port < 1 || port > 65535) {
        throw new IllegalArgumentException(port + " is no port: write a number from 1 to 65535");
      }
    }
  }

  /** Which tables of iptables are printed. */
  enum Tables {
    /** Where floating IPs are: the others may be much larger. */
    NAT,
    ALL
  }

  /**
   * Prints several things in one visit. A line {@code @@fipctl TITLE} opens each, a line
   * {@code @@fipctl-end TITLE STATUS} closes it; no tool's output has lines that begin so. The same
   * marks stand on stderr around what the section complained of.
   *
   * <p>A section that fails does not spoil the others. Its status is that of its command: 127 when
   * the tool is not there, {@value #TIMED_OUT} when it took too long or the visit's time was over
   * before, {@value #CUT} when there is more than is printed. Secrets are never printed.
   *
   * @param flowsTo whose tracked connections {@link Section#FLOWS} prints; of all when empty
   * @param connectsTo what {@link Section#TCP} tries
   */
  record Read(
      List<Section> sections, Tables tables, List<IpAddress> flowsTo, List<Target> connectsTo)
      implements Scripted {
    /** The status of what was ended for its time. */
    public static final int TIMED_OUT = 124;

    /** The status of what has more lines than are printed. */
    public static final int CUT = 99;

    public Read {
      sections = List.copyOf(sections);
      flowsTo = List.copyOf(flowsTo);
      connectsTo = List.copyOf(connectsTo);
    }

    public Read(List<Section> sections, Tables tables, List<IpAddress> flowsTo) {
      this(sections, tables, flowsTo, List.of());
    }

    /** Some sections; of iptables only the table with floating IPs. */
    public Read(List<Section> sections) {
      this(sections, Tables.NAT, List.of());
    }

    public static Read of(Section... sections) {
      return new Read(List.of(sections));
    }

    /** Every section and table; the tracked connections of these addresses, or all. */
    public static Read everything(List<IpAddress> flowsTo) {
      return new Read(List.of(Section.values()), Tables.ALL, flowsTo);
    }

    @Override
    public String script() {
      return Scripts.READ;
    }

    @Override
    public List<String> arguments() {
      List<String> arguments = new ArrayList<>();
      arguments.add(String.valueOf(limit().toSeconds()));
      arguments.add(tables == Tables.NAT ? "nat" : "all");
      flowsTo.forEach(address -> arguments.add(address.toString()));
      arguments.add("--");
      for (Target target : connectsTo) {
        arguments.add(target.address().toString());
        arguments.add(String.valueOf(target.port()));
      }
      arguments.add("--");
      for (Section section : sections) {
        arguments.add(section.title);
        arguments.add(section.command);
      }
      return arguments;
    }

    @Override
    public Duration limit() {
      return Duration.ofSeconds(tables == Tables.NAT ? 10 : 20);
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
   * @param tuples arguments of {@code conntrack -D}, one list for each connection; at least one and
   *     at most {@value #MOST}
   */
  record DeleteFlows(List<List<String>> tuples) implements Scripted {
    /** How many a node deletes well within the limit. */
    public static final int MOST = 1000;

    public DeleteFlows {
      tuples = List.copyOf(tuples);
      if (tuples.isEmpty() || tuples.size() > MOST) {
        throw new IllegalArgumentException(tuples.size() + " connections at once");
      }
    }

    @Override
    public String script() {
      return Scripts.DELETE_FLOWS;
    }

    @Override
    public List<String> arguments() {
      List<String> arguments = new ArrayList<>();
      for (List<String> tuple : tuples) {
        arguments.add(String.valueOf(tuple.size()));
        arguments.addAll(tuple);
      }
      return arguments;
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
   * limit passed before. Begins with a line {@link #BEGUN} and ends, on exit 0, with a line {@link
   * #THERE}. What cannot be read on the node is never as wanted.
   *
   * @param interfaces how the names of pods' interfaces begin
   */
  record Await(IpAddress address, Wanted wanted, PodInterfaces interfaces, Duration limit)
      implements Scripted {
    /** What the command prints before it looks for the first time. */
    public static final String BEGUN = "@@fipctl waiting";

    /** What it prints when all is as wanted and nothing stale is left. */
    public static final String THERE = "@@fipctl there";

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

    @Override
    public Optional<String> lastLine() {
      return Optional.of(THERE);
    }

    /** Where Felix has its own default for the interfaces of pods. */
    public Await(IpAddress address, Wanted wanted, Duration limit) {
      this(address, wanted, PodInterfaces.DEFAULT, limit);
    }

    /** Where the answers of a connection that leads rightly come from. */
    public IpAddress rightSource() {
      return wanted instanceof Wanted.LeadsTo pod ? pod.podAddress() : address;
    }

    @Override
    public String script() {
      return Scripts.AWAIT;
    }

    @Override
    public List<String> arguments() {
      List<String> expectation =
          switch (wanted) {
            case Wanted.LeadsTo pod -> List.of("leads-to", pod.podAddress().toString());
            case Wanted.Gone gone -> List.of("gone", "");
            case Wanted.RoutedVia route -> List.of("via", route.nextHop().toString());
          };
      boolean four = address.family() == IpAddress.Family.IPV4;
      List<String> arguments = new ArrayList<>();
      arguments.add(address.toString());
      arguments.add(four ? "4" : "6");
      arguments.addAll(expectation);
      arguments.add(String.valueOf(Math.max(1, limit.toSeconds())));
      arguments.add(rightSource().toString());
      arguments.add(interfaces.toString());
      return arguments;
    }
  }
}
