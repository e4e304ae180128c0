package io.fipctl.nodeoutput;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Whether the BIRD of a node answered birdcl (bird, client/client.c). */
public sealed interface BirdAnswer {
  /** It did. */
  record Ready(String version) implements BirdAnswer {}

  /**
   * Nobody listens at the socket that birdcl asks, or it may not be opened. BIRD need not be down
   * for that: its socket may be elsewhere.
   */
  record NoConnection(ParseProblem why) implements BirdAnswer {}

  /** Nothing was printed: birdcl says on its other output why it has no connection. */
  record Silent() implements BirdAnswer {}

  /** What was printed is not of birdcl. */
  record Unknown(ParseProblem why) implements BirdAnswer {}

  default boolean isReady() {
    return this instanceof Ready;
  }

  /**
   * Reads what birdcl printed.
   *
   * @param faults gets the lines before the answer, such as a word of whoever fetched the output
   * @param told gets each line after it that is not blank
   */
  static BirdAnswer read(
      String text, List<ParseProblem> faults, Consumer<NumberedLines.Line> told) {
    Optional<BirdAnswer> answer = Optional.empty();
    for (NumberedLines.Line line : new NumberedLines(text)) {
      if (line.text().isBlank()) {
        continue;
      }
      if (answer.isPresent()) {
        told.accept(line);
        continue;
      }
      answer = of(line);
      if (answer.isEmpty()) {
        faults.add(line.fault("not an answer of BIRD"));
      }
    }
    return answer.orElseGet(() -> none(faults));
  }

  /** Keeps a line {@code NAME: VALUE}; of several with one name the first counts. */
  static void keep(Map<String, String> attributes, String text) {
    int colon = text.indexOf(':');
    if (colon > 0) {
      attributes.putIfAbsent(text.substring(0, colon), text.substring(colon + 1).strip());
    }
  }

  /** What it is when no line is an answer. */
  private static BirdAnswer none(List<ParseProblem> lines) {
    return lines.isEmpty() ? new Silent() : new Unknown(lines.getFirst());
  }

  /** Reads the line with which birdcl begins; empty when it is another one. */
  private static Optional<BirdAnswer> of(NumberedLines.Line line) {
    String text = line.text().strip();
    String small = text.toLowerCase(Locale.ROOT);
    if (text.startsWith("BIRD ") && text.endsWith(" ready.")) {
      return Optional.of(new Ready(text.substring("BIRD".length(), text.length() - 7).strip()));
    }
    if (small.contains("unable to connect to server control socket")
        || small.contains("connection refused")
        || small.contains("connection closed by server")
        || small.contains("permission denied")
        || small.contains("command not found")
        // The words of fipctl's own script where there is no socket to ask at.
        || small.startsWith("bird does not run")) {
      return Optional.of(new NoConnection(line.fault("no connection to BIRD")));
    }
    return Optional.empty();
  }
}
