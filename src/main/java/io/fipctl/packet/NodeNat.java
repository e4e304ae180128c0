package io.fipctl.packet;

import io.fipctl.model.IpAddress;
import io.fipctl.model.IpAddress.Family;
import io.fipctl.model.PodInterfaces;
import io.fipctl.nodeoutput.NodeDump;
import io.fipctl.nodeoutput.ParseProblem;
import io.fipctl.nodeoutput.Parsed;
import io.fipctl.nodeoutput.Route;
import io.fipctl.nodeoutput.Routes;
import io.fipctl.nodeoutput.rules.IptablesSave;
import io.fipctl.nodeoutput.rules.NftRuleset;
import io.fipctl.nodeoutput.rules.RuleTable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * One view of a node's floating IPs, whatever its backend: rules and routes.
 *
 * <p>What is not found here is known not to be there only where {@link #doubt} is empty. A backend
 * is known to hold nothing when all of it was read, when the kernel has no table of it, or when the
 * tool is not there while Calico's rules are found in another backend: Felix uses the tools of the
 * same image, so that it cannot use this one.
 *
 * @param unseen why routes of a family are not all known
 * @param unread titles of the sections that are missing, cut off, or of a command that failed
 * @param faults what was not understood, by section
 */
public record NodeNat(
    Map<Family, FamilyNat> families,
    Routes routes,
    Map<Family, String> unseen,
    List<String> unread,
    Map<String, List<ParseProblem>> faults) {
  public NodeNat {
    families = Collections.unmodifiableMap(new EnumMap<>(families));
    unseen = Map.copyOf(unseen);
    unread = List.copyOf(unread);
    faults = Collections.unmodifiableMap(new LinkedHashMap<>(faults));
  }

  public static NodeNat of(NodeDump dump) {
    return new Reader(dump).read();
  }

  public FamilyNat nat(Family family) {
    return families.get(family);
  }

  /** What the node does with floating IPs of the address's family. */
  public FamilyNat nat(IpAddress address) {
    return nat(address.family());
  }

  /** The route that leads a floating IP to a pod of this node. */
  public Optional<Route> localRoute(IpAddress address) {
    return localRoute(address, PodInterfaces.DEFAULT);
  }

  /** The same where the interfaces of pods begin otherwise. */
  public Optional<Route> localRoute(IpAddress address, PodInterfaces interfaces) {
    return routes.local(address, interfaces);
  }

  /** The route of the main table for an address; it may be one that discards. */
  public Optional<Route> routeTo(IpAddress address) {
    return routes.to(address);
  }

  /**
   * Why there may be a rule or a route of an address that was not found; empty when everything that
   * could show one was read whole.
   */
  public Optional<String> doubt(IpAddress address) {
    return doubt(address.family());
  }

  /** The same of any address of a family. */
  public Optional<String> doubt(Family family) {
    return nat(family).doubt().or(() -> doubtOfRoutes(family));
  }

  /** Why there may be a route of a family that was not found. */
  public Optional<String> doubtOfRoutes(Family family) {
    return Optional.ofNullable(unseen.get(family));
  }

  /**
   * What came of a section.
   *
   * @param value as far as it was understood; empty when the command printed nothing that counts
   * @param why it is not whole; empty when it is
   * @param noTool whether that is because the node has no such tool
   */
  private record Look<T>(Optional<T> value, Optional<String> why, boolean noTool) {
    boolean isWhole() {
      return why.isEmpty();
    }
  }

  private static final class Reader {
    /** The exit status for a program that is not there. */
    private static final int NO_TOOL = 127;

    private static final String NAT = "nat";

    private final NodeDump dump;
    private final List<String> unread = new ArrayList<>();
    private final Map<String, List<ParseProblem>> faults = new LinkedHashMap<>();

    Reader(NodeDump dump) {
      this.dump = dump;
    }

    NodeNat read() {
      Look<NftRuleset> nft = nft();
      Map<Family, FamilyNat> families = new EnumMap<>(Family.class);
      families.put(Family.IPV4, family(Family.IPV4, "iptables", "ip", nft));
      families.put(Family.IPV6, family(Family.IPV6, "ip6tables", "ip6", nft));
      Map<Family, String> unseen = new EnumMap<>(Family.class);
      Look<Routes> both = look("ip-route", text -> Routes.parse(text, Family.IPV4));
      Look<Routes> six = look("ip6-route", text -> Routes.parse(text, Family.IPV6));
      both.why()
          .or(() -> noRoute(both))
          .ifPresent(
              why -> {
                unseen.put(Family.IPV4, why);
                // The second command shows those of IPv6 as well.
                six.why().ifPresent(other -> unseen.put(Family.IPV6, other));
              });
      Routes routes = routes(both).and(routes(six));
      return new NodeNat(families, routes, unseen, unread, faults);
    }

    /** Every node has a route to itself. */
    private static Optional<String> noRoute(Look<Routes> look) {
      return routes(look).routes().isEmpty()
          ? Optional.of("ip-route: not one route was printed")
          : Optional.empty();
    }

    private static Routes routes(Look<Routes> look) {
      return look.value().orElseGet(() -> new Routes(List.of(), List.of()));
    }

    /** JSON, or the text where nft cannot write JSON. */
    private Look<NftRuleset> nft() {
      Look<NftRuleset> json = look("nft-list-ruleset", NftRuleset::parse);
      if (json.isWhole() || dump.section("nft-list-ruleset-text").isEmpty()) {
        return json;
      }
      Look<NftRuleset> text = look("nft-list-ruleset-text", NftRuleset::parseText);
      return text.isWhole() ? text : json;
    }

    private FamilyNat family(Family family, String tool, String nftFamily, Look<NftRuleset> nft) {
      Map<Backend, String> unseen = new EnumMap<>(Backend.class);
      Map<Backend, String> noTool = new EnumMap<>(Backend.class);
      List<CalicoNat> found = new ArrayList<>();
      nft.why().ifPresent(why -> (nft.noTool() ? noTool : unseen).put(Backend.NFTABLES, why));
      nft.value()
          .flatMap(ruleset -> ruleset.table(nftFamily, "calico"))
          .flatMap(table -> CalicoNat.of(Backend.NFTABLES, table))
          .ifPresent(found::add);

      Look<IptablesSave> byNft = look(tool + "-nft-save", IptablesSave::parse);
      List<IptablesSave.Incompatible> incompatible =
          byNft.value().stream()
              .flatMap(save -> save.incompatible().stream())
              .filter(remark -> remark.table().equals(NAT))
              .toList();
      Optional<String> whyNot =
          byNft
              .why()
              .or(
                  () ->
                      incompatible.stream()
                          .filter(IptablesSave.Incompatible::whole)
                          .map(remark -> tool + "-nft-save: it cannot print table " + NAT)
                          .findFirst());
      // What the tool cannot print nft still shows, though without the targets of DNAT and SNAT.
      boolean shownByNft = whyNot.isPresent() && nft.isWhole();
      Optional<RuleTable> table =
          (shownByNft ? Optional.<IptablesSave>empty() : byNft.value())
              .flatMap(save -> save.table(NAT))
              .or(() -> nft.value().flatMap(ruleset -> ruleset.table(nftFamily, NAT)));
      if (!shownByNft) {
        whyNot.ifPresent(why -> (byNft.noTool() ? noTool : unseen).put(Backend.IPTABLES_NFT, why));
      }
      table.flatMap(nat -> CalicoNat.of(Backend.IPTABLES_NFT, nat)).ifPresent(found::add);

      // The script asks the tool only where the kernel has such a table: without one it is needed.
      Look<IptablesSave> legacy = look(tool + "-legacy-save", IptablesSave::parse);
      legacy.why().ifPresent(why -> unseen.put(Backend.IPTABLES_LEGACY, why));
      legacy
          .value()
          .flatMap(save -> save.table(NAT))
          .flatMap(nat -> CalicoNat.of(Backend.IPTABLES_LEGACY, nat))
          .ifPresent(found::add);
      if (found.isEmpty()) {
        unseen.putAll(noTool);
      }
      return new FamilyNat(family, found, incompatible, unseen);
    }

    private <T extends Parsed> Look<T> look(String title, Function<String, T> parse) {
      Optional<NodeDump.Section> section = dump.section(title);
      if (section.isEmpty()) {
        unread.add(title);
        String why = dump.cut().contains(title) ? "it was cut off" : "it was not read";
        return new Look<>(Optional.empty(), Optional.of(title + ": " + why), false);
      }
      int status = section.get().status();
      if (status != 0) {
        unread.add(title);
        return new Look<>(
            Optional.empty(),
            Optional.of("%s: %s".formatted(title, NodeDump.ended(status))),
            status == NO_TOOL);
      }
      T value = parse.apply(section.get().text());
      if (value.faults().isEmpty()) {
        return new Look<>(Optional.of(value), Optional.empty(), false);
      }
      faults.put(title, value.faults());
      return new Look<>(
          Optional.of(value), Optional.of(title + " " + value.faults().getFirst()), false);
    }
  }
}
