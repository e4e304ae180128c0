package io.fipctl.operation;

/** A step on one address that the nodes are watched for. */
sealed interface WatchedStep extends Step permits Attach, Detach, ClearValue {
  /** What was seen of it; empty before it was taken. */
  Sighting sighting();
}
