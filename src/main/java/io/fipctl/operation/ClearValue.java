package io.fipctl.operation;

import io.fipctl.cluster.Cluster.WriteMode;
import io.fipctl.cluster.Kind;
import io.fipctl.model.FipctlException;
import io.fipctl.model.FloatingIps;
import io.fipctl.model.JsonPatch;
import io.fipctl.model.Pod;
import java.util.Optional;

/**
 * Takes a pod's annotation away as a whole, because it holds what Calico cannot read or passes
 * over. The pod gets its network back by that, where it had lost it.
 */
final class ClearValue implements WatchedStep {
  private static final String[] KEY = {"metadata", "annotations", FloatingIps.KEY};

  private final Site site;
  private final Pod pod;
  private boolean written;

  ClearValue(Site site, Pod pod) {
    this.site = site;
    this.pod = pod;
  }

  @Override
  public String describe() {
    return "remove the annotation of %s: %s".formatted(pod.ref(), pod.annotation().orElse(""));
  }

  @Override
  public void tryOnServer() {
    remove(WriteMode.SERVER_DRY_RUN);
  }

  @Override
  public void apply(Progress progress) {
    remove(WriteMode.REAL);
    written = true;
  }

  /** Does not put a value back that takes a pod's network down. */
  @Override
  public void undo(Progress progress) {
    if (written) {
      progress.warning(
          "the annotation of %s stays removed; it was %s"
              .formatted(pod.ref(), pod.annotation().orElse("")));
    }
  }

  @Override
  public Optional<FipctlException> unseen() {
    return Optional.empty();
  }

  @Override
  public int deletedFlows() {
    return 0;
  }

  private void remove(WriteMode mode) {
    site.cluster()
        .patch(
            Kind.PODS,
            pod.ref().namespace(),
            pod.ref().name(),
            JsonPatch.of(
                JsonPatch.test(pod.uid(), "metadata", "uid"),
                JsonPatch.test(pod.annotation().orElseThrow(), KEY),
                JsonPatch.remove(KEY)),
            mode);
  }
}
