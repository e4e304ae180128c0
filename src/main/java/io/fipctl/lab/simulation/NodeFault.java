package io.fipctl.lab.simulation;

/** What can be odd about a node without any object of the API saying so. */
public enum NodeFault {
  /** BIRD does not run: nothing is learned there, and nothing is told of there. */
  WITHOUT_BIRD,
  /** The policy of FORWARD is DROP in the backend that Calico does not use. */
  FORWARD_DROPPED,
  /** Felix's chain of PREROUTING is empty: nothing that comes in is led to its rules. */
  PREROUTING_FLUSHED,
  /** The rules stand in iptables-legacy too, as after a change of backends without a reboot. */
  RULES_IN_LEGACY;

  /** Whether a new pod of calico-node puts it right. */
  boolean endsWithCalicoNode() {
    return switch (this) {
      case WITHOUT_BIRD, PREROUTING_FLUSHED -> true;
      case FORWARD_DROPPED, RULES_IN_LEGACY -> false;
    };
  }
}
