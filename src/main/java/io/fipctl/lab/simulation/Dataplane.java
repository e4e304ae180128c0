package io.fipctl.lab.simulation;

import io.fipctl.model.ApiObject;

/** In which of its dialects Felix programs the kernel. */
public enum Dataplane {
  IPTABLES_NFT,
  IPTABLES_LEGACY,
  NFTABLES;

  /** The dialect that a FelixConfiguration asks for (felix/config/config_params.go). */
  static Dataplane of(ApiObject felixConfiguration) {
    if (felixConfiguration.text("spec", "nftablesMode").orElse("").equals("Enabled")) {
      return NFTABLES;
    }
    return felixConfiguration.text("spec", "iptablesBackend").orElse("").equals("Legacy")
        ? IPTABLES_LEGACY
        : IPTABLES_NFT;
  }
}
