package io.fipctl.feature;

import io.fipctl.model.Clock;
import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import io.fipctl.model.Progress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Waits until every node is as wanted, for as long as node after node gets there.
 *
 * @param patience how long no node may get there
 */
record NodeWait(Clock pause, Duration patience) {
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

  /**
   * Looks until nothing is in the way any more.
   *
   * @param look what is in the way of each node; empty for a node that is done
   * @param stuck the failure to throw, of the nodes that are left and why
   */
  void until(
      Supplier<Map<String, Optional<String>>> look,
      Function<Map<String, String>, FipctlException> stuck,
      Progress progress) {
    Set<String> done = new TreeSet<>();
    Duration lastProgress = pause.uptime();
    while (true) {
      Map<String, String> waiting = new TreeMap<>();
      try {
        Map<String, Optional<String>> seen = look.get();
        for (Map.Entry<String, Optional<String>> node : seen.entrySet()) {
          if (node.getValue().isPresent()) {
            waiting.put(node.getKey(), node.getValue().get());
          } else if (done.add(node.getKey())) {
            lastProgress = pause.uptime();
            progress.step(
                "node %s is done (%d of %d)".formatted(node.getKey(), done.size(), seen.size()));
          }
        }
      } catch (FipctlException e) {
        // While nodes roll, one of them may be the API server's own.
        if (e.exitCode() != ExitCode.UNREACHABLE) {
          throw e;
        }
        waiting.put("API server", e.getMessage());
      }
      if (waiting.isEmpty()) {
        return;
      }
      if (pause.uptime().minus(lastProgress).compareTo(patience) > 0) {
        throw stuck.apply(waiting);
      }
      pause.sleep(LOOK_AGAIN);
    }
  }
}
