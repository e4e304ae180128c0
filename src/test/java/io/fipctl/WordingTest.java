package io.fipctl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Texts for administrators use the words of the field. Exceptions, with their reasons, are in
 * {@code wording-exceptions.txt}.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class WordingTest {
  private static final Path EXCEPTIONS = Path.of("src/test/resources/wording-exceptions.txt");

  private static final Path PAGES = Path.of("src/main/resources/io/fipctl/doctor/explain");

  /** Files and folders that are read. README.md and the rest of man/ follow when they are clean. */
  private static final List<Path> SOURCES =
      List.of(
          PAGES,
          Path.of("SECURITY.md"),
          Path.of("CONTRIBUTING.md"),
          Path.of("docs"),
          Path.of("examples"),
          Path.of("man/fipctl-checks.7"));

  /** Regular expressions, in any case, and what to write instead. */
  private static final Map<String, String> REFUSED =
      Map.ofEntries(
          Map.entry("\\bwho(so|m)?ever\\b", "anyone who, or a named role"),
          Map.entry("\\bsomebody (else )?(who|has|may|can)\\b", "a named role"),
          Map.entry("\\banew\\b", "again, recreate, reprogram"),
          Map.entry("\\ball the same\\b", "anyway, or nothing"),
          Map.entry("\\bat all\\b", "nothing"),
          Map.entry("\\bfor certain\\b", "known to be"),
          Map.entry("\\bfor ever\\b", "permanently"),
          Map.entry("\\b(is|are|was|were) no more\\b", "no longer exists"),
          Map.entry("\\b(renews?|answers?|has|have|does) it no more\\b", "no longer, stopped"),
          Map.entry("\\bany more\\b", "no longer"),
          Map.entry("\\bwith (it|them|that) gone\\b", "without it, afterwards"),
          Map.entry("\\b(comes?|goes|takes?|gives?) not\\b", "does not …"),
          Map.entry("\\bhow to mend it\\b", "Fix"),
          Map.entry("\\bhow it is seen\\b", "Detection"),
          Map.entry("(?<!lab )\\bmend(s|ed|ing)?\\b", "fix, repair"),
          Map.entry(
              "(?<!there )\\b(is|are) no (IPv4|IPv6|IP|CIDR|JSON|address|duration|flag|boolean|name|number"
                  + "|option|valid|pod|node|array|string|range|prefix|port)\\b",
              "is not a valid …"),
          Map.entry("\\bis (told|written down)\\b", "is reported, is recorded"),
          Map.entry("\\btold of\\b", "reported"),
          Map.entry("\\bpass(es|ed)? over\\b", "ignore, skip"),
          Map.entry("\\bis to be seen\\b", "is visible, is known"),
          Map.entry(
              "\\bnobody (wants?|is (told|at)|answers?|guards?|can look)\\b",
              "stale, is not advertised, no …"),
          Map.entry("\\blets? (some|no)body in\\b", "allows ingress, denies ingress"),
          Map.entry("\\blets? go\\b", "releases"),
          Map.entry(
              "\\bleads? (the|an|every|each|all) (address|packets?)", "DNAT rule, translates"),
          Map.entry("\\bthe kernel (asks|takes)\\b", "hooked in, evaluates, accepts"),
          Map.entry("\\basks (both|these|only the)\\b", "checks, evaluates"),
          Map.entry("\\bbreaks:", "impact:"),
          Map.entry("\\bexplains:", "also causes:"),
          Map.entry("\\btakes? (\\w+ ){1,3}back\\b", "revert, roll back"),
          Map.entry("\\btakes? back\\b", "revert, roll back"),
          Map.entry("\\bcuts? off\\b", "interrupted, truncated, isolated"),
          Map.entry("'s doing\\b", "fipctl never …"),
          Map.entry("\\b(the way|one's way) back\\b", "roll back, migrate back"),
          Map.entry("\\blook(s|ed)? again (first|then)\\b", "check again"),
          Map.entry("\\bthe outside world\\b", "external"),
          Map.entry("\\bsome day\\b", "later"),
          Map.entry("\\bdoes nothing by itself\\b", "specify a subcommand"),
          Map.entry("\\bgo on\\?", "Continue?"));

  private record Allowed(String file, String text, String reason) {
    static Allowed of(String line) {
      String[] parts = line.split(" \\| ", 3);
      assertThat(parts).as(line).hasSize(3).allMatch(part -> !part.isBlank());
      return new Allowed(parts[0].strip(), folded(parts[1]), parts[2].strip());
    }
  }

  private static final List<Allowed> ALLOWED = exceptions();

  private static List<Allowed> exceptions() {
    try (Stream<String> lines = Files.lines(EXCEPTIONS)) {
      return lines
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(Allowed::of)
          .toList();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  static List<Path> files() throws IOException {
    List<Path> files = new ArrayList<>();
    for (Path source : SOURCES) {
      try (Stream<Path> below = Files.walk(source)) {
        below
            .filter(Files::isRegularFile)
            .filter(file -> file.toString().matches(".*\\.(md|[1-8])"))
            .sorted()
            .forEach(files::add);
      }
    }
    return files;
  }

  /** The text as one line, without the marks of roff. */
  private static String folded(String text) {
    return text.replaceAll("\\\\f[BIRP]", "")
        .replace("\\-", "-")
        .replaceAll("(?m)^\\.[A-Z]{2}\\s", "")
        .replaceAll("\\s+", " ")
        .strip();
  }

  @ParameterizedTest
  @MethodSource("files")
  void a_text_has_none_of_the_refused_phrases(Path file) throws IOException {
    String text = folded(Files.readString(file));
    for (Allowed allowed : ALLOWED) {
      if (file.endsWith(allowed.file())) {
        text = text.replace(allowed.text(), "…");
      }
    }

    Map<String, String> found = new TreeMap<>();
    for (Map.Entry<String, String> phrase : REFUSED.entrySet()) {
      Matcher matcher = Pattern.compile(phrase.getKey(), Pattern.CASE_INSENSITIVE).matcher(text);
      while (matcher.find()) {
        String around =
            text.substring(
                Math.max(0, matcher.start() - 30), Math.min(text.length(), matcher.end() + 30));
        found.put(around, "write: " + phrase.getValue());
      }
    }
    assertThat(found).as(file.toString()).isEmpty();
  }

  @Test
  void every_exception_is_still_needed() throws IOException {
    List<Path> files = files();
    for (Allowed allowed : ALLOWED) {
      List<Path> named = files.stream().filter(file -> file.endsWith(allowed.file())).toList();
      assertThat(named).as(allowed.toString()).hasSize(1);
      assertThat(folded(Files.readString(named.getFirst())))
          .as("remove it from " + EXCEPTIONS)
          .contains(allowed.text());
    }
  }

  @Test
  void phrases_are_found_across_line_ends_and_in_roff() {
    assertThat(folded("all the\nsame\n.PP\nhalf\\-way \\fBis\\fR no\n  more"))
        .contains("all the same")
        .contains("half-way is no more");
  }
}
