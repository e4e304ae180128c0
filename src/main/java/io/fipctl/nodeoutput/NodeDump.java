package io.fipctl.nodeoutput;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one visit to a node printed, taken apart at its {@code @@fipctl} marks.
 *
 * @param sections the whole ones, in order
 * @param cut the titles of those whose end is missing
 */
public record NodeDump(List<Section> sections, List<String> cut) {
  private static final String OPEN = "@@fipctl ";
  private static final String CLOSE = "@@fipctl-end ";

  public NodeDump {
    sections = List.copyOf(sections);
    cut = List.copyOf(cut);
  }

  /** What one command printed, and its exit status. */
  public record Section(String title, String text, int status) {}

  /** A dump of texts that were kept, by title; every command counts as having succeeded. */
  public static NodeDump of(Map<String, String> texts) {
    List<Section> sections = new ArrayList<>();
    texts.forEach((title, text) -> sections.add(new Section(title, text, 0)));
    return new NodeDump(sections, List.of());
  }

  /** Takes the output apart. What stands outside of the marks is left out. */
  public static NodeDump parse(String stdout) {
    List<Section> sections = new ArrayList<>();
    List<String> cut = new ArrayList<>();
    String title = null;
    int start = 0;
    int at = 0;
    while (at < stdout.length()) {
      int end = stdout.indexOf('\n', at);
      // A last line without its end may be half a mark, so it opens but never closes a section.
      boolean whole = end >= 0;
      String line = stdout.substring(at, whole ? end : stdout.length());
      int next = whole ? end + 1 : stdout.length();
      if (line.startsWith(OPEN)) {
        if (title != null) {
          cut.add(title);
        }
        title = line.substring(OPEN.length());
        start = next;
      } else if (title != null && whole && line.startsWith(CLOSE + title + " ")) {
        Optional<Integer> status = number(line.substring(CLOSE.length() + title.length() + 1));
        if (status.isPresent()) {
          // The mark's own line feed, printed before it, is no part of the text.
          sections.add(
              new Section(title, stdout.substring(start, Math.max(start, at - 1)), status.get()));
        } else {
          cut.add(title);
        }
        title = null;
      }
      at = next;
    }
    if (title != null) {
      cut.add(title);
    }
    return new NodeDump(sections, cut);
  }

  /** What an exit status that is not 0 says. */
  public static String ended(int status) {
    return switch (status) {
      case 99 -> "there is more than is printed";
      case 124 -> "the command took too long";
      case 127 -> "the node has no such command";
      default -> "the command ended with " + status;
    };
  }

  /** The whole section of that title; of several the last. */
  public Optional<Section> section(String title) {
    return sections.stream()
        .filter(section -> section.title().equals(title))
        .reduce((first, second) -> second);
  }

  private static Optional<Integer> number(String text) {
    try {
      return Optional.of(Integer.valueOf(text.strip()));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
