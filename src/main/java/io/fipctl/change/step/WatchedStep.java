package io.fipctl.change.step;

/** A step on one address that the nodes are watched for. */
public sealed interface WatchedStep extends Step
    permits AddAddress, RemoveAddress, ClearAnnotation {
  /** What was seen of it; empty before it was taken. */
  NodeObservation sighting();
}
