package io.fipctl.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many processes want one address at once. */
class RacesIT {
  private static final String ADDRESS = "203.0.113.10";
  private static final long SEED = Long.getLong("fipctl.e2e.seed", System.nanoTime());
  private static final Duration AROUND =
      Duration.ofSeconds(Integer.getInteger("fipctl.e2e.seconds", 60));

  @RegisterExtension final TestApiServer server = new TestApiServer("crd");

  @Test
  void of_fifty_who_assign_it_exactly_one_gets_it() {
    Race race = race(50);

    race.prints("50 processes assign one address to 50 pods");
    assertThat(race.codes().get(0)).as(race.toString()).isEqualTo(1);
    assertThat(race.codes().get(4)).as(race.toString()).isEqualTo(49);
    assertThat(race.winners()).isEqualTo(race.holders());
    assertThat(race.most()).as("holders at any moment").isEqualTo(1);
  }

  @Test
  void of_fifty_who_assign_it_without_a_lock_at_most_one_gets_it() {
    Race race = race(50, "--no-lock");

    race.prints("50 processes assign one address to 50 pods with --no-lock");
    assertThat(race.codes().keySet()).as(race.toString()).isSubsetOf(0, 4);
    assertThat(race.winners()).hasSizeLessThanOrEqualTo(1).isEqualTo(race.holders());
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 5})
  void of_few_who_assign_it_without_a_lock_at_most_one_gets_it(int rivals) {
    Race race = race(rivals, "--no-lock");

    race.prints(rivals + " processes assign one address with --no-lock");
    assertThat(race.codes().keySet()).as(race.toString()).isSubsetOf(0, 4);
    assertThat(race.winners()).hasSizeLessThanOrEqualTo(1).isEqualTo(race.holders());
  }

  @Test
  void twenty_who_move_it_around_never_double_or_lose_it() {
    List<String> pods = server.pods("round", 20);
    server.annotate(pods.getFirst(), "[\"" + ADDRESS + "\"]");
    Instant end = Instant.now().plus(AROUND);
    Map<Integer, Integer> codes = new TreeMap<>();
    List<String> odd = new ArrayList<>();
    try (HolderWatch watch = HolderWatch.of(server.admin(), ADDRESS)) {
      List<Callable<List<ProcessResult>>> movers = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        Random random = new Random(SEED + i);
        movers.add(() -> movingUntil(end, pods, random));
      }
      for (List<ProcessResult> mover : Together.all(movers)) {
        for (ProcessResult ran : mover) {
          codes.merge(ran.exitCode(), 1, Integer::sum);
          if (ran.exitCode() != 0 && ran.exitCode() != 4) {
            odd.add(ran.toString());
          }
        }
      }
      watch.seenAll(server);
      System.out.printf(
          "20 processes move one address around for %d s: %d commands (exit codes %s), %d moves,"
              + " %d states of pods seen, at most %d holders at once, seed %d%n",
          AROUND.toSeconds(),
          codes.values().stream().mapToInt(Integer::intValue).sum(),
          codes,
          watch.handovers() - 1,
          watch.samples(),
          watch.most(),
          SEED);
      assertThat(watch.doubles()).as("moments with two holders").isEmpty();
      assertThat(watch.handovers()).as("moves").isGreaterThan(20);
    }
    assertThat(odd).isEmpty();
    assertThat(holders(pods)).as("holders at the end").hasSize(1);
  }

  private List<ProcessResult> movingUntil(Instant end, List<String> pods, Random random) {
    List<ProcessResult> ended = new ArrayList<>();
    while (Instant.now().isBefore(end)) {
      String pod = "shop/" + pods.get(random.nextInt(pods.size()));
      ended.add(server.fipctl("move", ADDRESS, pod, "--unverified"));
    }
    return ended;
  }

  /** What came of a race: exit codes, who was told that they have it, and who has it. */
  private record Race(
      Map<Integer, Integer> codes,
      List<String> winners,
      List<String> holders,
      int most,
      int samples,
      List<ProcessResult> ended) {
    void prints(String title) {
      System.out.printf(
          "%s: exit codes %s, winner %s, %d states of pods seen, at most %d holders at once%n",
          title, codes, winners, samples, most);
    }

    @Override
    public String toString() {
      return ended.stream()
          .map(ProcessResult::toString)
          .distinct()
          .collect(Collectors.joining("\n"));
    }
  }

  private Race race(int rivals, String... options) {
    List<String> pods = server.pods("rival", rivals);
    try (HolderWatch watch = HolderWatch.of(server.admin(), ADDRESS)) {
      List<Callable<ProcessResult>> starts =
          pods.stream().<Callable<ProcessResult>>map(pod -> () -> assign(pod, options)).toList();
      List<ProcessResult> ended = Together.all(starts);
      watch.seenAll(server);
      Map<Integer, Integer> codes = new TreeMap<>();
      ended.forEach(ran -> codes.merge(ran.exitCode(), 1, Integer::sum));
      List<String> winners =
          IntStream.range(0, rivals)
              .filter(i -> ended.get(i).exitCode() == 0)
              .mapToObj(pods::get)
              .toList();
      return new Race(codes, winners, holders(pods), watch.most(), watch.samples(), ended);
    }
  }

  private ProcessResult assign(String pod, String... options) {
    return server.fipctl(
        Stream.concat(
                Stream.of("assign", "shop/" + pod, ADDRESS, "--wait=false"), Arrays.stream(options))
            .toArray(String[]::new));
  }

  private List<String> holders(List<String> pods) {
    return pods.stream().filter(pod -> server.annotation(pod).isPresent()).toList();
  }
}
