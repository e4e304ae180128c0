package io.fipctl.cli.diagnose;

import io.fipctl.cli.session.DryRunOptions;
import io.fipctl.cli.session.Session;
import io.fipctl.model.FipctlException;
import io.fipctl.model.PodRef;
import io.fipctl.model.PodTarget;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** Whether something is done about the findings, and what only the user can decide. */
final class FixOptions {
  @Option(
      names = "--fix",
      description =
          "Do about the findings what is safe: shows the plan, asks, does it and looks again.")
  boolean fix;

  @Option(
      names = "--keep",
      paramLabel = "POD",
      description =
          "With --fix: this pod keeps an address that others claim too, which lose it; may be"
              + " repeated.")
  List<PodTarget> keep = List.of();

  @Option(
      names = "--dry-run",
      paramLabel = "none|client|server",
      description = "With --fix: only show what would be done; alone it means client.")
  DryRunOptions.DryRun dryRun = DryRunOptions.DryRun.none;

  /**
   * Refuses what does not go together.
   *
   * @param from the collection to judge instead of a cluster, or null
   * @throws FipctlException exit 2
   */
  void check(Path from) {
    if (fix && from != null) {
      throw FipctlException.usage(
          "a collection cannot be fixed, only the cluster that it was taken of",
          "fipctl doctor --fix   # there");
    }
    if (!fix && (!keep.isEmpty() || isDryRun())) {
      throw FipctlException.usage(
          "%s says nothing without --fix".formatted(keep.isEmpty() ? "--dry-run" : "--keep"),
          "add --fix");
    }
  }

  boolean isDryRun() {
    return dryRun != DryRunOptions.DryRun.none;
  }

  /** The pods of {@code --keep}. */
  Set<PodRef> keepers(Session session) {
    return keep.stream()
        .map(session::located)
        .map(target -> new PodRef(target.namespace().orElseThrow(), target.name()))
        .collect(Collectors.toSet());
  }
}
