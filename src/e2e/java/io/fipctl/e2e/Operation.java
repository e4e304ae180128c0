package io.fipctl.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What is done with the address of a {@link AddressScenario}: who has it before, and who
 * afterwards.
 */
enum Operation {
  ASSIGN(Optional.empty(), Optional.of(1), "assign"),
  MOVE(Optional.of(0), Optional.of(1), "move"),
  /** A move by which two pods have it for a moment. */
  OVERLAP(Optional.of(0), Optional.of(1), "move"),
  RELEASE(Optional.of(0), Optional.empty(), "release");

  private final Optional<Integer> from;
  private final Optional<Integer> to;
  private final String verb;

  Operation(Optional<Integer> from, Optional<Integer> to, String verb) {
    this.from = from;
    this.to = to;
    this.verb = verb;
  }

  /** Who has the address at the beginning. */
  Set<String> before(AddressScenario trial) {
    return holder(trial, from);
  }

  /** Who has it when everything went well. */
  Set<String> after(AddressScenario trial) {
    return holder(trial, to);
  }

  private static Set<String> holder(AddressScenario trial, Optional<Integer> pod) {
    return pod.map(number -> Set.of(trial.pod(number))).orElse(Set.of());
  }

  /** How many pods may have it at any moment. */
  int holders() {
    return this == OVERLAP ? 2 : 1;
  }

  /** Makes the beginning. */
  AddressScenario prepared(AddressScenario trial) {
    from.ifPresent(trial::give);
    return trial;
  }

  /** The boundaries that it passes when nothing happens, in order. */
  List<String> boundaries(AddressScenario trial) {
    prepared(trial.cleared());
    List<String> boundaries = trial.boundaries(command(trial));
    trial.isWhole(after(trial), this);
    assertThat(boundaries).hasSizeGreaterThanOrEqualTo(8);
    return boundaries;
  }

  /** The command that does it. */
  String[] command(AddressScenario trial) {
    return switch (this) {
      case ASSIGN -> assign(trial, 1);
      case MOVE -> move(trial, 1);
      case OVERLAP -> with(move(trial, 1), "--handover=overlap");
      case RELEASE -> with(new String[] {"release", trial.address()}, trial.blindly());
    };
  }

  /** A command that wants something else with the address: the third pod is to have it. */
  String[] rival(AddressScenario trial) {
    return this == ASSIGN ? assign(trial, 2) : move(trial, 2);
  }

  /** The command that hands it over to one of the trial's pods. */
  static String[] move(AddressScenario trial, int to, String... options) {
    return with(
        with(new String[] {"move", trial.address(), trial.pod(to)}, trial.blindly()), options);
  }

  /** The command that gives it to one of the trial's pods. */
  static String[] assign(AddressScenario trial, int to, String... options) {
    String[] words = {"assign", trial.pod(to), trial.address()};
    return with(with(words, trial.carelessly()), options);
  }

  /** The command that ends what was cut off. */
  static String[] recover(AddressScenario trial, String... options) {
    return with(with(new String[] {"recover", trial.address()}, trial.blindly()), options);
  }

  private static String[] with(String[] words, String... more) {
    return Stream.of(words, more).flatMap(Arrays::stream).toArray(String[]::new);
  }

  @Override
  public String toString() {
    return this == OVERLAP ? verb + " by overlap" : verb;
  }
}
