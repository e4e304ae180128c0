package io.fipctl.feature;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import java.util.List;

/** Shows what a change does to a text, as {@code diff -u} does. */
final class TextDiff {
  private TextDiff() {}

  /** The unified diff; empty when nothing differs. */
  static String unified(String title, String before, String after) {
    List<String> old = lines(before);
    List<String> diff =
        UnifiedDiffUtils.generateUnifiedDiff(
            title, title + " (changed)", old, DiffUtils.diff(old, lines(after)), 3);
    return diff.isEmpty() ? "" : String.join("\n", diff) + "\n";
  }

  private static List<String> lines(String text) {
    return text.lines().toList();
  }
}
