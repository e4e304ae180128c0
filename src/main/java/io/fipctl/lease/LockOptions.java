package io.fipctl.lease;

import java.time.Duration;

/**
 * How a change guards its addresses.
 *
 * @param namespace where the Leases are
 * @param locked false to write without a lock and look again afterwards
 * @param patience how long somebody else may have a lock
 */
public record LockOptions(String namespace, boolean locked, Duration patience) {
  /** Where the Leases are when nobody says otherwise. */
  public static final String NAMESPACE = "fipctl-system";

  /** How long somebody else may have a lock when nobody says otherwise. */
  public static final Duration PATIENCE = Duration.ofSeconds(20);
}
