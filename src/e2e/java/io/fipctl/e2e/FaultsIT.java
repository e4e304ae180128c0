package io.fipctl.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.e2e.InterceptingProxy.Fate;
import io.fipctl.e2e.InterceptingProxy.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Something goes wrong with one write, or from one write on, of each verb. */
class FaultsIT {
  private static final Duration GONE = Duration.ofSeconds(10);

  @RegisterExtension final TestApiServer server = new TestApiServer("crd");

  /** What goes wrong. */
  enum Fault {
    SAYS_500,
    SAYS_503,
    SAYS_429,
    SAYS_409,
    DROPPED_BEFORE,
    DROPPED_AFTER,
    SAYS_504_AFTER,
    GONE_FOR_10_S,
    GONE_FOR_10_S_AFTER,
    REFUSES_FROM_THEN_ON,
    GONE_FROM_THEN_ON;

    Fate fate() {
      return switch (this) {
        case SAYS_500, REFUSES_FROM_THEN_ON -> new Fate.Answered(500, Map.of());
        case SAYS_503 -> new Fate.Answered(503, Map.of());
        case SAYS_429 -> new Fate.Answered(429, Map.of("Retry-After", "1"));
        case SAYS_409 -> new Fate.Answered(409, Map.of());
        case DROPPED_BEFORE, GONE_FOR_10_S, GONE_FROM_THEN_ON -> Fate.DROPPED;
        case DROPPED_AFTER, GONE_FOR_10_S_AFTER -> Fate.UNANSWERED;
        case SAYS_504_AFTER -> new Fate.Misreported(504);
      };
    }

    boolean isLasting() {
      return this == REFUSES_FROM_THEN_ON || this == GONE_FROM_THEN_ON;
    }

    boolean isGoingAway() {
      return this == GONE_FOR_10_S || this == GONE_FOR_10_S_AFTER;
    }
  }

  /** A verb and a fault, and what became of it. */
  private record Outcome(Fault fault, int code) {}

  @Test
  void leaves_a_whole_or_says_what_is_left() {
    List<AddressScenario> trials = AddressScenario.onApiServer(server);
    Map<Operation, Integer> writes = new EnumMap<>(Operation.class);
    for (Operation deed : Operation.values()) {
      writes.put(deed, writes(deed, trials.getFirst().cleared()));
    }
    List<Function<AddressScenario, Outcome>> cases = new ArrayList<>();
    // Those that take longest are first, and all others are done while they wait.
    for (Fault fault : List.of(Fault.values()).reversed()) {
      writes.forEach(
          (deed, count) ->
              IntStream.rangeClosed(1, count)
                  .forEach(write -> cases.add(trial -> spoilt(deed, trial, write, fault))));
    }

    Map<Fault, Map<Integer, Integer>> codes = new EnumMap<>(Fault.class);
    for (Outcome outcome : AddressScenario.each(trials, cases)) {
      codes
          .computeIfAbsent(outcome.fault(), fault -> new TreeMap<>())
          .merge(outcome.code(), 1, Integer::sum);
    }

    codes.forEach(
        (fault, counts) ->
            System.out.printf("%s at each write of %s: exit codes %s%n", fault, writes, counts));
    codes.forEach(FaultsIT::isSurvived);
  }

  private static void isSurvived(Fault fault, Map<Integer, Integer> codes) {
    if (!fault.isLasting()) {
      // Before it has the lock nothing is begun, and who cannot get it says so at once.
      int lockless = fault.isGoingAway() ? Operation.values().length : 0;
      assertThat(codes.keySet()).as("what passes by is survived: %s", fault).isSubsetOf(0, 20);
      assertThat(codes.getOrDefault(20, 0)).as("%s", fault).isLessThanOrEqualTo(lockless);
    }
  }

  /** How many writes a verb makes when nothing goes wrong; those of its Event are the last. */
  private int writes(Operation deed, AddressScenario trial) {
    deed.prepared(trial);
    try (InterceptingProxy between = InterceptingProxy.watching(server)) {
      trial.by(between.kubeconfig()).run(deed.command(trial)).exits(0);
      trial.isWhole(deed.after(trial), deed);
      return between.writes().size();
    }
  }

  private Outcome spoilt(Operation deed, AddressScenario trial, int which, Fault fault) {
    deed.prepared(trial);
    AtomicInteger writes = new AtomicInteger();
    CompletableFuture<InterceptingProxy> opened = new CompletableFuture<>();
    try (InterceptingProxy between =
        InterceptingProxy.deciding(
            server, request -> fate(fault, which, writes, request, opened))) {
      opened.complete(between);
      ProcessResult ran =
          trial.by(between.kubeconfig()).run(with(deed.command(trial), "--timeout=15s"));
      String why = "%s, %s at write %d: %s".formatted(deed, fault, which, ran);
      judge(deed, trial, ran, why);
      return new Outcome(fault, ran.exitCode());
    }
  }

  private static Fate fate(
      Fault fault,
      int which,
      AtomicInteger writes,
      Request request,
      CompletableFuture<InterceptingProxy> between) {
    int number = request.isWrite() ? writes.incrementAndGet() : writes.get();
    if (fault == Fault.GONE_FROM_THEN_ON && number >= which) {
      return fault.fate();
    }
    if (!request.isWrite() || (number != which && !(fault.isLasting() && number > which))) {
      return Fate.PASSED;
    }
    if (fault.isGoingAway()) {
      between.join().goAwayFor(GONE);
    }
    return fault.fate();
  }

  private void judge(Operation deed, AddressScenario trial, ProcessResult ran, String why) {
    switch (ran.exitCode()) {
      case 0 -> trial.isWhole(deed.after(trial), why);
      case 8 -> {
        assertThat(ran.err()).as(why).contains("fipctl recover " + trial.address());
        assertThat(trial.isOpen()).as(why).isTrue();
        assertThat(trial.holders()).as(why).hasSizeLessThanOrEqualTo(deed.holders());
        // Of what was not begun, or was taken back, nothing is carried out.
        boolean isBefore = trial.holders().equals(deed.before(trial));
        ProcessResult recovered = trial.run(Operation.recover(trial)).exits(0);
        trial.isWhole(isBefore ? deed.before(trial) : deed.after(trial), why + recovered);
      }
      default -> {
        assertThat(trial.holders()).as(why).isEqualTo(deed.before(trial));
        assertThat(trial.isOpen()).as(why).isFalse();
      }
    }
  }

  private static String[] with(String[] words, String more) {
    List<String> all = new ArrayList<>(List.of(words));
    all.add(more);
    return all.toArray(String[]::new);
  }
}
