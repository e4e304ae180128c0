package io.fipctl.cli.tools;

import io.fipctl.cli.session.Environment;
import io.fipctl.kube.Kind;
import io.fipctl.lab.Breakage;
import io.fipctl.lab.LabCluster;
import io.fipctl.lab.simulation.LabState;
import io.fipctl.lease.RunEnvironment;
import io.fipctl.model.Clock;
import io.fipctl.model.ExitCode;
import io.fipctl.model.Pod;
import io.fipctl.render.Console;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Walks through the main job on a practice cluster of its own: what is printed is what ran. */
final class LabTour {
  /**
   * One command of the tour and what it is for.
   *
   * @param before the name of the failure that the cluster has from then on, or nothing
   */
  private record Scene(String why, Optional<String> before, List<String> arguments) {
    Scene(String why, String... arguments) {
      this(why, Optional.empty(), List.of(arguments));
    }

    Scene after(String failure) {
      return new Scene(why, Optional.of(failure), arguments);
    }
  }

  private static final List<Scene> SCENES =
      List.of(
          new Scene("A new cluster: both of Calico's gates are off.", "status"),
          new Scene("Switch floating IPs on: first the CNI gate, then Felix's.", "enable", "--yes"),
          new Scene("Give a pod an address.", "assign", "shop/web-0", "203.0.113.10"),
          new Scene(
              "It holds it; nobody else can take it.", "assign", "shop/web-1", "203.0.113.10"),
          new Scene("Who has what, and do the nodes agree?", "list", "-A", "--verify"),
          new Scene(
                  "Somebody has switched Felix's gate off, and it does not answer. Why?",
                  "doctor",
                  "203.0.113.10",
                  "--show",
                  "problems")
              .after("felix-gate-off"),
          new Scene("Type what it says.", "enable", "--yes"),
          new Scene("Hand it over to a pod on another node.", "move", "203.0.113.10", "shop/web-1"),
          new Scene("Who has it now? For scripts.", "owner", "203.0.113.10"),
          new Scene("Take it away again.", "release", "203.0.113.10"));

  private LabTour() {}

  /** fipctl itself: one run of it, which ends in an exit code. */
  @FunctionalInterface
  public interface Program {
    int run(Environment environment, String... arguments);
  }

  static int run(Console console, Environment outside, Program program) {
    LabCluster cluster = LabCluster.of(LabState.fresh());
    Environment inside =
        new Environment(
            settings(outside),
            new Console(console.out(), console.out(), Console.Terminal.NONE),
            options -> cluster,
            RunEnvironment.of(new Instantly(started(cluster))));
    for (Scene scene : SCENES) {
      scene.before().flatMap(Breakage::byName).ifPresent(it -> cluster.change(it.plant()));
      console.println("# " + scene.why());
      List<String> shown = new ArrayList<>(List.of("$ fipctl"));
      shown.addAll(scene.arguments());
      console.println(String.join(" ", shown));
      program.run(inside, scene.arguments().toArray(String[]::new));
      console.println("");
    }
    console.println("# Try it yourself: fipctl lab start, then any command with --lab.");
    return ExitCode.OK.number();
  }

  private static Map<String, String> settings(Environment outside) {
    Map<String, String> settings = new HashMap<>(Map.of("NO_COLOR", "1"));
    outside.variable("HOME").ifPresent(home -> settings.put("HOME", home));
    return settings;
  }

  /** When the youngest pod of the practice cluster was a minute old. */
  private static Instant started(LabCluster cluster) {
    return cluster.list(Kind.PODS).stream()
        .map(Pod::of)
        .flatMap(pod -> pod.created().stream())
        .max(Instant::compareTo)
        .orElseThrow()
        .plus(Duration.ofMinutes(1));
  }

  /** The practice cluster follows at once, so nothing is waited for. */
  private static final class Instantly implements Clock {
    private final Instant start;
    private Duration passed = Duration.ZERO;

    Instantly(Instant start) {
      this.start = start;
    }

    @Override
    public Instant now() {
      return start.plus(passed);
    }

    @Override
    public Duration uptime() {
      return passed;
    }

    @Override
    public void sleep(Duration duration) {
      passed = passed.plus(duration);
    }

    @Override
    public AutoCloseable every(Duration interval, Runnable work) {
      return () -> {};
    }
  }
}
