package io.fipctl.doctor;

import io.fipctl.doctor.check.Finding;
import io.fipctl.doctor.check.Remedy;
import io.fipctl.doctor.check.Risk;
import io.fipctl.model.FipctlException;
import io.fipctl.model.Pod;
import io.fipctl.model.PodRef;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * One thing that {@code --fix} would do.
 *
 * @param checks whose findings it is for
 */
public record Fix(Remedy remedy, List<String> checks) {
  public Fix {
    checks = List.copyOf(checks);
  }

  /**
   * All that may be done about a report's findings, in the order to do it: locks first, which are
   * in the way of others; gates before addresses are given; flows when every rule is right.
   *
   * @param keepers the pods that keep what other pods claim as well
   * @throws FipctlException exit 2 when two of them claim the same address
   */
  public static List<Fix> of(Report report, Set<PodRef> keepers) {
    Optional<Remedy.Enable> enable =
        report.findings().flatMap(Fix::gates).reduce(Remedy.Enable::with);
    Map<Remedy, Set<String>> wanted = new LinkedHashMap<>();
    report
        .findings()
        .filter(finding -> finding.remedy().isPresent())
        .forEach(
            finding -> {
              Remedy remedy =
                  switch (finding.remedy().get()) {
                    case Remedy.Enable gate -> enable.orElse(gate);
                    case Remedy.Separate separate -> decided(separate, keepers);
                    case Remedy.BreakLock lock -> lock;
                    case Remedy.Tidy tidy -> tidy;
                    case Remedy.DeleteFlows flows -> flows;
                    case Remedy.DeletePod pod -> pod;
                  };
              wanted.computeIfAbsent(remedy, key -> new TreeSet<>()).add(finding.check());
            });
    return wanted.entrySet().stream()
        .map(entry -> new Fix(entry.getKey(), List.copyOf(entry.getValue())))
        .sorted(Comparator.comparing(fix -> turn(fix.remedy())))
        .toList();
  }

  /** What may go wrong when it is done. */
  public Risk risk() {
    return remedy.risk();
  }

  /** Whether only the user can say what is to be done. */
  public Optional<Remedy.Separate> undecided() {
    return remedy instanceof Remedy.Separate separate && separate.keeper().isEmpty()
        ? Optional.of(separate)
        : Optional.empty();
  }

  private static Stream<Remedy.Enable> gates(Finding finding) {
    return finding.remedy().stream()
        .filter(Remedy.Enable.class::isInstance)
        .map(Remedy.Enable.class::cast);
  }

  private static Remedy decided(Remedy.Separate separate, Set<PodRef> keepers) {
    List<Pod> named =
        separate.holders().stream().filter(pod -> keepers.contains(pod.ref())).toList();
    if (named.size() > 1) {
      throw FipctlException.usage(
          "%s and %s cannot both keep %s"
              .formatted(named.get(0).ref(), named.get(1).ref(), separate.address()),
          "name one of them with --keep");
    }
    return named.isEmpty() ? separate : separate.keptBy(named.getFirst());
  }

  private static int turn(Remedy remedy) {
    return switch (remedy) {
      case Remedy.BreakLock lock -> 1;
      case Remedy.Enable gates -> 2;
      case Remedy.Tidy annotation -> 3;
      case Remedy.Separate duplicate -> 4;
      case Remedy.DeleteFlows flows -> 5;
      case Remedy.DeletePod pod -> 6;
    };
  }
}
