package io.fipctl.e2e;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;

/** Locks of addresses that somebody has who is no process of the test. */
final class Locks {
  private static final DateTimeFormatter MICRO_TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  private Locks() {}

  /** Takes or renews a lock by a right clock. */
  static void held(TestApiServer server, String address, String holder) {
    held(server, address, holder, Duration.ZERO);
  }

  /**
   * Takes or renews a lock.
   *
   * @param ahead how far the holder's clock is ahead of everybody else's; less than nothing for one
   *     that is behind
   */
  static void held(TestApiServer server, String address, String holder, Duration ahead) {
    String now = MICRO_TIME.format(Instant.now().plus(ahead));
    server.apply(
        Map.of(
            "apiVersion", "v1", "kind", "Namespace", "metadata", Map.of("name", "fipctl-system")));
    server.apply(
        Map.of(
            "apiVersion",
            "coordination.k8s.io/v1",
            "kind",
            "Lease",
            "metadata",
            Map.of("name", "fip-" + address.replace('.', '-'), "namespace", "fipctl-system"),
            "spec",
            Map.of(
                "holderIdentity",
                holder,
                "leaseDurationSeconds",
                15,
                "acquireTime",
                now,
                "renewTime",
                now,
                "leaseTransitions",
                3)));
  }
}
