package io.fipctl.doctor;

import io.fipctl.doctor.check.Finding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which findings only follow from others: a rule that is missing because Felix's gate is off is not
 * a second thing to mend. What follows is kept as a consequence of its cause.
 *
 * @param roots the findings that follow from nothing, each with its consequences
 * @param followers by check, what was found and follows, in words
 */
record RootCauses(List<Finding> roots, Map<String, List<String>> followers) {

  static RootCauses of(List<Finding> findings) {
    Map<Finding, List<Finding>> effects = new LinkedHashMap<>();
    Map<String, List<String>> followers = new LinkedHashMap<>();
    findings.forEach(finding -> effects.put(finding, new ArrayList<>()));
    for (Finding finding : findings) {
      List<Finding> causes = findings.stream().filter(cause -> explains(cause, finding)).toList();
      for (Finding cause : causes) {
        effects.get(cause).add(finding);
        followers
            .computeIfAbsent(finding.check(), key -> new ArrayList<>())
            .add(
                "%s: follows from %s of %s"
                    .formatted(finding.subject(), cause.check(), cause.subject()));
      }
    }
    Set<Finding> explained = new java.util.HashSet<>();
    effects.values().forEach(explained::addAll);
    List<Finding> roots =
        findings.stream()
            .filter(finding -> !explained.contains(finding))
            .map(finding -> finding.with(consequences(finding, effects)))
            .toList();
    return new RootCauses(roots, followers);
  }

  List<String> following(String check) {
    return followers.getOrDefault(check, List.of());
  }

  /** All that follows, directly or not. */
  private static List<String> consequences(Finding root, Map<Finding, List<Finding>> effects) {
    Set<Finding> seen = new java.util.LinkedHashSet<>();
    List<Finding> open = new ArrayList<>(effects.get(root));
    while (!open.isEmpty()) {
      Finding next = open.removeFirst();
      if (seen.add(next)) {
        open.addAll(effects.get(next));
      }
    }
    Set<String> words = new TreeSet<>();
    seen.forEach(finding -> words.add(finding.check() + " " + finding.subject()));
    return List.copyOf(words);
  }

  private static boolean explains(Finding cause, Finding finding) {
    return !cause.equals(finding)
        && Catalogue.byId(finding.check()).orElseThrow().follows().contains(cause.check())
        && cause.covers(finding)
        // A check that explains itself does so in one direction only, or nothing would be left.
        && !(cause.check().equals(finding.check()) && finding.covers(cause));
  }
}
