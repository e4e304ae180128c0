package io.fipctl.cli;

import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** Finds the name that was meant by one that does not exist. */
final class Misspelling {
  private Misspelling() {}

  /**
   * The nearest of the known names, if it is near enough that somebody meant it: the longer the
   * names, the more letters may differ.
   *
   * @param prefix what they all begin with, and what says nothing
   */
  static Optional<String> of(String word, String prefix, Set<String> known) {
    String typed = word.toLowerCase(Locale.ROOT);
    record Candidate(String name, int distance) {}
    return known.stream()
        .map(name -> new Candidate(name, distance(typed, name.toLowerCase(Locale.ROOT))))
        .filter(it -> it.distance() <= allowed(Math.max(word.length(), it.name().length()), prefix))
        .min(Comparator.comparingInt(Candidate::distance))
        .map(Candidate::name);
  }

  private static int allowed(int length, String prefix) {
    int letters = length - prefix.length();
    return letters < 3 ? 0 : letters < 8 ? 1 : 2;
  }

  /** How many letters to put in, take out, replace or swap with their neighbour. */
  private static int distance(String a, String b) {
    int[][] steps = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        steps[i][j] = i == 0 || j == 0 ? i + j : step(steps, a, b, i, j);
      }
    }
    return steps[a.length()][b.length()];
  }

  private static int step(int[][] steps, String a, String b, int i, int j) {
    boolean same = a.charAt(i - 1) == b.charAt(j - 1);
    boolean swapped =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return IntStream.of(
            steps[i - 1][j] + 1,
            steps[i][j - 1] + 1,
            steps[i - 1][j - 1] + (same ? 0 : 1),
            swapped ? steps[i - 2][j - 2] + 1 : Integer.MAX_VALUE)
        .min()
        .orElseThrow();
  }
}
