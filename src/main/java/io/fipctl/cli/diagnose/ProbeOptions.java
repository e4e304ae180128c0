package io.fipctl.cli.diagnose;

import io.fipctl.doctor.HolderProbes;
import io.fipctl.doctor.Selection;
import io.fipctl.evidence.Evidence;
import io.fipctl.evidence.ProbePlan;
import io.fipctl.model.FipctlException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import picocli.CommandLine.Option;

/** Whether nodes send packets: nothing else that doctor does can be seen by anybody. */
final class ProbeOptions {
  @Option(
      names = "--probe",
      description =
          "Have every node connect to the pods, at their own addresses and at their floating IPs.")
  boolean probe;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "The TCP port for --probe (default the first that a pod names).")
  Integer port;

  /**
   * Refuses what does not go together.
   *
   * @param from the collection to judge instead of a cluster, or null
   * @throws FipctlException exit 2
   */
  void check(Path from) {
    if (port != null && (port < 1 || port > 65535)) {
      throw FipctlException.usage(port + " is no port", "write a number from 1 to 65535");
    }
    if (port != null && !probe) {
      throw FipctlException.usage("--port is for --probe", "add --probe, or leave --port out");
    }
    if (probe && from != null) {
      throw FipctlException.usage(
          "--probe needs the cluster, and --from leaves it alone", "leave one of the two out");
    }
  }

  /**
   * What is to be tried.
   *
   * @param about what the run is about, once the API was read
   */
  Optional<ProbePlan> probing(Function<Evidence, Selection> about) {
    OptionalInt to = port == null ? OptionalInt.empty() : OptionalInt.of(port);
    return probe ? Optional.of(new HolderProbes(to, about)) : Optional.empty();
  }
}
