package io.fipctl.nat;

import io.fipctl.model.IpAddress;
import io.fipctl.model.IpAddress.Family;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One view of a node's floating IPs, whatever its backend: rules and routes.
 *
 * @param unread titles of the sections that are missing, cut off, or of a command that failed
 * @param faults what was not understood, by section
 */
public record NodeNat(
    Map<Family, FamilyNat> families,
    Routes routes,
    List<String> unread,
    Map<String, List<Fault>> faults) {
  /** The interfaces of pods, where {@code FELIX_INTERFACEPREFIX} says nothing else. */
  public static final String INTERFACES = "cali";

  public NodeNat {
    families = Collections.unmodifiableMap(new EnumMap<>(families));
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
    return localRoute(address, INTERFACES);
  }

  /** The same where the interfaces of pods have another prefix. */
  public Optional<Route> localRoute(IpAddress address, String interfacePrefix) {
    return routes.local(address, interfacePrefix);
  }

  /** The route of the main table for an address; it may be one that discards. */
  public Optional<Route> routeTo(IpAddress address) {
    return routes.to(address);
  }

  private static final class Reader {
    private final NodeDump dump;
    private final List<String> unread = new ArrayList<>();
    private final Map<String, List<Fault>> faults = new LinkedHashMap<>();

    Reader(NodeDump dump) {
      this.dump = dump;
    }

    NodeNat read() {
      Optional<NftRuleset> nft = text("nft-list-ruleset").map(NftRuleset::parse);
      nft.ifPresent(ruleset -> note("nft-list-ruleset", ruleset.faults()));
      Map<Family, FamilyNat> families = new EnumMap<>(Family.class);
      families.put(Family.IPV4, family(Family.IPV4, "iptables", "ip", nft));
      families.put(Family.IPV6, family(Family.IPV6, "ip6tables", "ip6", nft));
      Routes routes = routes("ip-route", Family.IPV4).and(routes("ip6-route", Family.IPV6));
      return new NodeNat(families, routes, unread, faults);
    }

    private FamilyNat family(
        Family family, String tool, String nftFamily, Optional<NftRuleset> nft) {
      List<Backend> unseen = new ArrayList<>();
      List<CalicoNat> found = new ArrayList<>();
      if (nft.isEmpty()) {
        unseen.add(Backend.NFTABLES);
      }
      nft.flatMap(ruleset -> ruleset.table(nftFamily, "calico"))
          .flatMap(table -> CalicoNat.of(Backend.NFTABLES, table))
          .ifPresent(found::add);

      Optional<IptablesSave> byNft = save(tool + "-nft-save");
      // What the tool cannot print nft still shows, though without the targets of DNAT and SNAT.
      Optional<Table> table =
          byNft
              .flatMap(save -> save.table("nat"))
              .or(() -> nft.flatMap(ruleset -> ruleset.table(nftFamily, "nat")));
      if (byNft.isEmpty() && table.isEmpty()) {
        unseen.add(Backend.IPTABLES_NFT);
      }
      table.flatMap(nat -> CalicoNat.of(Backend.IPTABLES_NFT, nat)).ifPresent(found::add);

      Optional<IptablesSave> legacy = save(tool + "-legacy-save");
      if (legacy.isEmpty()) {
        unseen.add(Backend.IPTABLES_LEGACY);
      }
      legacy
          .flatMap(save -> save.table("nat"))
          .flatMap(nat -> CalicoNat.of(Backend.IPTABLES_LEGACY, nat))
          .ifPresent(found::add);
      List<IptablesSave.Incompatible> incompatible =
          byNft.stream()
              .flatMap(save -> save.incompatible().stream())
              .filter(remark -> remark.table().equals("nat"))
              .toList();
      return new FamilyNat(family, found, incompatible, unseen);
    }

    private Optional<IptablesSave> save(String title) {
      Optional<IptablesSave> save = text(title).map(IptablesSave::parse);
      save.ifPresent(read -> note(title, read.faults()));
      return save;
    }

    private Routes routes(String title, Family family) {
      Routes routes = Routes.parse(text(title).orElse(""), family);
      note(title, routes.faults());
      return routes;
    }

    /** What the tool printed; nothing when it is not there, failed or was cut off. */
    private Optional<String> text(String title) {
      Optional<String> text =
          dump.section(title).filter(section -> section.status() == 0).map(NodeDump.Section::text);
      if (text.isEmpty()) {
        unread.add(title);
      }
      return text;
    }

    private void note(String title, List<Fault> found) {
      if (!found.isEmpty()) {
        faults.put(title, found);
      }
    }
  }
}
