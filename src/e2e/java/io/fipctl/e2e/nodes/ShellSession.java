package io.fipctl.e2e.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * A hand-over as somebody would do it who knows the right order and has only kubectl: each wait is
 * a loop on the node, started before the write it waits for, which deletes the tracked connections
 * the moment that it ends.
 */
final class ShellSession {
  private final Nodes nodes;
  private final String address;

  ShellSession(Nodes nodes, String address) {
    this.nodes = nodes;
    this.address = address;
  }

  /** From web-0 on n1: taken away and seen gone, then given. */
  void exclusive(String to) {
    Target target = Target.of(to);
    try (Wait gone = until("n1", gone());
        Wait there = until(target.node(), leadsTo(target));
        Wait led = away(target)) {
      take();
      gone.ends();
      give(to);
      there.ends();
      led.ends();
    }
  }

  /** From web-0 on n1: given and, on another node, seen there, then taken away. */
  void overlap(String to) {
    Target target = Target.of(to);
    try (Wait there = until(target.node(), leadsTo(target));
        Wait led = away(target)) {
      give(to);
      // On one node two pods share one rule, which may lead to the old one until that lets go.
      if (target.isElsewhere()) {
        there.ends();
      }
      take();
      there.ends();
      led.ends();
    }
  }

  /** The old node leads to the new one; on the same node its rule tells enough. */
  private Wait away(Target target) {
    String routed = "ip route show %s | grep -q 'via %s '".formatted(address, target.nodeAddress());
    return until("n1", target.isElsewhere() ? routed : "true");
  }

  private String gone() {
    return "! iptables-nft-save -t nat | grep -q -- '-d %s/32 '".formatted(address);
  }

  private String leadsTo(Target target) {
    return "iptables-nft-save -t nat | grep -q -- '-d %s/32 .*--to-destination %s$'"
        .formatted(address, target.podAddress());
  }

  private void take() {
    nodes.kubectl("annotate", "pod", "web-0", "-n", "shop", Nodes.ANNOTATION + "-").exits(0);
  }

  private void give(String to) {
    nodes.annotate(to, "[\"" + address + "\"]");
  }

  private record Target(String node, String nodeAddress, String podAddress) {
    static Target of(String pod) {
      return pod.equals("web-1")
          ? new Target("n2", "172.31.99.12", "10.244.217.1")
          : new Target("n1", "172.31.99.11", "10.244.40.131");
    }

    boolean isElsewhere() {
      return !node.equals("n1");
    }
  }

  private Wait until(String node, String holds) {
    String script =
        """
        end=$((SECONDS + 20))
        echo ready
        until %s; do
          [ $SECONDS -lt $end ] || exit 1
          sleep 0.02
        done
        conntrack -D --orig-dst %s >/dev/null 2>&1
        exit 0
        """
            .formatted(holds, address);
    return Wait.started(nodes.startInCalicoNode(node, "bash", "-c", script));
  }

  /** A wait that runs on a node. */
  private record Wait(Process process, BufferedReader out) implements AutoCloseable {
    static Wait started(Process process) {
      Wait wait = new Wait(process, process.inputReader());
      try {
        assertThat(wait.out.readLine()).isEqualTo("ready");
        return wait;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    void ends() {
      try {
        assertThat(process.waitFor()).as("a wait by hand").isZero();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void close() {
      process.destroy();
    }
  }
}
