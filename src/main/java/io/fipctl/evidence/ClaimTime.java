package io.fipctl.evidence;

import io.fipctl.model.ApiObject;
import io.fipctl.model.FloatingIps;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;

/**
 * Since when a pod has claimed its floating IPs: the latest time that the API server notes for a
 * writer of the annotation ({@code metadata.managedFields}). Of all that it notes, which is much,
 * only this is kept, beside what the object itself has.
 */
public final class ClaimTime {
  /** What is read of a pod's metadata for it. */
  static final String FIELDS =
      "managedFields(time,fieldsV1(f:metadata(f:annotations(f:" + FloatingIps.KEY + "))))";

  private static final String OURS = "fipctl";
  private static final String CLAIMED = "claimed";

  private ClaimTime() {}

  /** As the API server notes it. */
  static Optional<Instant> written(ApiObject pod) {
    return pod.objects("metadata", "managedFields").stream()
        .filter(
            writer -> writer.has("fieldsV1", "f:metadata", "f:annotations", "f:" + FloatingIps.KEY))
        .flatMap(writer -> writer.text("time").stream())
        .flatMap(text -> instant(text).stream())
        .max(Comparator.naturalOrder());
  }

  static void put(Map<String, Object> tree, Instant since) {
    tree.put(OURS, Map.of(CLAIMED, since.toString()));
  }

  /** As it was kept. */
  public static Optional<Instant> kept(ApiObject pod) {
    return pod.text(OURS, CLAIMED).flatMap(ClaimTime::instant);
  }

  private static Optional<Instant> instant(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
