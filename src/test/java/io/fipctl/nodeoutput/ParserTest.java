package io.fipctl.nodeoutput;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What must hold of every parser for any input; src/fuzz looks for inputs that nobody thought of.
 */
class ParserTest {
  @ParameterizedTest
  @EnumSource
  void has_recordings_and_reads_them(Parser parser) {
    List<Path> recordings = parser.recordings();

    assertThat(recordings).isNotEmpty();
    recordings.forEach(file -> parser.check(Parser.text(file)));
  }

  @ParameterizedTest
  @EnumSource
  void reads_what_is_meant_for_another_parser(Parser parser) {
    for (Parser other : Parser.values()) {
      parser.check(Parser.text(other.recordings().getFirst()));
    }
  }

  @ParameterizedTest
  @EnumSource
  void reads_what_fuzzing_has_found(Parser parser) throws IOException {
    try (Stream<Path> found = Files.list(Path.of("src/test/resources/fuzz"))) {
      found
          .filter(Files::isRegularFile)
          .map(Parser::text)
          .forEach(
              text -> {
                parser.check(text);
                parser.checkPumped(text, text.length());
              });
    }
  }

  @ParameterizedTest
  @EnumSource
  void reads_recordings_in_which_characters_were_changed(Parser parser) {
    Random random = new Random(6);
    String signs = " \t\r\n\"'{}[]():;,.=!#*-+@\\/0123456789abcxyz\u0000\u00e4\ud800";
    for (Path file : parser.recordings()) {
      StringBuilder text = new StringBuilder(Parser.text(file));
      for (int i = 0; i < 40 && !text.isEmpty(); i++) {
        int at = random.nextInt(text.length());
        text.setCharAt(at, signs.charAt(random.nextInt(signs.length())));
        parser.check(text.toString());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void takes_a_time_in_proportion_to_the_length(Parser parser) {
    List<Path> recordings = parser.recordings();
    for (int seed = 0; seed < 6; seed++) {
      String text = Parser.text(recordings.get(seed % recordings.size()));
      parser.checkPumped(text, seed * 7919);
    }
  }
}
