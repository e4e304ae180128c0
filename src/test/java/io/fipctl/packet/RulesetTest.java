package io.fipctl.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.nodeoutput.Recordings;
import io.fipctl.nodeoutput.rules.IptablesSave;
import io.fipctl.nodeoutput.rules.NftRuleset;
import io.fipctl.nodeoutput.rules.Rule;
import java.util.List;
import org.junit.jupiter.api.Test;

class RulesetTest {
  @Test
  void the_chains_of_every_backend_are_found_by_the_same_names() {
    List<Ruleset> rulesets =
        List.of(
            save(Backend.IPTABLES_NFT, "iptables-nft-healthy/n1/iptables-nft-save.txt"),
            save(Backend.IPTABLES_LEGACY, "iptables-legacy-healthy/n1/iptables-legacy-save.txt"),
            Ruleset.of(
                NftRuleset.parse(Recordings.text("nftables-healthy/n1/nft-list-ruleset.json")),
                "ip"));

    for (Ruleset ruleset : rulesets) {
      assertThat(ruleset.chain("nat", "cali-fip-dnat").orElseThrow().rules())
          .as(ruleset.backend().name())
          .hasSize(1);
      assertThat(ruleset.chain("filter", "FORWARD").orElseThrow().drops()).isFalse();
      assertThat(ruleset.numberOfJump("nat", "PREROUTING", "cali-PREROUTING")).hasValue(1);
      assertThat(ruleset.numberOfJump("nat", "PREROUTING", "KUBE-SERVICES")).isEmpty();
      assertThat(ruleset.numberOfJump("nat", "NOWHERE", "cali-PREROUTING")).isEmpty();
      assertThat(ruleset.chain("filter", "cali-tw-calia4fc3c48bd8").orElseThrow().rules())
          .anyMatch(Rule::drops);
      assertThat(ruleset.chain("raw", "cali-PREROUTING").orElseThrow().rules())
          .filteredOn(Rule::checksReversePath)
          .singleElement()
          .matches(Rule::drops);
    }
  }

  @Test
  void a_backend_that_holds_nothing_has_no_chain() {
    assertThat(Ruleset.of(NftRuleset.parse(""), "ip6").chain("nat", "PREROUTING")).isEmpty();
  }

  private static Ruleset save(Backend backend, String path) {
    return Ruleset.of(backend, IptablesSave.parse(Recordings.text(path)));
  }
}
